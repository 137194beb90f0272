"""The command palette: found by a few letters, done with Enter, closed with Esc."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document.edits import AddLayer

Key = Qt.Key


@pytest.fixture
def palette(window, qtbot):
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas)
    QTest.keyClick(window.canvas, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.command_palette
    assert palette.isVisible()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is palette.field)
    return palette


def texts(palette) -> list[str]:
    return [command.text for command, _match in palette.model.shown]


def chosen(palette) -> str:
    return palette.list.currentIndex().data()


def test_every_action_is_listed_with_its_keys(window, palette) -> None:
    listed = texts(palette)
    for row in window.acts.rows:
        assert (window.acts[row.key].text() in listed) == (row.key != "commands"), row.key
    shown = {command.text: command for command, _match in palette.model.shown}
    assert shown["Select all"].keys == window.acts["select_all"].shortcut().toString()
    assert not shown["Undo"].possible
    assert shown["Open…"].possible


def test_esc_closes_and_gives_the_focus_back(window, palette, qtbot) -> None:
    QTest.keyClick(palette.field, Key.Key_Escape)
    assert not palette.isVisible()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas)


def test_the_same_keys_close_it_again(palette) -> None:
    QTest.keyClick(palette.field, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not palette.isVisible()


def test_a_click_beside_it_closes_it(palette, qtbot) -> None:
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(5, palette.height() - 5))
    assert not palette.isVisible()


def test_typing_finds_and_enter_does(window, palette) -> None:
    window.canvas.zoom_in()
    before = window.canvas.camera.zoom
    QTest.keyClicks(palette.field, "zo in")
    assert chosen(palette) == "Zoom in"
    QTest.keyClick(palette.field, Key.Key_Return)
    assert window.canvas.camera.zoom > before
    assert not palette.isVisible()


def test_arrows_go_round(palette) -> None:
    QTest.keyClicks(palette.field, "zoom")
    assert chosen(palette) == "Zoom in"
    QTest.keyClick(palette.field, Key.Key_Down)
    assert chosen(palette) == "Zoom out"
    QTest.keyClick(palette.field, Key.Key_Up)
    QTest.keyClick(palette.field, Key.Key_Up)
    assert chosen(palette) == texts(palette)[-1]
    QTest.keyClick(palette.field, Key.Key_PageUp)
    assert chosen(palette) == "Zoom in"
    QTest.keyClick(palette.field, Key.Key_Tab)
    assert chosen(palette) == "Zoom out"


def test_a_click_does_it(window, palette, qtbot) -> None:
    QTest.keyClicks(palette.field, "theme light")
    place = palette.list.visualRect(palette.list.currentIndex()).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.appearance.mode == "light"
    assert not palette.isVisible()


def test_what_is_not_possible_cannot_be_done(window, palette) -> None:
    document = window.session.document
    QTest.keyClicks(palette.field, "redo")
    assert texts(palette)[-1] == "Redo" or "Redo" in texts(palette)
    assert chosen(palette) != "Redo"
    QTest.keyClicks(palette.field, "qqq")
    assert texts(palette) == []
    assert palette.nothing.isVisible()
    QTest.keyClick(palette.field, Key.Key_Down)
    QTest.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()
    assert window.session.document is document


def test_it_learns_what_becomes_possible_while_it_is_open(window, palette) -> None:
    QTest.keyClicks(palette.field, "undo")
    assert chosen(palette) is None
    window.session.do(AddLayer("input", (0.0, 0.0)))
    assert chosen(palette) == "Undo: Add Input"
    QTest.keyClick(palette.field, Key.Key_Return)
    assert not window.session.document.network.layers


def test_go_to_a_layer(window, palette, qtbot) -> None:
    QTest.keyClick(palette.field, Key.Key_Escape)
    window.session.do(AddLayer("input", (0.0, 0.0)))
    window.session.do(AddLayer("hidden", (9000.0, 4000.0), "Éva"))
    layer = max(window.session.document.network.layers)
    window.show_workspace("data")
    palette.come()
    QTest.keyClicks(palette.field, "gt eva")
    QTest.keyClick(palette.field, Key.Key_Enter)
    assert window.workspace == "build"
    assert window.selection.layers == {layer}
    inside = window.canvas.camera.rect_to_view(window.canvas.scene.layers[layer].rect)
    assert window.canvas.viewport().rect().contains(inside.center().toPoint())
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas)


def test_use_a_data_set(window, palette, qtbot) -> None:
    QTest.keyClicks(palette.field, "wine")
    assert chosen(palette) == "Use data set Wine"
    QTest.keyClick(palette.field, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.dataset is not None)
    assert len(window.session.table.columns[0].values) == 178
    assert window.workspace == "build"


def test_the_screen_reader_hears_what_is_chosen(palette) -> None:
    QTest.keyClicks(palette.field, "select all")
    assert palette.field.accessibleName() == "Search commands"
    QTest.keyClick(palette.field, Key.Key_Backspace)
    QTest.keyClicks(palette.field, "l")
    heard = palette.field.accessibleDescription()
    assert heard.endswith("1 found")
    index = palette.model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Select all, Edit, Ctrl+A, not possible now"


def test_it_fits_any_window(window, palette) -> None:
    for size in ((800, 500), (1600, 1000)):
        window.resize(*size)
        assert palette.size() == window.size()
        assert palette.rect().contains(palette._card.geometry())

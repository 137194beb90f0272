"""Tidying, aligning, grouping and figures from keys, menus and the command palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from nnstudio.document.edits import AddLayer, Connect
from nnstudio.ui.commands import commands

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def drawn(window):
    session = window.session
    for kind, place in (("input", (0.0, 0.0)), ("hidden", (24.0, 300.0)), ("output", (-240.0, 600.0))):
        session.do(AddLayer(kind, place))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    window.canvas.setFocus()
    return window


def test_keys_tidy_group_and_ungroup(drawn) -> None:
    document = drawn.session.document
    QTest.keyClick(drawn.canvas, Qt.Key.Key_L, CTRL | SHIFT)
    layout = drawn.session.document.layout
    assert layout[1][0] < layout[2][0] < layout[3][0]
    drawn.session.undo()
    assert drawn.session.document is document
    drawn.selection.select({1, 2})
    QTest.keyClick(drawn.canvas, Qt.Key.Key_G, CTRL)
    assert [set(group.layers) for group in drawn.session.document.groups.values()] == [{1, 2}]
    QTest.keyClick(drawn.canvas, Qt.Key.Key_G, CTRL | SHIFT)
    assert not drawn.session.document.groups


def test_aligning_is_in_a_menu_and_the_palette_and_possible_only_where_it_makes_sense(drawn) -> None:
    menu = next(menu for menu in drawn.menus.menus["edit"].findChildren(QMenu) if menu.title() == "Arrange")
    assert [action.text() for action in menu.actions()] == [
        "Align left edges",
        "Align centres",
        "Align right edges",
        "Align upper edges",
        "Align middles",
        "Align lower edges",
        "Distribute across",
        "Distribute down",
    ]
    offered = {command.text: command for command in commands(drawn)}
    assert not any(offered[action.text()].possible for action in menu.actions())
    drawn.selection.select({1, 2})
    assert drawn.acts["align_left"].isEnabled()
    assert not drawn.acts["distribute_vertical"].isEnabled()
    drawn.acts["align_middle"].trigger()
    assert drawn.session.document.layout[1][1] == drawn.session.document.layout[2][1] == 150.0
    assert str(drawn.session.history.undo_name) == "Align 2 layers"
    drawn.selection.select({1, 2, 3})
    assert drawn.acts["distribute_vertical"].isEnabled()
    offered = {command.text: command for command in commands(drawn)}
    assert offered["Distribute across"].possible
    offered["Distribute across"].run()
    xs = sorted(x for x, _ in drawn.session.document.layout.values())
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1])


def test_a_network_without_layers_has_no_figure(window) -> None:
    assert not window.acts["export_figure"].isEnabled()


def test_a_note_is_written_with_the_key_n(drawn) -> None:
    QTest.keyClick(drawn.canvas, Qt.Key.Key_N)
    editor = drawn.canvas.note_editor
    QTest.keyClicks(editor, "n for note")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert [note.text for note in drawn.session.document.notes.values()] == ["n for note"]
    assert drawn.acts["delete"].isEnabled()
    drawn.acts["delete"].trigger()
    assert not drawn.session.document.notes

"""The figure of the network: seen before it is saved, with what can be chosen of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from nnstudio.document.edits import AddLayer, AddNote, Connect, RenameLayer
from nnstudio.exports import FIGURES, Style, figure_bytes
from nnstudio.exports.ink import DARK
from nnstudio.ui.figure_window import FigureWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(window, qtbot) -> FigureWindow:
    """The window of the figure of 4-8-3 with a note."""
    session = window.session
    for kind, x, size in (("input", 0.0, 4), ("hidden", 264.0, 8), ("output", 528.0, 3)):
        session.do(AddLayer(kind, (x, 0.0), size=size))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.do(AddNote("Here", (0.0, 300.0, 160.0, 60.0)))
    window.acts.refresh()
    window.acts["export_figure"].trigger()
    found = window.findChild(FigureWindow)
    assert found is not None
    qtbot.waitUntil(lambda: bool(found.size_words.text()), timeout=20_000)
    return found


def press(qtbot, opened: FigureWindow, switch) -> None:
    """Click a switch and wait for the preview."""
    before = opened.preview.grab().toImage()
    QTest.mouseClick(switch, LEFT)
    qtbot.waitUntil(lambda: opened.preview.grab().toImage() != before, timeout=20_000)


def paper(opened: FigureWindow) -> QColor:
    """The colour of the sheet, near its middle's upper edge."""
    picture = opened.preview.grab().toImage()
    size = opened.preview._picture.defaultSize().toSizeF()
    size.scale(opened.preview.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
    top = (opened.preview.height() - size.height()) / 2
    return picture.pixelColor(round(opened.preview.width() / 2), round(top + 4))


@pytest.mark.parametrize("suffix", FIGURES)
def test_the_window_writes_the_figure_that_terminal_and_python_write(
    opened, window, person, tmp_path, suffix, qtbot
) -> None:
    person.path = tmp_path / f"figure{suffix}"
    QTest.mouseClick(opened.save_button, LEFT)
    qtbot.waitUntil(lambda: "figure" in window.notices.words.text(), timeout=20_000)
    assert person.path.read_bytes() == figure_bytes(window.session.document, suffix)
    assert [wish.filters for wish in person.wishes] == [("SVG (*.svg)", "PDF (*.pdf)", "PNG (*.png)")]


def test_a_figure_that_cannot_be_written_is_told(opened, window, person, tmp_path, qtbot) -> None:
    person.path = tmp_path / "nowhere" / "figure.svg"
    QTest.mouseClick(opened.save_button, LEFT)
    qtbot.waitUntil(lambda: "There is no folder" in window.notices.words.text(), timeout=20_000)
    assert not list(tmp_path.glob("**/*.svg"))


def test_what_is_chosen_is_seen_and_written(opened, window, person, tmp_path, qtbot) -> None:
    assert paper(opened) == QColor("#ffffff")
    press(qtbot, opened, opened.dark)
    assert paper(opened) == QColor(DARK.paper)
    press(qtbot, opened, opened.legend)
    press(qtbot, opened, opened.notes)
    QTest.mouseClick(opened.labels, LEFT)
    opened.width_field.setFocus()
    QTest.keyClicks(opened.width_field, "85mm")
    QTest.keyClick(opened.width_field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: opened.size_words.text().startswith("85 ×"), timeout=20_000)
    person.path = tmp_path / "figure.svg"
    QTest.mouseClick(opened.save_button, LEFT)
    qtbot.waitUntil(person.path.exists, timeout=20_000)
    style = Style(True, False, False, False, "85mm")
    assert person.path.read_bytes() == figure_bytes(window.session.document, ".svg", style)
    opened.close()
    window.acts["export_figure"].trigger()  # the same again, for the next figure
    again = [found for found in window.findChildren(FigureWindow) if found.isVisible()]
    assert [found.style_now for found in again] == [style]


def test_a_width_that_cannot_be_is_told_beside_its_field(opened, window, person, tmp_path) -> None:
    person.path = tmp_path / "figure.svg"
    opened.width_field.setFocus()
    QTest.keyClicks(opened.width_field, "85")
    QTest.mouseClick(opened.save_button, LEFT)
    assert '"85mm"' in opened.width_field.problem
    assert not person.wishes


def test_the_preview_follows_the_network(opened, window, qtbot) -> None:
    window.session.do(RenameLayer(2, "Brain"))
    qtbot.waitUntil(lambda: "Brain" in opened.preview.accessibleDescription(), timeout=20_000)


def test_pixels_are_told_as_pixels(opened, qtbot) -> None:
    opened.width_field.setFocus()
    QTest.keyClicks(opened.width_field, "1600px")
    QTest.keyClick(opened.width_field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: opened.size_words.text().startswith("1600 ×"), timeout=20_000)
    assert opened.size_words.text().endswith("pixels")

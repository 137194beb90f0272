"""Small parts of the window by themselves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QPushButton

from nnstudio.assets import asset
from nnstudio.document import Document, Part, Source
from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer
from nnstudio.ui.app import load_language
from nnstudio.ui.icons import icon, pixmap, set_icon
from nnstudio.ui.settings import open_settings, texts
from nnstudio.ui.status import network_text, short_number
from nnstudio.ui.stylesheet import style_sheet
from nnstudio.ui.theme import DARK, LIGHT, theme
from nnstudio.ui.transport import clock_text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (0.2, "0:01"), (3, "0:03"), (760, "12:40"), (3723, "1:02:03")]
)
def test_clock_text(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (940, "940"), (12_300, "12 k"), (1_930_000, "1.9 M"), (3.2e9, "3.2 G")]
)
def test_short_number(value: float, text: str) -> None:
    assert short_number(value) == text


def test_network_text_of_a_network_that_is_no_chain() -> None:
    document = Document()
    for x in range(3):
        document = AddLayer("hidden", (x * 200.0, 0.0)).apply(document)
    for pair in ((1, 2), (2, 3), (1, 3)):
        document = Connect(*pair).apply(document)
    assert network_text(document).startswith("3 layers")
    assert network_text(Document()) == ""


def test_every_icon_draws_in_the_asked_colour(qapp) -> None:
    for path in asset("icons").glob("*.svg"):
        if path.stem == "nnstudio":
            continue
        picture = pixmap(path.stem, "#3f63e0", 24).toImage()
        inked = [
            picture.pixelColor(x, y) for x in range(24) for y in range(24) if picture.pixelColor(x, y).alphaF() > 0.6
        ]
        assert inked, path.stem
        assert all(abs(color.hue() - QColor("#3f63e0").hue()) < 12 for color in inked), path.stem


def test_icons_follow_the_theme(qtbot) -> None:
    button = QPushButton()
    before = theme.name
    try:
        theme.use("dark")
        set_icon(button, "save")
        dark = button.icon().pixmap(QSize(18, 18)).toImage()
        theme.use("light")
        light = button.icon().pixmap(QSize(18, 18)).toImage()
        assert dark != light
        assert icon("save").cacheKey() == button.icon().cacheKey()
    finally:
        theme.use(before)
    button.deleteLater()


def test_style_sheet_names_files_that_exist(qapp) -> None:
    import re
    from pathlib import Path

    for name, colors in (("dark", DARK), ("light", LIGHT)):
        sheet = style_sheet(name, colors)
        assert "$" not in sheet
        files = re.findall(r'url\("([^"]+)"\)', sheet)
        assert files
        for file in files:
            assert Path(file).is_file(), file
            assert not QPixmap(file).isNull(), file


def test_settings_give_back_lists_of_any_length(tmp_path) -> None:
    path = tmp_path / "window.ini"
    for wanted in ([], ["one"], ["one", "two, and a comma"]):
        settings = open_settings(path)
        settings.setValue("files/recent", wanted)
        settings.sync()
        assert texts(open_settings(path), "files/recent") == wanted


def test_a_language_that_is_not_shipped_falls_back_to_english(qapp) -> None:
    assert not load_language(qapp, QLocale("is_IS"))


def test_a_long_problem_takes_two_lines_where_the_window_is_narrow(window, qtbot) -> None:
    session, bar = window.session, window.problems
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(ReshapeLayer(1, (8, 8, 1)))
    session.do(AddLayer("hidden", (264.0, 0.0)))
    session.do(ReshapeLayer(2, (5, 5, 2)))
    session.do(Connect(1, 2, Part("convolution")))
    bar.more.click()
    row = next(row for row in bar.rows if row.problem.where.kind == "synapses")
    sentence = str(row.problem.message)
    qtbot.waitUntil(lambda: row.words.lines == 2)
    assert row.words.toolTip() == sentence
    assert "\n" in row.words.text()
    assert row.height() > next(other for other in bar.rows if other.words.lines == 1).height()
    shown = row.words.text().replace("\n", " ")
    assert shown == sentence or (shown.endswith("…") and len(shown) > 100)
    window.resize(3000, 900)
    qtbot.waitUntil(lambda: row.words.lines == 1)
    assert row.words.text() == sentence


def test_problems_select_fix_and_fold(window, qtbot) -> None:
    session, bar = window.session, window.problems
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(AddLayer("output", (264.0, 0.0)))
    assert bar.isVisible()
    assert [row.isVisible() for row in bar.rows].count(True) == 1
    bar.more.click()
    assert all(row.isVisible() for row in bar.rows)
    row = next(row for row in bar.rows if row.problem.where.kind == "layer")
    row.words.click()
    assert window.selection.layers == {row.problem.where.id}
    row.fix.click()
    assert session.document.network.synapses
    assert session.history.can_undo
    session.choose_data(Source("generator", "xor"))
    qtbot.waitUntil(lambda: not bar.isVisible() or session.problems != ())
    assert bar.isVisible() == bool(session.problems)

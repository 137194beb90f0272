"""The number field with real keys, mouse and wheel, in several locales."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnstudio.document import StudioError
from nnstudio.ui.widgets.number_field import NumberField, ScrubLabel
from nnstudio.ui.widgets.numbers import count_text, decimals_for, fixed, number_text, read_number, signed


@pytest.fixture(params=["C", "de_DE", "fr_FR"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale.c() if request.param == "C" else QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

READ = [
    ("0.25", 0.25),
    ("0,25", 0.25),
    ("1e-3", 1e-3),
    ("1E3", 1000.0),
    ("\u22120.5", -0.5),
    ("-0,5", -0.5),
    ("+.5", 0.5),
    (",5", 0.5),
    ("5.", 5.0),
    ("  7 ", 7.0),
    ("10\u2009000", 10000.0),
    ("10\u202f000,5", 10000.5),
    ("1e\u22123", 1e-3),
    ("1.234,5", 1234.5),
    ("1,234.5", 1234.5),
    ("1'000", 1000.0),
    ("\u2212 2", -2.0),
    ("2,5e-1", 0.25),
    ("0", 0.0),
    ("3·10^-2", 0.03),
    ("1/4", 0.25),
    ("\u22121 / 8", -0.125),
    ("0,5/2", 0.25),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_reads_every_way_to_write_a_number(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "1e999",
        "abc",
        "1,2,3",
        "1.2.3",
        "0x10",
        "1 e",
        "--1",
        "1e",
        "1/0",
        "1/",
        "1/2/3",
        "a/b",
    ],
)
def test_refuses_what_is_not_a_finite_number_in_one_sentence(text: str) -> None:
    with pytest.raises(StudioError) as caught:
        read_number(text)
    assert str(caught.value).endswith(".")


def test_writing_numbers() -> None:
    assert number_text(-0.5) == "\u22120.5"
    assert number_text(1e-8) == "1e\u22128"
    assert number_text(300.0) == "300"
    assert number_text(0.1 + 0.2) == "0.3"
    assert signed(0.344) == "+0.34"
    assert signed(-0.09) == "\u22120.09"
    assert signed(0.0) == "0.00"
    assert fixed(-0.0001) == "0.00"
    assert count_text(12345) == "12\u2009345"
    assert decimals_for([1.26, -0.2]) == 2
    assert decimals_for([0.004]) == 5


@pytest.mark.parametrize("value", [0.25, -0.5, 1e-8, 123456.0, 1e15, 3.0e-5, -1e20])
def test_what_is_written_can_be_read(value: float) -> None:
    assert read_number(number_text(value)) == value


def shown(qtbot: QtBot, field: NumberField) -> tuple[NumberField, QLineEdit, list[object]]:
    """The field in a window beside another line, and the list of what it commits."""
    window = QWidget()
    layout = QHBoxLayout(window)
    other = QLineEdit()
    layout.addWidget(ScrubLabel("rate", field))
    layout.addWidget(field)
    layout.addWidget(other)
    qtbot.addWidget(window)
    window.resize(400, 60)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    seen: list[object] = []
    field.value_committed.connect(seen.append)
    qtbot.kept_window = window  # type: ignore[attr-defined]  # Qt would delete it with the last reference
    return field, other, seen


def type_over(field: NumberField, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


@pytest.mark.parametrize("text", ["0.25", "0,25", "2.5e-1", "+.25"])
def test_enter_commits_in_every_locale(qtbot: QtBot, locale: str, text: str) -> None:
    field, _, seen = shown(qtbot, NumberField(1.0))
    type_over(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == [0.25]
    assert field.text() == "0.25"
    assert field.value == 0.25


def test_tab_commits_and_moves_on(qtbot: QtBot, locale: str) -> None:
    field, other, seen = shown(qtbot, NumberField(1.0))
    type_over(field, "3,5")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert seen == [3.5]
    assert other.hasFocus()


def test_unchanged_text_commits_nothing_and_keeps_full_precision(qtbot: QtBot) -> None:
    field, other, seen = shown(qtbot, NumberField(1 / 3))
    other.setFocus()
    assert seen == []
    assert field.value == 1 / 3


def test_escape_restores(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(1.5))
    type_over(field, "99")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "1.5"
    assert seen == []


@pytest.mark.parametrize("text", ["nan", "inf", "abc", "1.2.3", ""])
def test_bad_text_keeps_the_focus_and_says_why(qtbot: QtBot, locale: str, text: str) -> None:
    field, other, seen = shown(qtbot, NumberField(1.5))
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert field.problem.endswith(".")
    assert field.toolTip() == field.problem
    assert field.property("invalid") is True
    other.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(field.hasFocus)
    assert seen == []
    assert field.value == 1.5
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.problem == ""
    assert field.text() == "1.5"


def test_limits_are_said_in_the_sentence(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(1, integer=True, minimum=1, maximum=64))
    type_over(field, "65")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "1 to 64" in field.problem
    type_over(field, "2.5")
    assert field.problem == ""
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "whole number" in field.problem
    type_over(field, "1e1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == [10]
    assert isinstance(seen[0], int)


def test_arrows_move_a_learning_rate_through_nice_numbers(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(0.01, minimum=0.0, steps="decades"))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(field, key)
    assert seen == [0.02, 0.05, 0.1, 0.05, 0.02]
    QTest.keyClick(field, Qt.Key.Key_PageDown)
    assert seen[-1] == 0.002
    assert field.merge_key is not None


def test_arrows_double_a_batch_and_stay_in_range(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(24, integer=True, minimum=1, maximum=64, steps="doubling"))
    for _ in range(4):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert seen == [32, 64]


def test_linear_arrows_do_not_collect_rounding_errors(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(0.0))
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert seen == [0.1, 0.2, 0.3]


def wheel(field: NumberField, delta: int) -> None:
    center = QPointF(field.rect().center())
    event = QWheelEvent(
        center,
        QPointF(field.mapToGlobal(field.rect().center())),
        QPoint(0, 0),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)


def test_the_wheel_steps_only_with_the_focus(qtbot: QtBot) -> None:
    field, other, seen = shown(qtbot, NumberField(1.0))
    wheel(field, 120)
    assert seen == [1.1]
    other.setFocus()
    wheel(field, 120)
    assert seen == [1.1]


def test_dragging_the_label_changes_the_number_under_one_merge_key(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(1.0))
    keys: list[str | None] = []
    field.value_committed.connect(lambda _value: keys.append(field.merge_key))
    label = field.window().findChild(ScrubLabel)
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    for x in (9, 15, 25):
        QTest.mouseMove(label, QPoint(x, 5))
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(25, 5))
    assert seen[-1] == 1.5
    assert len(set(keys)) == 1
    assert keys[0] is not None
    assert field.merge_key is None


def test_a_value_from_outside_does_not_disturb_typing(qtbot: QtBot) -> None:
    field, _, seen = shown(qtbot, NumberField(1.0))
    type_over(field, "4")
    field.set_value(2.0)
    assert field.text() == "4"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "2"
    assert seen == []


def test_a_refusal_from_above_is_shown_like_a_bad_number(qtbot: QtBot) -> None:
    field, _, _ = shown(qtbot, NumberField(1.0))
    problems: list[str] = []
    field.problem_changed.connect(problems.append)
    field.refuse("That does not fit.")
    type_over(field, "2")
    assert problems == ["That does not fit.", ""]


def test_several_values_show_an_empty_field_that_can_be_left(qtbot: QtBot) -> None:
    field, other, seen = shown(qtbot, NumberField(None))
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert other.hasFocus()
    assert seen == []

"""Combo, switch and form rows with real keys and clicks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnstudio import catalog
from nnstudio.catalog.entry import Setting
from nnstudio.document import Part, StudioError
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.commit_line import TextField
from nnstudio.ui.widgets.form import Form, attempt
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.settings_form import SettingsForm, steps_of
from nnstudio.ui.widgets.switch import Switch

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def shown(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    """The widgets in a window."""
    window = QWidget()
    box = QVBoxLayout(window)
    for widget in widgets:
        box.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_a_combo_tells_what_a_person_picks_and_nothing_else(qtbot: QtBot) -> None:
    combo = Combo()
    combo.set_entries(catalog.activations)
    seen: list[str] = []
    combo.chosen.connect(seen.append)
    window = shown(qtbot, combo)
    combo.set_key("tanh")
    assert seen == []
    assert combo.currentText() == "Tanh"
    combo.setFocus()
    first = combo.keys[0]
    QTest.keyClick(combo, Qt.Key.Key_Home)
    assert seen == [first]
    combo.set_key("no such thing")
    assert combo.currentIndex() == -1
    assert window.isVisible()


def test_the_popup_shows_formulas_and_a_row_can_be_clicked(qtbot: QtBot) -> None:
    combo = Combo()
    combo.set_entries(catalog.activations, lambda key: "It does not fit." if key == "softmax" else "")
    window = shown(qtbot, combo)
    combo.set_key("relu")
    combo.showPopup()
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    row = combo.keys.index("softmax")
    index = combo.model().index(row, 0)
    assert "It does not fit." in index.data(Qt.ItemDataRole.ToolTipRole)
    assert view.grab().width() > 200
    QTest.mouseMove(view.viewport(), view.visualRect(index).center())
    QTest.keyClick(view, Qt.Key.Key_Escape)
    combo.hidePopup()
    assert combo.key == "relu"
    assert window.isVisible()


def test_scrolling_past_a_combo_changes_nothing(qtbot: QtBot) -> None:
    combo, other = Combo(), QLineEdit()
    combo.set_choices((("a", "A", "", ""), ("b", "B", "", "")))
    combo.set_key("a")
    window = shown(qtbot, combo, other)
    other.setFocus()
    place = QPointF(combo.rect().center())
    event = QWheelEvent(
        place,
        QPointF(combo.mapToGlobal(combo.rect().center())),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, event)
    assert combo.key == "a"
    assert window.isVisible()


def test_a_switch_by_mouse_and_space(qtbot: QtBot) -> None:
    switch = Switch()
    seen: list[bool] = []
    switch.switched.connect(seen.append)
    window = shown(qtbot, switch)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    QTest.keyClick(switch, Qt.Key.Key_Space)
    switch.set_on(True)
    assert seen == [True, False]
    assert switch.isChecked()
    assert window.isVisible()


def test_a_text_field_commits_strips_and_is_refused(qtbot: QtBot) -> None:
    field, other = TextField("old"), QLineEdit()
    seen: list[str] = []
    field.text_committed.connect(seen.append)
    window = shown(qtbot, field, other)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, " new ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == ["new"]
    assert field.text() == "new"
    field.text_committed.connect(lambda _text: field.refuse("Taken."))
    field.selectAll()
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert field.text() == "x"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "new"
    assert window.isVisible()


def test_settings_are_generated_by_kind(qtbot: QtBot) -> None:
    changes: list[Part] = []
    form = SettingsForm(lambda part, _row, _merge: changes.append(part), "t")
    entry = catalog.Entry(
        key="made",
        label="Made",
        summary="For this test.",
        settings=(
            Setting("rate", "Rate", 0.01, minimum=0.0),
            Setting("count", "Count", 3, "integer", 1, 9),
            Setting("on", "On", True, "switch"),
            Setting("way", "Way", "left", "choice", choices=("left", "right")),
        ),
    )
    form.show_part(Part.of("made", count=5), entry)
    window = shown(qtbot, form)
    count = form.rows["count"].control
    assert isinstance(count, NumberField)
    assert count.value == 5
    count.setFocus()
    count.selectAll()
    QTest.keyClicks(count, "12")
    QTest.keyClick(count, Qt.Key.Key_Return)
    assert "1 to 9" in form.rows["count"].problem
    QTest.keyClick(count, Qt.Key.Key_Escape)
    assert form.rows["count"].problem == ""
    QTest.mouseClick(form.rows["on"].control, Qt.MouseButton.LeftButton)
    QTest.keyClick(form.rows["way"].control, Qt.Key.Key_Down)
    assert changes == [Part.of("made", count=5, on=False), Part.of("made", count=5, way="right")]
    assert window.isVisible()


@pytest.mark.parametrize("key", list(catalog.optimizers))
def test_every_optimizer_has_a_form_and_its_rate_moves_through_powers_of_ten(qtbot: QtBot, key: str) -> None:
    form = SettingsForm(lambda *_: None, "optimizer")
    qtbot.addWidget(form)
    form.show_part(Part(key), catalog.optimizers[key])
    assert list(form.rows) == [setting.name for setting in catalog.optimizers[key].settings]
    assert steps_of(catalog.optimizers[key].settings[0]) == "decades"


def test_what_is_refused_is_said_and_other_faults_are_not_hidden(qtbot: QtBot) -> None:
    said: list[str] = []

    def refused() -> None:
        raise StudioError("No {thing}.", thing="luck")

    def broken() -> None:
        raise RuntimeError("fault")

    assert not attempt(refused, said.append)
    assert said == ["No luck."]
    with pytest.raises(RuntimeError):
        attempt(broken, said.append)
    form = Form()
    qtbot.addWidget(form)
    row = form.add("a", "A", NumberField(1.0))
    row.show_problem("Wrong.")
    assert row.problem == "Wrong."

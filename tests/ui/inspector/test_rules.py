"""Schedules, bounds, stop rules and penalties in the inspector, with real keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.document import Part, Source, Stop
from nnstudio.document.edits import SetTraining
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.switch import Switch
from tests.ui.inspector.test_inspector import Studio

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    made.panel.resize(340, 2200)
    yield made
    made.clock.stop()
    made.session.close()


def click(studio: Studio, name: str) -> None:
    switch = studio.panel.findChild(Switch, name)
    assert switch is not None
    assert switch.isVisible()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("name", "text", "read", "value"),
    [
        ("training.accumulate", "4", lambda t: t.accumulate, 4),
        ("training.clip_norm", "1,5", lambda t: t.clip_norm, 1.5),
        ("training.clip_value", "0.2", lambda t: t.clip_value, 0.2),
        ("stop.patience", "12", lambda t: t.stop, Stop(patience=12)),
        ("stop.seconds", "30", lambda t: t.stop, Stop(seconds=30.0)),
    ],
)
def test_a_rule_is_one_undoable_step(studio: Studio, name: str, text: str, read: object, value: float) -> None:
    assert callable(read)
    before = studio.session.document.training
    steps = studio.session.history.index
    field = studio.type(name, text)
    assert read(studio.session.document.training) == value
    assert studio.session.history.index == steps + 1
    studio.session.undo()
    assert studio.session.document.training == before
    assert field.value == (1 if name == "training.accumulate" else 0)
    studio.session.redo()
    if name != "training.accumulate":
        studio.type(name, "0")
        assert studio.session.document.training == before


def test_a_schedule_brings_its_own_settings(studio: Studio) -> None:
    studio.pick("training.schedule", "cosine")
    assert studio.session.document.training.schedule == Part("cosine")
    studio.type("schedule.end", "0.1")
    assert studio.session.document.training.schedule == Part.of("cosine", end=0.1)
    studio.pick("schedule.unit", "update")
    assert studio.session.document.training.schedule == Part.of("cosine", end=0.1, unit="update")
    studio.pick("training.schedule", "constant")
    assert studio.session.document.training.schedule is None
    field = studio.panel.findChild(NumberField, "schedule.warm_up")
    assert field is None or not field.isVisible()


def test_a_target_is_asked_for_where_it_is_wanted(studio: Studio) -> None:
    target = studio.field("stop.target")
    assert not target.isVisible()
    click(studio, "stop.aims")
    assert studio.session.document.training.stop.target == 0.1
    assert target.isVisible()
    studio.pick("stop.monitor", "val_accuracy")
    studio.type("stop.target", "0.97")
    assert studio.session.document.training.stop == Stop("val_accuracy", 0.97)
    click(studio, "stop.aims")
    assert studio.session.document.training.stop == Stop("val_accuracy")
    assert not target.isVisible()


def test_patience_asks_what_counts_as_better(studio: Studio) -> None:
    gain = studio.field("stop.least_change")
    assert not gain.isVisible()
    studio.type("stop.patience", "5")
    assert gain.isVisible()
    studio.type("stop.least_change", "0.001")
    click(studio, "stop.restore_best")
    assert studio.session.document.training.stop == Stop(patience=5, least_change=0.001, restore_best=False)


def test_penalties_of_a_bundle(studio: Studio) -> None:
    bundle = next(iter(studio.session.document.network.synapses))
    studio.selection.select(synapses=[bundle])
    steps = studio.session.history.index
    studio.type("synapses.l1", "0.01")
    studio.type("synapses.l2", "0,002")
    found = studio.session.document.network.synapses[bundle]
    assert (found.l1, found.l2) == (0.01, 0.002)
    assert studio.session.history.index == steps + 2
    field = studio.type("synapses.l1", "-1")
    assert field.problem.endswith(".")
    assert studio.session.document.network.synapses[bundle].l1 == 0.01


def test_classes_may_count_alike(studio: Studio) -> None:
    combo = studio.combo("training.class_weight")
    assert not combo.isVisible()
    studio.session.choose_data(Source("bundled", "iris"))
    assert combo.isVisible()
    studio.pick("training.class_weight", "balanced")
    assert studio.session.document.training.class_weight == "balanced"
    studio.pick("training.class_weight", "")
    assert studio.session.document.training.class_weight is None
    studio.session.do(SetTraining((("class_weight", ((0, 2.0),)),)))
    assert combo.key == "own"


def test_an_optimizer_of_whole_batches_says_what_becomes_of_the_batch_size(studio: Studio) -> None:
    page = studio.panel.network_page
    assert page.whole.isHidden()
    studio.pick("training.optimizer", "lbfgs")
    assert page.whole.isVisible()
    assert "whatever the batch size" in page.whole.text()
    studio.type("optimizer.history_size", "12")
    assert studio.session.document.training.optimizer == Part.of("lbfgs", history_size=12)
    studio.pick("training.optimizer", "adam")
    assert page.whole.isHidden()

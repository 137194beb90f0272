"""Normalization, dropout and PReLU in the inspector: rows, named steps, and a worked equation that adds up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.document import Part, Source
from nnstudio.document.edits import SetActivation, SetDropout, SetFrozenOwn, SetNormalization, SetOwn
from nnstudio.engine import forward
from nnstudio.session import Session
from nnstudio.ui.canvas.look import beside
from nnstudio.ui.inspector.equation import equation
from nnstudio.ui.inspector.equation_rows import output_name, rows_of
from nnstudio.ui.inspector.equation_table import EquationTable
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import NeuronRef, Selection
from nnstudio.ui.text import message_text
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.switch import Switch
from tests.ui.inspector.test_equation import built, total
from tests.ui.inspector.test_inspector import Studio

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    yield made
    made.clock.stop()
    made.session.close()


def last_step(session: Session) -> str:
    name = session.history.undo_name
    assert name is not None
    return message_text(name)


def test_a_normalization_is_picked_set_and_undone(studio: Studio, qtbot: QtBot) -> None:
    studio.selection.select(layers={2})
    document = studio.session.document
    studio.pick("layer.normalization", "batch")
    assert studio.session.document.network.layers[2].normalization == Part("batch")
    assert (2, "gain") in studio.session.document.parameters.own
    assert "takes the mean away" in studio.panel.findChild(Switch, "layer.bias").toolTip()
    assert last_step(studio.session) == "Use batch normalization"
    studio.type("normalization.momentum", "0.3")
    assert studio.session.document.network.layers[2].normalization == Part.of("batch", momentum=0.3)
    studio.pick("layer.normalization", "layer")
    assert last_step(studio.session) == "Use layer normalization"
    qtbot.waitUntil(lambda: studio.panel.findChild(NumberField, "normalization.momentum") is None)
    studio.pick("layer.normalization", "none")
    assert last_step(studio.session) == "Remove the normalization"
    assert not studio.session.document.parameters.own
    for _ in range(5):  # the way up from "layer" to "none" led over "batch"
        studio.session.undo()
    assert studio.session.document is document
    assert studio.combo("layer.normalization").key == "none"


def test_dropout_is_typed_and_a_share_that_cannot_be_is_refused(studio: Studio) -> None:
    studio.selection.select(layers={2})
    field = studio.type("layer.dropout", "0,25")
    assert studio.session.document.network.layers[2].dropout == 0.25
    assert last_step(studio.session) == "Drop 25 % of neurons"
    steps = studio.session.history.index
    studio.type("layer.dropout", "1.5")
    assert studio.session.document.network.layers[2].dropout == 0.25
    assert studio.session.history.index == steps
    QTest.keyClick(field, Qt.Key.Key_Escape)
    studio.session.undo()
    assert studio.session.document.network.layers[2].dropout == 0.0
    assert field.value == 0.0


def test_inputs_are_not_normalized_and_outputs_not_dropped(studio: Studio) -> None:
    for layer, normalization, dropout in ((1, False, True), (2, True, True), (3, True, False)):
        studio.selection.select(layers={layer})
        assert studio.combo("layer.normalization").isVisible() == normalization
        assert studio.field("layer.dropout").isVisible() == dropout


@pytest.mark.parametrize("activation", ["tanh", "prelu", "softmax"])
@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_the_normalized_number_is_the_engines_and_adds_up(normalization: str, activation: str) -> None:
    session, selection = built("iris", activation), Selection()
    session.do(SetNormalization(2, Part(normalization)))
    session.do(SetDropout(2, 0.5))
    rng = np.random.default_rng(0)
    for (layer, name), values in session.document.parameters.own.items():
        for neuron in range(max(1, values.size)):
            session.do(SetOwn(layer, name, neuron, float(rng.uniform(0.3, 2.0))))
    for sample in (0, 7, 100):
        selection.show_sample(sample)
        reading = Reading.take(session, selection)
        assert session.dataset is not None
        document = session.document
        answer = forward(document.network, document.parameters, session.dataset.inputs[[sample]])[2]
        for neuron in range(5):
            found = equation(reading, NeuronRef(2, neuron))
            assert found.z is not None
            normal = found.normal
            assert normal is not None
            assert total(found) == pytest.approx(found.z, abs=1e-9)
            assert normal.n == answer.n[0, neuron]
            assert found.a == answer.a[0, neuron]
            assert normal.mean is not None
            assert normal.spread is not None
            hat = (found.z - normal.mean) / normal.spread
            assert normal.hat == pytest.approx(hat, rel=1e-12)
            assert hat * normal.gain.value + normal.shift.value == pytest.approx(normal.n, abs=1e-12)
            assert normal.running == (normalization == "batch")
            if found.slope is not None:
                n = normal.n
                assert found.a == pytest.approx(n if n > 0 else found.slope.value * n)
            if found.total is not None:
                assert found.a == pytest.approx(np.exp(normal.n) / found.total)
        layer = document.network.layers[2]
        rows = rows_of(found, layer)
        kinds = [row.kind for row in rows if row.kind not in ("header", "term", "bias")]
        after = {"tanh": ["a"], "prelu": ["own", "a"], "softmax": ["exp", "total", "a"]}[activation]
        assert kinds == ["z", "part", "part", "part", "own", "own", "n", *after, "note"]
        assert {"n", "ⁿ"} & set(output_name(layer).partition("=")[2])
        assert rows[-1].cells[0] == "while training: 0, or a · 2"
    session.close()


def test_a_gain_is_edited_frozen_and_undone_in_its_row(studio: Studio, qtbot: QtBot) -> None:
    session = studio.session
    session.choose_data(Source("bundled", "iris"))
    session.do(SetNormalization(2, Part("batch")))
    studio.selection.select_neuron(NeuronRef(2, 1))
    table = studio.panel.findChild(EquationTable)
    assert table is not None
    qtbot.waitUntil(lambda: any(row.own == "gain" for row in table.rows_model.rows))
    number = next(k for k, row in enumerate(table.rows_model.rows) if row.own == "gain")
    table.edit_row(number)
    field = table.field
    assert field is not None
    assert field.accessibleName() == "· gain"
    field.selectAll()
    QTest.keyClicks(field, "1.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.document.parameters.own[2, "gain"].tolist() == [1.0, 1.5, 1.0]
    assert last_step(session) == "Set gain of Hidden 1 2"
    table.setFocus()
    table.setCurrentIndex(table.rows_model.index(number, 0))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert session.document.parameters.frozen_own[2, "gain"].tolist() == [False, True, False]
    assert last_step(session) == "Freeze gain of Hidden 1 2"
    assert table.row(number).frozen
    session.undo()
    session.undo()
    assert session.document.parameters.own[2, "gain"].tolist() == [1.0, 1.0, 1.0]
    assert not session.document.parameters.frozen_own


def test_the_slope_of_prelu_is_shared_and_follows_its_setting_until_it_is_trained(studio: Studio) -> None:
    session = studio.session
    studio.selection.select(layers={2})
    studio.pick("layer.activation", "prelu")
    assert session.document.parameters.own[2, "slope"] == 0.25
    studio.type("activation.slope", "0.5")
    assert session.document.parameters.own[2, "slope"] == 0.5
    session.do(SetOwn(2, "slope", 2, 0.75))
    session.do(SetFrozenOwn(2, "slope", 0, True))
    assert session.document.parameters.own[2, "slope"] == 0.75
    assert session.document.parameters.frozen_own[2, "slope"].all()
    session.do(SetActivation(2, Part("relu")))
    assert not session.document.parameters.own
    assert not session.document.parameters.frozen_own


def test_a_card_says_it_in_a_few_signs(studio: Studio) -> None:
    session = studio.session
    assert not beside(session.document.network.layers[2])
    session.do(SetNormalization(2, Part("batch")))
    assert beside(session.document.network.layers[2]) == "BN"
    session.do(SetDropout(2, 0.3))
    assert beside(session.document.network.layers[2]) == "BN · drop 0.3"
    session.do(SetNormalization(2, Part("layer")))
    assert beside(session.document.network.layers[2]) == "LN · drop 0.3"

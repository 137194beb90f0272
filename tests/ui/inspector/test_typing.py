"""What is being typed belongs to what was selected when it was typed, whatever is selected next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.document.edits import Remove
from nnstudio.ui.selection import NeuronRef
from tests.ui.inspector.test_inspector import Studio

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    yield made
    made.clock.stop()
    made.session.close()


def begin(studio: Studio, text: str) -> None:
    """Type a name for the input layer, without confirming it."""
    studio.selection.select({1})
    name = studio.panel.layer_page.name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, text)


def names(studio: Studio) -> list[str]:
    return [layer.name for layer in studio.session.document.network.layers.values()]


def test_a_name_is_given_to_the_layer_for_which_it_was_typed(studio: Studio) -> None:
    begin(studio, "Pixels")
    studio.selection.select({2})
    name = studio.panel.layer_page.name
    assert names(studio) == ["Pixels", "Hidden 1", "Output"]
    assert name.text() == "Hidden 1"
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert names(studio) == ["Pixels", "Hidden 1", "Output"]
    studio.session.undo()
    assert names(studio) == ["Input", "Hidden 1", "Output"]


def test_a_name_that_is_refused_is_given_up_with_its_layer(studio: Studio) -> None:
    begin(studio, "Pixels")
    size = studio.field("layer.neurons")
    size.setFocus()  # takes the name
    size.selectAll()
    QTest.keyClicks(size, "0")
    before = studio.session.document
    studio.selection.select({3})
    assert studio.session.document is before
    assert (size.value, size.text(), size.problem) == (1, "1", "")


def test_a_name_for_a_layer_that_goes_is_given_up(studio: Studio, qtbot: QtBot) -> None:
    begin(studio, "Pixels")
    with qtbot.captureExceptions() as faults:
        studio.session.do(Remove(frozenset({1})))
    assert not faults
    assert names(studio) == ["Hidden 1", "Output"]
    assert not studio.panel.layer_page.name.problem


def test_a_weight_is_set_at_the_neuron_for_which_it_was_typed(studio: Studio) -> None:
    studio.selection.select_neuron(NeuronRef(2, 0))
    table = studio.panel.neuron_page.table
    table.edit_row(1)
    field = table.field
    assert field is not None
    field.selectAll()
    QTest.keyClicks(field, "0.75")
    before = studio.session.document.parameters.weights[4].copy()
    studio.selection.select_neuron(NeuronRef(2, 1))
    after = studio.session.document.parameters.weights[4]
    assert after[0, 0] == pytest.approx(0.75)
    assert after[0, 1:] == pytest.approx(before[0, 1:])


def test_one_weight_for_many_goes_to_those_for_which_it_was_typed(studio: Studio) -> None:
    first, second = np.zeros((2, 3), np.bool_), np.zeros((2, 3), np.bool_)
    first[0, 0], second[0, 1:] = True, True
    studio.selection.choose({4: first})
    weight = studio.panel.synapses_page.weight
    weight.setFocus()
    weight.selectAll()
    QTest.keyClicks(weight, "0.75")
    before = studio.session.document.parameters.weights[4].copy()
    studio.selection.choose({4: second})
    after = studio.session.document.parameters.weights[4]
    assert after[0, 0] == pytest.approx(0.75)
    assert after[0, 1:] == pytest.approx(before[0, 1:])


def test_one_bias_for_many_goes_to_those_that_are_left_of_them(studio: Studio) -> None:
    studio.selection.select_neurons({NeuronRef(2, 0), NeuronRef(2, 2), NeuronRef(3, 0)})
    bias = studio.panel.neurons_page.bias
    bias.setFocus()
    bias.selectAll()
    QTest.keyClicks(bias, "0.5")
    studio.session.do(Remove(frozenset({3})))
    assert studio.session.document.parameters.biases[2].tolist() == [0.5, 0.0, 0.5]

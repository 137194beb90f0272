"""What the menus on the canvas hold is in the Edit menu and the command palette too, and does the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document.edits import AddLayer, Connect, GroupLayers
from nnstudio.ui.commands import commands
from nnstudio.ui.selection import NeuronRef, SynapseRef

Key = Qt.Key


@pytest.fixture
def layers(window) -> list[int]:
    """2-3-1, and an output that is not wired."""
    session = window.session
    for kind, x, size in (("input", 0.0, 2), ("hidden", 264.0, 3), ("output", 528.0, 1)):
        session.do(AddLayer(kind, (x, 0.0), size=size))
    ids = list(session.document.network.layers)
    session.do(Connect(ids[0], ids[1]))
    session.do(Connect(ids[1], ids[2]))
    window.acts.refresh()
    return ids


def run(window, text: str) -> None:
    """Choose a command by its text."""
    (command,) = [command for command in commands(window) if command.text == text]
    assert command.possible, text
    command.run()


def possible(window, text: str) -> bool:
    (command,) = [command for command in commands(window) if command.text == text]
    return command.possible


@pytest.mark.parametrize(("text", "kind"), [("input", "input"), ("hidden", "hidden"), ("output", "output")])
def test_layers_are_added(window, layers, text, kind) -> None:
    article = "a" if kind == "hidden" else "an"
    run(window, f"Add {article} {text} layer")
    made = max(window.session.document.network.layers)
    assert window.session.document.network.layers[made].kind == kind
    assert window.selection.layers == {made}


def test_a_wire_is_begun_wherever_the_focus_is(window, layers, qtbot) -> None:
    window.session.do(AddLayer("output", (528.0, 300.0), size=2))
    made = max(window.session.document.network.layers)
    window.selection.select({layers[1]})
    window.activateWindow()
    window.show_panel("outline")
    window.acts["connect"].trigger()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas)
    gesture = window.canvas.gesture
    assert gesture is not None
    assert gesture.targets == {made}
    while gesture.chosen != made:
        QTest.keyClick(window.canvas, Key.Key_Right)
    QTest.keyClick(window.canvas, Key.Key_Return)
    assert [(s.source, s.target) for s in window.session.document.network.synapses.values()][-1] == (layers[1], made)


def test_no_wire_leaves_an_output(window, layers) -> None:
    window.selection.select({layers[2]})
    assert not possible(window, "Wire to another layer")
    window.session.do(GroupLayers(frozenset(layers[:2]), "Both"))
    window.selection.select_annotations(groups=window.session.document.groups)
    assert possible(window, "Wire to another layer")


def test_a_layer_is_inserted_into_the_selected_wire(window, layers) -> None:
    session = window.session
    bundle = next(iter(session.document.network.synapses))
    before = session.document
    window.selection.select((), {bundle})
    run(window, "Insert a hidden layer into the wire")
    (made,) = session.document.network.layers.keys() - set(layers)
    assert [s.source for s in session.document.network.incoming[made]] == [layers[0]]
    assert 0.0 < session.document.layout[made][0] < 264.0
    session.undo()
    assert session.document is before


def test_one_synapse_leads_to_its_whole_wire(window, layers) -> None:
    bundle = next(iter(window.session.document.network.synapses))
    window.selection.select_synapse(SynapseRef(bundle, 0, 1))
    run(window, "Select the whole wire")
    assert window.selection.synapses == {bundle}
    assert window.selection.synapse is None
    assert not possible(window, "Select the whole wire")


def test_layers_are_folded_up_and_opened_without_an_edit(window, layers) -> None:
    before = window.session.document
    window.selection.select(layers[:2])
    run(window, "Fold the layer up")
    assert window.canvas.folding.folded == set(layers[:2])
    run(window, "Open the layer")
    assert not window.canvas.folding.folded
    assert window.session.document is before


def test_bias_and_weight_are_typed(window, layers, qtbot) -> None:
    session, canvas = window.session, window.canvas
    window.selection.select_neuron(NeuronRef(layers[1], 2))
    run(window, "Set the bias or weight")
    QTest.keyClicks(canvas.value_editor, "0.75")
    QTest.keyClick(canvas.value_editor, Key.Key_Return)
    assert session.document.parameters.biases[layers[1]][2] == 0.75
    bundle = next(iter(session.document.network.synapses))
    window.selection.select_synapse(SynapseRef(bundle, 1, 2))
    run(window, "Set the bias or weight")
    QTest.keyClicks(canvas.value_editor, "-2")
    QTest.keyClick(canvas.value_editor, Key.Key_Return)
    assert session.document.parameters.weights[bundle][1, 2] == -2


def test_a_synapse_is_drawn_from_the_selected_neuron(window, layers) -> None:
    window.selection.select_neuron(NeuronRef(layers[0], 1))
    run(window, "Draw a synapse from the neuron")
    gesture = window.canvas.gesture
    assert gesture is not None
    assert gesture.neuron == NeuronRef(layers[0], 1)
    window.canvas.cancel_gesture()
    window.selection.select_neuron(NeuronRef(layers[2], 0))
    assert not possible(window, "Draw a synapse from the neuron")


@pytest.mark.parametrize(("text", "place"), [("Add a neuron above", 1), ("Add a neuron below", 2)])
def test_a_neuron_is_added_beside_the_selected_one(window, layers, text, place) -> None:
    window.selection.select_neuron(NeuronRef(layers[1], 1))
    run(window, text)
    assert window.session.document.network.layers[layers[1]].size == 4
    assert window.selection.neuron == NeuronRef(layers[1], place)


def test_a_neuron_is_taken_out(window, layers) -> None:
    window.selection.select_neuron(NeuronRef(layers[1], 0))
    run(window, "Take the neuron out as a layer of its own")
    assert window.session.document.network.layers[layers[1]].size == 2
    window.selection.select_neuron(NeuronRef(layers[0], 0))
    assert not possible(window, "Take the neuron out as a layer of its own")


def test_a_neuron_is_pinned(window, layers) -> None:
    window.selection.select_neuron(NeuronRef(layers[1], 0))
    run(window, "Pin the neuron: always show it")
    assert window.canvas.folding.pins(layers[1]) == {0}
    run(window, "Unpin the neuron")
    assert not window.canvas.folding.pins(layers[1])


def test_activations_are_found_for_what_is_selected(window, layers) -> None:
    session = window.session
    assert not any(command.text.startswith("Activation: ") for command in commands(window))
    before = session.document
    window.selection.select({layers[1]})
    run(window, "Activation: Sigmoid")
    assert session.document.network.layers[layers[1]].activation.key == "sigmoid"
    assert not possible(window, "Activation: Sigmoid")
    session.undo()
    window.selection.select(layers)
    run(window, "Activation: Sigmoid")
    assert {session.document.network.layers[i].activation.key for i in layers[1:]} == {"sigmoid"}
    assert str(session.history.undo_name) == "Set the activation of 2 layers to Sigmoid"
    session.undo()
    assert session.document is before

"""The canvas as Qt tells it to screen readers: objects, names, states and places follow the document."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from nnstudio.document.edits import AddLayer, AddNote, Connect, GroupLayers, RemoveNeuron, RenameLayer, SetWeight
from nnstudio.ui.canvas.accessible import MOST, Mark
from nnstudio.ui.selection import NeuronRef, SynapseRef

NAME = QAccessible.Text.Name


@pytest.fixture(autouse=True)
def listened() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def children(interface):
    return [interface.child(place) for place in range(interface.childCount())]


def names(interface):
    return [child.text(NAME) for child in children(interface)]


@pytest.fixture
def voice(view, network):
    return QAccessible.queryAccessibleInterface(view)


def test_layers_neurons_bundles_and_synapses_are_told(view, network, voice):
    assert voice.role() == QAccessible.Role.Canvas
    assert names(voice)[:4] == [
        "Layer Input, 4 neurons",
        "Layer Hidden 1, 8 neurons, Tanh",
        "Layer Hidden 2, 6 neurons, ReLU",
        "Layer Output, 3 neurons, Linear",
    ]
    assert names(voice)[4:7] == [
        "Synapses from Input to Hidden 1, 32",
        "Synapses from Hidden 1 to Hidden 2, 48",
        "Synapses from Hidden 2 to Output, 18",
    ]
    assert [child.childCount() for child in children(voice)[:7]] == [4, 8, 6, 3, 32, 48, 18]
    assert names(voice.child(1))[2] == "Neuron 3, bias 0.00"
    for place, child in enumerate(children(voice)):
        assert voice.indexOfChild(child) == place
        assert child.parent().object() is view
    for part in (voice.child(0), voice.child(5)):
        for place, child in enumerate(children(part)):
            assert part.indexOfChild(child) == place
            assert child.parent().object() is part.object()


def test_names_follow_the_document_and_the_objects_stay(view, network, session, voice):
    layer, bundle = voice.child(1).object(), voice.child(4)
    session.do(SetWeight(bundle.object().key[1], 0, 0, 0.75))
    session.do(RenameLayer(network[1], "Features"))
    assert voice.child(1).object() is layer
    assert names(voice)[1] == "Layer Features, 8 neurons, Tanh"
    assert names(bundle)[0] == "Synapse from 1 to 1, weight +0.75"
    session.undo()
    assert names(voice)[1] == "Layer Hidden 1, 8 neurons, Tanh"


def test_what_is_gone_is_told_no_more(view, network, session, selection, voice, qtbot):
    last = voice.child(1).child(7)
    mark = last.object()
    session.do(RemoveNeuron(network[1], 7))
    assert voice.child(1).childCount() == 7
    selection.select({network[1]})
    view.delete_selected()
    assert names(voice)[:4] == [
        "Layer Input, 4 neurons",
        "Layer Hidden 2, 6 neurons, ReLU",
        "Layer Output, 3 neurons, Linear",
        "Synapses from Hidden 2 to Output, 18",
    ]
    from shiboken6 import isValid

    qtbot.waitUntil(lambda: not isValid(mark))
    assert len(view.findChildren(Mark)) < 30
    for _ in range(2):
        session.undo()
    assert names(voice)[1] == "Layer Hidden 1, 8 neurons, Tanh"
    assert voice.child(1).childCount() == 8


def test_selected_focused_folded(view, network, session, selection, voice):
    def chosen():
        found = [*children(voice), *(below for child in children(voice)[:7] for below in children(child))]
        return [one.text(NAME).split(",")[0] for one in found if one.state().selected]

    assert chosen() == []
    assert voice.focusChild() is None
    selection.select({network[1], network[2]})
    assert chosen() == ["Layer Hidden 1", "Layer Hidden 2"]
    selection.select_neuron(NeuronRef(network[1], 2))
    assert chosen() == ["Layer Hidden 1", "Neuron 3"]
    if view.hasFocus():
        assert voice.focusChild().text(NAME) == "Neuron 3, bias 0.00"
        assert voice.focusChild().state().focused
    bundle = next(iter(view.scene.bundles))
    selection.select_synapse(SynapseRef(bundle, 0, 7))
    assert chosen() == ["Synapses from Input to Hidden 1", "Synapse from 1 to 8"]
    view.choose_by("weaker", 10.0, (bundle,))
    assert len(chosen()) == 33
    assert voice.child(1).state().expanded
    view.fold(view.folding.toggled(network[1]))
    assert voice.child(1).state().collapsed
    assert voice.child(1).childCount() == 0


def test_places_on_the_screen(view, network, voice):
    origin = view.viewport().mapToGlobal(QPoint(0, 0))
    neuron = voice.child(1).child(3)
    middle = origin + view.neuron_point(network[1], 3)
    assert (neuron.rect().center() - middle).manhattanLength() <= 2
    assert voice.childAt(middle.x(), middle.y()).object() is neuron.object()
    assert neuron.childAt(middle.x(), middle.y()) is None
    assert voice.child(1).rect().contains(neuron.rect())
    synapse = voice.child(4).child(7)
    assert voice.child(4).rect().contains(synapse.rect())
    box = view.zoom_box.mapToGlobal(view.zoom_box.rect().center())
    assert not isinstance(voice.childAt(box.x(), box.y()).object(), Mark)
    assert not neuron.state().offscreen
    view.pan(5000, 0)
    assert neuron.state().offscreen


def test_problems_are_the_description(view, session):
    session.do(AddLayer("hidden", (0, 0)))
    voice = QAccessible.queryAccessibleInterface(view)
    assert voice.child(0).text(QAccessible.Text.Description) == view.problem_text("layer", 1)
    assert view.problem_text("layer", 1)


def test_of_many_synapses_the_strongest_are_told_and_the_selected_one(view, session, selection):
    session.do(AddLayer("input", (-200, 0), size=16))
    session.do(AddLayer("hidden", (200, 0), size=16))
    session.do(Connect(1, 2))
    voice = QAccessible.queryAccessibleInterface(view)
    bundle = voice.child(2)
    weights = np.abs(session.document.parameters.weights[3])
    assert bundle.childCount() == MOST
    told = {child.object().key[2:] for child in children(bundle)}
    assert min(weights[pair] for pair in told) >= np.sort(weights.ravel())[-MOST]
    weakest = np.unravel_index(int(weights.argmin()), weights.shape)
    selection.select_synapse(SynapseRef(3, int(weakest[0]), int(weakest[1])))
    assert bundle.childCount() == MOST + 1
    assert bundle.child(MOST).state().selected


def test_a_card_of_the_palette_is_a_button(qtbot, session, selection):
    from nnstudio.ui.palette import PalettePanel

    panel = PalettePanel(session, selection)
    qtbot.addWidget(panel)
    card = QAccessible.queryAccessibleInterface(panel.cards["hidden"])
    assert card.role() == QAccessible.Role.Button
    assert card.text(NAME) == "Hidden"
    card.actionInterface().doAction("Press")
    assert [layer.kind for layer in session.document.network.layers.values()] == ["hidden"]
    panel.show()
    QTest.mouseClick(panel.cards["hidden"], Qt.MouseButton.LeftButton)
    assert len(session.document.network.layers) == 2


def test_groups_and_notes_are_told_with_their_words_and_places(view, network, session, selection, voice):
    session.do(GroupLayers(frozenset(network[1:3]), "Middle"))
    session.do(AddNote("Look here", (0.0, 320.0, 216.0, 96.0)))
    view.fit()
    group, note = children(voice)[7:9]
    assert (group.text(NAME), note.text(NAME)) == ("Group Middle: Hidden 1, Hidden 2", "Note: Look here")
    assert note.role() == QAccessible.Role.Note
    assert group.parent().object() is view
    (key,) = session.document.notes
    selection.select_annotations({key})
    assert note.state().selected
    assert not group.state().selected
    for voice_of in (group, note):
        assert view.viewport().rect().contains(view.viewport().mapFromGlobal(voice_of.rect().center()))
    session.undo()
    assert names(voice)[-2:] != ["Group Middle: Hidden 1, Hidden 2", "Note: Look here"]
    assert note.state().invalid

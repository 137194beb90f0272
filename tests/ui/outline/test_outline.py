"""The tree mirrors the network, chooses what is chosen, and reads its values when they are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from nnstudio.document import Source, StudioError
from nnstudio.document.edits import (
    AddLayer,
    AddNote,
    Connect,
    GroupLayers,
    MoveLayers,
    Remove,
    RemoveNeuron,
    RenameLayer,
    SetWeight,
)
from nnstudio.engine import forward
from nnstudio.session import Session, load
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.outline import OutlinePanel
from nnstudio.ui.outline.model import VALUE
from nnstudio.ui.outline.nodes import FIRST, strongest
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef

Key = Qt.Key
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    made.use(load(Source("bundled", "iris")))
    made.do(AddLayer("input", (0.0, 0.0)))
    made.do(AddLayer("hidden", (264.0, 0.0), size=5))
    made.do(AddLayer("output", (528.0, 0.0)))
    made.do(Connect(1, 2))
    made.do(Connect(2, 3))
    yield made
    made.close()


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def refused() -> list[str]:
    return []


@pytest.fixture
def shown() -> list[int]:
    return []


@pytest.fixture
def panel(session, selection, refused, shown, qtbot) -> Iterator[OutlinePanel]:
    def guard(work: Callable[[], object]) -> None:
        try:
            work()
        except StudioError as error:
            refused.append(str(error))

    clock = FrameClock(session)
    panel = OutlinePanel(session, selection, clock, guard, shown.append)
    qtbot.addWidget(panel)
    panel.resize(260, 600)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel.tree)
    yield panel
    clock.stop()


def names(panel: OutlinePanel, parent: QModelIndex = QModelIndex(), role: int = 0) -> list[str]:  # noqa: B008
    model = panel.model
    return [model.index(row, 0, parent).data(role) for row in range(model.rowCount(parent))]


def layer(panel: OutlinePanel, number: int) -> QModelIndex:
    index = panel.model.find(("layer", number, 0, 0))
    panel.model.fetchMore(index)
    return index


def test_layers_in_reading_order_with_bundles_and_neurons_below(panel, session) -> None:
    assert names(panel) == ["Input", "Hidden 1", "Output"]
    assert names(panel, layer(panel, 1)) == ["sepal length", "sepal width", "petal length", "petal width"]
    assert names(panel, layer(panel, 2)) == ["from Input", "1", "2", "3", "4", "5"]
    assert names(panel, layer(panel, 3)) == ["from Hidden 1", "setosa", "versicolor", "virginica"]
    session.do(MoveLayers({3: (-500.0, 0.0)}))
    assert names(panel) == ["Output", "Input", "Hidden 1"]


def test_the_model_keeps_the_rules_of_qt(panel, session, selection) -> None:
    """The tester warns of every rule that is broken, and a warning fails the test. (It cannot follow fetches within
    a reset, so nothing is reset here.)"""
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    panel.tree.expandAll()
    selection.select_synapse(SynapseRef(4, 1, 4))
    session.do(SetWeight(4, 2, 3, 9.0))
    for key in (("layer", 2, 0, 0), ("bundle", 4, 0, 0)):
        panel.model.find(key)
        panel.model.show_more(panel.model.find(key), 2 * FIRST)
    session.do(RenameLayer(2, "Middle"))
    tester.deleteLater()


def test_strongest_synapses_with_their_weights(panel, session) -> None:
    bundle = panel.model.find(("bundle", 4, 0, 0))
    panel.model.fetchMore(bundle)
    weights = session.document.parameters.weights[4]
    shown = [panel.model.index(row, 0, bundle).data(VALUE) for row in range(20)]
    assert shown == sorted(weights.ravel().tolist(), key=abs, reverse=True)
    session.do(SetWeight(4, 2, 3, 9.0))
    first = panel.model.index(0, 0, panel.model.find(("bundle", 4, 0, 0)))
    assert (first.data(), first.data(VALUE)) == ("petal length → 4", 9.0)
    assert first.data(SPOKEN) == "Synapse from petal length to 4, weight +9.00"


def test_activations_of_the_chosen_sample(panel, session, selection, qtbot) -> None:
    dataset = session.dataset
    for sample in (0, 77):
        selection.show_sample(sample)
        network, parameters = session.document.network, session.document.parameters
        wanted = forward(network, parameters, dataset.inputs[sample : sample + 1])[2].a[0]
        neuron = panel.model.find(("neuron", 2, 3, 0))
        qtbot.waitUntil(lambda n=neuron, w=wanted: n.data(VALUE) == pytest.approx(w[3]))
    assert neuron.data(SPOKEN).startswith("Neuron 4, bias 0.00, activation ")
    assert panel.model.find(("layer", 2, 0, 0)).data(SPOKEN) == "Layer Hidden 1, 5 neurons, Tanh"


def test_arrows_open_and_choose_on_the_canvas(panel, selection, shown) -> None:
    tree = panel.tree
    QTest.keyClick(tree, Key.Key_Home)
    QTest.keyClick(tree, Key.Key_Down)
    assert selection.layers == {2}
    assert shown[-1] == 2
    QTest.keyClick(tree, Key.Key_Right)
    QTest.keyClick(tree, Key.Key_Down)
    assert selection.synapses == {4}
    QTest.keyClick(tree, Key.Key_Down)
    assert selection.neuron == NeuronRef(2, 0)
    QTest.keyClick(tree, Key.Key_Up)
    QTest.keyClick(tree, Key.Key_Return)
    QTest.keyClick(tree, Key.Key_Down)
    assert selection.synapse is not None
    assert selection.synapse.synapses == 4
    QTest.keyClick(tree, Key.Key_Home)
    QTest.keyClick(tree, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selection.layers == {1, 2}


def test_what_is_chosen_on_the_canvas_is_chosen_here(panel, selection) -> None:
    selection.select_neuron(NeuronRef(3, 1))
    assert panel.tree.currentIndex().data() == "versicolor"
    assert panel.tree.isExpanded(panel.model.find(("layer", 3, 0, 0)))
    selection.select_synapse(SynapseRef(5, 4, 2))
    assert panel.tree.currentIndex().data() == "5 → virginica"
    selection.select({1, 3}, {4})
    chosen = {index.data() for index in panel.tree.selectionModel().selectedIndexes()}
    assert chosen == {"Input", "Output", "from Input"}
    selection.clear()
    assert not panel.tree.selectionModel().hasSelection()


def test_f2_renames_a_layer_in_place(panel, session, refused, qtbot) -> None:
    panel.tree.setCurrentIndex(panel.model.find(("neuron", 2, 1, 0)))
    QTest.keyClick(panel.tree, Key.Key_F2)
    editor = panel.tree.findChild(QLineEdit)
    assert editor.accessibleName() == "Name of Hidden 1"
    editor.selectAll()
    QTest.keyClicks(editor, "Features")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: session.document.network.layers[2].name == "Features")
    assert names(panel) == ["Input", "Features", "Output"]
    session.undo()
    assert names(panel) == ["Input", "Hidden 1", "Output"]
    panel.model.setData(panel.model.find(("layer", 2, 0, 0)), "Output")
    assert session.document.network.layers[2].name == "Hidden 1"
    assert len(refused) == 1


def test_what_was_opened_stays_open(panel, session, selection) -> None:
    for key in (("layer", 2, 0, 0), ("bundle", 4, 0, 0)):
        panel.tree.expand(panel.model.find(key))
    selection.select_neuron(NeuronRef(2, 4))
    session.do(RemoveNeuron(2, 0))
    assert panel.tree.isExpanded(panel.model.find(("layer", 2, 0, 0)))
    assert panel.tree.isExpanded(panel.model.find(("bundle", 4, 0, 0)))
    assert len(names(panel, layer(panel, 2))) == 5
    session.do(Remove(frozenset({1})))
    assert names(panel) == ["Hidden 1", "Output"]


def test_wide_layers_are_fetched_piece_by_piece(panel, session, selection, qtbot) -> None:
    session.do(AddLayer("hidden", (264.0, 900.0), size=1000))
    wide = max(session.document.network.layers)
    index = panel.model.find(("layer", wide, 0, 0))
    assert panel.model.rowCount(index) == 0
    assert panel.model.hasChildren(index)
    panel.tree.expand(index)
    qtbot.waitUntil(lambda: panel.model.rowCount(index) == FIRST + 1)
    more = panel.model.index(FIRST, 0, index)
    assert more.data() == "936 more neurons…"
    panel.tree.setCurrentIndex(more)
    QTest.keyClick(panel.tree, Key.Key_Return)
    assert panel.model.rowCount(index) == 5 * FIRST + 1
    assert panel.tree.currentIndex().data() == str(FIRST + 1)
    selection.select_neuron(NeuronRef(wide, 700))
    assert panel.tree.currentIndex().data() == "701"


def test_hidden_it_does_nothing_and_catches_up(panel, session, selection) -> None:
    panel.hide()
    session.do(RenameLayer(2, "Middle"))
    session.do(Remove(frozenset({3})))
    selection.select({2})
    assert len(names(panel)) == 3
    panel.show()
    assert names(panel) == ["Input", "Middle"]
    assert panel.tree.currentIndex().data() == "Middle"


def test_letters_seek_a_row(panel, selection) -> None:
    QTest.keyClick(panel.tree, Key.Key_O)
    assert selection.layers == {3}


def test_synapses_that_do_not_exist_are_not_listed(panel, session) -> None:
    from nnstudio.document import Part
    from nnstudio.document.edits import SetSynapses

    bundle = panel.model.find(("bundle", 4, 0, 0))
    panel.model.fetchMore(bundle)
    assert len(names(panel, bundle)) == 20
    session.do(SetSynapses(4, (("wiring", Part("sparse", (("density", 0.25),))),)))
    bundle = panel.model.find(("bundle", 4, 0, 0))
    assert len(names(panel, bundle)) == int(session.document.parameters.masks[4].sum()) == 5
    assert bundle.data(SPOKEN) == "Synapses from Input, 5"


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 90), st.integers(0, 9))
def test_strongest_are_the_strongest(rows: int, columns: int, count: int, seed: int) -> None:
    weights = np.random.default_rng(seed).normal(size=(rows, columns))
    found = [abs(weights[pair]) for pair in strongest(weights, count)]
    assert found == sorted(np.abs(weights).ravel(), reverse=True)[:count]


def test_values_live_while_it_trains_and_only_while_it_is_seen(panel, session, qtbot) -> None:
    from nnstudio.document.edits import SetTraining

    session.do(SetTraining((("epochs", 100_000),)))
    bundle = panel.model.find(("bundle", 4, 0, 0))
    panel.tree.expand(panel.model.find(("layer", 2, 0, 0)))
    panel.model.fetchMore(bundle)
    synapse, neuron = panel.model.index(0, 0, bundle), panel.model.find(("neuron", 2, 1, 0))
    qtbot.waitUntil(lambda: neuron.data(VALUE) is not None)
    before = synapse.data(VALUE), neuron.data(VALUE)
    session.train()
    qtbot.waitUntil(lambda: synapse.data(VALUE) != before[0] and neuron.data(VALUE) != before[1], timeout=60_000)
    panel.hide()
    held = dict(panel.model.values)
    epoch = session.live.epoch
    qtbot.waitUntil(lambda: session.live.epoch > epoch + 50, timeout=60_000)
    assert panel.model.values.keys() == held.keys()
    assert all(panel.model.values[layer] is values for layer, values in held.items())
    session.pause()


def test_groups_and_notes_follow_the_layers_and_are_chosen_and_spoken(panel, session, selection, shown) -> None:
    session.do(GroupLayers(frozenset({1, 2}), "Front"))
    session.do(AddNote("Look here\nand there", (0.0, 300.0, 200.0, 90.0)))
    (group,), (note,) = session.document.groups, session.document.notes
    rows = [panel.model.index(row, 0) for row in range(panel.model.rowCount())]
    assert [row.data() for row in rows] == ["Input", "Hidden 1", "Output", "Front", "Look here"]
    assert rows[3].data(SPOKEN) == "Group Front: Input, Hidden 1"
    assert rows[4].data(SPOKEN) == "Note: Look here\nand there"
    panel.tree.setCurrentIndex(rows[3])
    assert selection.groups == {group}
    assert not selection.layers
    assert shown[-1] == group
    selection.select_annotations({note})
    assert [index.data() for index in panel.tree.selectionModel().selectedIndexes()] == ["Look here"]
    panel.model.setData(rows[3], "Eyes")
    assert session.document.groups[group].name == "Eyes"
    panel.tree.setCurrentIndex(rows[4])
    QTest.keyClick(panel.tree, Key.Key_F2)
    assert panel.tree.findChild(QLineEdit) is None
    session.undo()
    session.undo()
    session.undo()
    assert panel.model.rowCount() == 3

"""One synapse and many: cut, drawn, chosen by sign and size, pruned, frozen and set, each as one named step."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nnstudio.document import Part, Source
from nnstudio.document.edits import AddLayer, Connect, Prune, ReshapeLayer, SetSynapses, SetWeights
from nnstudio.engine import forward
from nnstudio.ui.muting import off_words
from nnstudio.ui.selection import NeuronRef, SynapseRef

ALT, SHIFT, CONTROL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
Key = Qt.Key


@pytest.fixture
def one_step(session):
    before, count = session.document, len(session.history.entries)

    def check(name):
        after = session.document
        assert str(session.history.undo_name) == name
        assert len(session.history.entries) == count + 1
        session.undo()
        assert session.document is before
        session.redo()
        assert session.document is after
        return after

    return check


def context(view, point):
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)


def on_curve(view, bundle, source, target, t=0.35):
    return view.camera.to_view(bundle.place_at(bundle.place(source, target), t)).toPoint()


@pytest.fixture
def first(view, network):
    return next(iter(view.scene.bundles.values()))


# -- one ----------------------------------------------------------------------------------------------------------


def test_delete_cuts_the_selected_synapse_only(view, session, selection, hand, first, one_step):
    hand.click(on_curve(view, first, 0, 7))
    assert selection.synapse == SynapseRef(first.id, 0, 7)
    hand.key(Key.Key_Delete)
    after = one_step("Cut Input 1 → Hidden 1 8")
    assert np.argwhere(~after.parameters.masks[first.id]).tolist() == [[0, 7]]
    assert view.scene.bundles[first.id].place(0, 7) is None
    assert selection.empty  # Del once more does not delete the rest
    hand.key(Key.Key_Delete)
    assert session.document is after


def test_the_last_synapse_takes_its_bundle_along(view, session, selection, hand, first):
    mask = np.ones((4, 8), np.bool_)
    mask[0, 7] = False
    session.do(Prune({first.id: mask}))
    hand.click(on_curve(view, view.scene.bundles[first.id], 0, 7))
    hand.key(Key.Key_Delete)
    assert first.id not in session.document.network.synapses
    session.undo()
    assert first.id in session.document.network.synapses


def test_delete_on_a_bundle_removes_the_bundle(view, session, selection, hand, first, one_step):
    hand.click(on_curve(view, first, 0, 7), ALT)
    assert selection.synapses == {first.id}
    assert selection.synapse is None
    hand.key(Key.Key_Delete)
    assert first.id not in one_step("Delete synapses Input to Hidden 1").network.synapses


def test_a_cut_synapse_is_drawn_again_from_neuron_to_neuron(view, session, selection, hand, first, network, one_step):
    drawn = session.document.parameters.weights[first.id][0, 7]
    selection.select_synapse(SynapseRef(first.id, 0, 7))
    hand.key(Key.Key_Delete)
    view.tool = "synapse"
    hand.drag(view.neuron_point(network[0], 0), view.neuron_point(network[1], 7))
    after = session.document
    assert str(session.history.undo_name) == "Wire Input 1 → Hidden 1 8"
    assert after.parameters.masks[first.id].all()
    assert after.parameters.weights[first.id][0, 7] == drawn  # as the initializer draws it
    assert selection.synapse == SynapseRef(first.id, 0, 7)


def test_neurons_of_unwired_layers_get_a_sparse_bundle_of_one(view, session, selection, hand, network, one_step):
    view.tool = "synapse"
    start, end = view.neuron_point(network[0], 1), view.neuron_point(network[2], 3)
    hand.move(start)
    hand.press(start)
    hand.move(start + QPoint(40, 10), end)
    view.viewport().grab()
    hand.release(end)
    after = one_step("Wire Input 2 → Hidden 2 4")
    (key,) = (i for i, s in after.network.synapses.items() if (s.source, s.target) == (network[0], network[2]))
    assert after.network.synapses[key].wiring.key == "sparse"
    assert np.argwhere(after.parameters.masks[key]).tolist() == [[1, 3]]
    hand.drag(view.neuron_point(network[0], 2), view.neuron_point(network[2], 0))
    assert session.document.parameters.masks[key].sum() == 2


def test_a_synapse_that_is_there_is_selected_not_drawn(view, session, selection, hand, first, network):
    before = session.document
    view.tool = "synapse"
    hand.drag(view.neuron_point(network[0], 0), view.neuron_point(network[1], 2))
    assert session.document is before
    assert selection.synapse == SynapseRef(first.id, 0, 2)


def test_a_synapse_backwards_is_refused_in_words(view, session, hand, network):
    before = session.document
    view.tool = "synapse"
    start, end = view.neuron_point(network[2], 0), view.neuron_point(network[1], 0)
    hand.press(start)
    hand.move(start + QPoint(-30, 5), end)
    assert "cycle" in view.gesture.words
    view.viewport().grab()
    hand.release(end)
    view.cancel_gesture()
    assert session.document is before


def test_a_synapse_is_drawn_by_keyboard(view, session, selection, hand, network):
    selection.select_neuron(NeuronRef(network[0], 0))
    hand.key(Key.Key_C, SHIFT)
    hand.key(Key.Key_Right)  # the first layer ahead is wired already; the next one is not
    while view.gesture.over_neuron.layer != network[2]:
        hand.key(Key.Key_Right)
    hand.key(Key.Key_Down)
    hand.key(Key.Key_Return)
    assert str(session.history.undo_name) == "Wire Input 1 → Hidden 2 2"
    assert view.gesture is None


def test_shared_weights_are_not_cut_one_by_one(view, session, selection, hand, network, first):
    session.do(SetSynapses(first.id, (("wiring", Part("pooling")),)))
    before = session.document
    selection.select_synapse(SynapseRef(first.id, 0, 0))
    hand.key(Key.Key_Delete)
    assert session.document is before
    QToolTip.hideText()


def test_k_freezes_and_frees(view, session, selection, hand, first):
    selection.select_synapse(SynapseRef(first.id, 1, 2))
    hand.key(Key.Key_K)
    assert str(session.history.undo_name) == "Freeze Input 2 → Hidden 1 3"
    hand.key(Key.Key_K)
    assert not session.document.parameters.frozen[first.id].any()
    selection.select((), {first.id})
    hand.key(Key.Key_K)
    assert not session.document.network.synapses[first.id].trainable


def test_the_menu_key_opens_the_menu_of_a_synapse(view, session, selection, first, choose):
    selection.select_synapse(SynapseRef(first.id, 0, 7))
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, QPoint(3, 3), view.viewport().mapToGlobal(QPoint(3, 3))
    )
    QApplication.sendEvent(view.viewport(), event)
    choose("Cut this synapse")
    assert str(session.history.undo_name) == "Cut Input 1 → Hidden 1 8"


def test_ctrl_click_adds_single_synapses(view, session, selection, hand, first):
    hand.click(on_curve(view, first, 0, 7))
    hand.click(on_curve(view, first, 3, 0), CONTROL)
    assert np.argwhere(selection.chosen[first.id]).tolist() == [[0, 7], [3, 0]]
    hand.click(on_curve(view, first, 0, 7), CONTROL)
    assert np.argwhere(selection.chosen[first.id]).tolist() == [[3, 0]]


# -- many ---------------------------------------------------------------------------------------------------------


def test_the_chooser_counts_while_a_number_is_typed(view, session, selection, hand, first, qtbot, one_step):
    weights = session.document.parameters.weights[first.id]
    selection.select((), {first.id})
    view.open_chooser()
    box = view.chooser
    qtbot.waitUntil(box.number.hasFocus)
    box.number.selectAll()
    QTest.keyClicks(box.number, "0,3")
    expected = np.abs(weights) < 0.3
    assert box.count.text() == f"{expected.sum()} of 32 synapses"
    np.testing.assert_array_equal(selection.chosen[first.id], expected)
    view.viewport().grab()
    QTest.keyClick(box.number, Key.Key_Return)
    assert view.chooser is None
    np.testing.assert_array_equal(selection.chosen[first.id], expected)
    hand.key(Key.Key_Delete)
    after = one_step(f"Prune {expected.sum()} synapses Input to Hidden 1")
    np.testing.assert_array_equal(after.parameters.masks[first.id], ~expected)


def test_escape_gives_the_selection_back(view, selection, hand, first, network, qtbot):
    selection.select({network[1]})
    view.open_chooser("negative")
    box = view.chooser
    assert set(selection.chosen) == {s.id for s in view.session.document.network.synapses.values()} - {
        max(view.session.document.network.synapses)
    }
    QTest.keyClick(box.rule, Key.Key_Escape)
    assert view.chooser is None
    assert selection.layers == {network[1]}


@pytest.mark.parametrize("rule", ["positive", "negative", "stronger"])
def test_the_chooser_knows_signs_and_sizes(view, session, selection, first, rule):
    weights = session.document.parameters.weights[first.id]
    view.open_chooser("weaker", (first.id,))
    box = view.chooser
    box.rule.setCurrentIndex(box.rule.findData(rule))
    assert box.number.isEnabled() == (rule == "stronger")
    fits = {"positive": weights > 0, "negative": weights < 0, "stronger": np.abs(weights) >= 0.05}[rule]
    np.testing.assert_array_equal(selection.chosen[first.id], fits)
    QTest.mouseClick(box.freeze, Qt.MouseButton.LeftButton)
    assert str(session.history.undo_name) == f"Freeze {fits.sum()} synapses"
    np.testing.assert_array_equal(session.document.parameters.frozen[first.id], fits)
    assert view.chooser is None


def test_a_click_on_the_canvas_closes_the_chooser(view, hand, first):
    view.open_chooser()
    hand.click(QPoint(8, view.viewport().height() - 60))
    assert view.chooser is None


def test_all_chosen_synapses_get_one_weight(view, session, selection, hand, first, one_step):
    view.choose_by("negative", 0.0, (first.id,))
    chosen = selection.chosen[first.id].copy()
    hand.key(Key.Key_Return)
    editor = view.value_editor
    QTest.keyClicks(editor, "0.5")
    QTest.keyClick(editor, Key.Key_Return)
    after = one_step(f"Set {chosen.sum()} weights to 0.5")
    assert (after.parameters.weights[first.id][chosen] == 0.5).all()


def test_nothing_that_fits_is_told(view, session, selection, first):
    session.do(SetWeights(first.id, np.ones((4, 8))))
    view.choose_by("negative", 0.0, (first.id,))
    assert not selection.chosen
    QToolTip.hideText()


# -- neurons ------------------------------------------------------------------------------------------------------


def test_a_rubber_band_with_alt_takes_neurons(view, session, selection, hand, network, one_step):
    item = view.scene.layers[network[1]]
    hand.drag(hand.at(item.x - 90, item.ys[2] - 20), hand.at(item.x + 90, item.ys[4] + 20), ALT)
    assert selection.neurons == {NeuronRef(network[1], n) for n in (2, 3, 4)}
    assert not selection.layers
    view.viewport().grab()
    hand.key(Key.Key_K)
    assert str(session.history.undo_name) == "Freeze 3 biases"
    session.undo()
    hand.key(Key.Key_Delete)
    assert session.document.network.layers[network[1]].size == 5
    assert str(session.history.undo_name) == "Delete 3 neurons"


def test_ctrl_click_adds_neurons_and_their_synapses_are_chosen(view, session, selection, hand, network, choose):
    hand.click(view.neuron_point(network[1], 1))
    hand.click(view.neuron_point(network[2], 4), CONTROL)
    assert selection.neurons == {NeuronRef(network[1], 1), NeuronRef(network[2], 4)}
    context(view, view.neuron_point(network[1], 1))
    choose("Select their synapses")
    into, between, _ = session.document.network.synapses
    assert selection.chosen[into].sum() == 4
    assert selection.chosen[between].sum() == 8 + 6 - 1


def test_a_neuron_is_dragged_out_and_the_network_computes_the_same(view, session, selection, hand, network, one_step):
    x = np.random.default_rng(1).normal(size=(5, 4))
    answer = forward(session.document.network, session.document.parameters, x)[network[3]].a
    point = view.neuron_point(network[1], 2)
    hand.click(point)
    assert selection.neuron == NeuronRef(network[1], 2)
    below = hand.at(-144, 420)
    hand.move(point)
    hand.press(point)
    hand.move(point + QPoint(20, 60), below)
    view.viewport().grab()
    hand.release(below)
    alone = max(session.document.network.layers)
    assert selection.layers == {alone}
    after = one_step("Take neuron 3 out of Hidden 1")
    assert after.network.layers[network[1]].size == 7
    assert after.layout[alone] == (-144.0, 432.0)
    np.testing.assert_allclose(forward(after.network, after.parameters, x)[network[3]].a, answer, atol=1e-12)


def test_a_neuron_that_is_not_selected_moves_its_layer(view, session, hand, network):
    point = view.neuron_point(network[1], 2)
    hand.drag(point, point + QPoint(0, 80))
    assert str(session.history.undo_name) == "Move Hidden 1"


def test_dropped_inside_its_card_a_neuron_stays(view, session, hand, network):
    before = session.document
    point = view.neuron_point(network[1], 2)
    hand.click(point)
    hand.drag(point, view.neuron_point(network[1], 5))
    assert session.document is before


# -- muted --------------------------------------------------------------------------------------------------------


def test_m_mutes_neurons_and_layers_and_marks_them(view, session, selection, hand, network, one_step):
    plain = view.viewport().grab().toImage()
    hand.click(view.neuron_point(network[1], 2))
    marked = view.viewport().grab().toImage()
    hand.key(Key.Key_M)
    after = one_step("Mute Hidden 1 3")
    assert np.flatnonzero(after.parameters.muted[network[1]]).tolist() == [2]
    assert view.viewport().grab().toImage() not in (plain, marked)
    hand.key(Key.Key_M)
    assert network[1] not in session.document.parameters.muted
    selection.select({network[0], network[1], network[3]})
    hand.key(Key.Key_M)
    assert str(session.history.undo_name) == "Mute 2 layers"
    assert all(session.document.parameters.muted[i].all() for i in network[:2])
    assert network[3] not in session.document.parameters.muted


def test_what_is_muted_answers_zero_at_once(view, session, selection, hand, network):
    session.choose_data(Source("bundled", "iris"))
    view.viewport().grab()
    assert view.activity.values[network[1]].any()
    before = view.activity.values[network[3]]
    selection.select({network[1]})
    hand.key(Key.Key_M)
    view.viewport().grab()
    assert not view.activity.values[network[1]].any()
    assert (view.activity.values[network[3]] != before).any()


def test_b_bypasses_a_layer_and_says_so(view, session, selection, hand, network, one_step):
    selection.select({network[1]})
    plain = view.viewport().grab().toImage()
    hand.key(Key.Key_B)
    after = one_step("Bypass Hidden 1")
    assert after.network.layers[network[1]].bypassed
    assert off_words(after, network[1]) == "bypassed"
    assert view.viewport().grab().toImage() != plain
    hand.key(Key.Key_B)
    assert not session.document.network.layers[network[1]].bypassed


def test_mute_and_bypass_are_in_the_menus(view, session, network, choose):
    context(view, view.layer_point(network[1]))
    choose("Bypass")
    assert session.document.network.layers[network[1]].bypassed
    context(view, view.neuron_point(network[1], 0))
    choose("Mute")
    assert session.document.parameters.muted[network[1]][0]
    context(view, view.neuron_point(network[1], 0))
    choose("Unmute")
    assert network[1] not in session.document.parameters.muted


def test_an_output_is_not_muted(view, session, selection, hand, network):
    before = session.document
    selection.select({network[3]})
    hand.key(Key.Key_M)
    selection.select({network[0]})
    hand.key(Key.Key_B)
    assert session.document is before
    QToolTip.hideText()


def test_neurons_of_an_image_are_muted_too(view, session, selection, hand):
    session.do(AddLayer("input", (0, 0)))
    session.do(AddLayer("hidden", (264, 0)))
    for layer, shape in ((1, (6, 6, 1)), (2, (6, 6, 2))):
        session.do(ReshapeLayer(layer, shape))
    session.do(Connect(1, 2, Part("convolution")))
    view.fit()
    selection.select_neuron(NeuronRef(2, 7))
    plain = view.viewport().grab().toImage()
    hand.key(Key.Key_M)
    assert np.flatnonzero(session.document.parameters.muted[2]).tolist() == [7]
    assert view.viewport().grab().toImage() != plain
    selection.select({2})
    hand.key(Key.Key_M)
    assert session.document.parameters.muted[2].all()
    view.zoom_to(3.0)
    view.viewport().grab()

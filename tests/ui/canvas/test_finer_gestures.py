"""Single neurons and synapses, and the places of layers: real events, one named step each, undo gives all back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nnstudio.document import Source
from nnstudio.document.edits import AddLayer, Connect, MoveLayers, SetFrozen, SetLabels, SetTraining
from nnstudio.ui.selection import NeuronRef, SynapseRef

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def one_step(session):
    before, count = session.document, len(session.history.entries)

    def check(name):
        after = session.document
        assert len(session.history.entries) == count + 1
        assert str(session.history.undo_name) == name
        session.undo()
        assert session.document is before
        session.redo()
        assert session.document is after
        return after

    return check


@pytest.fixture
def no_step(session):
    before, count = session.document, len(session.history.entries)

    def check():
        assert session.document is before
        assert session.history.index == count - 1

    return check


def context(view, point):
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)


def on_curve(view, bundle, source, target, t=0.35):
    return view.camera.to_view(bundle.place_at(bundle.place(source, target), t)).toPoint()


# -- neurons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entry", "place"), [("Add a neuron above", 3), ("Add a neuron below", 4)])
def test_a_neuron_is_added_at_its_place(view, network, session, selection, hand, choose, one_step, entry, place):
    before = session.document.parameters
    into, out = list(view.scene.bundles)[:2]
    context(view, view.neuron_point(network[1], 3))
    choose(entry)
    after = one_step("Add a neuron to Hidden 1")
    assert after.network.layers[network[1]].size == 9
    kept = [n for n in range(9) if n != place]
    np.testing.assert_array_equal(after.parameters.weights[into][:, kept], before.weights[into])
    np.testing.assert_array_equal(after.parameters.weights[out][kept], before.weights[out])
    assert np.abs(after.parameters.weights[into][:, place]).min() > 0
    assert selection.neuron == NeuronRef(network[1], place)


def test_a_neuron_is_deleted_where_it_is(view, network, session, selection, hand, choose, one_step):
    before = session.document.parameters
    into = next(iter(view.scene.bundles))
    context(view, view.neuron_point(network[1], 3))
    choose("Delete this neuron")
    after = one_step("Delete neuron 4 of Hidden 1")
    np.testing.assert_array_equal(after.parameters.weights[into], np.delete(before.weights[into], 3, axis=1))
    assert selection.neuron == NeuronRef(network[1], 3)


def test_a_bias_is_frozen_and_marked(view, network, session, hand, choose, one_step):
    unmarked = view.viewport().grab().toImage()
    context(view, view.neuron_point(network[1], 2))
    choose("Freeze the bias")
    after = one_step("Freeze bias of Hidden 1 3")
    assert np.flatnonzero(after.parameters.frozen_biases[network[1]]).tolist() == [2]
    assert view.viewport().grab().toImage() != unmarked
    context(view, view.neuron_point(network[1], 2))
    choose("Free the bias")
    assert not session.document.parameters.frozen_biases[network[1]].any()


def test_double_click_on_a_neuron_types_its_bias(view, network, session, hand, qtbot, one_step):
    point = view.neuron_point(network[1], 2)
    QTest.mouseDClick(hand.port, LEFT, NONE, point)
    QTest.keyClicks(view.value_editor, "0,25")
    QTest.keyClick(view.value_editor, Qt.Key.Key_Return)
    assert view.value_editor is None
    assert one_step("Set bias of Hidden 1 3").parameters.biases[network[1]][2] == 0.25


def test_a_neuron_of_a_folded_layer_has_its_bias_typed(view, network, session, selection, hand, one_step):
    view.fold(replace(view.folding, folded=frozenset({network[1]})))
    selection.select_neuron(NeuronRef(network[1], 2))
    hand.key(Qt.Key.Key_Return)
    QTest.keyClicks(view.value_editor, "0.25")
    QTest.keyClick(view.value_editor, Qt.Key.Key_Return)
    assert one_step("Set bias of Hidden 1 3").parameters.biases[network[1]][2] == 0.25


def test_an_input_has_no_bias_to_type(view, network, hand, no_step):
    QTest.mouseDClick(hand.port, LEFT, NONE, view.neuron_point(network[0], 1))
    assert view.value_editor is None
    QToolTip.hideText()
    no_step()


def test_a_pinned_neuron_keeps_its_row(view, session, selection, hand, choose, no_step):
    session.do(AddLayer("hidden", (0, 0), size=140))
    (layer,) = session.document.network.layers
    view.fit()
    selection.select_neuron(NeuronRef(layer, 77))
    context(view, view.neuron_point(layer, 77))
    before = session.document
    choose("Pin this neuron")
    selection.clear()
    assert 77 in view.scene.layers[layer].neurons
    assert session.document is before
    context(view, view.neuron_point(layer, 77))
    choose("Unpin")
    selection.clear()
    assert 77 not in view.scene.layers[layer].neurons


# -- synapses -----------------------------------------------------------------------------------------------------


def test_double_click_on_a_synapse_types_its_weight(view, network, session, hand, one_step):
    bundle = next(iter(view.scene.bundles.values()))
    QTest.mouseDClick(hand.port, LEFT, NONE, on_curve(view, bundle, 0, 7))
    assert view.value_editor.accessibleName() == "Weight of Input 1 → Hidden 1 8"
    QTest.keyClicks(view.value_editor, "-1.5")
    QTest.keyClick(view.value_editor, Qt.Key.Key_Return)
    after = one_step("Set weight Input 1 → Hidden 1 8")
    assert after.parameters.weights[bundle.id][0, 7] == -1.5


def test_what_is_no_number_can_be_corrected(view, network, session, selection, hand, qtbot):
    bundle = next(iter(view.scene.bundles.values()))
    selection.select_synapse(SynapseRef(bundle.id, 1, 2))
    hand.key(Qt.Key.Key_Return)
    editor = view.value_editor
    qtbot.waitUntil(editor.hasFocus)
    QTest.keyClicks(editor, "many")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert view.value_editor is editor
    editor.selectAll()
    QTest.keyClicks(editor, "0.5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.document.parameters.weights[bundle.id][1, 2] == 0.5
    QToolTip.hideText()


def test_escape_leaves_the_weight(view, network, selection, hand, no_step):
    bundle = next(iter(view.scene.bundles.values()))
    selection.select_synapse(SynapseRef(bundle.id, 1, 2))
    hand.key(Qt.Key.Key_Return)
    QTest.keyClicks(view.value_editor, "9")
    QTest.keyClick(view.value_editor, Qt.Key.Key_Escape)
    assert view.value_editor is None
    no_step()


@pytest.fixture
def held(view, network, selection):
    """A selected synapse, and its handle in view pixels."""
    bundle = next(iter(view.scene.bundles.values()))
    ref = SynapseRef(bundle.id, 0, 7)
    selection.select_synapse(ref)
    return ref, view.camera.to_view(view.handle_point()).toPoint()


def test_the_handle_scrubs_the_weight_as_one_step(view, session, hand, held, one_step):
    ref, point = held
    before = session.document.parameters.weights[ref.synapses][0, 7]
    hand.move(point)
    hand.press(point)
    hand.move(point + QPoint(0, -20), point + QPoint(30, -20))
    assert session.document.parameters.weights[ref.synapses][0, 7] == pytest.approx(before + 0.5, abs=1e-3)
    hand.release(point + QPoint(30, -20))
    after = one_step("Set weight Input 1 → Hidden 1 8")
    assert after.parameters.weights[ref.synapses][0, 7] == pytest.approx(before + 0.5, abs=1e-3)


def test_two_scrubs_are_two_steps(view, session, hand, held):
    count = len(session.history.entries)
    hand.drag(held[1], held[1] + QPoint(0, -30))
    hand.drag(held[1], held[1] + QPoint(0, -30))
    assert len(session.history.entries) == count + 2


def test_escape_takes_a_scrub_back(view, session, hand, held, no_step):
    hand.press(held[1])
    hand.move(held[1] + QPoint(0, -30), held[1] + QPoint(0, -50))
    hand.key(Qt.Key.Key_Escape)
    hand.release(held[1] + QPoint(0, -50))
    no_step()


def test_while_training_a_scrub_sets_the_weight_at_the_release(view, session, selection, network, hand):
    session.choose_data(Source("bundled", "iris"))
    bundle = next(iter(view.scene.bundles.values()))
    ref = SynapseRef(bundle.id, 0, 7)
    selection.select_synapse(ref)
    session.do(SetFrozen(bundle.id, 0, 7, True))
    session.do(SetTraining((("epochs", 5_000_000),)))  # so that it does not end under the hand
    session.train()
    point = view.camera.to_view(view.handle_point()).toPoint()
    hand.press(point)
    hand.move(point + QPoint(0, -30), point + QPoint(0, -60))
    wanted = view.gesture.value
    assert session.state == "running"
    hand.release(point + QPoint(0, -60))
    session.pause()
    assert session.document.parameters.weights[bundle.id][0, 7] == wanted


def test_a_synapse_is_frozen_and_marked(view, network, session, hand, choose, one_step):
    bundle = next(iter(view.scene.bundles.values()))
    point = on_curve(view, bundle, 0, 7)
    hand.click(point)
    unmarked = view.viewport().grab().toImage()
    context(view, point)
    choose("Freeze this synapse")
    after = one_step("Freeze Input 1 → Hidden 1 8")
    assert np.argwhere(after.parameters.frozen[bundle.id]).tolist() == [[0, 7]]
    assert view.viewport().grab().toImage() != unmarked


def test_alt_rubber_band_chooses_synapses_and_freezes_them_as_one_step(
    view, network, session, selection, hand, choose, one_step
):
    first, second = list(view.scene.bundles.values())[:2]
    x = (first.x0 + first.x1) / 2
    hand.drag(hand.at(x - 6, 300), hand.at(x + 6, -300), ALT)
    assert selection.synapses == {first.id}
    assert view.chosen[first.id].all()
    top = hand.at(x - 6, 300), hand.at(x + 6, first.y1.max() - 120)
    hand.drag(*top, ALT)
    part = view.chosen[first.id].copy()
    assert 0 < part.sum() < part.size
    x = (second.x0 + second.x1) / 2
    hand.drag(hand.at(x - 6, 300), hand.at(x + 6, -300), ALT | SHIFT)
    assert selection.synapses == {first.id, second.id}
    np.testing.assert_array_equal(view.chosen[first.id], part)
    count = int(part.sum()) + second.total
    source, target = np.argwhere(part)[0]
    context(view, on_curve(view, first, int(source), int(target), 0.5))
    choose(f"Freeze {count} chosen")
    after = one_step(f"Freeze {count} synapses")
    np.testing.assert_array_equal(after.parameters.frozen[first.id], part)
    assert after.parameters.frozen[second.id].all()


def test_escape_takes_the_choice_back(view, network, selection, hand, no_step):
    first = next(iter(view.scene.bundles.values()))
    x = (first.x0 + first.x1) / 2
    start = hand.at(x - 6, 300)
    hand.press(start, ALT)
    hand.move(start + QPoint(4, -100), start + QPoint(8, -280))
    assert view.chosen
    hand.key(Qt.Key.Key_Escape)
    assert not view.chosen
    assert selection.empty
    no_step()


def test_weak_synapses_are_chosen_from_the_menu_of_their_bundle(view, network, session, hand, choose, no_step):
    bundle = next(iter(view.scene.bundles.values()))
    weights = session.document.parameters.weights[bundle.id]
    context(view, on_curve(view, bundle, 0, 7))
    choose("Choose the synapses weaker than 0.05")
    expected = np.abs(weights) < 0.05
    assert expected.any() == bool(view.chosen)
    if view.chosen:
        np.testing.assert_array_equal(view.chosen[bundle.id], expected)
    no_step()


def test_selecting_something_else_drops_the_choice(view, network, selection):
    bundle = next(iter(view.scene.bundles.values()))
    view.choose_by("weaker", 10.0, (bundle.id,))
    assert view.chosen_count == 32
    selection.select({network[1]})
    assert view.chosen == {}


# -- wires --------------------------------------------------------------------------------------------------------


def ends_of(view):
    from nnstudio.ui.canvas.handles import ends, selected_bundle

    return {k: view.camera.to_view(p).toPoint() for k, p in ends(view, selected_bundle(view)).items()}


def test_an_end_is_dragged_to_another_layer(view, network, session, selection, hand, one_step):
    bundle = next(iter(view.scene.bundles))
    selection.select((), {bundle})
    hand.drag(ends_of(view)["target"], view.neuron_point(network[2], 2))
    assert selection.synapses == {max(session.document.network.synapses)}
    after = one_step("Re-route Input to Hidden 2")
    pairs = {(s.source, s.target) for s in after.network.synapses.values()}
    assert (network[0], network[2]) in pairs
    assert (network[0], network[1]) not in pairs


def test_the_other_end_too(view, network, session, selection, hand, one_step):
    bundle = list(view.scene.bundles)[2]
    selection.select((), {bundle})
    hand.drag(ends_of(view)["source"], view.layer_point(network[1]))
    after = one_step("Re-route Output to Hidden 1")
    assert (network[1], network[3]) in {(s.source, s.target) for s in after.network.synapses.values()}


def test_a_refused_end_says_why_and_nothing_changes(view, network, selection, hand, no_step):
    selection.select((), {list(view.scene.bundles)[1]})
    start = ends_of(view)["target"]
    hand.press(start)
    hand.move(start + QPoint(20, 20), view.layer_point(network[0]))
    assert "is an input" in view.gesture.words
    view.viewport().grab()
    hand.release(view.layer_point(network[0]))
    no_step()


# -- places -------------------------------------------------------------------------------------------------------


def test_a_moved_layer_snaps_to_the_middle_of_another_with_a_guide(view, session, hand):
    session.do(AddLayer("hidden", (0, 0), size=3))
    session.do(AddLayer("hidden", (300, 137), size=5))
    a, _ = session.document.network.layers
    view.zoom_reset()
    view.center_on(QPointF(150, 0))
    start = view.layer_point(a)
    hand.press(start)
    hand.move(start + QPoint(20, 60), start + QPoint(20, 139))
    assert view.gesture.guides
    view.viewport().grab()
    hand.release(start + QPoint(20, 139))
    assert session.document.layout[a] == (24.0, 137.0)


@pytest.mark.parametrize(
    ("how", "edge"),
    [("left", "left"), ("right", "right"), ("top", "top"), ("bottom", "bottom")],
)
def test_align(view, network, session, selection, one_step, how, edge):
    selection.select(set(network[:3]))
    view.align(how)
    after = one_step("Align 3 layers")
    assert len({round(getattr(view.scene.layers[i].rect, edge)(), 3) for i in network[:3]}) == 1
    assert after.layout[network[3]] == (384.0, 0.0)


def test_align_by_the_menu(view, network, session, selection, hand, qtbot, one_step):
    session.do(MoveLayers({network[1]: (-144.0, 120.0)}))
    session.undo()
    session.redo()
    selection.select({network[1], network[2]})
    context(view, view.layer_point(network[1]))
    align = next(action.menu() for action in view.menu.actions() if action.text() == "Align")
    next(action for action in align.actions() if action.text() == "Middles").trigger()
    view.menu.close()
    ys = {session.document.layout[i][1] for i in network[1:3]}
    assert ys == {60.0}


def test_distribute(view, network, session, selection, one_step):
    session.do(MoveLayers({network[1]: (-300.0, 0.0)}))
    selection.select(set(network))
    view.distribute("horizontal")
    rects = [view.scene.layers[i].rect for i in network]
    gaps = [b.left() - a.right() for a, b in pairwise(rects)]
    assert max(gaps) - min(gaps) < 1e-3
    assert (rects[0].center().x(), rects[3].center().x()) == (-408.0, 384.0)
    assert str(session.history.undo_name) == "Distribute 4 layers"


# -- magnifications -----------------------------------------------------------------------------------------------


def test_a_layer_is_folded_by_double_click_and_opened_by_its_chevron(view, network, session, hand, no_step):
    item = view.scene.layers[network[1]]
    corner = hand.at(item.rect.left() + 8, item.rect.center().y() + 30)
    hand.move(corner)
    QTest.mouseDClick(hand.port, LEFT, NONE, corner)
    assert view.scene.layers[network[1]].folded
    view.viewport().grab()
    folded = view.scene.layers[network[1]]
    hand.move(hand.at(folded.x, folded.y))
    hand.click(view.camera.to_view(folded.fold).toPoint())
    assert view.scene.layers[network[1]] == item
    no_step()


def test_from_afar_neurons_cannot_be_hit_and_cards_can(view, network, selection, hand):
    view.zoom_to(0.3)
    point = view.camera.to_view(QPointF(-144, view.scene.layers[network[1]].ys[2])).toPoint()
    hand.click(point)
    assert selection.layers == {network[1]}
    assert selection.neuron is None
    hand.move(point)
    card = view.scene.at(1.0)[network[1]]
    assert card.rect.width() > view.scene.layers[network[1]].rect.width()
    hand.drag(view.port_point(network[1]), view.layer_point(network[3]))
    ends = {(s.source, s.target) for s in view.session.document.network.synapses.values()}
    assert (network[1], network[3]) in ends


def test_near_by_the_weight_is_written_and_its_label_selects_the_synapse(view, network, session, selection, hand):
    view.zoom_to(2.6)
    view.center_on(QPointF(-10, 0))
    view.viewport().grab()
    label = view.details.labels.placed[3]
    hand.click(view.camera.to_view(label.rect.center()).toPoint())
    assert selection.synapse == label.ref
    rects = [other.rect for other in view.details.labels.placed]
    assert len(rects) > 8
    assert not any(a.intersects(b) for k, a in enumerate(rects) for b in rects[:k])


def test_near_by_neurons_show_their_response(view, network, session, qtbot, clock):
    session.choose_data(Source("bundled", "iris"))
    view.zoom_to(3.0)
    view.viewport().grab()
    qtbot.waitUntil(lambda: network[1] in view.details.responses.maps.values, timeout=20_000)
    values = view.details.responses.maps.values[network[1]]
    assert values.shape == (8, 24, 24)
    assert view.details.response(network[1], 0).width() == 24
    view.details.columns = (0, 1)
    view.viewport().grab()
    qtbot.waitUntil(lambda: view.details.responses.maps.columns == (0, 1), timeout=20_000)


def test_the_response_map_is_what_the_network_answers(session, network, view):
    from nnstudio.engine import forward
    from nnstudio.ui.canvas.responses import GRID, maps_of, telling_columns

    session.choose_data(Source("bundled", "iris"))
    dataset, document = session.dataset, session.document
    assert telling_columns(dataset) == (2, 3)
    maps = maps_of(document.network, document.parameters, dataset, (2, 3))
    held = dataset.inputs[dataset.train].mean(axis=0)
    corner = held.copy()
    corner[2], corner[3] = dataset.inputs[:, 2].min(), dataset.inputs[:, 3].max()
    answer = forward(document.network, document.parameters, corner[None, :])
    np.testing.assert_allclose(maps.values[network[1]][:, 0, 0], answer[network[1]].a[0], atol=1e-5)
    assert maps.values[network[3]].shape == (3, GRID, GRID)


def test_pixels_make_an_image_and_columns_do_not(session, view):
    from nnstudio.ui.canvas.responses import image_side, liked_image

    session.do(AddLayer("input", (0, 0)))
    session.do(AddLayer("hidden", (264, 0), size=5))
    source, target = session.document.network.layers
    session.do(Connect(source, target))
    session.choose_data(Source("bundled", "digits"))
    document = session.document
    image = liked_image(document.network, document.parameters, session.dataset, target, 2)
    weights = next(iter(document.parameters.weights.values()))
    np.testing.assert_array_equal(image, weights[:, 2].reshape(8, 8))
    assert image_side((36,), tuple(f"column {i}" for i in range(36)), None) is None
    assert image_side((64,), (), None) == (8, 8)
    assert image_side((4,), (), None) is None


@pytest.mark.parametrize("level", ["far", "middle", "near"])
def test_a_magnification_can_be_held_at_every_zoom(view, network, level):
    for zoom in (0.2, 1.0, 3.0):
        view.level = level
        view.zoom_to(zoom)
        view.viewport().grab()
        assert view.nearness.far == float(level == "far")
        assert view.nearness.near == float(level == "near")
    view.level = None
    view.zoom_to(1.0)
    assert (view.nearness.far, view.nearness.near) == (0.0, 0.0)


# -- the map ------------------------------------------------------------------------------------------------------


def test_dragging_the_frame_of_the_map_moves_the_view_with_it(view, network):
    view.zoom_to(2.0)
    box = view.minimap
    x = view.camera.x
    middle = box.rect().center()
    QTest.mousePress(box, LEFT, NONE, middle + QPoint(3, 2))
    assert abs(view.camera.x - x) <= 1  # taken hold of, not centred
    QTest.mouseMove(box, middle + QPoint(13, 2))
    QTest.mouseRelease(box, LEFT, NONE, middle + QPoint(13, 2))
    assert view.camera.x < x - 20


def test_after_fit_no_label_lies_under_the_map(view, session):
    session.do(AddLayer("input", (-264, 0), size=2))
    session.do(AddLayer("output", (600, 300), size=10))
    view.fit()
    layers = [view.camera.rect_to_view(item.bounds).toRect() for item in view.scene.layers.values()]
    for box in (view.minimap, view.zoom_box):
        assert not any(rect.intersects(box.geometry()) for rect in layers)
    assert all(view.viewport().rect().contains(rect) for rect in layers)


@pytest.mark.parametrize(("typed", "neuron"), [("70", 69), ("the last but one", 118), (None, 50)])
def test_any_neuron_of_a_wide_layer_is_pinned_from_what_is_left_out(
    view, session, selection, hand, choose, typed, neuron
):
    session.do(AddLayer("hidden", (0, 0), size=120))
    session.do(SetLabels(1, tuple("the last but one" if n == 118 else f"n{n}" for n in range(120))))
    view.fit()
    before = session.document
    item = view.scene.layers[1]
    gap = item.gaps[0]
    assert neuron not in item.neurons
    context(view, view.camera.to_view(QPointF(item.x, gap.y)).toPoint())
    choose("Pin a neuron")
    editor = view.value_editor
    assert editor.text() == str(gap.first + 1)
    if typed is None:
        neuron = gap.first
    else:
        editor.selectAll()
        QTest.keyClicks(editor, "700")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        assert view.value_editor is editor  # there is none of that number
        assert not view.folding.pins(1)
        editor.selectAll()
        QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert view.folding.pins(1) == {neuron}
    assert neuron in view.scene.layers[1].neurons
    assert selection.neuron == NeuronRef(1, neuron)
    selection.clear()
    assert neuron in view.scene.layers[1].neurons  # it stays
    assert session.document is before  # it is no edit

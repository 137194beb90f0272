"""Near by a weight is dragged where it is written, and what is chosen or held stands out; with real events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor

from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, Connect, Freeze, Join, ReshapeLayer, SetWeight
from nnstudio.ui import choosing
from nnstudio.ui.canvas.gestures import Scrub
from nnstudio.ui.canvas.picture import emphasis_of
from nnstudio.ui.canvas.strokes import BESIDE, CHOSEN_HALF, LIT, Batch
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.theme import theme

ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


def cut_out(view, rect):
    """What is on the screen in a rectangle of the view."""
    image = view.grab().toImage()
    ratio = round(image.devicePixelRatio())
    return image.copy(QRect(rect.topLeft() * ratio, rect.size() * ratio))


@pytest.fixture
def label(view, network, session):
    """Near by, in the middle between the first two layers: a weight that is written there, and its place in view."""
    view.resize(380, 360)  # so that all of it is on the screen, also at twice the scale
    view.zoom_to(2.6)
    first, second = view.scene.layers[network[0]], view.scene.layers[network[1]]
    view.center_on((first.rect.center() + second.rect.center()) / 2)
    view.grab()
    found = view.details.labels.placed[0]
    return found.ref, view.camera.to_view(found.rect.center()).toPoint()


def weight(session, ref):
    return float(session.document.parameters.weights[ref.synapses][ref.source, ref.target])


def test_a_weight_is_scrubbed_where_it_is_written(view, session, selection, hand, label):
    ref, point = label
    before, value = session.document, weight(session, label[0])
    hand.move(point)
    assert view.hover.spot == "weight"
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeVerCursor
    hand.drag(point, point - QPoint(0, 40))
    assert selection.synapse == ref
    assert weight(session, ref) == pytest.approx(value + 0.4, abs=1e-4)
    session.undo()
    assert session.document is before


def test_the_handle_of_a_weight_is_seen_when_it_is_pointed_at(view, session, hand, label):
    _, point = label
    rect = view.camera.rect_to_view(view.details.labels.placed[0].rect).toRect()
    hand.move(QPoint(3, 3))
    before = cut_out(view, rect)
    hand.move(point)
    assert cut_out(view, rect) != before


def test_with_alt_a_drag_over_a_weight_chooses_synapses(view, session, hand, label):
    before = session.document
    hand.move(label[1])
    hand.press(label[1], ALT)
    hand.move(label[1] + QPoint(20, 30), label[1] + QPoint(40, 60))
    assert not isinstance(view.gesture, Scrub)
    hand.release(label[1] + QPoint(40, 60), ALT)
    assert session.document is before


def test_a_shared_weight_is_scrubbed_on_its_kernel(view, session, selection, hand):
    for k, kind in enumerate(("input", "hidden")):
        session.do(AddLayer(kind, (290.0 * k, 0.0)))
        session.do(ReshapeLayer(k + 1, (6, 6, 1)))
    session.do(Connect(1, 2, Part("convolution")))
    view.zoom_to(2.4)
    view.center_on(view.scene.bundles[3].middle)
    view.grab()
    before, weights = session.document, session.document.parameters.weights[3]
    cell = view.images.kernels.placed[0].cell(3, 1, 2)
    point = view.camera.to_view(cell.center()).toPoint()
    hand.drag(point, point - QPoint(0, 30))
    after = session.document.parameters.weights[3]
    assert np.argwhere(after != weights).tolist() == [[1, 2, 0, 0]]
    assert after[1, 2, 0, 0] == pytest.approx(weights[1, 2, 0, 0] + 0.3, abs=1e-4)
    session.undo()
    assert session.document is before


def test_chosen_synapses_are_seen_however_weak_they_are(view, network, session, selection):
    bundle = next(iter(view.scene.bundles.values()))
    session.do(SetWeight(bundle.id, 1, 2, 0.001))
    items = list(view.scene.bundles.values())
    plain = Batch(items).dress(view.parameters.weights, theme.colors, {})
    selection.choose(choosing.pick(session.document.parameters, (bundle.id,), "weaker", 0.01))
    dressed = Batch(items).dress(view.parameters.weights, theme.colors, emphasis_of(view))
    place = bundle.place(1, 2)
    assert plain.half[place] < 0.3
    assert dressed.half[place] == CHOSEN_HALF
    assert dressed.alpha[place] == LIT
    others = np.arange(len(plain)) != place
    np.testing.assert_allclose(dressed.alpha[others], plain.alpha[others] * BESIDE)
    np.testing.assert_array_equal(dressed.half[others], plain.half[others])


@pytest.mark.parametrize(("wiring", "shape"), [("one_to_one", (4,)), ("convolution", (4, 4, 1))])
def test_a_lock_marks_what_is_held_of_any_wiring(view, session, wiring, shape):
    for k, kind in enumerate(("input", "hidden")):
        session.do(AddLayer(kind, (264.0 * k, 0.0), size=4))
        session.do(ReshapeLayer(k + 1, shape))
    session.do(Connect(1, 2, Part(wiring)))
    view.level = "middle"
    view.center_on(view.scene.bundles[3].middle)
    held = np.zeros(session.document.parameters.weights[3].shape, np.bool_)
    held.reshape(-1)[0] = True
    middle = view.scene.bundles[3]
    scene_point = middle.place_at(0, 0.62) if wiring == "one_to_one" else middle.middle
    around = QRect(0, 0, 24, 16)
    around.moveCenter(view.camera.to_view(scene_point).toPoint())

    def brightest():
        image = cut_out(view, around)
        spots = [(x, y) for x in range(image.width()) for y in range(image.height())]
        return max(QColor(image.pixel(x, y)).lightness() for x, y in spots)

    before = brightest()
    session.do(Freeze(3, held))
    assert brightest() > before + 30


def test_a_synapse_beside_counterparts_gets_a_drawn_weight_and_a_present_one_is_selected(view, session, selection):
    for k, kind in enumerate(("input", "hidden")):
        session.do(AddLayer(kind, (264.0 * k, 0.0), size=3))
    session.do(Connect(1, 2, Part("one_to_one")))
    before = session.document
    view.join(NeuronRef(1, 1), NeuronRef(2, 1))
    assert session.document is before
    assert selection.synapse == SynapseRef(3, 1, 1)
    view.join(NeuronRef(1, 0), NeuronRef(2, 2))
    after = session.document
    weights = after.parameters.weights[3]
    np.testing.assert_array_equal(np.diag(weights), before.parameters.weights[3])
    assert weights[0, 2] != 0.0
    assert after.parameters.masks[3].sum() == 4
    assert selection.synapse == SynapseRef(3, 0, 2)


def test_chosen_and_held_weights_of_kernels_are_marked_and_their_threads_stand_out(view, session, selection):
    for k, (kind, maps) in enumerate((("input", 1), ("hidden", 3))):
        session.do(AddLayer(kind, (290.0 * k, 0.0)))
        session.do(ReshapeLayer(k + 1, (6, 6, maps)))
    session.do(Connect(1, 2, Part("convolution")))
    view.level = "middle"
    view.center_on(view.scene.bundles[3].middle)
    mask = np.zeros((3, 3, 1, 3), np.bool_)
    mask[0, 2, 0, 1] = True
    selection.choose({3: mask})
    view.grab()
    (kernel,) = view.images.kernels.placed  # it comes up, since its thread stands out
    assert (kernel.source, kernel.target) == (0, 1)
    edge = view.camera.rect_to_view(kernel.cell(3, 0, 2)).toRect()
    chosen = cut_out(view, edge)
    session.do(Freeze(3, mask))
    assert cut_out(view, edge) != chosen
    selection.select((), {3})
    view.grab()
    assert len(view.images.kernels.placed) == 3


def test_the_handle_of_a_synapse_that_passes_a_layer_lies_beside_its_card(view, network, session, selection):
    session.do(Join(network[0], network[2], 1, 0))
    bundle = view.scene.bundles[max(session.document.network.synapses)]
    over = view.scene.layer_at(bundle.place_at(0, 0.5))
    assert over == network[1]  # the middle of the curve lies over a card
    selection.select_synapse(SynapseRef(bundle.id, 1, 0))
    handle = view.handle_point()
    assert view.scene.layer_at(handle) is None
    assert view.hit(view.camera.to_view(handle)).kind == "handle"

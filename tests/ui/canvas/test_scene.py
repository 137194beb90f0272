"""Items follow from the document alone: whatever the edits, the scene equals one built anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from nnstudio.catalog import initial
from nnstudio.document import Document, Layer, StudioError
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    InsertLayer,
    MoveLayers,
    Remove,
    RenameLayer,
    ResizeLayer,
    SetWeights,
)
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.folding import NOTHING, Folding
from nnstudio.ui.canvas.layer_item import ABOVE, BELOW, WIDE_HEIGHT, LayerItem
from nnstudio.ui.canvas.magnification import MIDDLE, depth
from nnstudio.ui.canvas.rows import MOST, visible_rows
from nnstudio.ui.canvas.scene import Scene, layer_places
from nnstudio.ui.canvas.wires import Wires
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 18, 64, 1000])
def test_rows_account_for_every_neuron(size):
    strongest = [n for n in (size // 2, size - 2, 5, 700, 3) if 0 <= n < size]
    for keep in ((), *((n,) for n in range(min(size, 70))), (size - 1,), (size // 3, size // 3 + min(1, size - 1))):
        rows = visible_rows(size, keep, strongest)
        place = 0
        for row in rows:
            first, count = (row, 1) if isinstance(row, int) else row
            assert first == place
            assert isinstance(row, int) or count >= 2
            place += count
        assert place == size
        assert {0, size - 1, *keep} <= {row for row in rows if isinstance(row, int)}
        if size > MOST:
            assert len(rows) < size or size < 20
            item = LayerItem(Layer(1, "hidden", "h", (size,)), 0, 0, frozenset(keep), tuple(strongest))
            assert item.rect.height() == pytest.approx(ABOVE + BELOW + WIDE_HEIGHT)


def test_the_strongest_neurons_of_a_wide_layer_are_shown(network_document):
    document = initial.fill(ResizeLayer(2, 200).apply(network_document))
    weights = np.full((3, 200), 0.01)
    weights[:, [77, 140]] = 3.0
    document = SetWeights(4, weights).apply(document)
    scene = Scene()
    scene.update(document)
    assert {0, 77, 140, 199} <= set(scene.layers[2].neurons)
    assert sum(gap.count for gap in scene.layers[2].gaps) + len(scene.layers[2].neurons) == 200
    scene.update(document, None, NOTHING.pin(2, 33, True).pin(2, 120, True))
    assert {33, 120} <= set(scene.layers[2].neurons)


def test_a_folded_layer_is_a_card_with_ribbons(network_document):
    scene = Scene()
    scene.update(network_document, None, NOTHING.toggled(2))
    folded = scene.layers[2]
    assert folded.folded
    assert folded.neurons == ()
    assert all(len(bundle.sources) == 0 for bundle in scene.bundles.values())
    assert scene.bundle_at(scene.bundles[4].middle).id == 4
    assert scene.synapse_at(scene.bundles[4].middle, network_document.parameters, 1.0) is None
    wires = Wires()
    layers = wires.layers(scene, 0.0, network_document.parameters.weights, DARK, {})
    assert [len(strokes) for strokes, _ in layers] == [2, 0]


def test_from_afar_cards_widen_without_touching(network_document):
    scene = Scene()
    scene.update(network_document)
    assert scene.at(0.0) is scene.layers
    for far in (0.3, 1.0):
        cards = scene.at(far)
        assert scene.at(far) is cards
        for i, card in cards.items():
            assert card.rect.center() == scene.layers[i].rect.center()
            assert card.rect.height() == scene.layers[i].rect.height()
            assert card.rect.width() > scene.layers[i].rect.width()
    close = MoveLayers({2: (-140.0, 0.0)}).apply(network_document)
    scene.update(close)
    assert not scene.at(1.0)[1].rect.intersects(scene.at(1.0)[2].rect)


def test_magnifications_fade_into_each_other():
    zooms = np.geomspace(0.1, 4.0, 400)
    depths = [depth(zoom) for zoom in zooms]
    far, near = [d.far for d in depths], [d.near for d in depths]
    assert far[0] == 1.0
    assert near[-1] == 1.0
    assert np.abs(np.diff(far)).max() < 0.15
    assert np.abs(np.diff(near)).max() < 0.15
    assert depth(1.0) == MIDDLE
    assert depth(1.0, "far").far == 1.0


def random_edit(draw, document):
    layers = sorted(document.network.layers)
    bundles = sorted(document.network.synapses)
    kind = draw(st.sampled_from(["add", "add", "connect", "connect", "move", "resize", "rename", "remove", "insert"]))
    grid = st.integers(-30, 30).map(lambda n: n * 24.0)
    if kind == "add" or not layers:
        position = (draw(grid), draw(grid))
        return AddLayer(draw(st.sampled_from(["input", "hidden", "output"])), position, size=draw(st.integers(1, 40)))
    layer = draw(st.sampled_from(layers))
    if kind == "connect":
        return Connect(layer, draw(st.sampled_from(layers)))
    if kind == "move":
        return MoveLayers({layer: (draw(grid), draw(grid))})
    if kind == "resize":
        return ResizeLayer(layer, draw(st.integers(1, 40)))
    if kind == "rename":
        return RenameLayer(layer, draw(st.text("abc", min_size=1, max_size=4)))
    if kind == "insert" and bundles:
        return InsertLayer(draw(st.sampled_from(bundles)), (draw(grid), draw(grid)))
    return Remove(frozenset({layer}), frozenset(bundles[:1]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_after_random_edits_the_scene_equals_one_built_anew(data):
    document, scene, documents, folding = Document(), Scene(), [], NOTHING
    for _ in range(data.draw(st.integers(1, 25))):
        if documents and data.draw(st.integers(0, 5)) == 0:
            document = documents.pop()
        else:
            documents.append(document)
            try:
                document = initial.fill(random_edit(data.draw, document).apply(document))
            except StudioError:
                continue
        layers = sorted(document.network.layers)
        shown = None
        if layers and data.draw(st.booleans()):
            layer = data.draw(st.sampled_from(layers))
            shown = NeuronRef(layer, data.draw(st.integers(0, document.network.layers[layer].size - 1)))
        if layers and data.draw(st.booleans()):
            layer = data.draw(st.sampled_from(layers))
            folding = folding.toggled(layer) if data.draw(st.booleans()) else folding.pin(layer, 20, True)
        folding = folding.kept(document.network)
        scene.update(document, shown, folding)
        fresh = Scene()
        fresh.update(document, shown, Folding(folding.folded, dict(folding.pinned)))
        assert scene.layers == fresh.layers
        assert scene.bundles == fresh.bundles
        for i, bundle in scene.bundles.items():
            assert bundle.source is scene.layers[bundle.synapses.source]
            assert bundle.target is scene.layers[bundle.synapses.target]
            np.testing.assert_array_equal(bundle.y1, fresh.bundles[i].y1)


def test_what_an_edit_does_not_touch_keeps_its_item(network_document):
    scene = Scene()
    scene.update(network_document)
    before, bundles = dict(scene.layers), dict(scene.bundles)
    scene.update(MoveLayers({1: (-500.0, 0.0)}).apply(network_document))
    assert scene.layers[1] is not before[1]
    assert all(scene.layers[i] is before[i] for i in (2, 3))
    assert [i for i in bundles if scene.bundles[i] is bundles[i]] == [5]


@pytest.fixture
def network_document():
    document = Document()
    for kind, x, size in (("input", -264.0, 3), ("hidden", 0.0, 5), ("output", 264.0, 2)):
        document = AddLayer(kind, (x, 0.0), size=size).apply(document)
    document = Connect(1, 2).apply(document)
    return initial.fill(Connect(2, 3).apply(document))


def test_layers_without_a_place_stand_in_columns_by_depth(network_document):
    places = layer_places(network_document.having(layout={}))
    xs = [places[i][0] for i in (1, 2, 3)]
    assert xs == sorted(xs)
    assert len(set(xs)) == 3


def test_nearest_curve(network_document):
    scene = Scene()
    scene.update(network_document)
    bundle = scene.bundles[4]
    for place in range(len(bundle.sources)):
        point = bundle.path(place).pointAtPercent(0.3)
        found, distance = bundle.nearest(point, None)
        assert distance < 0.5
        assert (found == place) or abs(bundle.y0[found] - bundle.y0[place]) < 1e-9 or distance <= 0.5


def test_curves_that_run_back_are_hit_too(network_document):
    scene = Scene()
    scene.update(MoveLayers({2: (-500.0, 200.0)}).apply(network_document))
    bundle = scene.bundles[4]
    assert not bundle.forward
    for place in (0, 7, 14):
        point = bundle.path(place).pointAtPercent(0.1)
        assert bundle.bounds.contains(point)
        assert bundle.nearest(point, None)[1] < 1.0


def test_bundle_values_while_a_size_changes(network_document):
    scene = Scene()
    scene.update(ResizeLayer(2, 6).apply(network_document))
    weights = network_document.parameters.weights[4]
    values = scene.bundles[4].values(weights)
    known = scene.bundles[4].targets < 5
    assert np.all(values[~known] == 0)
    np.testing.assert_array_equal(values[known], weights.ravel())


def test_camera_keeps_the_point_under_the_pointer():
    camera = Camera()
    camera.center(QPointF(0, 0), QSizeF(800, 600))
    before = camera.to_scene(QPointF(123, 456))
    camera.zoom_at(QPointF(123, 456), 2.7)
    after = camera.to_scene(QPointF(123, 456))
    assert (after - before).manhattanLength() < 1.0
    camera.zoom_at(QPointF(0, 0), 100.0)
    assert camera.zoom == 4.0


def test_what_an_update_that_failed_left_out_is_made_up_for(monkeypatch):
    def broken(*_):
        raise LookupError

    document = Document()
    for edit in (AddLayer("input", (0, 0)), AddLayer("output", (264, 0))):
        document = edit.apply(document)
    scene = Scene()
    scene.update(document)
    document = initial.fill(Connect(1, 2).apply(document), document)
    with monkeypatch.context() as patch:
        patch.setattr("nnstudio.ui.canvas.scene.BundleItem", broken)
        with pytest.raises(LookupError):
            scene.update(document)
    assert not scene.bundles
    scene.update(document)
    assert scene.bundles.keys() == document.network.synapses.keys()

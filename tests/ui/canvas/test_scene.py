"""Items follow from the document alone: whatever the edits, the scene equals one built anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from nnstudio.catalog import initial
from nnstudio.document import Document, StudioError
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    InsertLayer,
    MoveLayers,
    Remove,
    RenameLayer,
    ResizeLayer,
)
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.layer_item import MOST, ROWS, visible_rows
from nnstudio.ui.canvas.scene import Scene, layer_places
from nnstudio.ui.selection import NeuronRef

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 18, 64, 1000])
def test_rows_account_for_every_neuron(size):
    for must_show in (None, *range(min(size, 70)), size - 2, size - 1):
        rows = visible_rows(size, must_show)
        counted = sum(1 if isinstance(row, int) else row[1] for row in rows)
        assert counted == size
        assert len(rows) == (size if size <= MOST else ROWS)
        place = 0
        for row in rows:
            first, count = (row, 1) if isinstance(row, int) else row
            assert first == place
            assert count >= 1
            place += count
        if must_show is not None and 0 <= must_show < size:
            assert must_show in rows


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
    document, scene, documents = Document(), Scene(), []
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
        scene.update(document, shown)
        fresh = Scene()
        fresh.update(document, shown)
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

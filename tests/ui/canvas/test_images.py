"""Layers shaped as images: maps, what a neuron sees, shared weights, synapses one by one; with real events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from nnstudio.catalog import wirings
from nnstudio.catalog.fields import neuron_of, receptive, spot_of, uses
from nnstudio.catalog.joints import arriving
from nnstudio.document import Parameters, Part, Source
from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer
from nnstudio.ui.canvas.menus import layer_menu
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.surface import load_rasterizer
from nnstudio.ui.canvas.tooltips import tooltip
from nnstudio.ui.selection import NeuronRef


@pytest.fixture
def images(session, view):
    """8 x 8 x 1 - convolution - 8 x 8 x 4 - pooling - 4 x 4 x 4 - convolution - 4 x 4 x 20 - 10, on digits."""
    shapes = (("input", (8, 8, 1)), ("hidden", (8, 8, 4)), ("hidden", (4, 4, 4)), ("hidden", (4, 4, 20)))
    for place, (kind, shape) in enumerate(shapes):
        session.do(AddLayer(kind, (290.0 * place, 0.0)))
        session.do(ReshapeLayer(place + 1, shape))
    session.do(AddLayer("output", (1160.0, 0.0), size=10))
    session.do(Connect(1, 2, Part("convolution")))
    session.do(Connect(2, 3, Part("pooling")))
    session.do(Connect(3, 4, Part.of("convolution", kernel=3)))
    session.do(Connect(4, 5))
    session.choose_data(Source("bundled", "digits"))
    view.fit()
    return [s.id for s in session.document.network.synapses.values()]


def brute_field(network, layer, neuron):
    """Layer id -> the set of neurons that reach ``neuron``, found synapse by synapse."""
    found = {layer: {neuron}}
    for place in reversed(network.order):
        for synapses in network.incoming[place] if place in found else ():
            reached = found.setdefault(synapses.source, set())
            for one in found[place]:
                reached.update(arriving(network, Parameters(), synapses, one)[0].tolist())
    del found[layer]
    return found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Part.of("convolution", kernel=3), Part.of("pooling", size=2, stride=2)),
        (Part.of("convolution", kernel=5, stride=2), Part.of("convolution", kernel=3, padding="valid")),
        (Part.of("convolution", kernel=3, dilation=2), Part.of("pooling", size=3, stride=1, padding="same")),
        (Part.of("convolution", kernel=3, groups=2), Part.of("convolution", kernel=2, groups=2)),
        (Part.of("pooling", whole=True), Part.of("convolution", kernel=1)),
    ],
)
def test_a_receptive_field_is_what_synapses_reach(session, first, second):
    for place, kind in enumerate(("input", "hidden", "hidden")):
        session.do(AddLayer(kind, (264.0 * place, 0.0)))
    session.do(ReshapeLayer(1, (9, 7, 2)))
    for source, target, wiring in ((1, 2, first), (2, 3, second)):
        session.do(ReshapeLayer(target, (3, 3, 4)))
        layers = session.document.network.layers
        shape = wirings[wiring.key].target_shape(layers[source], layers[target], wiring)
        session.do(ReshapeLayer(target, shape))
        session.do(Connect(source, target, wiring))
    network = session.document.network
    last = network.layers[3]
    for neuron in range(0, last.size, max(1, last.size // 9)):
        found = receptive(network, 3, neuron)
        wanted = brute_field(network, 3, neuron)
        if len(last.shape) == 3 and last.shape[0] * last.shape[1] > 1:
            assert {i: set(np.flatnonzero(mask).tolist()) for i, mask in found.items()} == wanted


def test_a_weight_is_used_at_as_many_positions_as_synapses_share_it(session, images):
    network = session.document.network
    synapses = network.synapses[images[0]]
    source, target = network.layers[1], network.layers[2]
    counts = np.zeros(session.document.parameters.weights[images[0]].size, dtype=int)
    for neuron in range(target.size):
        np.add.at(counts, arriving(network, session.document.parameters, synapses, neuron)[1], 1)
    counts = counts.reshape(3, 3, 1, 4)
    for row in range(3):
        for column in range(3):
            seen, who = uses(source, synapses.wiring, row, column)
            assert who.sum() == seen.sum() == counts[row, column, 0, 0]


def test_a_click_on_a_pixel_selects_its_neuron(view, session, selection, images, hand):
    item = view.scene.layers[2]
    neuron = neuron_of(item.layer, 5, 2, 3)
    hand.click(view.neuron_point(2, neuron))
    assert selection.neuron == NeuronRef(2, neuron)
    assert spot_of(item.layer, neuron) == (5, 2, 3)
    assert item.layer.label(neuron) == "4 (6, 3)"
    assert "Hidden 1, map 4, row 6, column 3" in tooltip(view, view.hit(QPointF(view.neuron_point(2, neuron))))
    hand.key(Qt.Key.Key_Down)
    assert selection.neuron == NeuronRef(2, neuron_of(item.layer, 6, 2, 3))
    hand.key(Qt.Key.Key_Right)
    assert selection.neuron == NeuronRef(2, neuron_of(item.layer, 6, 3, 3))
    for _ in range(3):
        hand.key(Qt.Key.Key_Down)
    assert selection.neuron == NeuronRef(2, neuron_of(item.layer, 7, 3, 3))  # the last row of the last map
    for _ in range(4):
        hand.key(Qt.Key.Key_Left)
    assert selection.neuron == NeuronRef(2, neuron_of(item.layer, 7, 7, 2))  # the map at its left
    for _ in range(8):
        hand.key(Qt.Key.Key_Left)
    assert selection.neuron.layer == 1


def test_maps_show_the_values_of_the_sample(view, session, images):
    view.level = "middle"
    session.do(ReshapeLayer(2, (8, 8, 4)))
    selection = view.selection
    for sample in (0, 7):
        selection.show_sample(sample)
        picture = view.grab().toImage()
        values = session.dataset.inputs[sample].reshape(8, 8)
        ratio = picture.devicePixelRatio()
        shades = np.zeros((8, 8))
        for row in range(8):
            for column in range(8):
                point = view.neuron_point(1, row * 8 + column)
                shades[row, column] = picture.pixelColor(round(point.x() * ratio), round(point.y() * ratio)).lightness()
        assert np.corrcoef(shades.ravel(), values.ravel())[0, 1] > 0.99


def test_of_many_maps_the_strongest_are_shown_and_the_others_counted(view, session, images, hand):
    maps = view.scene.layers[4].maps
    assert len(maps.tiles) == 16
    assert maps.left_out == 4
    shown = {tile.channel for tile in maps.tiles}
    strength = np.abs(session.document.parameters.weights[images[2]]).mean(axis=(0, 1, 2))
    hidden = sorted(set(range(20)) - shown)
    assert {0, 19} <= shown
    assert strength[hidden].max() <= min(strength[channel] for channel in shown - {0, 19})
    hand.click(view.camera.to_view(maps.more.center()).toPoint())
    assert view.selection.neuron == NeuronRef(4, hidden[0])
    assert view.scene.layers[4].maps.tile(hidden[0]) is not None
    view.pin(4, hidden[1], True)
    view.selection.clear()
    assert view.scene.layers[4].maps.tile(hidden[1]) is not None
    view.fold(view.folding.toggled(4))
    assert view.scene.layers[4].maps is None
    view.grab()


def test_a_wide_layer_is_opened_and_closed_by_hand(view, session, images, hand, choose):
    layer_menu(view, 4, QPointF(view.layer_point(4)))
    choose("Show all 20 maps")
    assert [tile.channel for tile in view.scene.layers[4].maps.tiles] == list(range(20))
    assert view.scene.layers[4].maps.left_out == 0
    view.grab()
    layer_menu(view, 4, QPointF(view.layer_point(4)))
    choose("Show only the strongest")
    assert view.scene.layers[4].maps.left_out == 4
    session.do(ReshapeLayer(4, (100,)))
    assert view.scene.layers[4].gaps
    layer_menu(view, 4, QPointF(view.layer_point(4)))
    choose("Show all 100 neurons")
    assert view.scene.layers[4].neurons == tuple(range(100))


def test_an_input_of_pixels_becomes_an_image_in_one_step(view, session, images, choose):
    session.do(ReshapeLayer(1, (64,)))
    before = session.document
    layer_menu(view, 1, QPointF(view.layer_point(1)))
    choose("Show as an image, 8 × 8")
    assert session.document.network.layers[1].shape == (8, 8, 1)
    session.undo()
    assert session.document is before


def test_hover_outlines_what_a_neuron_sees(view, session, images, hand):
    before = view.grab().toImage()
    neuron = neuron_of(session.document.network.layers[2], 4, 4, 1)
    hand.move(view.neuron_point(2, neuron))
    (mask,) = view.images.fields().values()
    assert {tuple(place) for place in np.argwhere(mask)} == {(y, x, 0) for y in (3, 4, 5) for x in (3, 4, 5)}
    after = view.grab().toImage()
    tile = view.scene.layers[1].maps.tiles[0].rect
    corner = view.camera.to_view(QPointF(tile.left() + tile.width() * 3 / 8, tile.top() + tile.height() * 4.5 / 8))
    assert before.pixelColor(corner.toPoint()) != after.pixelColor(corner.toPoint())
    deep = neuron_of(session.document.network.layers[4], 1, 1, 0)
    hand.move(view.neuron_point(4, deep))
    assert set(view.images.fields()) == {1, 2, 3}  # through the pooling, back to the input
    assert view.images.fields()[3][:, :, 0].sum() == 9
    assert view.images.fields()[2][:, :, 0].sum() == 36


def test_synapses_are_unrolled_by_key_menu_and_switch(view, session, selection, images, hand, choose):
    document = session.document
    neuron = neuron_of(document.network.layers[2], 4, 4, 1)
    hand.click(view.neuron_point(2, neuron))
    hand.key(Qt.Key.Key_U)
    view.grab()
    (found,) = view.images.unrolled()
    wanted, _ = arriving(document.network, document.parameters, document.network.synapses[images[0]], neuron)
    assert sorted(found.sources.tolist()) == sorted(wanted.tolist())
    assert session.document is document  # no edit
    place = found.place(int(wanted[0]), neuron)
    point = found.point(place, 0.55)
    pressed = view.camera.to_view(point).toPoint()
    hit = view.hit(QPointF(pressed))
    assert hit.synapse.target == neuron
    hand.click(pressed)
    assert selection.synapse == hit.synapse
    assert view.handle_point() is not None
    view.grab()
    hand.key(Qt.Key.Key_Escape)
    view.selection.select((), {images[0]})
    QTest.keyClick(view, Qt.Key.Key_U)
    assert view.images.unrolled() == []
    selection.select((), {images[1]})
    hand.key(Qt.Key.Key_U)
    (pooled,) = view.images.unrolled()
    assert len(pooled.sources) == 4
    winner = view.images.winners()[images[1]]
    values = view.activity.values[2]
    assert values[winner] == values[pooled.sources].max()


def test_a_kernel_is_drawn_near_by_and_its_weights_can_be_set(view, session, selection, images, hand):
    view.zoom_to(2.6)
    view.center_on(QPointF(145.0, 0.0))
    view.grab()
    kernels = [kernel for kernel in view.images.kernels.placed if kernel.item.id == images[0]]
    assert kernels
    kernel = kernels[0]
    point = view.camera.to_view(kernel.cell(3, 0, 2).center()).toPoint()
    standing = [(one.item.id, one.source, one.target, one.rect) for one in kernels]
    hand.move(point)
    view.grab()  # what is pointed at does not move kernels about
    assert [(k.item.id, k.source, k.target, k.rect) for k in view.images.kernels.placed][: len(standing)] == standing
    assert view.hover.cell == (0, 2)
    shared = view.images.shared()
    assert (shared.source, shared.target, shared.cell) == (kernel.source, kernel.target, (0, 2))
    words = tooltip(view, view.hover)
    assert "used at 49 positions" in words
    weight = session.document.parameters.weights[images[0]][0, 2, kernel.source, kernel.target]
    assert f"{abs(weight):.3f}" in words
    view.grab()
    hand.click(point)
    ref = selection.synapse
    assert ref is not None
    view.edit_weight(ref)
    QTest.keyClicks(view.value_editor, "0.75")
    QTest.keyClick(view.value_editor, Qt.Key.Key_Return)
    assert session.document.parameters.weights[images[0]][0, 2, kernel.source, kernel.target] == 0.75
    session.undo()
    assert session.document.parameters.weights[images[0]][0, 2, kernel.source, kernel.target] == weight


def test_a_thread_says_what_its_width_and_colour_mean(view, session, images, hand):
    thread = view.scene.threads[images[3]]
    place = 5
    hand.move(view.camera.to_view(thread.point(place, 0.5)).toPoint())
    assert view.hover.pair is not None
    words = tooltip(view, view.hover)
    pair = view.hover.pair
    weights = session.document.parameters.weights[images[3]].reshape(16, 20, 10)[:, pair[0], pair[1]]
    assert f"{np.abs(weights).mean():.3f}" in words
    means, sizes = thread.strengths(session.document.parameters.weights[images[3]])
    np.testing.assert_allclose(means[thread.place(*pair)], weights.mean())
    np.testing.assert_allclose(sizes[thread.place(*pair)], np.abs(weights).mean())


def test_more_and_fewer_maps_by_the_buttons(view, session, images, hand):
    hand.click(view.layer_point(2))
    item = view.scene.layers[2]
    hand.click(view.camera.to_view(item.button("more")).toPoint())
    assert session.document.network.layers[2].shape == (8, 8, 5)
    item = view.scene.layers[2]
    hand.click(view.camera.to_view(item.button("less")).toPoint())
    assert session.document.network.layers[2].shape == (8, 8, 4)


@pytest.mark.parametrize("zoom", [0.2, 0.45, 1.0, 2.2, 4.0])
def test_every_magnification_is_drawn(view, session, images, zoom):
    view.zoom_to(zoom)
    view.center_on(view.scene.bounds.center())
    for bundle in images:
        view.selection.unroll(bundle, True)
    view.selection.select_neuron(NeuronRef(4, 40))
    assert not view.grab().isNull()
    session.do(Connect(1, 5))  # an image to a row of neurons
    assert not view.grab().isNull()


def test_single_synapses_look_alike_drawn_by_both_hands(view, session, images):
    view.level = "middle"
    view.selection.select_neuron(NeuronRef(5, 3))
    view.selection.unroll(images[3], True)
    slow = view.grab().toImage()
    view.use_rasterizer(load_rasterizer())
    fast = view.grab().toImage()
    (found,) = view.images.unrolled()
    assert len(found.sources) > 100
    colors = []
    for picture in (slow, fast):
        ratio = picture.devicePixelRatio()
        points = [view.camera.to_view(found.point(k, t)) for k in range(0, len(found.sources), 7) for t in (0.2, 0.5)]
        colors.append([picture.pixelColor((point * ratio).toPoint()).getRgb()[:3] for point in points])
    difference = np.abs(np.array(colors[0], dtype=int) - np.array(colors[1]))
    assert np.median(difference) <= 12
    assert difference.mean() < 24


def test_every_gesture_knows_what_an_image_is(view, session, selection, images, hand):
    pixel = neuron_of(session.document.network.layers[2], 2, 2, 0)
    where = view.neuron_point(2, pixel)
    hand.click(where)
    before = session.document
    hand.drag(where, where + QPointF(30, 40).toPoint())  # not taken out: the layer moves
    assert session.document.layout[2] != before.layout[2]
    assert session.document.network is before.network
    session.undo()
    assert session.document is before
    where = view.neuron_point(2, pixel)
    hand.click(where)
    hand.key(Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert view.gesture is not None
    far = neuron_of(session.document.network.layers[4], 1, 1, 0)
    for point in (view.neuron_point(4, far), view.neuron_point(5, 2), view.neuron_point(1, 20)):
        hand.move(point)
        view.grab()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        hand.key(key)
        view.grab()
    hand.key(Qt.Key.Key_Escape)
    assert session.document is before
    selection.select_neuron(NeuronRef(2, pixel))
    hand.key(Qt.Key.Key_Delete)  # refused in words
    assert session.document.network is before.network
    hand.key(Qt.Key.Key_K)
    assert session.document.parameters.frozen_biases[2].any()
    session.undo()
    selection.select_neuron(NeuronRef(2, pixel))
    hand.key(Qt.Key.Key_M)
    view.grab()
    view.tool = "synapse"
    hand.drag(view.neuron_point(2, pixel), view.neuron_point(4, far))
    view.grab()
    view.tool = "select"
    corner = view.viewport().rect().bottomRight() - QPointF(200, 10).toPoint()
    hand.drag(QPointF(5, 5).toPoint(), corner, Qt.KeyboardModifier.AltModifier)
    view.grab()
    while session.history.can_undo and session.document.network is not before.network:
        session.undo()
    assert session.document.network is before.network


def test_the_scene_of_images_equals_one_built_anew(view, session, images):
    edits = [
        ReshapeLayer(2, (8, 8, 7)),
        ReshapeLayer(2, (8, 8, 4)),
        ReshapeLayer(4, (320,)),
        ReshapeLayer(4, (4, 4, 20)),
        ReshapeLayer(1, (64,)),
        ReshapeLayer(1, (8, 8, 1)),
    ]
    for edit in edits:
        session.do(edit)
        view.grab()
        fresh = Scene()
        fresh.update(session.document, view.selection.neuron, view.folding)
        assert fresh.layers == view.scene.layers
        assert fresh.bundles == view.scene.bundles
        assert fresh.threads == view.scene.threads
        for i, thread in fresh.threads.items():
            known = view.scene.threads[i]
            np.testing.assert_array_equal(thread.sources, known.sources)
            np.testing.assert_array_equal(thread.y1, known.y1)


def test_a_screen_reader_hears_the_pixel_that_is_walked_to(view, session, selection, images):
    ref = NeuronRef(2, neuron_of(session.document.network.layers[2], 5, 2, 3))
    selection.select_neuron(ref)
    voice = QAccessible.queryAccessibleInterface(view)
    layers = [voice.child(k) for k in range(voice.childCount())]
    layer = next(one for one in layers if one.text(QAccessible.Text.Name).startswith("Layer Hidden 1"))
    names = [layer.child(k).text(QAccessible.Text.Name) for k in range(layer.childCount())]
    assert any("4 (6, 3)" in name for name in names)

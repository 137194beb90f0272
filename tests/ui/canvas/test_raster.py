"""Our rasterizer against QPainter, and the whole frame at both pixel ratios."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.catalog import initial
from nnstudio.document import Document
from nnstudio.document.edits import AddLayer, Connect, MoveLayers, SetWeight
from nnstudio.ui.canvas.bundle_item import curve_handle, curve_path
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.frame import Frame
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.strokes import Batch, Emphasis
from nnstudio.ui.canvas.surface import load_rasterizer
from nnstudio.ui.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")
BACKGROUND = 0xFF0E1116


@pytest.fixture(scope="module")
def rasterizer():
    load_rasterizer()
    from nnstudio.ui.canvas.raster import draw_curves

    return draw_curves


def by_qpainter(x0, x1, handle, y0, y1, half, color, alpha):
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(BACKGROUND)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QColor(color)
    shade.setAlphaF(alpha)
    painter.setPen(QPen(shade, 2 * half, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawPath(curve_path(QPointF(x0, y0), QPointF(x1, y1), handle))
    painter.end()
    return channels(np.frombuffer(image.constBits(), np.uint32).reshape(300, 400))


def channels(pixels):
    return np.stack([(pixels >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(float)


def one(x):
    return np.array([x], dtype=np.float64)


def ours(rasterizer, x0, x1, handle, y0, y1, half, color, alpha):
    pixels = np.full((300, 400), BACKGROUND, dtype=np.uint32)
    rasterizer(
        pixels,
        float(x0),
        float(x1),
        float(handle),
        one(y0),
        one(y1),
        one(half),
        np.array([color], dtype=np.uint32),
        one(alpha),
    )
    return channels(pixels)


@pytest.mark.parametrize(
    ("x0", "x1", "y0", "y1"),
    [(50, 350, 60, 240), (50.5, 350.25, 150, 150.5), (100, 220, 280, 20), (250, 130, 80, 200), (180, 200, 60, 220)],
)
@pytest.mark.parametrize(("half", "alpha"), [(0.25, 1.0), (0.6, 0.5), (2.0, 0.9), (4.0, 0.4)])
def test_looks_like_qpainter(rasterizer, x0, x1, y0, y1, half, alpha):
    handle = curve_handle(x0, x1)
    expected = by_qpainter(x0, x1, handle, y0, y1, half, 0x4AA3FF, alpha)
    drawn = ours(rasterizer, x0, x1, handle, y0, y1, half, 0x4AA3FF, alpha)
    empty = channels(np.full((300, 400), BACKGROUND, dtype=np.uint32))
    ink = np.abs(drawn - empty).sum()
    full = np.abs(channels(np.array([0x4AA3FF])) - empty[0, 0]).sum()
    length = curve_path(QPointF(x0, y0), QPointF(x1, y1), handle).length()
    assert ink == pytest.approx(length * 2 * half * alpha * full, rel=0.06)
    # a pixel may be covered a little differently, but nowhere is there ink that the other does not have nearby
    difference = np.abs(drawn - expected).mean(axis=-1)
    assert difference.sum() / (ink / 3) < 0.35
    assert (difference > 0.55 * 255 * alpha).sum() <= 6


def test_curves_are_cut_off_at_the_edges(rasterizer):
    pixels = np.full((20, 30), BACKGROUND, dtype=np.uint32)
    for x0, x1, y0, y1 in ((-50, 80, -40, 60), (5, 500, 1000, -900), (200, 100, -30, 50), (-9, -3, 5, 5)):
        rasterizer(
            pixels,
            float(x0),
            float(x1),
            float(curve_handle(x0, x1)),
            one(y0),
            one(y1),
            one(2.0),
            np.array([0xFFFFFF], dtype=np.uint32),
            one(1.0),
        )
    assert np.all(pixels >> 24 == 255)
    assert (pixels != BACKGROUND).any()


def test_opaque_ink_has_the_exact_colour(rasterizer):
    drawn = ours(rasterizer, 50, 350, 150, 100, 100, 6.0, 0x123456, 1.0)
    assert drawn[100, 200].tolist() == pytest.approx([0x12, 0x34, 0x56], abs=1)


def small_scene():
    document = Document()
    for kind, x, size in (("input", -200.0, 3), ("output", 60.0, 2)):
        document = AddLayer(kind, (x, 0.0), size=size).apply(document)
    document = initial.fill(Connect(1, 2).apply(document))
    scene = Scene()
    scene.update(document)
    return document, scene


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_frame_at_both_pixel_ratios(rasterizer, ratio):
    document, scene = small_scene()
    camera = Camera()
    camera.pan(300, 150)
    curves = [(Batch(list(scene.bundles.values())).dress(document.parameters.weights, DARK, {}), 1.0)]
    slow, fast = Frame(), Frame()
    fast.rasterizer = load_rasterizer()
    pictures = [frame.draw(QSize(600, 300), ratio, camera, DARK, curves) for frame in (slow, fast)]
    for picture in pictures:
        assert (picture.width(), picture.height()) == (600 * ratio, 300 * ratio)
        assert picture.devicePixelRatio() == ratio
    a, b = (channels(frame._pixels) for frame in (slow, fast))
    background = channels(np.full(slow._pixels.shape, BACKGROUND, dtype=np.uint32))
    assert np.abs(a - background).sum() == pytest.approx(np.abs(b - background).sum(), rel=0.15)
    assert np.abs(a - b).mean() < 0.5
    bundle = next(iter(scene.bundles.values()))
    x = round((bundle.x0 * camera.zoom + camera.x + 1) * ratio)
    y = round((bundle.y0[0] * camera.zoom + camera.y) * ratio)
    assert np.abs(b[y - 1 : y + 2, x] - background[0, 0]).sum() > 20  # a curve begins at the neuron's edge


def dressed(bundle, weights, emphasis=Emphasis()):  # noqa: B008
    return Batch([bundle]).dress({bundle.id: weights}, DARK, {bundle.id: emphasis})


def test_strong_weights_are_wider_and_drawn_last():
    _, scene = small_scene()
    bundle = next(iter(scene.bundles.values()))
    weights = np.array([[2.0, -0.1], [0.5, -1.0], [0.0, np.nan]])
    drawn = dressed(bundle, weights)
    order = np.argsort(drawn.level, kind="stable")
    finite = drawn.color != int(DARK.error[1:], 16)
    assert (~finite).sum() == 1
    assert np.all(np.diff(drawn.half[order]) >= 0)
    assert drawn.half[order[-1]] == pytest.approx(2.0)
    assert drawn.color[order[-1]] == int(DARK.positive[1:], 16)
    assert drawn.color[order[-2]] == int(DARK.negative[1:], 16)


def test_emphasis_lights_up_what_arrives_at_a_neuron():
    _, scene = small_scene()
    bundle = next(iter(scene.bundles.values()))
    weights = np.ones((3, 2))
    drawn = dressed(bundle, weights, Emphasis(target=1))
    assert sorted(drawn.alpha)[-3:] == [0.95] * 3
    assert set(np.flatnonzero(drawn.level >= 64)) == set(np.flatnonzero(bundle.targets == 1))
    batch = Batch([bundle])
    halos = batch.halos(drawn, DARK, {bundle.id: Emphasis(place=0, hot=1)})
    assert len(halos) == 4


def test_all_bundles_at_once_are_dressed_like_each_alone():
    document = Document()
    for k, size in enumerate((3, 5, 40, 2)):
        kind = ("input", "hidden", "hidden", "output")[k]
        document = AddLayer(kind, (264.0 * k, 0.0), size=size).apply(document)
    for a in (1, 2, 3):
        document = initial.fill(Connect(a, a + 1).apply(document))
    scene = Scene()
    scene.update(document)
    together = Batch(list(scene.bundles.values())).dress(document.parameters.weights, DARK, {})
    for b, bundle in enumerate(scene.bundles.values()):
        alone = dressed(bundle, document.parameters.weights[bundle.id])
        here = slice(together.starts[b], together.starts[b + 1])
        for name in ("y0", "y1", "half", "color", "alpha", "level"):
            np.testing.assert_array_equal(getattr(together, name)[here], getattr(alone, name))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("way", [(37, 0), (-60, 0), (0, 41), (0, -23), (55, -31), (-200, 90)])
def test_a_panned_picture_equals_one_drawn_anew(ratio, way):
    document, scene = small_scene()
    layers = [(Batch(list(scene.bundles.values())).dress(document.parameters.weights, DARK, {}), 1.0)]
    camera = Camera()
    camera.zoom = 1.25
    camera.pan(300, 150)
    moved = Frame()
    moved.rasterizer = load_rasterizer()
    moved.draw(QSize(600, 300), ratio, camera, DARK, layers)
    camera.pan(*way)
    moved.draw(QSize(600, 300), ratio, camera, DARK, layers)
    anew = Frame()
    anew.rasterizer = load_rasterizer()
    anew.draw(QSize(600, 300), ratio, camera, DARK, layers)
    different = (moved._pixels != anew._pixels).mean()
    assert different < 1e-3
    assert np.abs(channels(moved._pixels) - channels(anew._pixels)).max() <= 40


def test_in_haste_the_strongest_come_first():
    document = Document()
    for k in range(30):
        kind = "input" if not k else "output" if k == 29 else "hidden"
        document = AddLayer(kind, (264.0 * k, 0.0), size=16).apply(document)
    for k in range(1, 30):
        document = Connect(k, k + 1).apply(document)
    document = initial.fill(document)
    scene = Scene()
    scene.update(document)
    layers = [(Batch(list(scene.bundles.values())).dress(document.parameters.weights, DARK, {}), 1.0)]
    camera = Camera()
    camera.fit(scene.bounds, QSize(1600, 900).toSizeF())
    frame = Frame()
    frame.rasterizer = load_rasterizer()
    frame._pace = 1.0  # a very slow machine
    frame.draw(QSize(1600, 900), 1.0, camera, DARK, layers, 0.02)
    assert 0 < frame.left_out <= 29 * 256
    frame._pace = 1e-9
    frame._layers = []
    frame.draw(QSize(1600, 900), 1.0, camera, DARK, layers)
    assert frame.left_out == 0


@pytest.mark.parametrize(
    "moved", [SetWeight(0, 1, 1, 3.0), MoveLayers({3: (250.0, 60.0)}), MoveLayers({3: (-90.0, 0.0)})]
)
def test_after_a_small_change_the_picture_equals_one_drawn_anew(moved):
    document = Document()
    for k in range(12):
        kind = "input" if not k else "hidden"
        document = AddLayer(kind, (264.0 * k, 90.0 * (k % 3)), size=4).apply(document)
    for k in range(1, 12):
        document = initial.fill(Connect(k, k + 1).apply(document))
    document = initial.fill(document)
    first = min(document.network.synapses)
    if isinstance(moved, SetWeight):
        moved = SetWeight(first + 4, 1, 1, 3.0)
    camera = Camera()
    camera.zoom = 0.7
    camera.pan(60, 200)
    pictures = {}
    for name, steps in (("before and after", (document, moved.apply(document))), ("anew", (moved.apply(document),))):
        frame = Frame()
        frame.rasterizer = load_rasterizer()
        for shown in steps:
            scene = Scene()
            scene.update(shown)
            layers = [(Batch(list(scene.bundles.values())).dress(shown.parameters.weights, DARK, {}), 1.0)]
            frame.draw(QSize(1500, 700), 1.0, camera, DARK, layers)
        pictures[name] = frame._pixels
    different = np.abs(channels(pictures["before and after"]) - channels(pictures["anew"])).max(axis=-1)
    assert (different > 3).mean() < 1e-5


@pytest.mark.parametrize("ends", [(30.0, 370.0), (300.0, 120.0)], ids=["onward", "turning back"])
def test_a_picture_in_parts_is_the_picture(ends):
    draw = load_rasterizer()
    rng = np.random.default_rng(3)
    count = 40
    arguments = (
        *(np.array([value]) for value in (*ends, curve_handle(*ends))),
        rng.uniform(20, 280, count),
        rng.uniform(20, 280, count),
        rng.uniform(0.3, 9.0, count),
        rng.integers(0, 1 << 24, count).astype(np.uint32),
        rng.uniform(0.2, 1.0, count),
        rng.integers(0, 60, count).astype(np.uint8),
        0,
        1.0,
    )
    pictures = []
    for parts in ([(0, 0, 400, 300)], [(0, 0, 150, 110), (150, 0, 400, 110), (0, 110, 290, 300), (290, 110, 400, 300)]):
        pixels = np.full((300, 400), BACKGROUND, dtype=np.uint32)
        for part in parts:
            draw(pixels, np.array(part), 1.0, 0.0, 0.0, np.array([0, count]), np.ones(1, np.bool_), *arguments)
        pictures.append(channels(pixels))
    assert (pictures[0] != channels(np.full((300, 400), BACKGROUND, dtype=np.uint32))).any()
    assert np.abs(pictures[0] - pictures[1]).max() <= 3

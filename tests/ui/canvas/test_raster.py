"""Our rasterizer against QPainter, and the whole frame at both pixel ratios."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.catalog import initial
from nnstudio.document import Document
from nnstudio.document.edits import AddLayer, Connect
from nnstudio.ui.canvas.bundle_item import curve_handle, curve_path
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.frame import Frame
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.strokes import Emphasis, strokes
from nnstudio.ui.canvas.surface import load_rasterizer
from nnstudio.ui.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")
BACKGROUND = 0xFF0E1116


@pytest.fixture(scope="module")
def rasterizer():
    return load_rasterizer()


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
        pixels, float(x0), float(x1), float(handle), one(y0), one(y1), one(half),
        np.array([color], dtype=np.uint32), one(alpha),
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
            pixels, float(x0), float(x1), float(curve_handle(x0, x1)), one(y0), one(y1), one(2.0),
            np.array([0xFFFFFF], dtype=np.uint32), one(1.0),
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
    curves = [(b, strokes(b, document.parameters.weights[i], DARK, Emphasis())) for i, b in scene.bundles.items()]
    slow, fast = Frame(), Frame()
    fast.rasterizer = rasterizer
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


def test_strong_weights_are_wider_and_drawn_last():
    _, scene = small_scene()
    bundle = next(iter(scene.bundles.values()))
    weights = np.array([[2.0, -0.1], [0.5, -1.0], [0.0, np.nan]])
    drawn = strokes(bundle, weights, DARK, Emphasis())
    finite = drawn.color != int(DARK.error[1:], 16)
    assert (~finite).sum() == 1
    assert np.all(np.diff(drawn.half) >= 0)
    assert drawn.half[-1] == pytest.approx(2.0)
    assert drawn.color[-1] == int(DARK.positive[1:], 16)
    assert drawn.color[-2] == int(DARK.negative[1:], 16)


def test_emphasis_lights_up_what_arrives_at_a_neuron():
    _, scene = small_scene()
    bundle = next(iter(scene.bundles.values()))
    weights = np.ones((3, 2))
    drawn = strokes(bundle, weights, DARK, Emphasis(target=1))
    assert sorted(drawn.alpha)[-3:] == [0.95] * 3
    with_halo = strokes(bundle, weights, DARK, Emphasis(place=0, hot=1))
    assert len(with_halo.y0) == len(drawn.y0) + 4

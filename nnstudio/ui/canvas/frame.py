"""The picture under the cards: background, dot grid and all synapses, drawn into one image that the view blits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.ui.canvas.bundle_item import BundleItem, curve_path
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.strokes import Strokes
from nnstudio.ui.theme import Colors

GRID = 24.0
Rasterizer = Callable[..., None]


class Frame:
    """Keeps the last picture; a still view costs one copy, a live one a copy of the grid and the curves."""

    def __init__(self) -> None:
        self.rasterizer: Rasterizer | None = None  # until Numba is warm, QPainter draws
        self._key: tuple[Any, ...] = ()
        self._backdrop: NDArray[np.uint32] = np.zeros((1, 1), dtype=np.uint32)
        self._pixels: NDArray[np.uint32] = np.zeros((1, 1), dtype=np.uint32)
        self.image = QImage()

    def draw(
        self, size: QSize, ratio: float, camera: Camera, colors: Colors, curves: Iterable[tuple[BundleItem, Strokes]]
    ) -> QImage:
        """A picture of ``size`` logical pixels at ``ratio`` device pixels each."""
        width, height = max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
        if self._pixels.shape != (height, width) or self.image.devicePixelRatio() != ratio:
            self._pixels = np.empty((height, width), dtype=np.uint32)
            self._backdrop = np.empty_like(self._pixels)
            self.image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
            self.image.setDevicePixelRatio(ratio)
            self._key = ()
        key = (camera.key, colors.background)
        if key != self._key:
            draw_grid(self._backdrop, camera, ratio, colors)
            self._key = key
        np.copyto(self._pixels, self._backdrop)
        seen = camera.seen(size.toSizeF())
        visible = [(item, strokes) for item, strokes in curves if item.bounds.intersects(seen)]
        if self.rasterizer is None:
            self._paint(camera, visible)
        else:
            self._rasterize(camera, ratio, visible)
        return self.image

    def _rasterize(self, camera: Camera, ratio: float, curves: list[tuple[BundleItem, Strokes]]) -> None:
        if self.rasterizer is None:
            return
        scale = camera.zoom * ratio
        left, top = camera.x * ratio, camera.y * ratio
        for item, s in curves:
            self.rasterizer(
                self._pixels,
                item.x0 * scale + left,
                item.x1 * scale + left,
                item.handle * scale,
                s.y0 * scale + top,
                s.y1 * scale + top,
                s.half * scale,
                s.color,
                s.alpha,
            )

    def _paint(self, camera: Camera, curves: list[tuple[BundleItem, Strokes]]) -> None:
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(camera.x, camera.y)
        painter.scale(camera.zoom, camera.zoom)
        for item, s in curves:
            rows = zip(s.y0.tolist(), s.y1.tolist(), s.half.tolist(), s.color.tolist(), s.alpha.tolist(), strict=True)
            for y0, y1, half, rgb, alpha in rows:
                color = QColor(rgb)
                color.setAlphaF(alpha)
                painter.setPen(QPen(color, half * 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                painter.drawPath(curve_path(QPointF(item.x0, y0), QPointF(item.x1, y1), item.handle))
        painter.end()


def draw_grid(pixels: NDArray[np.uint32], camera: Camera, ratio: float, colors: Colors) -> None:
    """Fill ``pixels`` with the background and dots every 24 scene units (fewer where they would crowd)."""
    pixels[:] = 0xFF000000 | int(colors.background[1:], 16)
    step = GRID * camera.zoom
    while step < 16:
        step *= 4
    height, width = pixels.shape
    side = max(2, round(1.7 * ratio))
    xs = _places(camera.x, step, ratio, width - side)
    ys = _places(camera.y, step, ratio, height - side)
    dot = np.uint32(0xFF000000 | int(colors.line[1:], 16))
    for dy in range(side):
        rows = ys + dy
        for dx in range(side):
            pixels[rows[:, None], (xs + dx)[None, :]] = dot


def _places(shift: float, step: float, ratio: float, most: int) -> NDArray[np.int64]:
    first = shift % step
    count = int(max(0.0, most / ratio - first) / step) + 1
    places: NDArray[np.int64] = np.rint((first + step * np.arange(count)) * ratio).astype(np.int64)
    return np.extract((places >= 0) & (places < most), places)

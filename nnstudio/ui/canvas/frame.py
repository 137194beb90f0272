"""The picture under the cards: background, dot grid and all synapses, drawn into one image that the view blits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.ui.canvas.bundle_item import curve_path
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.strokes import LEVELS, Strokes
from nnstudio.ui.theme import Colors

GRID = 24.0
MOVING, LIVE, REST = 0.02, 0.028, 0.12  # seconds for the curves of a frame; what is weak is left out of it
FASTEST, SLOWEST = 1e-9, 8e-9  # seconds that a pixel of a curve takes
COLUMN = 1.5e-8  # seconds that a column of a bundle takes before any curve is drawn
CROWD, CROWD_PATIENCE = 20_000, 1.8  # for so many curves there may be more time
PIXEL = 6e-10  # seconds that a pixel of the background takes
MANY = 400  # fewer curves are all drawn
Rasterizer = Callable[..., None]
Clip = tuple[int, int, int, int]
Layer = tuple[Strokes, float]  # strokes and their opacity


class Frame:
    """Keeps the last picture: a still view costs one copy, a pan a shift of it, a live frame the grid and the curves.

    ``left_out`` is how many of the weakest curves the last picture does without.
    """

    def __init__(self) -> None:
        self.rasterizer: Rasterizer | None = None  # until Numba is warm, QPainter draws
        self._backdrop_key: tuple[Any, ...] = ()
        self._drawn: tuple[Any, ...] = ()
        self._at = (0.0, 0.0)
        self._layers: list[Layer] = []
        self._lowest = 0
        self._pace = 3e-9  # seconds that a pixel of a curve takes; measured
        self._backdrop: NDArray[np.uint32] = np.zeros((1, 1), dtype=np.uint32)
        self._pixels: NDArray[np.uint32] = np.zeros((1, 1), dtype=np.uint32)
        self.image = QImage()
        self.left_out = 0

    def draw(
        self, size: QSize, ratio: float, camera: Camera, colors: Colors, layers: Sequence[Layer], seconds: float = REST
    ) -> QImage:
        """A picture of ``size`` logical pixels at ``ratio`` device pixels each; the strongest first,
        as many as ``seconds`` allow."""
        width, height = max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
        if self._pixels.shape != (height, width) or self.image.devicePixelRatio() != ratio:
            self._pixels = np.empty((height, width), dtype=np.uint32)
            self._backdrop = np.empty_like(self._pixels)
            self.image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
            self.image.setDevicePixelRatio(ratio)
            self._backdrop_key = self._drawn = ()
        key = (camera.key, colors.background)
        if key != self._backdrop_key:
            draw_grid(self._backdrop, camera, ratio, colors)
            self._backdrop_key = key
        visible = [(strokes, opacity) for strokes, opacity in layers if len(strokes) and opacity > 0]
        shift = self._shift(camera, ratio, colors, visible)
        changed = self._changed(camera, ratio, colors, visible) if shift is None else None
        if changed is not None:
            if changed[2] > changed[0] and changed[3] > changed[1]:
                self._fill(changed, camera, ratio, visible)
        elif shift is None:
            self._lowest = self._budget(camera, ratio, size, visible, seconds)
            self._fill((0, 0, width, height), camera, ratio, visible, measure=True)
        elif shift != (0, 0):
            self._scroll(*shift, camera, ratio, visible)
        self._layers = visible
        self._drawn = (camera.zoom, ratio, colors.background, self.rasterizer is None)
        self._at = (camera.x, camera.y)
        return self.image

    def seconds_for(self, size: QSize, ratio: float, camera: Camera, colors: Colors, layers: Sequence[Layer]) -> float:
        """About how long ``draw`` would take with all its curves; 0 where QPainter draws."""
        if self.rasterizer is None:
            return 0.0
        height, width = self._pixels.shape
        if (width, height) != (round(size.width() * ratio), round(size.height() * ratio)):
            parts = [QRectF(QPointF(0, 0), size.toSizeF())]
        else:
            visible = [(strokes, opacity) for strokes, opacity in layers if len(strokes) and opacity > 0]
            parts = self._parts(size, camera, ratio, colors, visible)
        seconds = 0.0
        for part in parts:
            seen = QRectF(camera.to_scene(part.topLeft()), part.size() / camera.zoom)
            seconds += part.width() * part.height() * ratio * ratio * PIXEL
            for strokes, opacity in layers:
                if len(strokes) and opacity > 0:
                    across, scale = _seen_width(strokes, seen), camera.zoom * ratio
                    seconds += float(_ink(strokes, across, scale).sum()) * self._pace
                    seconds += float(across.sum()) * scale * COLUMN
        return seconds

    def keep_pace_with(self, other: Frame) -> None:
        """Take over how fast another frame has found curves to be drawn."""
        self._pace = other._pace

    def _parts(self, size: QSize, camera: Camera, ratio: float, colors: Colors, layers: list[Layer]) -> list[QRectF]:
        """What of the picture has to be drawn anew, in view pixels."""
        width, height = size.width(), size.height()
        shift = self._shift(camera, ratio, colors, layers)
        if shift is not None:
            dx, dy = abs(shift[0]) / ratio, abs(shift[1]) / ratio
            return [QRectF(0, 0, w, h) for w, h in ((dx, height), (width, dy)) if w and h]
        clip = self._changed(camera, ratio, colors, layers)
        if clip is None:
            return [QRectF(0, 0, width, height)]
        left, top, right, bottom = (edge / ratio for edge in clip)
        return [QRectF(left, top, right - left, bottom - top)]

    def _shift(self, camera: Camera, ratio: float, colors: Colors, layers: list[Layer]) -> tuple[int, int] | None:
        """By how many pixels the last picture has to be moved to become the new one; None where it has to be drawn."""
        same = len(layers) == len(self._layers) and all(
            a is c and b == d for (a, b), (c, d) in zip(layers, self._layers, strict=True)
        )
        if self._drawn != (camera.zoom, ratio, colors.background, self.rasterizer is None) or not same:
            return None
        dx, dy = (camera.x - self._at[0]) * ratio, (camera.y - self._at[1]) * ratio
        height, width = self._pixels.shape
        if not (dx.is_integer() and dy.is_integer()) or abs(dx) > width * 0.6 or abs(dy) > height * 0.6:
            return None
        if (dx or dy) and self.rasterizer is None:
            return None
        return int(dx), int(dy)

    def _changed(self, camera: Camera, ratio: float, colors: Colors, layers: list[Layer]) -> Clip | None:
        """The part of the last picture in which all that has changed lies; None where it has to be drawn as a whole."""
        state = (camera.zoom, ratio, colors.background, self.rasterizer is None)
        if self._drawn != state or self._at != (camera.x, camera.y) or self.rasterizer is None or self._lowest:
            return None
        if [(len(s.starts), len(s), o) for s, o in layers] != [(len(s.starts), len(s), o) for s, o in self._layers]:
            return None
        boxes: list[NDArray[np.float64]] = []
        for (new, _), (old, _) in zip(layers, self._layers, strict=True):
            if new is not old:
                different = _different(new, old)
                if different.sum() * 4 > len(different):
                    return None
                boxes += [new.boxes[different], old.boxes[different]]
        every = np.concatenate(boxes) if boxes else np.zeros((0, 4))
        if not len(every):
            return (0, 0, 0, 0)
        scale, edge = camera.zoom * ratio, 3
        height, width = self._pixels.shape
        left, top = every[:, :2].min(axis=0) * scale + np.array([camera.x, camera.y]) * ratio - edge
        right, bottom = every[:, 2:].max(axis=0) * scale + np.array([camera.x, camera.y]) * ratio + edge
        clip = (max(0, int(left)), max(0, int(top)), min(width, int(right) + 1), min(height, int(bottom) + 1))
        return clip if (clip[2] - clip[0]) * (clip[3] - clip[1]) < 0.6 * width * height else None

    def _scroll(self, dx: int, dy: int, camera: Camera, ratio: float, layers: list[Layer]) -> None:
        """Move the picture and draw the strips that came into view."""
        height, width = self._pixels.shape
        here, there = _overlap(height, dy), _overlap(height, -dy)
        across, back = _overlap(width, dx), _overlap(width, -dx)
        self._pixels[here, across] = self._pixels[there, back].copy()
        edge = max(2, round(1.7 * ratio))  # dots of the grid that the old edge cut off
        if dx:
            strip = (0, dx + edge) if dx > 0 else (width + dx - edge, width)
            self._fill((strip[0], 0, strip[1], height), camera, ratio, layers)
        if dy:
            strip = (0, dy + edge) if dy > 0 else (height + dy - edge, height)
            self._fill((0, strip[0], width, strip[1]), camera, ratio, layers)

    def _budget(self, camera: Camera, ratio: float, size: QSize, layers: list[Layer], seconds: float) -> int:
        """The lowest level of strength that can be drawn in ``seconds``; all of it where there is not much."""
        self.left_out = 0
        if self.rasterizer is None or not layers:
            return 0
        seen = camera.seen(size.toSizeF())
        strokes = max((layer[0] for layer in layers), key=len)
        if len(strokes) <= MANY:
            return 0
        across = _seen_width(strokes, seen)
        if len(strokes) == len(strokes.starts) - 1:
            return 0  # ribbons stand for all that they hold
        cost = _ink(strokes, across, camera.zoom * ratio) * self._pace
        if len(strokes) > CROWD:
            seconds *= CROWD_PATIENCE
        if cost.sum() <= seconds:
            return 0
        by_level = np.bincount(strokes.level, weights=cost, minlength=2 * LEVELS)
        from_top = np.cumsum(by_level[::-1])[::-1]
        lowest = min(int(np.argmax(from_top <= seconds)), int(strokes.level.max()))
        self.left_out = int(((strokes.level < lowest) & (cost > 0)).sum())
        return lowest

    def _fill(self, clip: Clip, camera: Camera, ratio: float, layers: list[Layer], measure: bool = False) -> None:
        left, top, right, bottom = clip
        self._pixels[top:bottom, left:right] = self._backdrop[top:bottom, left:right]
        part = QRectF(left / ratio, top / ratio, (right - left) / ratio, (bottom - top) / ratio)
        seen = QRectF(camera.to_scene(part.topLeft()), part.size() / camera.zoom)
        for strokes, opacity in layers:
            across = _seen_width(strokes, seen)
            wanted = across > 0
            if not wanted.any():
                continue
            if self.rasterizer is None:
                self._paint(camera, strokes, wanted, opacity)
                continue
            lowest = self._lowest if len(strokes) > MANY else 0
            begin = thread_time()  # a processor that is busy with training makes no curve longer
            self._rasterize(clip, camera, ratio, strokes, wanted, lowest, opacity)
            if measure and len(strokes) > MANY:
                work = float(_ink(strokes, across, camera.zoom * ratio)[strokes.level >= lowest].sum())
                if work > 1e4:
                    # What every bundle costs, however few of its curves are drawn, says nothing about a pixel.
                    fixed = 5e-4 + float(across.sum()) * camera.zoom * ratio * COLUMN
                    fixed += (right - left) * (bottom - top) * PIXEL
                    pace = min(SLOWEST, max(FASTEST, (thread_time() - begin - fixed) / work))
                    self._pace += 0.15 * (pace - self._pace)

    def _rasterize(
        self,
        clip: Clip,
        camera: Camera,
        ratio: float,
        s: Strokes,
        wanted: NDArray[np.bool_],
        lowest: int,
        opacity: float,
    ) -> None:
        rasterizer = self.rasterizer
        if rasterizer is None:
            return
        place = (camera.zoom * ratio, camera.x * ratio, camera.y * ratio)
        rest = (s.starts, wanted, s.x0, s.x1, s.handle, s.y0, s.y1, s.half, s.color, s.alpha, s.level, lowest, opacity)
        rasterizer(self._pixels, np.array(clip), *place, *rest)

    def _paint(self, camera: Camera, strokes: Strokes, wanted: NDArray[np.bool_], opacity: float) -> None:
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(camera.x, camera.y)
        painter.scale(camera.zoom, camera.zoom)
        paint_strokes(painter, strokes, np.flatnonzero(wanted).tolist(), opacity)
        painter.end()


def paint_strokes(painter: QPainter, strokes: Strokes, bundles: Sequence[int], opacity: float = 1.0) -> None:
    """Draw some bundles with a painter that works in scene units, weak curves first."""
    for b in bundles:
        begin, end = int(strokes.starts[b]), int(strokes.starts[b + 1])
        x0, x1, handle = float(strokes.x0[b]), float(strokes.x1[b]), float(strokes.handle[b])
        for k in begin + np.argsort(strokes.level[begin:end], kind="stable"):
            color = QColor(int(strokes.color[k]))
            color.setAlphaF(float(strokes.alpha[k]) * opacity)
            width = float(strokes.half[k]) * 2
            painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawPath(curve_path(QPointF(x0, float(strokes.y0[k])), QPointF(x1, float(strokes.y1[k])), handle))


def _different(new: Strokes, old: Strokes) -> NDArray[np.bool_]:
    """Which bundles do not look as before, (bundles,)."""
    found: NDArray[np.bool_] = (new.x0 != old.x0) | (new.x1 != old.x1)
    curves: NDArray[np.bool_] = new.y0 != old.y0
    for name in ("y1", "half", "color", "alpha"):
        curves |= getattr(new, name) != getattr(old, name)
    if len(curves):
        counts = np.diff(new.starts)
        found |= np.bincount(np.repeat(np.arange(len(counts)), counts), weights=curves, minlength=len(counts)) > 0
    return found


def _seen_width(strokes: Strokes, seen: QRectF) -> NDArray[np.float64]:
    """How much of each bundle's width lies in ``seen``, (bundles,); 0 where none of it is seen."""
    boxes = strokes.boxes
    across = np.minimum(boxes[:, 2], seen.right()) - np.maximum(boxes[:, 0], seen.left())
    down = np.minimum(boxes[:, 3], seen.bottom()) - np.maximum(boxes[:, 1], seen.top())
    return np.where(down > 0, np.maximum(across, 0.0), 0.0)


def _ink(strokes: Strokes, across: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """About how many pixels each curve covers, (curves,); ``across`` is what is seen of its bundle's width."""
    wide = np.repeat(across, np.diff(strokes.starts))
    ink: NDArray[np.float64] = (wide + np.abs(strokes.y1 - strokes.y0)) * scale * (1.0 + 2.0 * scale * strokes.half)
    return np.where(wide > 0, ink, 0.0)


def _overlap(length: int, shift: int) -> slice:
    return slice(max(0, shift), length + min(0, shift))


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

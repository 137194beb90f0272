"""Curves on a transparent sheet, drawn by the compiled rasterizer; kept until they or the view change."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage

from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.frame import Rasterizer
from nnstudio.ui.canvas.strokes import Strokes


class Sheet:
    """The last picture of some strokes, and where it lies."""

    def __init__(self) -> None:
        self._strokes: Strokes | None = None
        self._key: tuple[Any, ...] = ()
        self._made: tuple[QImage, QPointF] | None = None

    def draw(
        self, rasterizer: Rasterizer, strokes: Strokes, camera: Camera, ratio: float, size: QSize
    ) -> tuple[QImage, QPointF] | None:
        """The picture, and its corner in view pixels; None where no stroke is in sight."""
        key = (camera.key, ratio, size)
        if self._strokes is not strokes or self._key != key:
            self._strokes, self._key = strokes, key
            self._made = _drawn(rasterizer, strokes, camera, ratio, size)
        return self._made


def _drawn(
    rasterizer: Rasterizer, s: Strokes, camera: Camera, ratio: float, size: QSize
) -> tuple[QImage, QPointF] | None:
    scale = camera.zoom * ratio
    shift = np.array([camera.x, camera.y]) * ratio
    boxes = s.boxes
    left, top = np.maximum(0, np.floor(boxes[:, :2].min(axis=0) * scale + shift)).astype(int).tolist()
    right, bottom = np.ceil(boxes[:, 2:].max(axis=0) * scale + shift).astype(int).tolist()
    width = min(ceil(size.width() * ratio), right) - floor(left)
    height = min(ceil(size.height() * ratio), bottom) - floor(top)
    if width <= 0 or height <= 0:
        return None
    sheets = []
    for background in (0xFF000000, 0xFFFFFFFF):
        pixels = np.full((height, width), background, dtype=np.uint32)
        clip, wanted = np.array([0, 0, width, height]), np.ones(len(s.x0), dtype=np.bool_)
        place = (scale, float(shift[0]) - left, float(shift[1]) - top)
        curves = (s.x0, s.x1, s.handle, s.y0, s.y1, s.half, s.color, s.alpha, s.level)
        rasterizer(pixels, clip, *place, s.starts, wanted, *curves, 0, 1.0)
        sheets.append(pixels.view(np.uint8).reshape(height, width, 4))
    return _transparent(sheets[0], sheets[1], ratio), QPointF(left / ratio, top / ratio)


def _transparent(black: NDArray[np.uint8], white: NDArray[np.uint8], ratio: float) -> QImage:
    """What is seen alike before black and white is opaque: the difference of both is how much shines through."""
    alpha = 255 - (white[:, :, 1] - black[:, :, 1])
    pixels = np.minimum(black, alpha[:, :, None])
    pixels[:, :, 3] = alpha
    height, width = alpha.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(ratio)
    return image

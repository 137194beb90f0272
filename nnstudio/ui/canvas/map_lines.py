"""Thin lines of a whole network in one go: thousands cost little more than one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Points = NDArray[np.float64]


def lines_image(width: int, height: int, starts: Points, ends: Points, color: QColor) -> QImage:
    """A see-through picture (pixels) of antialiased lines a pixel wide, (lines, 2) from ``starts`` to ``ends``.

    Where lines cross, their opacity (that of ``color``) adds up as if one were painted over the other.
    """
    clear = np.zeros(width * height)
    if len(starts):
        way = ends - starts
        counts = np.maximum(1, np.ceil(np.abs(way).max(axis=1))).astype(np.int64)
        line = np.repeat(np.arange(len(counts)), counts)
        step = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
        points = starts[line] + way[line] * ((step + 0.5) / counts[line])[:, None] - 0.5
        steep = (np.abs(way[:, 1]) > np.abs(way[:, 0]))[line]
        along = np.rint(np.where(steep, points[:, 1], points[:, 0])).astype(np.int64)
        across = np.where(steep, points[:, 0], points[:, 1])
        low = np.floor(across).astype(np.int64)
        share = across - low
        for side, cover in ((low, 1.0 - share), (low + 1, share)):  # each point is shared by two pixels
            x, y = np.where(steep, side, along), np.where(steep, along, side)
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            ink = np.log1p(-np.minimum(0.999, cover[inside] * color.alphaF()))
            clear += np.bincount(y[inside] * width + x[inside], weights=ink, minlength=width * height)
    alpha = np.rint(255.0 * (1.0 - np.exp(clear))).astype(np.uint32)
    pixels = (alpha << 24) | np.uint32(color.rgb() & 0xFFFFFF)
    shown = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
    return shown.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)

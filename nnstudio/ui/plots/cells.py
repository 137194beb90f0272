"""Matrices as pictures: cells with sharp edges and fine gaps at the screen's own resolution, and the colour bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import number_text

Floats = NDArray[np.float64]


def packed(rgba: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """RGBA bytes (..., 4) as the numbers that Qt's RGB32 has (it draws nothing faster than those)."""
    red, green, blue = (rgba[..., place].astype(np.uint32) for place in range(3))
    return np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue


def image_of(rgba: NDArray[np.uint8]) -> QImage:
    """The opaque (rows, columns, 4) bytes as an image of its own."""
    return image_on(packed(rgba)).copy()


def image_on(pixels: NDArray[np.uint32]) -> QImage:
    """An image on the memory of ``pixels``, which must outlive it."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)


def reduced(values: Floats, rows: int, columns: int) -> Floats:
    """The matrix with at most so many rows and columns: each cell the mean of a block (nan where one is not finite)."""
    for axis, most in ((0, max(1, rows)), (1, max(1, columns))):
        size = values.shape[axis]
        if size > most:
            starts = np.linspace(0, size, most, endpoint=False).astype(np.intp)
            counts = np.diff(np.append(starts, size))
            shape = (-1, 1) if axis == 0 else (1, -1)
            values = np.add.reduceat(values, starts, axis=axis) / counts.reshape(shape)
    return values


def edges(start: float, length: float, count: int, ratio: float) -> NDArray[np.intp]:
    """``count`` + 1 borders of equal cells in device pixels, from ``start`` (logical) over ``length``."""
    return np.rint((start + np.linspace(0.0, length, count + 1)) * ratio).astype(np.intp)


def draw_cells(painter: QPainter, rect: QRectF, values: Floats, limit: float, *, gaps: bool = True) -> None:
    """Draw the matrix into ``rect`` in diverging colours, full at +-``limit``; wide cells with a gap."""
    ratio = painter.device().devicePixelRatio()
    width, height = max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio))
    values = reduced(values, height, width)
    rows, columns = values.shape
    colors = packed(theme.diverging(values, limit))
    x, y = edges(0, width, columns, 1.0), edges(0, height, rows, 1.0)
    picture = colors.repeat(np.diff(x), axis=1).repeat(np.diff(y), axis=0)
    back = theme.colors.q("panel").rgb()
    if gaps and width / columns >= 4:
        picture[:, x[1:-1] - 1] = back
    if gaps and height / rows >= 4:
        picture[y[1:-1] - 1] = back
        if height / rows >= 14 * ratio:
            picture[y[1:-1] - 2] = back
    image = image_on(picture)
    image.setDevicePixelRatio(ratio)
    corner = QPointF(round(rect.left() * ratio) / ratio, round(rect.top() * ratio) / ratio)
    painter.drawImage(corner, image)


def draw_color_bar(painter: QPainter, rect: QRectF, limit: float, *, texts: tuple[str, str] | None = None) -> None:
    """A bar from -``limit`` to +``limit`` with its ends in figures, as wide as ``rect``."""
    left, right = texts or (number_text(-limit, 3), number_text(limit, 3))
    metrics = painter.fontMetrics()
    painter.setPen(theme.colors.q("dim"))
    a, b = metrics.horizontalAdvance(left), metrics.horizontalAdvance(right)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(rect.left(), rect.top(), a + 2, rect.height()), middle, left)
    painter.drawText(QRectF(rect.right() - b, rect.top(), b + 2, rect.height()), middle, right)
    bar = QRectF(rect.left() + a + 6, rect.center().y() - 3, rect.width() - a - b - 12, 6)
    if bar.width() > 8:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image_of(theme.diverging(np.linspace(-1.0, 1.0, 129)[None, :])))


def round_limit(largest: float) -> float:
    """The next of 1, 2, 5 times a power of ten at or above ``largest``, so that a scale stays while values move."""
    if not largest > 0 or not np.isfinite(largest):
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= largest * 0.9999))

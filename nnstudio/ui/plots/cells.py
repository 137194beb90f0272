"""Matrices as pictures: cells with fine gaps between them, and the colour bar."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter

from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import number_text

Floats = NDArray[np.float64]


class Cells:
    """A matrix that fills a panel, row 0 on top: an image in diverging colours, with gaps where cells are wide.

    The colours are those of the theme, found here and not by the image: what is not a number has a colour of its own.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._image = pg.ImageItem(axisOrder="row-major")
        self._gaps = [pg.PlotCurveItem(connect="pairs", antialias=False) for _ in range(2)]
        self._drawn: tuple[Any, ...] = ()
        panel.add(self._image, *self._gaps)

    def setVisible(self, shown: bool) -> None:
        """Show or hide the cells."""
        for item in (self._image, *self._gaps):
            item.setVisible(shown)

    def show(self, values: Floats, limit: float) -> None:
        """Show the matrix, colours full at +-``limit``; the panel has been placed already."""
        area, (rows, columns) = self._panel.area, values.shape
        wanted = (values, limit, theme.name, self._panel.ratio, area.width(), area.height())
        if self._drawn and self._drawn[0] is values and self._drawn[1:] == wanted[1:]:
            return
        shape = self._drawn[0].shape if self._drawn else ()
        fresh = not self._drawn or shape != values.shape or self._drawn[2:] != wanted[2:]
        self._drawn = wanted
        small = reduced(values, max(1, round(2 * area.height())), max(1, round(2 * area.width())))
        self._image.setImage(theme.diverging(small, limit), autoLevels=False, levels=(0, 255))
        if fresh:
            self._image.setRect(QRectF(0, 0, columns, rows))
            back = theme.colors.q("panel")
            pen = self._panel.pen(back, 2 if area.height() / rows >= 14 else 1)
            across = np.arange(1, rows) if area.height() / rows >= 4 else np.empty(0)
            self._gaps[0].setData(np.tile([0.0, columns], len(across)), np.repeat(across, 2).astype(float), pen=pen)
            up = np.arange(1, columns) if area.width() / columns >= 4 else np.empty(0)
            pen = self._panel.pen(back, 1)
            self._gaps[1].setData(np.repeat(up, 2).astype(float), np.tile([0.0, rows], len(up)), pen=pen)


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
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, color in ((0.0, "negative"), (0.5, "background"), (1.0, "positive")):
            gradient.setColorAt(place, theme.colors.q(color))
        painter.fillRect(bar, gradient)


def round_limit(largest: float) -> float:
    """The next of 1, 2, 5 times a power of ten at or above ``largest``, so that a scale stays while values move."""
    if not largest > 0 or not np.isfinite(largest):
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= largest * 0.9999))

"""Names along the sides of a matrix: shortened where they are long, thinned out where they are many."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnstudio.ui.theme import theme

MEASURED = 64  # of very many names only the first are measured
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def names_width(painter: QPainter, names: Sequence[str], most: float) -> float:
    """How many pixels the names need left of a matrix, at most ``most``."""
    metrics = QFontMetricsF(painter.font())
    return min(max((metrics.horizontalAdvance(name) for name in names[:MEASURED]), default=0.0), most) + 8.0


def draw_row_names(painter: QPainter, area: QRectF, names: Sequence[str], width: float, lit: int = -1) -> None:
    """Write a name left of each of as many equal rows of ``area``; row ``lit`` in the colour of text."""
    metrics = QFontMetricsF(painter.font())
    height, step = metrics.height(), area.height() / max(1, len(names))
    for place in range(0, len(names), max(1, math.ceil(height * 0.95 / step))):
        text = metrics.elidedText(names[place], Qt.TextElideMode.ElideMiddle, width - 6)
        painter.setPen(theme.colors.q("text" if place == lit else "dim"))
        y = area.top() + (place + 0.5) * step - height / 2
        painter.drawText(QRectF(area.left() - width, y, width - 6, height), RIGHT, text)


def draw_column_names(painter: QPainter, area: QRectF, names: Sequence[str]) -> None:
    """Write a name under each of as many equal columns of ``area``; numbers from 1 where the names do not fit."""
    metrics = QFontMetricsF(painter.font())
    step = area.width() / max(1, len(names))
    painter.setPen(theme.colors.q("dim"))
    widest = max((metrics.horizontalAdvance(name) for name in names[:MEASURED]), default=0.0)
    texts, every = list(names), 1
    if widest > step - 2 and step < 44:
        texts = list(names) if all(name.isdigit() for name in names) else [str(i + 1) for i in range(len(names))]
        every = max(1, math.ceil((metrics.horizontalAdvance(texts[-1]) + 6) / step))
    for place in range(0, len(texts), every):
        room = step * every - 2
        text = metrics.elidedText(texts[place], Qt.TextElideMode.ElideRight, room)
        where = QRectF(area.left() + (place + 0.5) * step - room / 2, area.bottom() + 4, room, metrics.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignHCenter, text)

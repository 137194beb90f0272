"""Names along the sides of a matrix: shortened where they are long, thinned out where they are many."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from nnstudio.ui.plots.axis import Ticks

MEASURED = 64  # of very many names only the first are measured


def names_width(font: QFont, names: Sequence[str], most: float) -> float:
    """How many pixels the names need left of a matrix, at most ``most``."""
    metrics = QFontMetricsF(font)
    return min(max((metrics.horizontalAdvance(name) for name in names[:MEASURED]), default=0.0), most) + 8.0


def row_ticks(font: QFont, names: Sequence[str], height: float, width: float) -> Ticks:
    """A name for the middle of each of as many rows, in ``width`` pixels; the rows share ``height``."""
    metrics = QFontMetricsF(font)
    every = max(1, math.ceil(metrics.height() * 0.95 / max(1e-3, height / max(1, len(names)))))
    return [(place + 0.5, shortened(font, names[place], width)) for place in range(0, len(names), every)]


def shortened(font: QFont, name: str, width: float) -> str:
    """A row's name as it is written into ``width`` pixels."""
    return QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideMiddle, width - 6)


def column_ticks(font: QFont, names: Sequence[str], width: float) -> Ticks:
    """A name for the middle of each of as many columns that share ``width``; numbers from 1 where names do not fit."""
    metrics = QFontMetricsF(font)
    step = width / max(1, len(names))
    widest = max((metrics.horizontalAdvance(name) for name in names[:MEASURED]), default=0.0)
    texts, every = list(names), 1
    if widest > step - 2 and step < 44:
        texts = list(names) if all(name.isdigit() for name in names) else [str(i + 1) for i in range(len(names))]
        every = max(1, math.ceil((metrics.horizontalAdvance(texts[-1]) + 6) / step))
    room = step * every - 2
    return [
        (place + 0.5, metrics.elidedText(texts[place], Qt.TextElideMode.ElideRight, room))
        for place in range(0, len(texts), every)
    ]

"""pyqtgraph's axis with this window's figures, colours and round values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import MINUS, count_text, fixed, number_text

Ticks = list[tuple[float, str]]
MARGIN = 30.0  # pixels that a label at an end may reach beyond the axis
GAP = 8.0  # pixels between two labels of a level axis, and between a label and the plot


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Labels without a line; where ``grid``, faint lines across the view. Labels in ``lit`` are brighter.

    Its ticks are set, not found while painting, so that the room for the labels is known before anything is drawn.
    """

    def __init__(self, side: str, view: Any, *, grid: bool) -> None:
        super().__init__(side, linkView=view, maxTickLength=0)
        self.enableAutoSIPrefix(False)
        self.setStyle(maxTickLevel=0, tickAlpha=255, autoExpandTextSpace=False)
        self.setStyle(tickTextOffset=5 if side == "left" else 3)
        self.setZValue(-1000)
        self.setGrid(255 if grid else False)
        self.setTicks([[]])
        self.shown: Ticks = []
        self.lit: frozenset[str] = frozenset()
        self.whole = False
        self._font = QFont()

    def restyle(self, font: QFont, ratio: float) -> None:
        """Take the colours of the theme, and ``font``, for a device with ``ratio`` pixels for each of the window's."""
        self._font = font
        self.setPen(None)
        self.setTickPen(theme.colors.q("grid"), width=ratio)
        self.setTextPen(theme.colors.q("dim"))
        self.setTickFont(font)

    def step(self, low: float, high: float, length: float) -> float:
        """The round distance between two ticks of an axis of ``length`` pixels."""
        spacing = self.tickSpacing(low, high, max(1.0, length))
        step = float(spacing[0][0]) if spacing else 1.0
        return max(1.0, round(step)) if self.whole else step

    def round_ticks(self, low: float, high: float, length: float) -> Ticks:
        """Round values from ``low`` to ``high`` with their labels; on a log axis the ends and values are exponents."""
        if self.logMode:
            return _powers(low, high, length / 30)
        step = self.step(low, high, length)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        values = [place * step + 0.0 for place in range(first, last + 1)]
        return list(zip(values, labels(values, step), strict=True))

    def loosened(self, ticks: Ticks, length: float) -> Ticks:
        """As many of the ticks, evenly, as have room for their labels along ``length`` pixels."""
        metrics = QFontMetricsF(self._font)
        wide = max((metrics.horizontalAdvance(label) for _, label in ticks), default=0.0) + GAP
        every = max(1, math.ceil(wide * max(0, len(ticks) - 1) / max(1.0, length)))
        return ticks[::every]

    def show_ticks(self, ticks: Ticks, lit: frozenset[str] = frozenset()) -> None:
        """Show these values with these labels."""
        if ticks != self.shown or lit != self.lit:
            self.shown, self.lit = ticks, lit
            self.setTicks([ticks])

    def room(self, ticks: Sequence[tuple[float, str]]) -> float:
        """Pixels that these labels need left of the plot."""
        metrics = QFontMetricsF(self._font)
        return max((metrics.horizontalAdvance(label) for _, label in ticks), default=0.0) + GAP

    def boundingRect(self) -> QRectF:
        """The axis, with room for the labels at its ends, and the view that its grid crosses."""
        found = self.mapRectFromParent(self.geometry()).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        view = self.linkedView()
        if view is not None and self.grid is not False:
            found |= view.mapRectToItem(self, view.boundingRect())
        return QRectF(found)

    def drawPicture(self, painter: QPainter, line: Any, ticks: Any, texts: Any) -> None:
        """Draw the grid and the labels, the lit ones brighter, the last one not far beyond the end."""
        if self.orientation == "bottom":
            end = self.size().width() + GAP
            for where, _, _ in texts:
                where.moveRight(min(where.right(), end))
        lines = ticks if self.grid is not False else []  # lines without a length would be dots
        super().drawPicture(painter, line, lines, [spec for spec in texts if spec[2] not in self.lit])
        painter.setPen(theme.colors.q("text"))
        for where, flags, text in texts:
            if text in self.lit:
                painter.drawText(where, int(flags), text)


def labels(values: Sequence[float], step: float) -> list[str]:
    """Each value with as many figures as tell it from its neighbour ``step`` away."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [_label(value, step, decimals) for value in values]


def _label(value: float, step: float, decimals: int) -> str:
    if value == 0:
        return "0" if decimals > 5 else fixed(0.0, decimals)
    if abs(value) >= 1e6 or decimals > 5:
        return number_text(value, max(3, math.floor(math.log10(abs(value))) - math.floor(math.log10(step)) + 2))
    if decimals == 0 and abs(value) >= 10_000:
        return count_text(round(value))
    return f"{value:.{decimals}f}".replace("-", MINUS)


def _powers(low: float, high: float, count: float) -> Ticks:
    """Powers of ten between two exponents, about ``count`` at most; where there are fewer than two, 1-2-5 as well."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first < 1:
        values = [m * 10.0**power for power in range(first - 1, last + 1) for m in (1, 2, 5)]
        return [(math.log10(v), number_text(v, 3)) for v in values if low - 1e-3 <= math.log10(v) <= high + 1e-3]
    every = max(1, math.ceil((last - first + 1) / max(1.0, count)))
    return [(float(power), _power(power)) for power in range(first, last + 1, every)]


def _power(power: int) -> str:
    return number_text(10.0**power, 3) if -3 <= power <= 3 else f"1e{power}".replace("-", MINUS)


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """A range a little wider than from ``low`` to ``high``; never empty."""
    span = high - low
    if not span > 0:
        span = abs(low) or 1.0
    return low - span * share, high + span * share

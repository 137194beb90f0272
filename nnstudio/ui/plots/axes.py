"""Scales from values to pixels, round ticks, and how axes are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFont, QFontInfo, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import MINUS, count_text, fixed, number_text, tabular

Floats = NDArray[np.float64]


def small_font(widget: QWidget, share: float = 0.85) -> QFont:
    """The widget's font at ``share`` of its size (10 pixels at least), with figures of one width."""
    font = tabular(widget.font())
    font.setPixelSize(max(10, round(QFontInfo(widget.font()).pixelSize() * share)))
    return font


def step_for(span: float, count: int) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that puts about ``count`` ticks on ``span``."""
    raw = span / max(1, count)
    if not raw > 0 or not math.isfinite(raw):
        return 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= raw * 0.9999)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high`` on pixels from ``start`` to ``end``; logarithmic where ``log``."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, values: Any) -> Any:
        """Pixels of one value or an array; what a log axis cannot show becomes nan."""
        low, high = self.low, self.high
        if self.log:
            low, high = math.log10(low), math.log10(high)
            values = np.asarray(values, dtype=np.float64)
            values = np.log10(np.where(values > 0, values, np.nan))
        return self.start + (values - low) * ((self.end - self.start) / ((high - low) or 1.0))

    def value(self, pixel: float) -> float:
        """The value under a pixel."""
        share = (pixel - self.start) / ((self.end - self.start) or 1.0)
        if self.log:
            return float(10 ** (math.log10(self.low) + share * (math.log10(self.high) - math.log10(self.low))))
        return self.low + share * (self.high - self.low)

    def ticks(self, count: int, *, whole: bool = False) -> list[tuple[float, str]]:
        """Round values between the ends with their labels; only whole numbers where ``whole``."""
        if self.log:
            return self._powers(count)
        step = step_for(self.high - self.low, count)
        if whole:
            step = max(1.0, float(round(step))) if step >= 1 else 1.0
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        values = [place * step + 0.0 for place in range(first, last + 1)]
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        if round(step * 10**decimals, 6) % 1:
            decimals += 1  # a step of 2.5 times a power of ten
        return [(value, _label(value, step, decimals)) for value in values]

    def _powers(self, count: int) -> list[tuple[float, str]]:
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        if last - first < 1:  # less than two powers: 1-2-5 between them
            base = first - 1
            values = [m * 10.0**p for p in range(base, last + 1) for m in (1, 2, 5)]
            return [(v, number_text(v, 3)) for v in values if self.low * 0.999 <= v <= self.high * 1.001]
        every = max(1, math.ceil((last - first + 1) / max(1, count)))
        return [(10.0**power, _power(power)) for power in range(first, last + 1, every)]


def _label(value: float, step: float, decimals: int) -> str:
    """``value`` with as many figures as tell it from its neighbour ``step`` away."""
    if value == 0:
        return "0" if decimals > 5 else fixed(0.0, decimals)
    if abs(value) >= 1e6 or decimals > 5:
        return number_text(value, max(3, math.floor(math.log10(abs(value))) - math.floor(math.log10(step)) + 2))
    if decimals == 0 and abs(value) >= 10_000:
        return count_text(round(value))
    return f"{value:.{decimals}f}".replace("-", MINUS)


def _power(power: int) -> str:
    return number_text(10.0**power, 3) if -3 <= power <= 3 else f"1e{power}".replace("-", MINUS)


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """A range a little wider than from ``low`` to ``high``; never empty."""
    span = high - low
    if not span > 0:
        span = abs(low) or 1.0
    return low - span * share, high + span * share


def draw_left_axis(
    painter: QPainter, rect: QRectF, scale: Scale, ticks: Sequence[tuple[float, str]], colors: Colors,
    *, grid: bool = True,
) -> None:
    """Labels left of ``rect`` and, where ``grid``, faint lines across it."""
    height = painter.fontMetrics().height()
    ys = [float(scale(value)) for value, _ in ticks]
    if grid:
        painter.setPen(QPen(colors.q("grid"), 1))
        painter.drawLines([QLineF(rect.left(), y, rect.right(), y) for y in ys])
    painter.setPen(colors.q("dim"))
    for (_, label), y in zip(ticks, ys, strict=True):
        where = QRectF(rect.left() - 84, y - height / 2, 78, height)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)


def draw_bottom_axis(
    painter: QPainter, rect: QRectF, scale: Scale, ticks: Sequence[tuple[float, str]], colors: Colors
) -> None:
    """Labels below ``rect``; those that would touch their neighbour are left out."""
    metrics = painter.fontMetrics()
    height = metrics.height()
    painter.setPen(colors.q("dim"))
    free = -math.inf
    for value, label in ticks:
        x, width = float(scale(value)), metrics.horizontalAdvance(label)
        left = min(x - width / 2, rect.right() + 6 - width)
        if left >= free:
            painter.drawText(QRectF(left, rect.bottom() + 4, width + 2, height), Qt.AlignmentFlag.AlignLeft, label)
            free = left + width + 10


def gutter(painter: QPainter, ticks: Sequence[tuple[float, str]]) -> float:
    """How many pixels the labels of a left axis need."""
    metrics = painter.fontMetrics()
    return max((metrics.horizontalAdvance(label) for _, label in ticks), default=0) + 8.0

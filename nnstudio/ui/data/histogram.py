"""How one column's values are spread, and how the classes of the target share them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.data import TableColumn
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text, number_text, tabular

HEIGHT = 150
BINS = 24
MOST_BARS = 12
_TOP, _BOTTOM, _LEFT = 14, 20, 6


@dataclass(frozen=True)
class Histogram:
    """``counts``: (bars, groups). ``labels``: under the first and last bar of numbers, or under each category's."""

    counts: NDArray[np.int64]
    labels: tuple[str, ...]
    numeric: bool
    more: int = 0


def histogram(column: TableColumn, kind: str, groups: NDArray[np.int64] | None, group_count: int) -> Histogram:
    """Count the values of ``column`` in bars, split by ``groups`` (a group for each row, -1 for none)."""
    present = ~column.missing
    count = max(group_count, 1)
    members = np.zeros(len(present), dtype=np.int64) if groups is None else groups
    present = present & (members >= 0)
    if kind == "numeric" and column.kind == "numeric":
        values = column.values[present]
        if not len(values):
            return Histogram(np.zeros((1, count), dtype=np.int64), ("", ""), True)
        low, high = float(values.min()), float(values.max())
        bars = min(BINS, max(1, len(np.unique(values))))
        span = high - low
        place = np.zeros(len(values), dtype=np.int64)
        if span > 0 and np.isfinite(span):
            place = np.minimum(((values - low) / span * bars).astype(np.int64), bars - 1)
        counts = np.bincount(place * count + members[present], minlength=bars * count).reshape(bars, count)
        return Histogram(counts.astype(np.int64), (number_text(low, 4), number_text(high, 4)), True)
    names, place = np.unique(column.texts[present].astype(str), return_inverse=True)
    counts = np.bincount(place * count + members[present], minlength=max(len(names), 1) * count)
    counts = counts.reshape(-1, count).astype(np.int64)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    shown = order[:MOST_BARS]
    labels = tuple(str(names[i]) for i in shown) if len(names) else ("",)
    return Histogram(counts[shown], labels, False, max(len(names) - MOST_BARS, 0))


class HistogramView(QWidget):
    """The bars, one colour a class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.shown: Histogram | None = None
        self._colored = False

    def show_histogram(self, shown: Histogram | None, *, colored: bool) -> None:
        """Show these bars; ``colored`` where groups are classes."""
        self.shown, self._colored = shown, colored
        self.setToolTip("")
        if shown is not None:
            self.setAccessibleName(tr("Histogram, {count} values", count=int(shown.counts.sum())))
            if not shown.numeric:
                totals = shown.counts.sum(axis=1)
                pairs = zip(shown.labels, totals, strict=True)
                self.setToolTip("\n".join(f"{label}: {count_text(int(total))}" for label, total in pairs))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(280, HEIGHT)

    def _color(self, group: int) -> QColor:
        return theme.colors.class_color(group) if self._colored else theme.colors.q("accent")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars on a line, with the highest count and the ends of the range."""
        if self.shown is None:
            return
        colors, counts = theme.colors, self.shown.counts
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = tabular(self.font())
        font.setPixelSize(10)
        painter.setFont(font)
        width, height = self.width() - 2 * _LEFT, self.height() - _TOP - _BOTTOM
        highest = int(counts.sum(axis=1).max(initial=0))
        base = _TOP + height
        painter.setPen(QPen(colors.q("grid"), 1))
        painter.drawLine(_LEFT, _TOP, _LEFT + width, _TOP)
        step = width / len(counts)
        gap = 1.0 if self.shown.numeric else min(6.0, step * 0.2)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar, groups in enumerate(counts):
            y = float(base)
            for group, count in enumerate(groups):
                if count and highest:
                    share = float(count) / highest * height
                    painter.setBrush(self._color(group))
                    painter.drawRect(QRectF(_LEFT + bar * step + gap / 2, y - share, max(step - gap, 1.0), share))
                    y -= share
        painter.setPen(QPen(colors.q("line"), 1))
        painter.drawLine(_LEFT, base, _LEFT + width, base)
        painter.setPen(colors.q("dim"))
        painter.drawText(QRectF(_LEFT, 0, width, _TOP - 1), int(Qt.AlignmentFlag.AlignRight), count_text(highest))
        under = QRectF(_LEFT, base + 3, width, _BOTTOM - 3)
        if self.shown.numeric:
            painter.drawText(under, int(Qt.AlignmentFlag.AlignLeft), self.shown.labels[0])
            painter.drawText(under, int(Qt.AlignmentFlag.AlignRight), self.shown.labels[1])
        else:
            for bar, label in enumerate(self.shown.labels):
                cell = QRectF(_LEFT + bar * step, base + 3, step, _BOTTOM - 3)
                text = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(step) - 2)
                painter.drawText(cell, int(Qt.AlignmentFlag.AlignHCenter), text)
        painter.end()

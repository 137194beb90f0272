"""The curve of a loss along one weight, with the tangent where the weight stands."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.inspector.slice import Slice
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import number_text, tabular

HEIGHT = 112
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 6, 8, 16


class SliceView(QWidget):
    """Loss upwards, the weight to the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(tr("Loss along the weight"))
        self.shown: Slice | None = None

    def show_slice(self, shown: Slice | None) -> None:
        """Show another slice, or none."""
        self.shown = shown
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(280, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, curve, tangent, dot."""
        found = self.shown
        if found is None or not np.isfinite(found.losses).any():
            return
        colors = theme.colors
        low, high = float(np.nanmin(found.losses)), float(np.nanmax(found.losses))
        margin = max((high - low) * 0.08, abs(high) * 1e-6, 1e-12)
        low, high = low - margin, high + margin
        left, right = float(found.weights[0]), float(found.weights[-1])
        font = tabular(self.font())
        font.setPixelSize(10)
        wide = QFontMetricsF(font).horizontalAdvance
        edge = max(_LEFT, 6 + max(wide(number_text(value, 2)) for value in (low, high)))
        width, height = self.width() - edge - _RIGHT, self.height() - _TOP - _BOTTOM

        def place(weight: float, loss: float) -> QPointF:
            x = edge + (weight - left) / (right - left) * width
            return QPointF(x, _TOP + (1 - (loss - low) / (high - low)) * height)

        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.q("grid"), 1))
        for share in (0.0, 0.5, 1.0):
            painter.drawLine(place(left, low + share * (high - low)), place(right, low + share * (high - low)))
        painter.setFont(font)
        painter.setPen(colors.q("faint"))
        at_right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for value in (low, high):
            y = place(left, value).y()
            painter.drawText(QRectF(0, y - 7, edge - 5, 14), at_right, number_text(value, 2))
        under = QRectF(edge, self.height() - _BOTTOM + 3, width, 13)
        painter.drawText(under, int(Qt.AlignmentFlag.AlignLeft), number_text(left, 2))
        painter.drawText(under, int(Qt.AlignmentFlag.AlignHCenter), number_text(found.w, 2))
        painter.drawText(under, int(Qt.AlignmentFlag.AlignRight), number_text(right, 2))
        painter.setClipRect(QRectF(edge, 0, width + _RIGHT, self.height() - _BOTTOM + 2))
        painter.setPen(QPen(colors.q("accent"), 2))
        pairs = zip(found.weights.tolist(), found.losses.tolist(), strict=True)
        painter.drawPolyline(QPolygonF([place(weight, loss) for weight, loss in pairs if np.isfinite(loss)]))
        tone = "positive" if found.slope > 0 else "negative" if found.slope < 0 else "dim"
        painter.setPen(QPen(colors.q(tone), 1.8))
        span = (right - left) * 0.2
        rise = span * found.slope
        painter.drawLine(place(found.w - span, found.loss - rise), place(found.w + span, found.loss + rise))
        painter.setPen(QPen(colors.q("panel"), 1.5))
        painter.setBrush(colors.q(tone))
        painter.drawEllipse(place(found.w, found.loss), 5, 5)
        painter.end()

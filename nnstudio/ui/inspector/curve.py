"""The curve of an activation with its slope, and the point where a neuron stands."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.catalog import activations
from nnstudio.document import Array, Part
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import number_text, tabular

HEIGHT = 118
POINTS = 121
_LEFT, _RIGHT, _TOP, _BOTTOM = 26, 6, 8, 16


class CurveView(QWidget):
    """f(z) as a line, f'(z) dashed, and (z, a) as a dot in the colour of its sign."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(tr("Curve of the activation"))
        self.point: tuple[float, float] | None = None
        self.point_slope = 0.0
        self._shown: tuple[object, ...] = ()
        self._zs: Array = np.zeros(0)
        self._values: Array = np.zeros(0)
        self._slopes: Array = np.zeros(0)
        self._low, self._high = -1.0, 1.0
        self._ground: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()

    def show_activation(self, part: Part, layer_z: Array | None = None, neuron: int = 0) -> None:
        """Show the curve of ``part``; with the layer's weighted inputs (neurons,), also where ``neuron`` stands.

        For a softmax the others' weighted inputs are held (at 0 where they are not known).
        """
        entry = activations[part.key]
        settings = entry.values(part)
        z = None if layer_z is None or not np.isfinite(layer_z).all() else float(layer_z[neuron])
        reach = 4.0 if z is None else max(4.0, float(f"{abs(z) * 1.15:.2g}"))
        others = layer_z if not entry.elementwise and layer_z is not None else None
        rest = None if others is None or z is None else tuple(np.round(np.delete(others, neuron), 6))
        shown = (part, reach, rest if not entry.elementwise else None, neuron if not entry.elementwise else 0)
        if shown != self._shown:
            self._shown = shown
            self._zs = np.linspace(-reach, reach, POINTS)
            grid = self._zs if entry.elementwise else _varied(self._zs, others, neuron)
            place = ... if entry.elementwise else (slice(None), neuron if others is not None else 0)
            self._values = np.asarray(entry.value(grid, **settings)[place])
            self._slopes = np.asarray(entry.slope(grid, **settings)[place])
            both = np.concatenate([self._values, self._slopes])
            both = both[np.isfinite(both)]
            low = entry.low if np.isfinite(entry.low) else float(both.min())
            high = entry.high if np.isfinite(entry.high) else float(both.max())
            self._low, self._high = min(0.0, low, float(both.min())), max(1e-9, high, float(both.max()))
            self.update()
        point = None
        if z is not None and layer_z is not None:
            row = np.array([z]) if entry.elementwise else layer_z[None, :]
            cell = (0,) if entry.elementwise else (0, neuron)
            point = (z, float(entry.value(row, **settings)[cell]))
            self.point_slope = float(entry.slope(row, **settings)[cell])
        if point != self.point:
            self.point = point
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(280, HEIGHT)

    def _place(self, z: float, value: float) -> QPointF:
        width, height = self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM
        reach = float(self._zs[-1])
        share = (value - self._low) / (self._high - self._low)
        return QPointF(_LEFT + (z + reach) / (2 * reach) * width, _TOP + (1 - share) * height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Axes and curves, drawn once and kept, then the tangent and the dot, which move while training."""
        if not len(self._zs):
            return
        scale = self.devicePixelRatioF()
        drawn = (self._shown, theme.name, self.width(), scale)
        if self._ground is None or drawn != self._drawn:
            self._drawn = drawn
            self._ground = QPixmap(round(self.width() * scale), round(self.height() * scale))
            self._ground.setDevicePixelRatio(scale)
            self._ground.fill(Qt.GlobalColor.transparent)
            self._draw_ground(QPainter(self._ground))
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        if self.point is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._dot(painter, *self.point)
        painter.end()

    def _draw_ground(self, painter: QPainter) -> None:
        colors = theme.colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = float(self._zs[-1])
        painter.setPen(QPen(colors.q("grid"), 1))
        for value in {self._low, self._high, 0.0, (self._low + self._high) / 2}:
            painter.drawLine(self._place(-reach, value), self._place(reach, value))
        painter.setPen(QPen(colors.q("line"), 1))
        painter.drawLine(self._place(0, self._low), self._place(0, self._high))
        painter.drawLine(self._place(-reach, 0), self._place(reach, 0))
        self._label(painter, reach)
        painter.setPen(QPen(colors.q("faint"), 1.5, Qt.PenStyle.CustomDashLine))
        pen = painter.pen()
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawPolyline(self._line(self._slopes))
        painter.setPen(QPen(colors.q("accent"), 2))
        painter.drawPolyline(self._line(self._values))
        painter.end()

    def _line(self, values: Array) -> QPolygonF:
        return QPolygonF(
            [self._place(z, v) for z, v in zip(self._zs.tolist(), values.tolist(), strict=True) if np.isfinite(v)]
        )

    def _label(self, painter: QPainter, reach: float) -> None:
        font = tabular(self.font())
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(theme.colors.q("faint"))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for value in {self._low, self._high}:
            y = self._place(0, value).y()
            painter.drawText(QRectF(0, y - 7, _LEFT - 5, 14), right, number_text(value, 2))
        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        for z, flag in ((-reach, 0.0), (0.0, 0.5), (reach, 1.0)):
            x = self._place(z, self._low).x() - 40 * flag
            flags = {0.0: int(Qt.AlignmentFlag.AlignLeft), 0.5: centre, 1.0: int(Qt.AlignmentFlag.AlignRight)}[flag]
            painter.drawText(QRectF(x, self.height() - _BOTTOM + 3, 40, 13), flags, number_text(z, 2))

    def _dot(self, painter: QPainter, z: float, a: float) -> None:
        colors = theme.colors
        span = float(self._zs[-1]) * 0.22
        tangent = QPainterPath(self._place(z - span, a - span * self.point_slope))
        tangent.lineTo(self._place(z + span, a + span * self.point_slope))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tone = "positive" if a > 0 else "negative" if a < 0 else "dim"
        painter.setPen(QPen(colors.q(tone, 0.75), 1.5))
        painter.drawPath(tangent)
        painter.setPen(QPen(colors.q("panel"), 1.5))
        painter.setBrush(colors.q(tone))
        painter.drawEllipse(self._place(z, a), 5, 5)


def _varied(zs: Array, others: Array | None, neuron: int) -> Array:
    """Rows of weighted inputs in which only one neuron's changes: (points, neurons)."""
    grid = np.tile(np.zeros(2) if others is None else others, (len(zs), 1))
    grid[:, neuron if others is not None else 0] = zs
    return grid

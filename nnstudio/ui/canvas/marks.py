"""Signs that are painted over cards and wires: badges of problems, words beside the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnstudio.ui.canvas.text import font
from nnstudio.ui.theme import Colors

BADGE = 13.0  # how near the pointer must be, in view pixels


def badge_scale(zoom: float) -> float:
    """How much larger a badge is drawn in scene units, so that it can be seen and hit from afar."""
    return max(1.0, 0.9 / zoom)


def paint_badge(painter: QPainter, where: QPointF, severity: str, colors: Colors, scale: float = 1.0) -> None:
    """A small sign on an object with a problem: a round one for an error, a triangle for a warning."""
    painter.save()
    painter.translate(where)
    painter.scale(scale, scale)
    center = QPointF(0, 0)
    color = colors.q("error" if severity == "error" else "warning")
    painter.setPen(QPen(colors.q("background"), 2))
    painter.setBrush(color)
    if severity == "error":
        painter.drawEllipse(center, 9, 9)
    else:
        x, y = center.x(), center.y()
        painter.drawConvexPolygon([QPointF(x, y - 10), QPointF(x + 10, y + 8), QPointF(x - 10, y + 8)])
    painter.setPen(QPen(colors.q("background"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(center + QPointF(0, -4.5), center + QPointF(0, 1))
    painter.drawPoint(center + QPointF(0, 5))
    painter.restore()


def paint_lock(painter: QPainter, center: QPointF, colors: Colors, size: float = 4.6) -> None:
    """A small closed lock: the value is held against training."""
    painter.setBrush(colors.q("panel"))
    painter.setPen(QPen(colors.q("line"), 0.8))
    painter.drawEllipse(center, size * 1.35, size * 1.35)
    painter.setPen(QPen(colors.q("text"), size * 0.24))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shackle = QRectF(center.x() - size * 0.38, center.y() - size * 0.8, size * 0.76, size * 0.95)
    painter.drawArc(shackle, 0, 180 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.q("text"))
    body = QRectF(center.x() - size * 0.6, center.y() - size * 0.28, size * 1.2, size * 0.95)
    painter.drawRoundedRect(body, 0.8, 0.8)


def paint_bubble(painter: QPainter, point: QPointF, text: str, inside: QRectF, color: QColor, colors: Colors) -> None:
    """Words next to the pointer (view pixels), kept ``inside`` the view."""
    painter.setFont(font(12))
    wide = min(320.0, inside.width() - 24)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    needed = painter.fontMetrics().boundingRect(QRectF(0, 0, wide, 400).toRect(), int(flags), text)
    rect = QRectF(point.x() + 16, point.y() + 14, needed.width() + 22, needed.height() + 14)
    rect.moveRight(min(rect.right(), inside.right() - 8))
    rect.moveLeft(max(rect.left(), inside.left() + 8))
    if rect.bottom() > inside.bottom() - 8:
        rect.moveBottom(point.y() - 10)
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(colors.q("raised"))
    painter.drawRoundedRect(rect, 7, 7)
    painter.setPen(colors.q("text"))
    painter.drawText(rect.adjusted(11, 7, -10, -6), int(flags), text)

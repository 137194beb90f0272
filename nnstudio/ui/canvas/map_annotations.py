"""Notes and groups on the small map of the network."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.annotations import Annotations, frame_rect
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import Colors

ROUND = 3.0
LINES = 2.5  # map pixels from line to line of a note's text


def paint_small(
    painter: QPainter,
    found: Annotations,
    cards: Mapping[int, LayerItem],
    selection: Selection,
    scale: float,
    shift: QPointF,
    colors: Colors,
) -> None:
    """Frames of groups, cards of collapsed ones, sheets of notes; ``scale`` and ``shift`` take the scene to the map."""

    def place(rect: QRectF) -> QRectF:
        return QRectF(rect.topLeft() * scale + shift, rect.size() * scale)

    for group in found.groups.values():
        rect, chosen = place(frame_rect(group, cards)), group.id in selection.groups
        if group.collapsed:
            chosen = chosen or not group.layers.isdisjoint(selection.layers)
            painter.setPen(QPen(colors.q("accent" if chosen else "faint"), 1.4))
            painter.setBrush(colors.q("panel"))
            painter.drawRoundedRect(rect, ROUND, ROUND)
            for third in (0.3, 0.5, 0.7):  # several layers
                x = rect.left() + third * rect.width()
                painter.drawLine(
                    QPointF(x, rect.top() + rect.height() * 0.3), QPointF(x, rect.bottom() - rect.height() * 0.3)
                )
            continue
        painter.setPen(QPen(colors.q("accent" if chosen else "dim", 0.8), 1.0))
        painter.setBrush(colors.q("accent" if chosen else "dim", 0.10))
        painter.drawRoundedRect(rect, ROUND, ROUND)
    for note in found.notes.values():
        rect, chosen = place(QRectF(*note.rect)), note.id in selection.notes
        painter.setPen(QPen(colors.q("accent" if chosen else "dim"), 0.8))
        painter.setBrush(colors.q("raised"))
        painter.drawRect(rect)
        y = rect.top() + LINES
        painter.setPen(QPen(colors.q("dim", 0.7), 0.7))
        while y < rect.bottom() - 1.5 and y - rect.top() < LINES * (1 + note.text.count("\n") + len(note.text) // 24):
            painter.drawLine(QPointF(rect.left() + 2, y), QPointF(rect.right() - 2, y))
            y += LINES
    painter.setBrush(Qt.BrushStyle.NoBrush)

"""Drags the selected layers, groups and notes to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.document import Position
from nnstudio.ui.canvas.annotations import frame_rect
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.guides import snap
from nnstudio.ui.canvas.scene import Hit
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

REACH = 4.0  # view pixels within which a guide attracts


class MoveSelected(Gesture):
    """What was grabbed snaps to edges and middles of others, else to the grid; with Alt it moves freely."""

    cursor = Qt.CursorShape.SizeAllCursor
    pans_at_edge = True

    def __init__(self, view: CanvasView, grabbed: Hit, start: QPointF) -> None:
        super().__init__(view)
        self._start = view.camera.to_scene(start)
        chosen = view.moving_layers | ({grabbed.id} if grabbed.kind == "layer" else frozenset())
        cards, annotations = view.scene.layers, view.scene.annotations
        self._others = [item.rect for i, item in cards.items() if i not in chosen]
        self._others += [QRectF(*note.rect) for i, note in annotations.notes.items() if i not in view.selection.notes]
        if grabbed.kind == "layer":
            self._rect = cards[grabbed.id].rect
            self._from: Position = (cards[grabbed.id].x, cards[grabbed.id].y)
        elif grabbed.kind == "note":
            self._rect = QRectF(*annotations.notes[grabbed.id].rect)
            self._from = (self._rect.left(), self._rect.top())
        else:
            group = annotations.groups[grabbed.id]
            self._rect, first = frame_rect(group, cards), cards[min(group.layers)]
            self._from = (first.x, first.y)
        self.guides: tuple[QLineF, ...] = ()

    def _way(self, point: QPointF, modifiers: Modifiers) -> Position:
        """How far everything moves."""
        now = self.view.camera.to_scene(point)
        x, y = self._from
        new_x, new_y = x + now.x() - self._start.x(), y + now.y() - self._start.y()
        self.guides = ()
        if not modifiers & Modifiers.AltModifier:
            rect = self._rect.translated(new_x - x, new_y - y)
            found = snap(rect, self._others, REACH / self.view.camera.zoom)
            grid_x, grid_y = snapped(new_x, new_y)
            new_x = grid_x if found.dx is None else round(new_x + found.dx, 6)
            new_y = grid_y if found.dy is None else round(new_y + found.dy, 6)
            self.guides = found.lines
        return (new_x - x, new_y - y)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Show everything where it would be dropped."""
        self.view.show_preview(self.view.move_by(*self._way(point, modifiers)))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Move them, if they are anywhere else."""
        way = self._way(point, modifiers)
        self.view.show_preview(None)
        if way != (0.0, 0.0):
            self.view.do(self.view.move_by(*way))

    def paint(self, painter: QPainter) -> None:
        """The lines that it has snapped to."""
        painter.setPen(QPen(theme.colors.q("accent", 0.8), 1 / self.view.camera.zoom, Qt.PenStyle.DashLine))
        for line in self.guides:
            painter.drawLine(line)

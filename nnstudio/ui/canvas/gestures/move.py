"""Drags the selected layers to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.document import Position
from nnstudio.document.edits import MoveLayers
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.guides import snap
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

REACH = 4.0  # view pixels within which a guide attracts


class MoveSelected(Gesture):
    """The layer that was grabbed snaps to edges and middles of others, else to the grid; with Alt it moves freely."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, grabbed: int, start: QPointF) -> None:
        super().__init__(view)
        self._start = view.camera.to_scene(start)
        self._grabbed = grabbed
        chosen = view.selection.layers | {grabbed}
        self._from: dict[int, Position] = {i: (item.x, item.y) for i, item in view.scene.layers.items() if i in chosen}
        self._others = [item.rect for i, item in view.scene.layers.items() if i not in chosen]
        self.guides: tuple[QLineF, ...] = ()

    def _places(self, point: QPointF, modifiers: Modifiers) -> dict[int, Position]:
        now = self.view.camera.to_scene(point)
        x, y = self._from[self._grabbed]
        new_x, new_y = x + now.x() - self._start.x(), y + now.y() - self._start.y()
        self.guides = ()
        if not modifiers & Modifiers.AltModifier:
            rect = self.view.scene.layers[self._grabbed].rect.translated(new_x - x, new_y - y)
            found = snap(rect, self._others, REACH / self.view.camera.zoom)
            grid_x, grid_y = snapped(new_x, new_y)
            new_x = grid_x if found.dx is None else round(new_x + found.dx, 6)
            new_y = grid_y if found.dy is None else round(new_y + found.dy, 6)
            self.guides = found.lines
        return {i: (px + new_x - x, py + new_y - y) for i, (px, py) in self._from.items()}

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Show the layers where they would be dropped."""
        self.view.show_preview(MoveLayers(self._places(point, modifiers)))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Move them, if they are anywhere else."""
        places = self._places(point, modifiers)
        self.view.show_preview(None)
        if places != self._from:
            self.view.do(MoveLayers(places))

    def paint(self, painter: QPainter) -> None:
        """The lines that the layer has snapped to."""
        painter.setPen(QPen(theme.colors.q("accent", 0.8), 1 / self.view.camera.zoom, Qt.PenStyle.DashLine))
        for line in self.guides:
            painter.drawLine(line)

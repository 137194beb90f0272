"""Drags the selected layers to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from nnstudio.document import Position
from nnstudio.document.edits import MoveLayers
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.layer_drag import snapped

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class MoveSelected(Gesture):
    """The layer that was grabbed snaps to the grid (not with Alt), the other selected ones keep their distance."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, grabbed: int, start: QPointF) -> None:
        super().__init__(view)
        self._start = view.camera.to_scene(start)
        self._grabbed = grabbed
        chosen = view.selection.layers | {grabbed}
        self._from: dict[int, Position] = {i: (item.x, item.y) for i, item in view.scene.layers.items() if i in chosen}

    def _places(self, point: QPointF, modifiers: Modifiers) -> dict[int, Position]:
        now = self.view.camera.to_scene(point)
        x, y = self._from[self._grabbed]
        new_x, new_y = x + now.x() - self._start.x(), y + now.y() - self._start.y()
        if not modifiers & Modifiers.AltModifier:
            new_x, new_y = snapped(new_x, new_y)
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

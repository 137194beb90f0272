"""Moves what the canvas shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class Pan(Gesture):
    """The scene follows the pointer. Looking elsewhere is no edit, so there is nothing to undo."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView, point: QPointF) -> None:
        super().__init__(view)
        self._last = point

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Shift by the way since the last move."""
        self.view.pan(point.x() - self._last.x(), point.y() - self._last.y())
        self._last = point

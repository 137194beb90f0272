"""Changes the size of a note by dragging its corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from nnstudio.document import Rect
from nnstudio.document.annotations import SMALLEST_NOTE
from nnstudio.document.edits import PlaceNotes
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.layer_drag import snapped

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class ResizeNote(Gesture):
    """The corner follows the pointer on the grid; with Alt freely."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, view: CanvasView, note: int, start: QPointF) -> None:
        super().__init__(view)
        self._note = note
        self._start = view.camera.to_scene(start)
        self._before = view.session.document.notes[note].rect

    def _rect(self, point: QPointF, modifiers: Modifiers) -> Rect:
        left, top, width, height = self._before
        way = self.view.camera.to_scene(point) - self._start
        right, bottom = left + width + way.x(), top + height + way.y()
        if not modifiers & Modifiers.AltModifier:
            right, bottom = snapped(right, bottom)
        return (left, top, max(SMALLEST_NOTE[0], right - left), max(SMALLEST_NOTE[1], bottom - top))

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Show the note as large as it would be."""
        self.view.show_preview(PlaceNotes({self._note: self._rect(point, modifiers)}))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Give it that size."""
        rect = self._rect(point, modifiers)
        self.view.show_preview(None)
        if rect != self._before:
            self.view.do(PlaceNotes({self._note: rect}))

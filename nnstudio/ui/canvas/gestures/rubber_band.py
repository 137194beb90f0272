"""Selects all layers in a rectangle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class RubberBand(Gesture):
    """Every layer, note and collapsed group that the band touches is selected.

    With Shift or Ctrl it is added to what was selected.
    """

    pans_at_edge = True

    def __init__(self, view: CanvasView, start: QPointF, modifiers: Modifiers) -> None:
        super().__init__(view)
        self._start = view.camera.to_scene(start)
        self._end = self._start
        selection = view.selection
        self._before = selection.memory
        adding = modifiers & (Modifiers.ShiftModifier | Modifiers.ControlModifier)
        self._kept = selection.layers if adding else frozenset[int]()
        self._kept_notes = selection.notes if adding else frozenset[int]()
        self._kept_groups = selection.groups if adding else frozenset[int]()

    @property
    def rect(self) -> QRectF:
        """The band in scene units."""
        return QRectF(self._start, self._end).normalized()

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Select what the band touches now."""
        self._end = self.view.camera.to_scene(point)
        near = [item for item in self.view.scene.layers.values() if item.rect.intersects(self.rect)]
        touched, shut = {item.id for item in near if not item.inside}, {item.inside for item in near if item.inside}
        written = self.view.scene.annotations.notes.values()
        notes = {note.id for note in written if self.rect.intersects(QRectF(*note.rect))}
        self.view.selection.select_annotations(self._kept_notes | notes, self._kept_groups | shut, self._kept | touched)

    def cancel(self) -> None:
        """Select again what was selected."""
        self.view.selection.recall(self._before)

    def paint(self, painter: QPainter) -> None:
        """The band."""
        painter.setPen(QPen(theme.colors.q("accent"), 1 / self.view.camera.zoom))
        painter.setBrush(theme.colors.q("accent", 0.12))
        painter.drawRect(self.rect)

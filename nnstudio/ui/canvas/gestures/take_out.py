"""Drags the selected neuron out of its layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nnstudio.document.edits import Edit, MoveLayers, TakeOut
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class TakeOutNeuron(Gesture):
    """Outside of its card the neuron stands as a layer of one, with its synapses; inside nothing happens."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView, layer: int, neuron: int) -> None:
        super().__init__(view)
        self._layer, self._neuron = layer, neuron
        self._point = QPointF()
        self._outside = False

    def _edit(self, point: QPointF) -> Edit | None:
        item, there = self.view.scene.layers[self._layer], self.view.camera.to_scene(point)
        self._outside = not item.rect.contains(there)
        if not self._outside:
            return None
        place = snapped(there.x(), there.y())
        if item.layer.size == 1:
            return MoveLayers({self._layer: place})
        return TakeOut(self._layer, self._neuron, place)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Show the network as it would be."""
        self._point = point
        self.ghost = None
        edit = self._edit(point)
        if isinstance(edit, TakeOut):
            self.ghost = self.view.session.document.network.next_id
        self.view.show_preview(edit)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Make it a layer of its own and select it."""
        edit = self._edit(point)
        self.view.show_preview(None)
        if isinstance(edit, TakeOut):
            self.view.add(edit)
        elif edit is not None:
            self.view.do(edit)

    def paint_over(self, painter: QPainter) -> None:
        """What would happen, beside the pointer."""
        if self._outside:
            colors, inside = theme.colors, QRectF(self.view.viewport().rect())
            paint_bubble(painter, self._point, tr("a layer of its own"), inside, colors.q("accent"), colors)

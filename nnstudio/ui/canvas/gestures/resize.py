"""Changes how many neurons a layer has by dragging the lower edge of its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nnstudio.document.edits import ResizeLayer
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.layer_item import PITCH
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.canvas.rows import MOST
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

FINE = 4.0  # scene units a neuron, where not every neuron has a row


class ResizeByEdge(Gesture):
    """A card grows in both directions from its middle, so half a row of way is one neuron."""

    cursor = Qt.CursorShape.SizeVerCursor

    def __init__(self, view: CanvasView, layer: int, start: QPointF) -> None:
        super().__init__(view)
        self._layer = layer
        self._start = self._point = start
        self._before = self.size = view.scene.layers[layer].layer.size

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Show the card with the new number of neurons."""
        self._point = point
        way = (point.y() - self._start.y()) / self.view.camera.zoom
        self.size = resized(self._before, way)
        self.view.show_preview(ResizeLayer(self._layer, self.size))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Resize the layer."""
        self.move(point, modifiers)
        self.view.show_preview(None)
        if self.size != self._before:
            self.view.do(ResizeLayer(self._layer, self.size))

    def paint_over(self, painter: QPainter) -> None:
        """The number beside the pointer."""
        colors, inside = theme.colors, QRectF(self.view.viewport().rect())
        words = tr("{count} neurons", count=self.size) if self.size > 1 else tr("1 neuron")
        paint_bubble(painter, self._point, words, inside, colors.q("accent"), colors)


def resized(size: int, way: float) -> int:
    """The size after dragging by ``way`` scene units: rows first, then finer steps in a wide layer."""
    row = PITCH / 2
    if size > MOST:
        back = (size - MOST) * FINE
        return size + round(way / FINE) if way > -back else max(1, MOST + round((way + back) / row))
    ahead = (MOST - size) * row
    return max(1, size + round(way / row)) if way <= ahead else MOST + round((way - ahead) / FINE)

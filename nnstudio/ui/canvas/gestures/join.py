"""Draws one synapse from neuron to neuron."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from nnstudio.document import StudioError
from nnstudio.document.edits import Join
from nnstudio.ui.canvas.bundle_item import curve_handle, curve_path
from nnstudio.ui.canvas.gestures.gesture import Modifiers
from nnstudio.ui.canvas.gestures.wire import Wire
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.text import message_text
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class JoinNeurons(Wire):
    """Over another neuron the one synapse is drawn; over the rest of its card the whole layers are wired.

    A ``lasting`` one hangs on the pointer; left and right choose the layer, up and down the neuron, Enter ends it.
    """

    def __init__(
        self, view: CanvasView, source: NeuronRef, start: QPointF | None = None, lasting: bool = False
    ) -> None:
        item = view.scene.layers[source.layer]
        middle = view.camera.to_view(item.neuron_point(source.neuron) or item.out_port)
        super().__init__(view, source.layer, start, lasting)
        self.neuron = source
        self._point = start or middle + QPointF(90, 0)
        self.over_neuron: NeuronRef | None = None
        wired = {bundle.target for bundle in view.session.document.network.outgoing[source.layer]}
        self._wired = frozenset(wired)  # as whole layers they are done, their neurons may still be joined
        self.targets |= self._wired
        self.dimmed -= self._wired

    @property
    def words(self) -> str:
        """Why the synapse cannot end where it points; empty where it can."""
        if self.over_neuron is None:
            return super().words
        try:
            self._edit(self.over_neuron).apply(self.view.session.document)
        except StudioError as error:
            return "" if self._exists(self.over_neuron) else message_text(error.message)
        return ""

    def _edit(self, target: NeuronRef) -> Join:
        return Join(self.neuron.layer, target.layer, self.neuron.neuron, target.neuron)

    def _exists(self, target: NeuronRef) -> bool:
        """Whether the synapse is there already; drawing it again selects it."""
        bundle = self._edit(target).present(self.view.session.document)
        item = self.view.scene.bundles.get(bundle.id) if bundle else None
        return item is not None and item.place(self.neuron.neuron, target.neuron) is not None

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Point at the neuron under the pointer, or at its layer."""
        super().move(point, modifiers)
        if self._asking:
            return
        item = self.view.scene.layers.get(self._over) if self._over is not None else None
        neuron = item.neuron_at(self.view.camera.to_scene(point)) if item and not self.view.nearness.is_far else None
        self._aim_neuron(NeuronRef(item.id, neuron) if item and neuron is not None else None)

    def _aim_neuron(self, ref: NeuronRef | None) -> None:
        self.over_neuron = ref if ref is not None and ref.layer != self.neuron.layer else None
        if self.over_neuron is None and self._over in self._wired:
            self.chosen = None
        elif self.over_neuron is not None:
            fits = not self.words
            self.chosen = self.over_neuron.layer if fits else None
            self.view.set_cursor(self.cursor if fits else Qt.CursorShape.ForbiddenCursor)
        self.view.viewport().update()

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Draw the synapse, or wire the layers."""
        if self._start and (point - self._start).manhattanLength() < QApplication.startDragDistance():
            self.move(point, modifiers)
            self._start, self.lasting = None, True  # a click on the neuron instead of a drag
            return
        super().release(point, modifiers)

    def _finish(self, point: QPointF) -> None:
        target = self.over_neuron
        if target is None:
            super()._finish(point)
            return
        self.lasting = False
        if not self.words:
            self.view.end_gesture()
            self.view.join(self.neuron, target)

    def key(self, event: QKeyEvent) -> bool:
        """Choose layer and neuron by keyboard."""
        ref = self.over_neuron
        if ref is not None and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            item = self.view.scene.layers[ref.layer]
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            if item.maps:
                beside = item.maps.step(ref.neuron, 0, step)
                self._show(ref if beside is None else NeuronRef(ref.layer, beside))
                return True
            place = min(max(item.neurons.index(ref.neuron) + step, 0), len(item.neurons) - 1)
            self._show(NeuronRef(ref.layer, item.neurons[place]))
            return True
        if ref is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish(self._point)
            return True
        taken = super().key(event)
        if taken and self._over is not None and self.view.gesture is self:
            neurons = self.view.scene.layers[self._over].neurons
            if neurons:
                self._show(NeuronRef(self._over, neurons[0]))
        return taken

    def _show(self, ref: NeuronRef) -> None:
        item = self.view.scene.layers[ref.layer]
        self._point = self.view.camera.to_view(item.neuron_point(ref.neuron, -1.0) or item.in_port)
        self._aim_neuron(ref)

    def paint(self, painter: QPainter) -> None:
        """The synapse in hand."""
        here = self.view.scene.layers.get(self.neuron.layer)
        start = here.neuron_point(self.neuron.neuron, 1.0) if here is not None else None
        if start is None:
            return
        end, there = self.view.camera.to_scene(self._point), self.over_neuron
        ring = 0.0
        if there is not None:
            item = self.view.scene.layers[there.layer]
            ring = 4.0 if item.maps else item.radius
            end = item.neuron_point(there.neuron, -1.0) or end
        elif self.chosen is not None:
            end = self.view.scene.layers[self.chosen].in_port
        refused = bool(self.words) and self._over != self.source
        style = Qt.PenStyle.DashLine if refused else Qt.PenStyle.SolidLine
        zoom = max(self.view.camera.zoom, 0.5)
        painter.setPen(QPen(theme.colors.q("error" if refused else "accent"), 2.0 / zoom, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(curve_path(start, end, curve_handle(start.x(), end.x())))
        if ring:
            painter.drawEllipse(QPointF(end.x() + ring, end.y()), ring + 3, ring + 3)

    def paint_over(self, painter: QPainter) -> None:
        """The reason beside the pointer."""
        if self.words and self._over != self.source:
            inside = QRectF(self.view.viewport().rect())
            paint_bubble(painter, self._point, self.words, inside, theme.colors.q("error"), theme.colors)

"""Chooses single neurons or synapses with a rubber band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.selection import Chosen, NeuronRef
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class ChooseSynapses(Gesture):
    """With Alt, the band takes the neurons that lie in it, else every shown synapse whose curve it touches.

    With Shift they are added.
    """

    cursor = Qt.CursorShape.CrossCursor
    pans_at_edge = True

    def __init__(self, view: CanvasView, start: QPointF, modifiers: Modifiers) -> None:
        super().__init__(view)
        self._start = view.camera.to_scene(start)
        self._end, self._point = self._start, start
        selection = view.selection
        self._before = selection.memory
        adding = bool(modifiers & Modifiers.ShiftModifier)
        self._kept: Chosen = dict(view.chosen) if adding else {}
        self._kept_neurons = selection.neurons if adding else frozenset[NeuronRef]()
        if adding and selection.neuron:
            self._kept_neurons |= {selection.neuron}

    @property
    def rect(self) -> QRectF:
        """The band in scene units."""
        return QRectF(self._start, self._end).normalized()

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Choose what the band touches now."""
        self._point, self._end = point, self.view.camera.to_scene(point)
        neurons = self._neurons()
        if neurons and not self._kept:
            self.view.selection.select_neurons(neurons | self._kept_neurons)
            return
        chosen: dict[int, NDArray[np.bool_]] = dict(self._kept)
        weights = self.view.session.document.parameters.weights
        for i, item in self.view.scene.bundles.items():
            touched = item.touched(self.rect)
            values = weights.get(i)
            if touched is None or values is None:
                continue
            places = item.places[touched]
            mask = np.zeros(values.shape, np.bool_)
            mask.reshape(-1)[places[(places >= 0) & (places < values.size)]] = True
            chosen[i] = mask | chosen[i] if i in chosen else mask
        if not chosen and self._kept_neurons:
            self.view.selection.select_neurons(self._kept_neurons)
        else:
            self.view.selection.choose(chosen)

    def _neurons(self) -> frozenset[NeuronRef]:
        """The shown neurons whose middle lies in the band."""
        rect = self.rect
        if self.view.nearness.is_far:
            return frozenset()  # no neuron is seen from there
        return frozenset(
            NeuronRef(item.id, neuron)
            for item in self.view.scene.layers.values()
            if rect.left() <= item.x <= rect.right()
            for neuron, y in zip(item.neurons, item.ys, strict=True)
            if rect.top() <= y <= rect.bottom()
        )

    @property
    def count(self) -> int:
        """How many synapses are chosen."""
        return self.view.selection.chosen_count

    def cancel(self) -> None:
        """Choose again what was chosen."""
        self.view.selection.recall(self._before)

    def paint(self, painter: QPainter) -> None:
        """The band."""
        painter.setPen(QPen(theme.colors.q("accent"), 1 / self.view.camera.zoom, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colors.q("accent", 0.08))
        painter.drawRect(self.rect)

    def paint_over(self, painter: QPainter) -> None:
        """How many, beside the pointer."""
        colors, inside = theme.colors, QRectF(self.view.viewport().rect())
        neurons = len(self.view.selection.neurons) or int(self.view.selection.neuron is not None)
        if neurons:
            words = tr("{count} neurons", count=neurons) if neurons != 1 else tr("1 neuron")
        else:
            words = tr("{count} synapses", count=self.count) if self.count != 1 else tr("1 synapse")
        paint_bubble(painter, self._point, words, inside, colors.q("accent"), colors)

"""Chooses single synapses with a rubber band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class ChooseSynapses(Gesture):
    """With Alt, the band takes every shown synapse whose curve it touches; with Shift they are added."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, start: QPointF, modifiers: Modifiers) -> None:
        super().__init__(view)
        self._start = view.camera.to_scene(start)
        self._end, self._point = self._start, start
        selection = view.selection
        self._before = (selection.layers, selection.synapses, dict(view.chosen))
        self._kept = dict(view.chosen) if modifiers & Modifiers.ShiftModifier else {}

    @property
    def rect(self) -> QRectF:
        """The band in scene units."""
        return QRectF(self._start, self._end).normalized()

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Choose what the band touches now."""
        self._point, self._end = point, self.view.camera.to_scene(point)
        chosen: dict[int, NDArray[np.bool_]] = dict(self._kept)
        weights = self.view.session.document.parameters.weights
        for i, item in self.view.scene.bundles.items():
            touched = item.touched(self.rect)
            values = weights.get(i)
            if touched is None or values is None or values.ndim != 2:
                continue
            mask = np.zeros(values.shape, np.bool_)
            mask[item.sources[touched], item.targets[touched]] = True
            chosen[i] = mask | chosen[i] if i in chosen else mask
        self.view.choose_synapses(chosen)

    @property
    def count(self) -> int:
        """How many synapses are chosen."""
        return sum(int(mask.sum()) for mask in self.view.chosen.values())

    def cancel(self) -> None:
        """Choose again what was chosen."""
        layers, synapses, chosen = self._before
        if chosen:
            self.view.choose_synapses(chosen)
        else:
            self.view.selection.select(layers, synapses)

    def paint(self, painter: QPainter) -> None:
        """The band."""
        painter.setPen(QPen(theme.colors.q("accent"), 1 / self.view.camera.zoom, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colors.q("accent", 0.08))
        painter.drawRect(self.rect)

    def paint_over(self, painter: QPainter) -> None:
        """How many, beside the pointer."""
        colors, inside = theme.colors, QRectF(self.view.viewport().rect())
        words = tr("{count} synapses", count=self.count) if self.count != 1 else tr("1 synapse")
        paint_bubble(painter, self._point, words, inside, colors.q("accent"), colors)

"""Changes the weight of the selected synapse by dragging its handle."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nnstudio.catalog.joints import place_of
from nnstudio.document import StudioError
from nnstudio.document.edits import SetWeight
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.selection import SynapseRef
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import signed

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

COARSE, FINE = 0.01, 0.001  # a view pixel, and with Shift
_numbers = count()


class Scrub(Gesture):
    """Up and right is more. At rest the whole window follows as one step; while training it is set at the release."""

    cursor = Qt.CursorShape.SizeVerCursor

    def __init__(self, view: CanvasView, ref: SynapseRef, start: QPointF) -> None:
        super().__init__(view)
        self._ref = ref
        self._key = ("scrub", next(_numbers))
        self._last = self._point = start
        document = view.session.document
        self._place = place_of(
            document.network, document.parameters, document.network.synapses[ref.synapses], ref.source, ref.target
        )
        weights = view.parameters.weights[ref.synapses]
        self.value = self._first = 0.0 if self._place is None else float(weights[self._place])
        self._done = None if view.session.state == "running" else view.session.document

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Set the weight, or say what it would become."""
        way = (point.x() - self._last.x()) - (point.y() - self._last.y())
        self._last = self._point = point
        step = FINE if modifiers & Modifiers.ShiftModifier else COARSE
        self.value = round(self.value + way * step, 4)
        if self._done is not None and self.view.session.state != "running":
            self._set()
        self.view.viewport().update()

    def _set(self) -> None:
        ref, session = self._ref, self.view.session
        self.doing = True
        try:
            session.do(SetWeight(ref.synapses, ref.source, ref.target, self.value, self._place), self._key)
            self._done = session.document
        except StudioError as error:
            self.view.tell(message_text(error.message))
        finally:
            self.doing = False

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Set it where the network trains meanwhile."""
        self.move(point, modifiers)
        if self.view.session.state == "running" and self.value != self._first:
            self._set()

    def cancel(self) -> None:
        """The weight that it had."""
        session = self.view.session
        if self._done is session.document:
            session.retract(self._key)

    def paint_over(self, painter: QPainter) -> None:
        """The weight beside the pointer."""
        colors, inside = theme.colors, QRectF(self.view.viewport().rect())
        words = tr("w = {value}", value=signed(self.value, 3))
        color = colors.q("positive" if self.value >= 0 else "negative")
        paint_bubble(painter, self._point, words, inside, color, colors)

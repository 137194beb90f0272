"""While something is dragged to the edge of the canvas, the picture moves on under it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

if TYPE_CHECKING:
    from nnstudio.ui.canvas.gestures.gesture import Gesture
    from nnstudio.ui.canvas.view import CanvasView
    from nnstudio.ui.frames import FrameClock

EDGE = 28.0  # view pixels from the edge within which the picture moves
FASTEST = 900.0  # view pixels a second, at the edge itself
DWELL = 0.3  # seconds at the edge before it begins: a drag from the palette only passes there
LONGEST = 0.05  # seconds that one step counts at most
STEP_MS = 16


class EdgePan:
    """Follows one gesture at a time; it ends with the gesture."""

    def __init__(self, view: CanvasView, clock: FrameClock) -> None:
        self._view = view
        self._ticket = clock.register(self._step, view, STEP_MS)
        self._gesture: Gesture | None = None
        self._point, self._modifiers = QPointF(), Qt.KeyboardModifier.NoModifier
        self._since = self._last = 0.0
        self.now = perf_counter

    def follow(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer of the present gesture is at a view point now."""
        gesture = self._view.gesture
        if gesture is None or gesture.lasting or not gesture.pans_at_edge or self._way(point).isNull():
            self._gesture = None
            return
        if gesture is not self._gesture:
            self._gesture = gesture
            self._since = self._last = self.now()
        self._point, self._modifiers = point, modifiers
        self._ticket.mark()

    def _way(self, point: QPointF) -> QPointF:
        """How far the picture moves in a second at full speed, -1 to 1 in each direction."""
        rect = self._view.viewport().rect()
        return QPointF(_pull(point.x(), rect.width()), _pull(point.y(), rect.height()))

    def _step(self) -> None:
        gesture, view = self._gesture, self._view
        if gesture is None or view.gesture is not gesture:
            self._gesture = None
            return
        now = self.now()
        passed, self._last = min(LONGEST, now - self._last), now
        if now - self._since >= DWELL:
            way = self._way(self._point) * FASTEST * passed
            view.pan(way.x(), way.y())
            gesture.move(self._point, self._modifiers)
        self._ticket.mark()


def _pull(place: float, length: float) -> float:
    """1 at the near edge and beyond, -1 at the far one, 0 between them."""
    near, far = (EDGE - place) / EDGE, (place - length + EDGE) / EDGE
    return min(1.0, near) if near > 0 else -min(1.0, far) if far > 0 else 0.0

"""Cards that were put elsewhere all at once are seen on their way; the document and the scene are there already."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from nnstudio.document import Document, Position
from nnstudio.ui.motion import motion

if TYPE_CHECKING:
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.frames import FrameClock

SECONDS = 0.2
STEP_MS = 16
SLOW = 0.05  # seconds: where one picture of the way takes longer there is none


class Glide:
    """One movement at most; whatever the person does ends it."""

    def __init__(self, view: Surface, clock: FrameClock) -> None:
        self._view = view
        self._ticket = clock.register(self._step, view, STEP_MS)
        self._from: dict[int, Position] = {}
        self._document: Document | None = None
        self._begin = 0.0
        self.now = perf_counter

    @property
    def under_way(self) -> bool:
        """Whether cards are moving."""
        return self._document is not None

    def places(self) -> dict[int, QPointF]:
        """Where the layers are seen now, in view pixels: what ``begin`` wants from before the change."""
        view = self._view
        return {i: view.camera.to_view(QPointF(item.x, item.y)) for i, item in view.shown.layers.items()}

    def begin(self, before: Mapping[int, QPointF]) -> None:
        """Let the layers come from these places on the screen to where they stand in the document."""
        view = self._view
        if not motion.wanted or not view.isVisible():
            return
        document = view.session.document
        starts = {i: view.camera.to_scene(point) for i, point in before.items() if i in document.layout}
        self._from = {i: (point.x(), point.y()) for i, point in starts.items()}
        self._document, self._begin = document, self.now()
        self._step()

    def finish(self) -> None:
        """Be there."""
        if self._document is not None:
            self._document = None
            if self._view.gesture is None:
                self._view.shown = self._view.scene
            self._view.invalidate_strokes()

    def _step(self) -> None:
        """Show the next picture of the way."""
        view, document = self._view, self._document
        if document is None:
            return
        share = (self.now() - self._begin) / SECONDS
        if share >= 1.0 or view.session.document is not document or view.gesture is not None:
            self.finish()
            return
        begin = perf_counter()
        left = (1.0 - share) ** 3  # of the way: fast first, then slower
        layout = dict(document.layout)
        for i, (x, y) in self._from.items():
            there = layout[i]
            layout[i] = (there[0] + (x - there[0]) * left, there[1] + (y - there[1]) * left)
        preview = view.shown.preview()
        preview.update(document.having(layout=layout), view.selection.neuron, view.folding)
        view.shown = preview
        view.invalidate_strokes()
        if perf_counter() - begin > SLOW:
            self.finish()
        else:
            self._ticket.mark()

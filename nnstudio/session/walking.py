"""Stepping in small grains: a walk through the next update, of which only the last operation moves anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from nnstudio.document import Dataset, Document
from nnstudio.events import Event
from nnstudio.session.background import Background

if TYPE_CHECKING:
    from nnstudio.engine import Operation, Walk

Small = Literal["operation", "sample", "micro_batch", "batch"]


@dataclass(frozen=True)
class Walking:
    """The operation at ``place`` of a walk that began at the document ``before``; ``after``: that of its update."""

    walk: Walk
    place: int
    before: Document
    after: Document | None = None

    @property
    def operation(self) -> Operation:
        """The present operation."""
        return self.walk.operation(self.place)

    @property
    def last(self) -> int:
        """The place of the update."""
        return len(self.walk) - 1

    @property
    def is_done(self) -> bool:
        """Whether the update was made."""
        return self.after is not None

    def fits(self, document: Document) -> bool:
        """Whether ``document`` is still the one that is walked through, as far as training reads it."""
        own = self.after or self.before
        return (
            own.network is document.network
            and own.parameters is document.parameters
            and own.data is document.data
            and own.training == document.training
            and own.progress is document.progress
        )


class Walks:
    """The walk that goes on, if any; ``changed`` tells of another operation, another walk, or its end.

    What takes long to work out is worked out in the ``background``, and shown when it is there.

    ``ready`` gives the document and its samples (StudioError where they cannot be trained); ``update`` makes the
    update, and ``made`` is called with the document that came of it.
    """

    def __init__(
        self, ready: Callable[[], tuple[Document, Dataset]], update: Callable[[], None], background: Background
    ) -> None:
        self.changed: Event[Walking | None] = Event()
        self.present: Walking | None = None
        self.updating = False
        self._ready, self._update, self._background = ready, update, background
        self._awaited: Walking | None = None

    def go(self, grain: Small) -> bool:
        """Go on by a grain; a batch only where a walk is on its way. Whether there was anything to do."""
        if self._awaited is not None and self._background.busy:
            return True
        self._awaited = None
        walking = self.present
        if walking is None or (walking.is_done and (walking.place == walking.last or grain == "batch")):
            if grain == "batch":
                return False
            from nnstudio import engine

            document, dataset = self._ready()
            walk = engine.Walk(document.network, document.parameters, document.training, dataset, document.progress)
            walking = Walking(walk, -1, document)
        self._go_to(replace(walking, place=walking.walk.after(walking.place, grain)))
        return True

    def _go_to(self, walking: Walking) -> None:
        operation = walking.operation
        if walking.walk.is_light(operation):
            self._arrive(walking)
            return
        self._awaited = walking
        self._background.submit("walk", lambda: walking.walk.prepare(operation), lambda _done: self._arrived(walking))

    def _arrived(self, walking: Walking) -> None:
        if walking is self._awaited:
            self._awaited = None
            self._arrive(walking)

    def _arrive(self, walking: Walking) -> None:
        if walking.place == walking.last and not walking.is_done and not self.updating:
            self._update()
            self.updating = True
        self._show(walking)

    def back(self) -> None:
        """Look at the operation before the present one again; what was trained stays."""
        if self.present is not None:
            self.look_at(self.present.place - 1)

    def look_at(self, place: int) -> None:
        """Look at another operation; at the update only after it was made."""
        walking = self.present
        if walking is not None and self._awaited is None:
            last = walking.last if walking.is_done or self.updating else walking.last - 1
            self._go_to(replace(walking, place=max(0, min(place, last))))

    def drop(self) -> None:
        """Leave the walk."""
        if self.leave():
            self.tell()

    def leave(self, document: Document | None = None) -> bool:
        """Leave the walk, where ``document`` is given only if it is another one than it goes through.

        True where there was one; ``tell`` is to follow, once everybody knows of the document.
        """
        walking = self._awaited or self.present
        if walking is None or (document is not None and (self.updating or walking.fits(document))):
            return False
        shown, self._awaited, self.present = self.present, None, None
        return shown is not None

    def tell(self) -> None:
        """Tell of the present walk, or that there is none."""
        self.changed.emit(self.present)

    def made(self, document: Document | None) -> None:
        """The update was made, which led to ``document``; None where nothing came of it."""
        self.updating = False
        if self.present is not None:
            self._show(None if document is None else replace(self.present, after=document))

    def _show(self, walking: Walking | None) -> None:
        if walking is not self.present:
            self.present = walking
            self.changed.emit(walking)

"""Changes of the document, told so that every listener hears of them in one unbroken line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nnstudio.document import Document, Message
from nnstudio.events import Event


@dataclass(frozen=True)
class Change:
    """The document before and after, and what the step is called. Compare fields by identity to see what changed."""

    before: Document
    after: Document
    name: Message


class Changes(Event[Change]):
    """Where a listener changes the document while others wait to hear of a change, they hear of both as of one.

    So nobody hears of a document that is no longer, nor of the later change before the earlier one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[Callable[[Change], None], Document] = {}  # and the document that they know
        self._depth = 0

    def emit(self, value: Change) -> None:
        """Tell every listener of what changed since it heard last."""
        for listener in self._listeners:
            self._waiting.setdefault(listener, value.before)
        self._depth += 1
        try:
            super().emit(value)
        finally:
            self._depth -= 1
            if not self._depth:
                self._waiting.clear()

    def _tell(self, listener: Callable[[Change], None], value: Change) -> None:
        if listener in self._waiting:
            listener(replace(value, before=self._waiting.pop(listener)))

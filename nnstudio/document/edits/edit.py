"""What an edit is: a value that turns one document into the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from nnstudio.document.document import Document
from nnstudio.document.message import Message
from nnstudio.document.parameters import Parameters


class Edit(Protocol):
    """One named step. It has no inverse: undo keeps the document that was."""

    def describe(self, document: Document) -> Message:
        """What the step is called in the Edit menu, seen from the ``document`` before it."""
        ...

    def apply(self, document: Document) -> Document:
        """The document after the step; StudioError where it cannot be done."""
        ...


@dataclass(frozen=True)
class Several:
    """Edits that belong together: one step, one name."""

    name: Message
    edits: tuple[Edit, ...]

    def describe(self, document: Document) -> Message:  # noqa: ARG002 (every edit is asked alike)
        """The name that was given."""
        return self.name

    def apply(self, document: Document) -> Document:
        """All edits, one after the other."""
        for edit in self.edits:
            document = edit.apply(document)
        return document


def in_both(document: Document, change: Callable[[Parameters], Parameters]) -> Document:
    """``document`` with the same change made to its present and to its initial parameters.

    Where the two are one object they stay one, so that an untrained document is saved once.
    """
    parameters = change(document.parameters)
    same = document.initial is document.parameters
    return document.having(parameters=parameters, initial=parameters if same else change(document.initial))


def in_present(document: Document, change: Callable[[Parameters], Parameters]) -> Document:
    """``document`` with its parameters changed by hand: before any training, Reset comes back to these values."""
    if document.progress.updates == 0:
        return in_both(document, change)
    return document.having(parameters=change(document.parameters))

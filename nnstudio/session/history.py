"""Undo and redo: the documents that were, by the names of the steps between them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from nnstudio.document import Document, Message
from nnstudio.document.edits import Edit

MOST_STEPS = 500


@dataclass(frozen=True)
class Entry:
    """One step: its name and the document after it."""

    name: Message
    document: Document
    merge: Hashable | None = None


class History:
    """A line of documents and the place where the person stands in it."""

    def __init__(self, document: Document) -> None:
        self.entries: list[Entry] = [Entry(Message.of("Start"), document)]
        self.index = 0
        self._given_up: tuple[list[Entry], list[Entry]] | None = None  # by the merging step at the top: first, last

    @property
    def document(self) -> Document:
        """The present document."""
        return self.entries[self.index].document

    @property
    def undo_name(self) -> Message | None:
        """The step that undo would take back."""
        return self.entries[self.index].name if self.index else None

    @property
    def redo_name(self) -> Message | None:
        """The step that redo would do again."""
        return self.entries[self.index + 1].name if self.index + 1 < len(self.entries) else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.index > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self.index + 1 < len(self.entries)

    def add(self, edit: Edit, after: Document, merge: Hashable | None = None) -> Message:
        """Put ``after`` behind the present document and return the step's name; what could be redone is dropped.

        A step with the ``merge`` key of the one before it takes that one's place, so that a drag is one undo.
        """
        top = self.entries[self.index]
        undone = self.entries[self.index + 1 :]
        del self.entries[self.index + 1 :]
        if merge is not None and top.merge == merge and self.index > 0:
            name = edit.describe(self.entries[self.index - 1].document)
            self.entries[self.index] = Entry(name, after, merge)
            return name
        name = edit.describe(top.document)
        self.entries.append(Entry(name, after, merge))
        oldest = self.entries[: max(0, len(self.entries) - MOST_STEPS)]
        del self.entries[: len(oldest)]
        self._given_up = None if merge is None else (oldest, undone)
        self.index = len(self.entries) - 1
        return name

    def seal(self) -> None:
        """Let the next step begin an undo of its own even where its merge key is the same."""
        top = self.entries[self.index]
        self.entries[self.index] = Entry(top.name, top.document)

    def retract(self, merge: Hashable) -> bool:
        """Take the present step out as if it had never begun; False where it is none that was made with ``merge``.

        What could be redone before it can be redone again.
        """
        top, given_up = self.entries[self.index], self._given_up
        if given_up is None or top.merge != merge or self.index + 1 < len(self.entries):
            return False
        oldest, undone = given_up
        self.entries = [*oldest, *self.entries[: self.index], *undone]
        self.index += len(oldest) - 1
        self._given_up = None
        return True

    def go(self, index: int) -> Document:
        """Stand at entry ``index`` (clamped to those that exist) and return its document."""
        self.index = min(max(index, 0), len(self.entries) - 1)
        self._given_up = None
        return self.document

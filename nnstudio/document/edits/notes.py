"""Edits of the notes on the canvas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from nnstudio.document.annotations import LONGEST_TEXT, SMALLEST_NOTE, Note, Rect
from nnstudio.document.document import Document
from nnstudio.document.message import Message, StudioError


def note_of(document: Document, note: int) -> Note:
    """The note with that id; StudioError where there is none."""
    if note not in document.notes:
        raise StudioError("There is no note number {id} on this canvas.", id=note)
    return document.notes[note]


def title_of(note: Note) -> str:
    """The beginning of a note's text, to name it by."""
    line = next((line.strip() for line in note.text.splitlines() if line.strip()), "")
    return line if len(line) <= 24 else f"{line[:23].rstrip()}…"


def _text(text: str) -> str:
    """StudioError where a text is empty or too long."""
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise StudioError("A note has 1 to {most} characters.", most=LONGEST_TEXT)
    return text


def _rect(rect: Rect) -> Rect:
    """StudioError where a note would be nowhere, or too small to be seen."""
    left, top, width, height = rect
    if not all(map(isfinite, rect)) or width < SMALLEST_NOTE[0] or height < SMALLEST_NOTE[1]:
        raise StudioError(
            "A note is at least {width} wide and {height} high.",
            width=int(SMALLEST_NOTE[0]),
            height=int(SMALLEST_NOTE[1]),
        )
    return (left, top, width, height)


@dataclass(frozen=True)
class AddNote:
    """Put a new note on the canvas."""

    text: str
    rect: Rect

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """Its name."""
        return Message.of("Add a note")

    def apply(self, document: Document) -> Document:
        """StudioError where its text is empty or too long, or its card too small."""
        number = document.network.next_id
        note = Note(number, _text(self.text), _rect(self.rect))
        network = replace(document.network, next_id=number + 1)
        return document.having(network=network, notes={**document.notes, number: note})


@dataclass(frozen=True)
class WriteNote:
    """Give a note another text and, where that needs another card, another place."""

    note: int
    text: str
    rect: Rect

    def describe(self, document: Document) -> Message:
        """The beginning of what was there."""
        return Message.of('Change the note "{note}"', note=title_of(note_of(document, self.note)))

    def apply(self, document: Document) -> Document:
        """StudioError where the text is empty or too long."""
        before = note_of(document, self.note)
        after = Note(before.id, _text(self.text), _rect(self.rect))
        return document if after == before else document.having(notes={**document.notes, before.id: after})


@dataclass(frozen=True)
class PlaceNotes:
    """Move notes, or give them another size."""

    rects: Mapping[int, Rect]

    def describe(self, document: Document) -> Message:
        """The beginning of the one note, or how many."""
        if len(self.rects) == 1:
            note, rect = next(iter(self.rects.items()))
            before = note_of(document, note)
            values = {"note": title_of(before)}
            if before.rect[2:] != rect[2:]:
                return Message.of('Resize the note "{note}"', **values)
            return Message.of('Move the note "{note}"', **values)
        return Message.of("Move {count} notes", count=len(self.rects))

    def apply(self, document: Document) -> Document:
        """Only the notes change; StudioError where one would become too small."""
        moved = {i: replace(note_of(document, i), rect=_rect(rect)) for i, rect in self.rects.items()}
        return document.having(notes={**document.notes, **moved})


@dataclass(frozen=True)
class RemoveNotes:
    """Delete notes."""

    notes: frozenset[int]

    def describe(self, document: Document) -> Message:
        """The beginning of the one note, or how many."""
        if len(self.notes) == 1:
            return Message.of('Delete the note "{note}"', note=title_of(note_of(document, next(iter(self.notes)))))
        return Message.of("Delete {count} notes", count=len(self.notes))

    def apply(self, document: Document) -> Document:
        """The network stays as it is."""
        for note in self.notes:
            note_of(document, note)
        return document.having(notes={i: note for i, note in document.notes.items() if i not in self.notes})

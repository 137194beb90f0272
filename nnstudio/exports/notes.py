"""The notes of the canvas in a figure: beside the layer that they lie beside on the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from nnstudio.document import Document, Note, Position
from nnstudio.exports.columns import wrapped
from nnstudio.exports.drawing import Bounds, Polygon, Shape, Text
from nnstudio.exports.ink import SMALL, Ink

INSET, CORNER, GAP = 8.0, 9.0, 14.0
LINE = 1.35 * SMALL
NARROWEST, WIDEST = 84.0, 220.0
SMALLER = 0.62  # than on the canvas


def notes_of(document: Document, at: Mapping[int, Position], taken: list[Bounds], ink: Ink) -> list[Shape]:
    """The notes; ``at`` is where layers stand in the figure, ``taken`` what is drawn already: no note covers it."""
    shapes: list[Shape] = []
    for note in document.notes.values():
        lines = [line for part in note.text.splitlines() for line in wrapped(part, _wide(note) - 2 * INSET, SMALL)]
        wide, high = _wide(note), 2 * INSET + LINE * len(lines)
        left, top = _place(note, document, at, (wide, high), taken)
        taken.append((left, top, left + wide, top + high))
        shapes += _sheet(left, top, wide, high, ink)
        for place, line in enumerate(lines):
            y = top + INSET + place * LINE + SMALL
            shapes.append(Text(left + INSET, y, line, SMALL, ink.ink))
    return shapes


def _wide(note: Note) -> float:
    return min(WIDEST, max(NARROWEST, note.rect[2] * SMALLER))


def _place(
    note: Note, document: Document, at: Mapping[int, Position], size: tuple[float, float], taken: list[Bounds]
) -> Position:
    """Where the note's corner lies: off its nearest layer to the same side, as near as it covers nothing."""
    left, top, width, height = note.rect
    x, y = left + width / 2, top + height / 2
    known = [i for i in at if i in document.layout]
    if not known:
        bottom = max((box[3] for box in taken), default=0.0)
        return (min((box[0] for box in taken), default=0.0), bottom + GAP)
    nearest = min(known, key=lambda i: abs(document.layout[i][0] - x) + abs(document.layout[i][1] - y))
    dx, dy = x - document.layout[nearest][0], y - document.layout[nearest][1]
    middle = (at[nearest][0] + dx * SMALLER, at[nearest][1] + dy * SMALLER)
    across = abs(dx) > abs(dy)
    step = 6.0 if (dx if across else dy) >= 0 else -6.0
    found = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
    way = (step, 0.0) if across else (0.0, step)

    def moved(place: Position, steps: int) -> Position:
        return (place[0] + steps * way[0], place[1] + steps * way[1])

    for _ in range(round((abs(dx) if across else abs(dy)) * SMALLER / abs(step))):  # figures are closer than the canvas
        if _covers(moved(found, -1), size, taken):
            break
        found = moved(found, -1)
    while _covers(found, size, taken):
        found = moved(found, 1)
    return found


def _covers(place: Position, size: tuple[float, float], taken: list[Bounds]) -> bool:
    left, top = place[0] - GAP / 2, place[1] - GAP / 2
    right, bottom = left + size[0] + GAP, top + size[1] + GAP
    return any(left < box[2] and box[0] < right and top < box[3] and box[1] < bottom for box in taken)


def _sheet(left: float, top: float, wide: float, high: float, ink: Ink) -> list[Shape]:
    """A sheet with a folded corner."""
    right, bottom = left + wide, top + high
    cut = (right - CORNER, bottom), (right, bottom - CORNER)
    outline = ((left, top), (right, top), cut[1], cut[0], (left, bottom))
    fold = (cut[0], (right - CORNER, bottom - CORNER), cut[1])
    return [Polygon(outline, ink.sheet, ink.line, 0.8), Polygon(fold, ink.paper, ink.line, 0.8)]

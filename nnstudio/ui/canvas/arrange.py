"""New places for several layers: lined up, or evenly apart; and for the notes beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QRectF

from nnstudio.document import Position, Rect
from nnstudio.ui.layer_drag import GRID

Side = Literal["left", "right", "top", "bottom", "center", "middle"]
Axis = Literal["horizontal", "vertical"]


def aligned(cards: Mapping[int, QRectF], side: Side) -> dict[int, Position]:
    """Layer id -> centre, so that all cards share an edge, or the ``center`` line (x) or the ``middle`` line (y)."""
    whole = QRectF()
    for rect in cards.values():
        whole = whole.united(rect)
    places: dict[int, Position] = {}
    for i, rect in cards.items():
        x, y = rect.center().x(), rect.center().y()
        if side in ("left", "right"):
            x = whole.left() + rect.width() / 2 if side == "left" else whole.right() - rect.width() / 2
        elif side in ("top", "bottom"):
            y = whole.top() + rect.height() / 2 if side == "top" else whole.bottom() - rect.height() / 2
        elif side == "center":
            x = sum(other.center().x() for other in cards.values()) / len(cards)
        else:
            y = sum(other.center().y() for other in cards.values()) / len(cards)
        places[i] = (round(x, 6), round(y, 6))
    return places


def distributed(cards: Mapping[int, QRectF], axis: Axis) -> dict[int, Position]:
    """Layer id -> centre, with the same gap between neighbours; the outermost two stay where they are."""
    across = axis == "horizontal"
    order = sorted(cards, key=lambda i: cards[i].center().x() if across else cards[i].center().y())
    sizes = [cards[i].width() if across else cards[i].height() for i in order]
    first, last = cards[order[0]], cards[order[-1]]
    start, end = (first.left(), last.right()) if across else (first.top(), last.bottom())
    gap = (end - start - sum(sizes)) / (len(order) - 1)
    places: dict[int, Position] = {}
    for i, size in zip(order, sizes, strict=True):
        middle = round(start + size / 2, 6)
        rect = cards[i]
        places[i] = (middle, rect.center().y()) if across else (rect.center().x(), middle)
        start += size + gap
    return places


def followed(notes: Mapping[int, Rect], before: Mapping[int, QRectF], after: Mapping[int, QRectF]) -> dict[int, Rect]:
    """Note -> its new place where cards have moved: along with the nearest card, then down until it covers none."""
    places: dict[int, Rect] = {}
    taken = list(after.values())
    for note, (left, top, width, height) in notes.items():
        rect = QRectF(left, top, width, height)
        nearest = min(before, key=lambda i: _distance(rect, before[i]), default=None)
        if nearest is not None:
            rect.translate(after[nearest].center() - before[nearest].center())
        while any(rect.intersects(card) for card in taken):
            rect.moveTop(min(card.bottom() for card in taken if rect.intersects(card)) + GRID)
        taken.append(rect)
        places[note] = (rect.left(), rect.top(), width, height)
    return places


def _distance(a: QRectF, b: QRectF) -> float:
    """Between the nearest points of two rectangles."""
    across = max(0.0, b.left() - a.right(), a.left() - b.right())
    down = max(0.0, b.top() - a.bottom(), a.top() - b.bottom())
    return across + down

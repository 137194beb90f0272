"""Lines that other layers stand on: a layer that is moved snaps to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF

BEYOND = 18.0  # a guide is drawn so far past the cards that it joins


@dataclass(frozen=True, slots=True)
class Snap:
    """How far to move so that a card lies on lines with others, and those lines; None leaves that axis alone."""

    dx: float | None
    dy: float | None
    lines: tuple[QLineF, ...]


def snap(moved: QRectF, others: Iterable[QRectF], reach: float) -> Snap:
    """Edges and middles of ``moved`` against those of ``others``; the nearest within ``reach`` scene units wins."""
    rects = list(others)
    dx = _nearest(_across(moved), [value for rect in rects for value in _across(rect)], reach)
    dy = _nearest(_down(moved), [value for rect in rects for value in _down(rect)], reach)
    there = moved.translated(dx or 0.0, dy or 0.0)
    lines: list[QLineF] = []
    if dx is not None:
        for x in _across(there):
            joined = [rect for rect in rects if any(abs(x - value) < 0.01 for value in _across(rect))]
            if joined:
                top = min(there.top(), *(rect.top() for rect in joined)) - BEYOND
                lines.append(QLineF(x, top, x, max(there.bottom(), *(rect.bottom() for rect in joined)) + BEYOND))
    if dy is not None:
        for y in _down(there):
            joined = [rect for rect in rects if any(abs(y - value) < 0.01 for value in _down(rect))]
            if joined:
                left = min(there.left(), *(rect.left() for rect in joined)) - BEYOND
                lines.append(QLineF(left, y, max(there.right(), *(rect.right() for rect in joined)) + BEYOND, y))
    return Snap(dx, dy, tuple(lines))


def _across(rect: QRectF) -> tuple[float, float, float]:
    return (rect.left(), rect.center().x(), rect.right())


def _down(rect: QRectF) -> tuple[float, float, float]:
    return (rect.top(), rect.center().y(), rect.bottom())


def _nearest(own: Iterable[float], others: list[float], reach: float) -> float | None:
    ways = [(abs(other - value), other - value) for value in own for other in others]
    best = min(ways, default=(reach + 1, 0.0))
    return best[1] if best[0] <= reach else None

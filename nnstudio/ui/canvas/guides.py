"""Lines that other layers stand on: a layer that is moved snaps to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
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
    boxes = np.array([rect.getRect() for rect in others], dtype=np.float64).reshape(-1, 4)
    starts, sizes = boxes[:, :2], boxes[:, 2:]
    lines = np.stack([starts, starts + sizes / 2, starts + sizes], axis=2)  # (others, 2 axes, 3 lines)
    dx = _nearest(_across(moved), lines[:, 0], reach)
    dy = _nearest(_down(moved), lines[:, 1], reach)
    there = moved.translated(dx or 0.0, dy or 0.0)
    found: list[QLineF] = []
    if dx is not None:
        for x in _across(there):
            joined = (np.abs(lines[:, 0] - x) < 0.01).any(axis=1)
            if joined.any():
                top, bottom = float(lines[joined, 1, 0].min()), float(lines[joined, 1, 2].max())
                found.append(QLineF(x, min(there.top(), top) - BEYOND, x, max(there.bottom(), bottom) + BEYOND))
    if dy is not None:
        for y in _down(there):
            joined = (np.abs(lines[:, 1] - y) < 0.01).any(axis=1)
            if joined.any():
                left, right = float(lines[joined, 0, 0].min()), float(lines[joined, 0, 2].max())
                found.append(QLineF(min(there.left(), left) - BEYOND, y, max(there.right(), right) + BEYOND, y))
    return Snap(dx, dy, tuple(found))


def _across(rect: QRectF) -> tuple[float, float, float]:
    return (rect.left(), rect.center().x(), rect.right())


def _down(rect: QRectF) -> tuple[float, float, float]:
    return (rect.top(), rect.center().y(), rect.bottom())


def _nearest(own: tuple[float, float, float], others: NDArray[np.float64], reach: float) -> float | None:
    ways = (others.reshape(1, -1) - np.array(own)[:, None]).reshape(-1)
    if not len(ways):
        return None
    sizes = np.abs(ways)
    best = sizes.min()
    return float(ways[sizes == best].min()) if best <= reach else None

"""Weights times activations, and times slopes on the way back; large bundles block by block, as caches like it."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import SUMMED, nested_product, panel_product, width_of, width_of_panel
from nnstudio.engine.vectors import STRIPE, TILE_ROWS, TILE_VECTORS, WIDE, copied_lines, local_room, shifted

DEEP = (8 if WIDE else 10) * STRIPE  # steps of a block: a panel of it fits the nearest cache
LARGE, MANY = 64, 4 * TILE_ROWS  # steps and rows from which on panels are copied
COPIES = not WIDE  # whether panels are copied; where they are twice as wide, it takes longer than it saves
_copied, _copied_two, _copied_one = copied_lines(TILE_VECTORS), copied_lines(2), copied_lines(1)
_room = local_room(TILE_VECTORS * DEEP)


@compiled
def _copy(room: Any, b: Any, b_step: int, wide: int, steps: int) -> None:
    """Copy a panel of b line by line.

    Lines are a power of two apart as a rule, so that a panel of them crowds itself out of the nearest cache.
    """
    if wide == TILE_VECTORS * width_of(b):
        _copied(room, wide, b, b_step, steps)
    elif wide == 2 * width_of(b):
        _copied_two(room, wide, b, b_step, steps)
    else:
        _copied_one(room, wide, b, b_step, steps)


def send(
    z: Any,
    w: Any,
    a: Any,
    bias: Any,
    sources: int,
    targets: int,
    stripe: int,
    low: int,
    high: int,
    first_lane: int,
    end_lane: int,
    first: int,
    steps: int,
    lanes: int,
    begin: int,
) -> None:
    """z[j] = start + sum of w[i, j] a[i] over sources i from ``first`` on, ``steps`` of them, for j from low to high.

    Of the block's ``lanes`` those from ``first_lane`` to ``end_lane``, whole vectors. ``stripe``: how many targets'
    weights lie together, see ``program.Slot``. start: 0, what z holds (begin = SUMMED) or bias[j] (BIASED).
    """
    room, width, deep = _room(z), width_of(z), steps
    if steps > DEEP:
        blocks = (steps + DEEP - 1) // DEEP
        deep = (steps + blocks - 1) // blocks
    for done in range(0, steps, deep):
        here, start, source = min(deep, steps - done), begin if done == 0 else SUMMED, first + done
        n = first_lane
        while n < end_lane:
            wide = width_of_panel(end_lane - n, width)
            right, step = shifted(a, source * lanes + n), lanes
            if COPIES and steps >= LARGE and high - low >= MANY:
                _copy(room, right, lanes, wide, here)
                right, step = room, wide
            row = low
            while row < high:
                edge = row // stripe * stripe if targets > stripe else 0
                across = min(stripe, targets - edge)
                rows = min(high, edge + across) - row
                left = shifted(w, edge * sources + source * across + row - edge)
                to, biases = shifted(z, row * lanes + n), shifted(bias, row)
                panel_product(to, lanes, left, 1, across, right, step, rows, wide, here, start, biases)
                row += rows
            n += wide


def back(
    d: Any, w: Any, e: Any, sources: int, targets: int, stripe: int, low: int, high: int, lanes: int, begin: int
) -> None:
    """d[i] = start + sum over targets j of w[i, j] e[j], for sources i from ``low`` to ``high``; see ``send``."""
    room, width, rows, to = _room(d), width_of(d), high - low, shifted(d, low * lanes)
    whole = targets // stripe if targets > stripe else 0
    for done in range(0, whole, DEEP // STRIPE):
        stripes, start = min(DEEP // STRIPE, whole - done), begin if done == 0 else SUMMED
        left, apart = shifted(w, done * stripe * sources + low * stripe), stripe * sources
        n = 0
        while n < lanes:
            wide = width_of_panel(lanes - n, width)
            right, step = shifted(e, done * stripe * lanes + n), lanes
            if COPIES:
                _copy(room, right, lanes, wide, stripes * stripe)
                right, step = room, wide
            nested_product(shifted(to, n), lanes, left, stripe, apart, right, step, rows, wide, stripes, stripe, start)
            n += wide
    rest, start = targets - whole * stripe, SUMMED if whole > 0 else begin
    if rest > 0:
        left, right = shifted(w, whole * stripe * sources + low * rest), shifted(e, whole * stripe * lanes)
        n = 0
        while n < lanes:
            wide = width_of_panel(lanes - n, width)
            here, there = shifted(to, n), shifted(right, n)
            panel_product(here, lanes, left, rest, 1, there, lanes, rows, wide, rest, start, here)
            n += wide

"""Weights times activations, and times slopes on the way back; large bundles block by block, as caches like it."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import SUMMED, nested_product, panel_product, panels, width_of, width_of_panel
from nnstudio.engine.vectors import STRIPE, TILE_VECTORS, WIDE, copied_lines, local_room, shifted

DEEP = (8 if WIDE else 10) * STRIPE  # steps of a block: one of its panels fills the nearest cache by no more than half
TALL = 128  # rows that go through a block before the next ones: their weights stay in the second cache
LARGE = 64  # steps from which on there are blocks
COPIES = not WIDE  # whether panels are copied; where they are twice as wide, it takes longer than it saves
_copied, _copied_two, _copied_one = copied_lines(TILE_VECTORS), copied_lines(2), copied_lines(1)
_room = local_room(TILE_VECTORS * DEEP)


@compiled
def _near(room: Any, b: Any, b_step: int, wide: int, steps: int) -> Any:
    """A panel of b, copied line by line if that pays.

    Lines are a power of two apart as a rule, so that a panel of them crowds itself out of the nearest cache.
    """
    if not COPIES:
        return b
    if wide == TILE_VECTORS * width_of(b):
        _copied(room, wide, b, b_step, steps)
    elif wide == 2 * width_of(b):
        _copied_two(room, wide, b, b_step, steps)
    else:
        _copied_one(room, wide, b, b_step, steps)
    return room


@compiled
def _through_stripes(
    z: Any,
    w: Any,
    a: Any,
    a_step: int,
    bias: Any,
    sources: int,
    targets: int,
    stripe: int,
    low: int,
    high: int,
    first: int,
    steps: int,
    lanes: int,
    wide: int,
    begin: int,
) -> None:
    """Targets ``low`` to ``high`` of z, one panel of it, which is all of it where ``wide`` is 0."""
    row = low
    while row < high:
        edge = row // stripe * stripe
        across = min(stripe, targets - edge)
        rows = min(high, edge + across) - row
        to, left, biases = (
            shifted(z, row * lanes),
            shifted(w, edge * sources + first * across + row - edge),
            shifted(bias, row),
        )
        if wide == 0:
            panels(to, lanes, left, 1, across, a, a_step, rows, lanes, steps, begin, biases)
        else:
            panel_product(to, lanes, left, 1, across, a, a_step, rows, wide, steps, begin, biases)
        row += rows


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
    first: int,
    steps: int,
    lanes: int,
    begin: int,
) -> None:
    """z[j] = start + sum of w[i, j] a[i] over sources i from ``first`` on, ``steps`` of them, for j from low to high.

    ``stripe``: how many targets' weights lie together, see ``program.Slot``. start: 0, what z holds (begin = SUMMED) or
    bias[j] (BIASED). Lanes fill whole vectors.
    """
    if steps < LARGE:
        here = shifted(a, first * lanes)
        _through_stripes(z, w, here, lanes, bias, sources, targets, stripe, low, high, first, steps, lanes, 0, begin)
        return
    room, width = _room(z), width_of(z)
    blocks = (steps + DEEP - 1) // DEEP
    deep = (steps + blocks - 1) // blocks
    for done in range(0, steps, deep):
        here, start, source = min(deep, steps - done), begin if done == 0 else SUMMED, first + done
        for top in range(low, high, TALL):
            end = min(high, top + TALL)
            n = 0
            while n < lanes:
                wide = width_of_panel(lanes - n, width)
                right = _near(room, shifted(a, source * lanes + n), lanes, wide, here)
                step = wide if COPIES else lanes
                to = shifted(z, n)
                _through_stripes(
                    to, w, right, step, bias, sources, targets, stripe, top, end, source, here, lanes, wide, start
                )
                n += wide


def back(
    d: Any, w: Any, e: Any, sources: int, targets: int, stripe: int, low: int, high: int, lanes: int, begin: int
) -> None:
    """d[i] = start + sum over targets j of w[i, j] e[j], for sources i from ``low`` to ``high``; see ``send``."""
    rows = high - low
    to = shifted(d, low * lanes)
    whole = targets // stripe if targets > stripe else 0
    room, width = _room(d), width_of(d)
    for done in range(0, whole, DEEP // STRIPE):
        stripes, start = min(DEEP // STRIPE, whole - done), begin if done == 0 else SUMMED
        left = shifted(w, done * stripe * sources + low * stripe)
        n = 0
        while n < lanes:
            wide = width_of_panel(lanes - n, width)
            right = _near(room, shifted(e, done * stripe * lanes + n), lanes, wide, stripes * stripe)
            step = wide if COPIES else lanes
            nested_product(
                shifted(to, n), lanes, left, stripe, stripe * sources, right, step, rows, wide, stripes, stripe, start
            )
            n += wide
    rest, start = targets - whole * stripe, SUMMED if whole > 0 else begin
    if rest > 0:
        left, right = shifted(w, whole * stripe * sources + low * rest), shifted(e, whole * stripe * lanes)
        panels(to, lanes, left, rest, 1, right, lanes, rows, lanes, rest, start, to)

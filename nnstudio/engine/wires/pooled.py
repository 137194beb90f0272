"""Kernels of pooling: the largest value or the average of each window."""

# ruff: noqa: PLR0912 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from nnstudio.catalog.elementary import unit
from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import SUMMED
from nnstudio.engine.vectors import local_room, shifted

# Places of a plan: the source's and the target's block, how the sum begins (back: ALONE where windows fill the image
# without touching each other), the image, the target, the window, whether the largest is taken
(SOURCE, TARGET, BEGIN, HEIGHT, WIDTH, CHANNELS, DOWN, ACROSS, TALL, WIDE, STRIDE, TOP, LEFT, IS_MAX, SLOPES, PLAN) = (
    range(16)
)
ALONE = 3
PIECE = 512  # samples that are worked on at once, in a strip that lives in the nearest cache
_room = local_room(PIECE)  # vectors of four numbers and more, so for several strips


@compiled
def _gather(to: Any, image: Any, piece: int, rows: int, columns: int, down: int, across: int, is_max: int) -> None:
    """The largest, or the average, of ``rows`` x ``columns`` places for ``piece`` samples."""
    one = unit(to[0], piece)
    for k in range(piece):
        to[k] = image[k]
    for y in range(rows):
        for x in range(columns):
            seen = shifted(image, y * down + x * across)
            if y + x == 0:
                continue
            if is_max != 0:
                for k in range(piece):
                    to[k] = max(to[k], seen[k]) * one
            else:
                for k in range(piece):
                    to[k] += seen[k]
    if is_max == 0:
        share = 1.0 / (rows * columns)
        for k in range(piece):
            to[k] *= share


def pooled_send(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """Z of the positions ``low`` to ``high``, all channels."""
    strip = _room(base)
    channels, width = plan[CHANNELS], plan[WIDTH]
    for place in range(low, high):
        y, x = place // plan[ACROSS] * plan[STRIDE] - plan[TOP], place % plan[ACROSS] * plan[STRIDE] - plan[LEFT]
        rows, columns = min(plan[TALL], plan[HEIGHT] - y) + min(y, 0), min(plan[WIDE], width - x) + min(x, 0)
        corner = max(y, 0) * width + max(x, 0)
        for c in range(channels):
            to = shifted(base, plan[TARGET] + (place * channels + c) * lanes)
            image = shifted(base, plan[SOURCE] + (corner * channels + c) * lanes)
            for n in range(0, lanes, PIECE):
                piece = min(PIECE, lanes - n)
                if plan[BEGIN] != SUMMED:
                    _gather(
                        shifted(to, n),
                        shifted(image, n),
                        piece,
                        rows,
                        columns,
                        width * channels * lanes,
                        channels * lanes,
                        plan[IS_MAX],
                    )
                    continue
                _gather(
                    strip,
                    shifted(image, n),
                    piece,
                    rows,
                    columns,
                    width * channels * lanes,
                    channels * lanes,
                    plan[IS_MAX],
                )
                for k in range(piece):
                    to[n + k] += strip[k]


def cleared(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dx = 0 for the neurons ``low`` to ``high``, before windows add to it."""
    for k in range(plan[SLOPES] + low * lanes, plan[SLOPES] + high * lanes):
        base[k] = 0.0


@compiled
def _back(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dz of the positions ``low`` to ``high`` goes to the first of the largest places, or in equal shares to all."""
    strip = _room(base)
    waiting = shifted(strip, PIECE)
    channels, width = plan[CHANNELS], plan[WIDTH]
    down, across = width * channels * lanes, channels * lanes
    for place in range(low, high):
        y, x = place // plan[ACROSS] * plan[STRIDE] - plan[TOP], place % plan[ACROSS] * plan[STRIDE] - plan[LEFT]
        rows, columns = min(plan[TALL], plan[HEIGHT] - y) + min(y, 0), min(plan[WIDE], width - x) + min(x, 0)
        corner = max(y, 0) * width + max(x, 0)
        for c in range(channels):
            d = shifted(base, plan[TARGET] + (place * channels + c) * lanes)
            image = shifted(base, plan[SOURCE] + (corner * channels + c) * lanes)
            slopes = shifted(base, plan[SLOPES] + (corner * channels + c) * lanes)
            for n in range(0, lanes, PIECE):
                piece = min(PIECE, lanes - n)
                if plan[IS_MAX] != 0:
                    _gather(strip, shifted(image, n), piece, rows, columns, down, across, 1)
                share = 1.0 if plan[IS_MAX] != 0 else 1.0 / (rows * columns)
                for k in range(piece):
                    waiting[k] = d[n + k] * share
                for row in range(rows):
                    for column in range(columns):
                        at = n + row * down + column * across
                        to, seen = shifted(slopes, at), shifted(image, at)
                        if plan[IS_MAX] == 0:
                            if plan[BEGIN] == ALONE:
                                for k in range(piece):
                                    to[k] = waiting[k]
                            else:
                                for k in range(piece):
                                    to[k] += waiting[k]
                        elif plan[BEGIN] == ALONE:
                            for k in range(piece):
                                given = waiting[k] if seen[k] == strip[k] else waiting[k] - waiting[k]
                                to[k] = given
                                waiting[k] -= given
                        else:
                            for k in range(piece):
                                given = waiting[k] if seen[k] == strip[k] else waiting[k] - waiting[k]
                                to[k] += given
                                waiting[k] -= given


def pooled_back(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dz of the positions ``low`` to ``high``, where windows do not overlap."""
    _back(plan, base, low, high, lanes)


def pooled_back_whole(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """The same for all positions at once: where windows overlap, they add to the same places one after the other."""
    if low < high:
        _back(plan, base, 0, plan[DOWN] * plan[ACROSS], lanes)

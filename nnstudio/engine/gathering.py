"""Gathers a batch: samples, which lie row by row in the data, become lanes of a block; used in compiled code."""

from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import width_of
from nnstudio.engine.vectors import (
    LINE,
    local_room,
    prefetch,
    same_number,
    shifted,
    transpose_lines,
    transpose_square,
)

STRETCH = 128  # of samples in another number type, so many numbers in a row are converted at a time
_room = local_room(STRETCH)


@compiled
def gather(
    x: Any, data: Any, wide: int, offsets: Any, first: int, neurons: int, places: Any, count: int, lanes: int
) -> None:
    """Copy ``neurons`` columns from ``first`` on of the samples at ``places`` to the block x, one lane a sample.

    Lanes without a sample are 0. ``wide``: the columns of the data; ``offsets``: room for ``count`` numbers.
    """
    for k in range(count):
        offsets[k] = places[k] * wide + first
    width = width_of(x)
    whole = count - count % width if neurons >= width else 0
    if same_number(x, data):
        for low in range(0, whole, LINE * width):
            _flipped(x, data, offsets, low, min(low + LINE * width, whole), whole, neurons, lanes)
    else:
        for low in range(0, whole, width):
            _converted(x, data, offsets, low, neurons, lanes)
    for k in range(whole, count):
        row = shifted(data, offsets[k])
        for i in range(neurons):
            x[i * lanes + k] = row[i]
    if count < lanes:
        for i in range(neurons):
            for k in range(i * lanes + count, (i + 1) * lanes):
                x[k] = 0.0


@compiled
def _flipped(x: Any, data: Any, offsets: Any, low: int, high: int, whole: int, neurons: int, lanes: int) -> None:
    """The samples from ``low`` to ``high``, as many as fill a line of x, while the next ones are fetched.

    They come from anywhere in memory. A few rows at a time are streams that a processor can follow, and what follows
    later is on its way meanwhile.
    """
    width = width_of(x)
    coming, line = min(2 * high - low, whole), LINE * width
    for left in range(0, neurons - neurons % width, width):
        if left % line == 0:
            for k in range(high, coming):
                prefetch(shifted(data, offsets[k] + left))
        for part in range(low, high, width):
            transpose_square(shifted(x, left * lanes + part), lanes, shifted(data, left), shifted(offsets, part))
    for k in range(low, high):
        row = shifted(data, offsets[k])
        for i in range(neurons - neurons % width, neurons):
            x[i * lanes + k] = row[i]


@compiled
def _converted(x: Any, data: Any, offsets: Any, low: int, neurons: int, lanes: int) -> None:
    """The same of samples in another number type: images stay bytes until a batch needs them."""
    width = width_of(x)
    near = _room(x)
    for left in range(0, neurons, STRETCH):
        here = min(STRETCH, neurons - left)
        for k in range(width):
            row, line = shifted(data, offsets[low + k] + left), shifted(near, k * STRETCH)
            for i in range(here):
                line[i] = row[i]
        for start in range(0, here - here % width, width):
            transpose_lines(shifted(x, (left + start) * lanes + low), lanes, shifted(near, start), STRETCH)
        for i in range(here - here % width, here):
            for k in range(width):
                x[(left + i) * lanes + low + k] = near[k * STRETCH + i]

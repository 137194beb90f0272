"""Slopes of weights and biases from (neurons, lanes) blocks, and transposing; used in compiled code."""

from __future__ import annotations

from typing import Any

from nnstudio.engine.ahead import fetch_some, waits
from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import SUMMED, panel_product, part_product, width_of, width_of_panel
from nnstudio.engine.vectors import TILE_VECTORS, dots, lane_sum, shifted, transpose_square

PACE = 8  # rows of slopes, half a microsecond, from one look at the queue of samples to the next
DEEP = 256  # so many lanes of a batch are summed up before the next slopes
_dots4, _dots1 = dots(4), dots(1)


def weight_slope_by_tiles(
    g: Any, a: Any, flipped: Any, queue: Any, rows: int, targets: int, lanes: int, count: int
) -> None:
    """g[i, j] = sum over ``count`` lanes of a[i] d[j], for some rows i of weights; ``flipped``: see flip_panels.

    ``queue``: of samples that are fetched meanwhile, see ``ahead``.
    """
    panel = TILE_VECTORS * width_of(g)
    for j in range(0, targets, panel):
        for first in range(0, count, DEEP):
            here, begin = min(DEEP, count - first), SUMMED if first else 0
            right = shifted(flipped, j * lanes + first * panel)
            n, columns = 0, min(panel, targets - j)
            while n < columns:
                lines, rest = shifted(right, n), columns - n
                wide = width_of_panel(rest, width_of(g))
                row = 0
                while row < rows:
                    to, left, tall = shifted(g, row * targets + j + n), shifted(a, row * lanes + first), rows - row
                    if wide == panel and waits(queue):
                        fetch_some(queue)
                        tall = min(tall, PACE)
                    if wide <= rest:
                        panel_product(to, targets, left, lanes, 1, lines, panel, tall, wide, here, begin, g)
                    else:
                        part_product(to, targets, left, lanes, 1, lines, panel, tall, here, begin, g, rest)
                    row += tall
                n += wide


@compiled
def weight_slope_by_dots(g: Any, a: Any, d: Any, sources: int, targets: int, lanes: int) -> None:
    """g[i, j] = sum over lanes of a[i] d[j]: for few weights."""
    vectors = lanes // width_of(g)
    for j in range(targets):
        i = 0
        while i + 4 <= sources:
            _dots4(shifted(g, i * targets + j), targets, shifted(a, i * lanes), lanes, shifted(d, j * lanes), vectors)
            i += 4
        while i < sources:
            _dots1(shifted(g, i * targets + j), targets, shifted(a, i * lanes), lanes, shifted(d, j * lanes), vectors)
            i += 1


@compiled
def bias_slope(g: Any, d: Any, neurons: int, lanes: int) -> None:
    """g[j] = sum over lanes of d[j]."""
    vectors = lanes // width_of(g)
    for j in range(neurons):
        g[j] = lane_sum(shifted(d, j * lanes), vectors)


@compiled
def flip(to: Any, to_row: int, source: Any, offsets: Any, rows: int, columns: int) -> None:
    """to[j to_row + i] = source[offsets[i] + j] for i < rows, j < columns."""
    width = width_of(to)
    whole_rows = rows - rows % width
    whole_columns = columns - columns % width
    for left in range(0, whole_columns, width):
        for top in range(0, whole_rows, width):
            transpose_square(shifted(to, left * to_row + top), to_row, shifted(source, left), shifted(offsets, top))
    for i in range(whole_rows):
        for j in range(whole_columns, columns):
            to[j * to_row + i] = source[offsets[i] + j]
    for i in range(whole_rows, rows):
        for j in range(columns):
            to[j * to_row + i] = source[offsets[i] + j]


@compiled
def flip_panels(to: Any, source: Any, offsets: Any, low: int, high: int, columns: int, lanes: int) -> None:
    """Rows ``low`` to ``high`` of a block, ``columns`` of its lanes, flipped: what stood in a row stands in a column.

    As weight_slope_by_tiles reads them: panels as wide as a tile, each at its first row times ``lanes``, line by line.
    """
    panel = TILE_VECTORS * width_of(to)
    row = low
    while row < high:
        first = row // panel * panel
        rows = min(high, first + panel) - row
        for i in range(rows):
            offsets[i] = (row + i) * lanes
        flip(shifted(to, first * lanes + row - first), panel, source, offsets, rows, columns)
        row += rows

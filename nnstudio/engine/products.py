"""Matrix products, sums and transposing over (neurons, lanes) blocks, made of register tiles; used in compiled code."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload

from nnstudio.engine.compiled import FAST, compiled
from nnstudio.engine.vectors import (
    BYTES,
    STRIP,
    TILE_ROWS,
    dots,
    lane_sum,
    local_strip,
    shifted,
    tile,
    transpose_square,
)

_tile8x2, _tile8x1, _tile8p = tile(TILE_ROWS, 2), tile(TILE_ROWS, 1), tile(TILE_ROWS, 1, partial=True)
_tile2x2, _tile2x1, _tile2p = tile(2, 2), tile(2, 1), tile(2, 1, partial=True)
_tile1x2, _tile1x1, _tile1p = tile(1, 2), tile(1, 1), tile(1, 1, partial=True)
_dots4, _dots1 = dots(4), dots(1)
ROWS = TILE_ROWS
SUMMED, BIASED = 1, 2  # how a product begins, else at 0


def width_of(pointer: Any) -> int:
    """How many numbers a vector holds (in compiled code, from the pointer's type)."""
    return int(BYTES // pointer.itemsize)


def _width_of(pointer: Any) -> Any:
    width = BYTES // 4 if pointer.dtype == types.float32 else BYTES // 8
    return lambda pointer: width  # noqa: ARG005


overload(width_of, strict=False, jit_options={"fastmath": FAST})(_width_of)


@compiled
def _strip2(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    steps: int,
    begin: int,
    bias: Any,
) -> None:
    m = 0
    while m + ROWS <= rows:
        _tile8x2(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            0,
        )
        m += ROWS
    while m + 2 <= rows:
        _tile2x2(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            0,
        )
        m += 2
    if m < rows:
        _tile1x2(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            0,
        )


@compiled
def _strip1(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    steps: int,
    begin: int,
    bias: Any,
) -> None:
    m = 0
    while m + ROWS <= rows:
        _tile8x1(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            0,
        )
        m += ROWS
    while m + 2 <= rows:
        _tile2x1(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            0,
        )
        m += 2
    if m < rows:
        _tile1x1(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            0,
        )


@compiled
def _strip_part(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    steps: int,
    begin: int,
    bias: Any,
    count: int,
) -> None:
    m = 0
    while m + ROWS <= rows:
        _tile8p(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            count,
        )
        m += ROWS
    while m + 2 <= rows:
        _tile2p(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            count,
        )
        m += 2
    if m < rows:
        _tile1p(
            shifted(c, m * c_row),
            c_row,
            shifted(a, m * a_row),
            a_row,
            a_step,
            b,
            b_step,
            steps,
            begin,
            shifted(bias, m),
            count,
        )


@compiled
def _block(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    columns: int,
    steps: int,
    begin: int,
    bias: Any,
) -> None:
    width = width_of(c)
    across = 2 * width
    n = 0
    while n + across <= columns:
        _strip2(shifted(c, n), c_row, a, a_row, a_step, shifted(b, n), b_step, rows, steps, begin, bias)
        n += across
    if n + width <= columns:
        _strip1(shifted(c, n), c_row, a, a_row, a_step, shifted(b, n), b_step, rows, steps, begin, bias)
        n += width
    if n < columns:
        _strip_part(
            shifted(c, n), c_row, a, a_row, a_step, shifted(b, n), b_step, rows, steps, begin, bias, columns - n
        )


def product(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    columns: int,
    steps: int,
    begin: int,
    bias: Any,
) -> None:
    """c[m c_row + n] = start + sum over k < steps of a[m a_row + k a_step] b[k b_step + n], for m < rows, n < columns.

    start: 0, what c holds (begin = SUMMED) or bias[m] (BIASED).
    """
    if steps <= 256:
        _block(c, c_row, a, a_row, a_step, b, b_step, rows, columns, steps, begin, bias)
        return
    # A tall strip of a large ``a`` would be fetched again for every panel of b, so strips go outside, panels inside.
    top = 0
    if a_row == 1 and a_step >= 512 and columns > 2 * width_of(c):
        # Strips of so wide a matrix crowd each other out of the caches: as many as two vectors hold are copied at once,
        # piece by piece; of every line of the matrix, which lies on a page of its own, two lines of the cache.
        strip, across = local_strip(c), 2 * width_of(c)
        while top + across <= rows:
            for first in range(0, steps, STRIP):
                deep = min(STRIP, steps - first)
                for k in range(deep):
                    line, source = shifted(strip, k * across), shifted(a, (first + k) * a_step + top)
                    for m in range(across):
                        line[m] = source[m]
                start = begin if first == 0 else SUMMED
                for part in range(0, across, ROWS):
                    _block(
                        shifted(c, (top + part) * c_row),
                        c_row,
                        shifted(strip, part),
                        1,
                        across,
                        shifted(b, first * b_step),
                        b_step,
                        ROWS,
                        columns,
                        deep,
                        start,
                        shifted(bias, top + part),
                    )
            top += across
    while top < rows:
        here = min(ROWS, rows - top)
        _block(
            shifted(c, top * c_row),
            c_row,
            shifted(a, top * a_row),
            a_row,
            a_step,
            b,
            b_step,
            here,
            columns,
            steps,
            begin,
            shifted(bias, top),
        )
        top += here


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
    for top in range(0, whole_rows, width):
        for left in range(0, whole_columns, width):
            transpose_square(shifted(to, left * to_row + top), to_row, shifted(source, left), shifted(offsets, top))
        for i in range(top, top + width):
            for j in range(whole_columns, columns):
                to[j * to_row + i] = source[offsets[i] + j]
    for i in range(whole_rows, rows):
        for j in range(columns):
            to[j * to_row + i] = source[offsets[i] + j]

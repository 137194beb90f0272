"""Matrix products, sums and transposing over (neurons, lanes) blocks, made of register tiles; used in compiled code."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload

from nnstudio.engine.compiled import FAST, compiled
from nnstudio.engine.vectors import (
    ACROSS,
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

ROWS = TILE_ROWS
SUMMED, BIASED = 1, 2  # how a product begins, else at 0
DEEP = 256  # a product of more steps takes a strip of the left factor through all columns before the next one
WIDE = 512  # numbers in a line of a left factor from which on its columns are copied
_dots4, _dots1 = dots(4), dots(1)


def width_of(pointer: Any) -> int:
    """How many numbers a vector holds (in compiled code, from the pointer's type)."""
    return int(BYTES // pointer.itemsize)


def _width_of(pointer: Any) -> Any:
    width = BYTES // 4 if pointer.dtype == types.float32 else BYTES // 8
    return lambda pointer: width  # noqa: ARG005


overload(width_of, strict=False, jit_options={"fastmath": FAST})(_width_of)


def _panel(vectors: int, *, partial: bool = False) -> Any:
    """A product with a panel of ``b``, so many vectors wide (of one vector only the first ``count`` places, where
    ``partial``): tiles of many rows, then of two, then one.
    """
    most = ROWS * 2 // vectors  # as many sums at once, whatever the width
    many, some, two, one = (tile(tall, vectors, partial=partial) for tall in (most, ROWS, 2, 1))

    @compiled
    def panel(
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
        while m < rows:
            to, left, start = shifted(c, m * c_row), shifted(a, m * a_row), shifted(bias, m)
            if most > ROWS and m + most <= rows:
                many(to, c_row, left, a_row, a_step, b, b_step, steps, begin, start, count)
                m += most
            elif m + ROWS <= rows:
                some(to, c_row, left, a_row, a_step, b, b_step, steps, begin, start, count)
                m += ROWS
            elif m + 2 <= rows:
                two(to, c_row, left, a_row, a_step, b, b_step, steps, begin, start, count)
                m += 2
            else:
                one(to, c_row, left, a_row, a_step, b, b_step, steps, begin, start, count)
                m += 1

    return panel


_tile = tile(ROWS, 2)
_two_vectors, _vector, _part = _panel(2), _panel(1), _panel(1, partial=True)


@compiled
def _panels(
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
    """A product, panel after panel of b."""
    width = width_of(c)
    n = 0
    while n < columns:
        to, right, left = shifted(c, n), shifted(b, n), columns - n
        if left >= 2 * width:
            _two_vectors(to, c_row, a, a_row, a_step, right, b_step, rows, steps, begin, bias, 0)
            n += 2 * width
        elif left >= width:
            _vector(to, c_row, a, a_row, a_step, right, b_step, rows, steps, begin, bias, 0)
            n += width
        else:
            _part(to, c_row, a, a_row, a_step, right, b_step, rows, steps, begin, bias, left)
            n = columns


@compiled
def _by_copied_columns(
    c: Any,
    c_row: int,
    a: Any,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    columns: int,
    steps: int,
    begin: int,
    bias: Any,
) -> int:
    """A product whose left factor is read by columns, of as many rows as fill cache lines; returns how many these are.

    Every line of a wide matrix lies on a page of its own, and its columns crowd each other out of the nearest cache: a
    power of two apart, they all belong to one of its sets. So columns, some cache lines wide, are copied piece by
    piece to where their numbers lie in the order in which tiles need them.
    """
    strip, width = local_strip(c), width_of(c)
    whole = columns - columns % (2 * width)
    top = 0
    while top + width <= rows:
        vectors = min(ACROSS, (rows - top) // width)
        for first in range(0, steps, STRIP):
            deep = min(STRIP, steps - first)
            for k in range(deep):
                line, source = shifted(strip, k * width), shifted(a, (first + k) * a_step + top)
                for piece in range(vectors):
                    for m in range(width):
                        line[piece * STRIP * width + m] = source[piece * width + m]
            start = begin if first == 0 else SUMMED
            for n in range(0, columns, 2 * width):
                right = shifted(b, first * b_step + n)
                for part in range(0, vectors * width, ROWS):
                    left = shifted(strip, part // width * STRIP * width + part % width)
                    to, biases = shifted(c, (top + part) * c_row + n), shifted(bias, top + part)
                    if n < whole:
                        _tile(to, c_row, left, 1, width, right, b_step, deep, start, biases, 0)
                    else:
                        _panels(to, c_row, left, 1, width, right, b_step, ROWS, columns - n, deep, start, biases)
        top += vectors * width
    return top


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
    if steps <= DEEP:
        _panels(c, c_row, a, a_row, a_step, b, b_step, rows, columns, steps, begin, bias)
        return
    top = 0
    if a_row == 1 and a_step >= WIDE and columns >= 2 * width_of(c):
        top = _by_copied_columns(c, c_row, a, a_step, b, b_step, rows, columns, steps, begin, bias)
    while top < rows:
        here = min(ROWS, rows - top)
        to, left, biases = shifted(c, top * c_row), shifted(a, top * a_row), shifted(bias, top)
        _panels(to, c_row, left, a_row, a_step, b, b_step, here, columns, steps, begin, biases)
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
    for left in range(0, whole_columns, width):
        for top in range(0, whole_rows, width):
            transpose_square(shifted(to, left * to_row + top), to_row, shifted(source, left), shifted(offsets, top))
    for i in range(whole_rows):
        for j in range(whole_columns, columns):
            to[j * to_row + i] = source[offsets[i] + j]
    for i in range(whole_rows, rows):
        for j in range(columns):
            to[j * to_row + i] = source[offsets[i] + j]

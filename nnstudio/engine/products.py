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
    TILE_VECTORS,
    WIDE,
    copied_lines,
    dots,
    lane_sum,
    local_strip,
    shifted,
    tile,
    transpose_square,
)

ROWS = TILE_ROWS
SUMMED, BIASED = 1, 2  # how a product begins, else at 0
DEEP = 256  # a product of more steps is worked through in blocks of steps, or a strip of the left factor at a time
SHALLOW = DEEP if WIDE else 64  # a product of so few steps reads its factors where they lie
LONG = 512 if WIDE else 64  # numbers in a line of a left factor from which on its columns are copied
MANY = 32  # rows from which on it pays to copy a panel of the right factor
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
    ``partial``): tiles of many rows, then of fewer.
    """
    most = ROWS * TILE_VECTORS // vectors  # as many sums at once, whatever the width
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


_whole, _two_vectors, _vector, _part = _panel(TILE_VECTORS), _panel(2), _panel(1), _panel(1, partial=True)
_copied, _copied_two, _copied_one = copied_lines(TILE_VECTORS), copied_lines(2), copied_lines(1)


@compiled
def _wide(left: int, width: int) -> int:
    """How wide the next panel is, where so many columns are left: two vectors twice rather than three and one."""
    if TILE_VECTORS > 2 and left >= TILE_VECTORS * width and left // width != TILE_VECTORS + 1:
        return TILE_VECTORS * width
    return min(2, left // width) * width if left >= width else left


@compiled
def _columns(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_step: int,
    b: Any,
    b_step: int,
    rows: int,
    wide: int,
    steps: int,
    begin: int,
    bias: Any,
) -> None:
    """A product with one panel of b, as wide as ``_wide`` says."""
    width = width_of(c)
    if TILE_VECTORS > 2 and wide == TILE_VECTORS * width:
        _whole(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, 0)
    elif wide == 2 * width:
        _two_vectors(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, 0)
    elif wide == width:
        _vector(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, 0)
    else:
        _part(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, wide)


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
    n = 0
    while n < columns:
        wide = _wide(columns - n, width_of(c))
        to, right = shifted(c, n), shifted(b, n)
        _columns(to, c_row, a, a_row, a_step, right, b_step, rows, wide, steps, begin, bias)
        n += wide


@compiled
def _copied_panels(
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
    """A product of many rows, block after block of its steps, whose panels of b are copied before use.

    Lines of b are a power of two apart as a rule, and crowd each other out of the nearest cache. Columns fill vectors.
    """
    room, width = local_strip(c), width_of(c)
    deep = (steps + (steps + DEEP - 1) // DEEP - 1) // ((steps + DEEP - 1) // DEEP)
    for first in range(0, steps, deep):
        here, start = min(deep, steps - first), begin if first == 0 else SUMMED
        left = shifted(a, first * a_step)
        n = 0
        while n < columns:
            wide = _wide(columns - n, width)
            to, right = shifted(c, n), shifted(b, first * b_step + n)
            if wide == TILE_VECTORS * width:
                _copied(room, wide, right, b_step, here)
            elif wide == 2 * width:
                _copied_two(room, wide, right, b_step, here)
            else:
                _copied_one(room, wide, right, b_step, here)
            _columns(to, c_row, left, a_row, a_step, room, wide, rows, wide, here, start, bias)
            n += wide


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
    """A product whose left factor is read by columns, of as many rows as fill vectors; returns how many these are.

    Every line of a wide matrix lies on a page of its own, and its columns crowd each other out of the nearest cache: a
    power of two apart, they all belong to one of its sets. So columns, some vectors wide, are copied piece by piece to
    where their numbers lie in the order in which tiles need them.
    """
    strip, width = local_strip(c), width_of(c)
    deep = (steps + (steps + STRIP - 1) // STRIP - 1) // ((steps + STRIP - 1) // STRIP)
    top = 0
    while top + width <= rows:
        vectors = min(ACROSS, (rows - top) // width)
        for first in range(0, steps, deep):
            here = min(deep, steps - first)
            for k in range(here):
                source = shifted(a, (first + k) * a_step + top)
                _copied_one(shifted(strip, k * width), STRIP * width, source, width, vectors)
            start = begin if first == 0 else SUMMED
            n = 0
            while n < columns:
                wide = _wide(columns - n, width)
                right = shifted(b, first * b_step + n)
                for piece in range(vectors):
                    row = top + piece * width
                    left, biases = shifted(strip, piece * STRIP * width), shifted(bias, row)
                    to = shifted(c, row * c_row + n)
                    _columns(to, c_row, left, 1, width, right, b_step, width, wide, here, start, biases)
                n += wide
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

    start: 0, what c holds (begin = SUMMED) or bias[m] (BIASED). Columns fill whole vectors.
    """
    if steps <= SHALLOW:
        _panels(c, c_row, a, a_row, a_step, b, b_step, rows, columns, steps, begin, bias)
        return
    top = 0
    if a_row == 1 and a_step >= LONG and columns >= 2 * width_of(c):
        top = _by_copied_columns(c, c_row, a, a_step, b, b_step, rows, columns, steps, begin, bias)
    elif not WIDE and rows >= MANY:
        _copied_panels(c, c_row, a, a_row, a_step, b, b_step, rows, columns, steps, begin, bias)
        return
    while top < rows:
        here = min(ROWS, rows - top)
        to, left, biases = shifted(c, top * c_row), shifted(a, top * a_row), shifted(bias, top)
        _panels(to, c_row, left, a_row, a_step, b, b_step, here, columns, steps, begin, biases)
        top += here


def weight_slope_by_tiles(
    g: Any, a: Any, flipped: Any, rows: int, targets: int, lanes: int, count: int
) -> None:
    """g[i, j] = sum over ``count`` lanes of a[i] d[j], for some rows i of weights; ``flipped``: see flip_panels."""
    panel = TILE_VECTORS * width_of(g)
    for j in range(0, targets, panel):
        for first in range(0, count, DEEP):
            here, begin = min(DEEP, count - first), SUMMED if first else 0
            right = shifted(flipped, j * lanes + first * panel)
            n, columns = 0, min(panel, targets - j)
            while n < columns:
                wide = columns if columns == panel else _wide(columns - n, width_of(g))
                to = shifted(g, j + n)
                _columns(to, targets, shifted(a, first), lanes, 1, shifted(right, n), panel, rows, wide, here, begin, g)
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

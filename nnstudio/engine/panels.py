"""A matrix product, one panel of its right factor after the other, made of register tiles; used in compiled code."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload

from nnstudio.engine.compiled import FAST, compiled
from nnstudio.engine.tiles import nest_tile
from nnstudio.engine.vectors import BYTES, TILE_ROWS, TILE_VECTORS, shifted, tile

ROWS = TILE_ROWS
SUMMED, BIASED = 1, 2  # how a product begins, else at 0


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


def _nested(vectors: int) -> Any:
    """The same where a's numbers lie in stripes: ``outer`` times ``inner`` steps, stripes ``a_outer`` apart."""
    most = ROWS * TILE_VECTORS // vectors
    many, some, one = (nest_tile(tall, vectors) for tall in (most, ROWS, 1))

    @compiled
    def panel(
        c: Any,
        c_row: int,
        a: Any,
        a_row: int,
        a_outer: int,
        b: Any,
        b_step: int,
        rows: int,
        outer: int,
        inner: int,
        begin: int,
    ) -> None:
        m, b_outer = 0, inner * b_step
        while m < rows:
            to, left = shifted(c, m * c_row), shifted(a, m * a_row)
            if most > ROWS and m + most <= rows:
                many(to, c_row, left, a_row, b, begin, to, outer, a_outer, b_outer, 1, 0, 0, inner, 1, b_step)
                m += most
            elif m + ROWS <= rows:
                some(to, c_row, left, a_row, b, begin, to, outer, a_outer, b_outer, 1, 0, 0, inner, 1, b_step)
                m += ROWS
            else:
                one(to, c_row, left, a_row, b, begin, to, outer, a_outer, b_outer, 1, 0, 0, inner, 1, b_step)
                m += 1

    return panel


_whole, _two_vectors, _vector = _panel(TILE_VECTORS), _panel(2), _panel(1)
part_product = _panel(1, partial=True)  # with what is left of b, less than a vector wide: the last number says how wide
_nested_whole, _nested_two, _nested_one = _nested(TILE_VECTORS), _nested(2), _nested(1)


@compiled
def width_of_panel(left: int, width: int) -> int:
    """How wide the next panel is, where so many columns are left: two vectors twice rather than three and one."""
    if TILE_VECTORS > 2 and left >= TILE_VECTORS * width and left // width != TILE_VECTORS + 1:
        return TILE_VECTORS * width
    return 2 * width if left >= 2 * width else width


@compiled
def panel_product(
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
    """A product with one panel of b, so many whole vectors wide as ``width_of_panel`` says."""
    width = width_of(c)
    if TILE_VECTORS > 2 and wide == TILE_VECTORS * width:
        _whole(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, 0)
    elif wide == 2 * width:
        _two_vectors(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, 0)
    else:
        _vector(c, c_row, a, a_row, a_step, b, b_step, rows, steps, begin, bias, 0)


@compiled
def nested_product(
    c: Any,
    c_row: int,
    a: Any,
    a_row: int,
    a_outer: int,
    b: Any,
    b_step: int,
    rows: int,
    wide: int,
    outer: int,
    inner: int,
    begin: int,
) -> None:
    """A product with one panel of b, whole vectors wide: steps of a lie in ``outer`` stripes of ``inner`` numbers."""
    width = width_of(c)
    if TILE_VECTORS > 2 and wide == TILE_VECTORS * width:
        _nested_whole(c, c_row, a, a_row, a_outer, b, b_step, rows, outer, inner, begin)
    elif wide == 2 * width:
        _nested_two(c, c_row, a, a_row, a_outer, b, b_step, rows, outer, inner, begin)
    else:
        _nested_one(c, c_row, a, a_row, a_outer, b, b_step, rows, outer, inner, begin)

"""Large matrix products: factors are read block by block, or laid out anew, so that caches keep what comes again."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import ROWS, SUMMED, panel_product, panels, width_of, width_of_panel
from nnstudio.engine.vectors import LINE, TILE_VECTORS, WIDE, copied_lines, local_room, prefetch, shifted

DEEP = 32  # a block has so many vectors' numbers of steps: 32 KiB, or three quarters of it, are a panel's
AHEAD = 8  # lines that are asked for before they are copied
TALL = 128  # rows of a left factor that are laid out anew at once, a block of their steps
STRIP, ACROSS = 128, 4  # of a wide left factor, so many lines, some vectors wide, are laid out anew at a time
LONG = 512  # numbers in a line of a left factor from which on its columns are copied
_copied, _copied_two, _copied_one = copied_lines(TILE_VECTORS), copied_lines(2), copied_lines(1)
_room_for_columns = local_room(TALL // ROWS * (DEEP * ROWS + 2))
_room_for_panel = local_room(TILE_VECTORS * DEEP * 16)
_room_for_strip = local_room(ACROSS * STRIP)


@compiled
def _copy_panel(to: Any, b: Any, b_step: int, wide: int, steps: int) -> None:
    """Copy a panel of b line by line."""
    if wide == TILE_VECTORS * width_of(b):
        _copied(to, wide, b, b_step, steps)
    elif wide == 2 * width_of(b):
        _copied_two(to, wide, b, b_step, steps)
    else:
        _copied_one(to, wide, b, b_step, steps)


@compiled
def _copy_columns(to: Any, apart: int, a: Any, a_step: int, tiles: int, steps: int) -> None:
    """Copy what ``tiles`` tiles read of a's columns to where each finds it number by number, ``apart`` numbers apart.

    Whole vectors are written; what is too much of one, the next step's numbers replace. Lines may lie on pages of their
    own, which no processor guesses ahead, so they are asked for ahead.
    """
    vectors = (ROWS + width_of(a) - 1) // width_of(a)
    for k in range(steps):
        line, home = shifted(a, k * a_step), shifted(to, k * ROWS)
        for place in range(0, tiles * ROWS, LINE * width_of(a)):
            prefetch(shifted(line, AHEAD * a_step + place))
        for place in range(vectors):
            _copied_one(shifted(home, place * width_of(a)), apart, shifted(line, place * width_of(a)), ROWS, tiles)


@compiled
def _in_blocks(
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
    """A product of many rows, block after block of its steps; for processors with 16 registers of 32 bytes.

    Lines are a power of two apart as a rule, so that a panel of them crowds itself out of the nearest cache. So panels
    of b are copied before use, and likewise a's columns, where these are the rows of the product. Columns fill vectors.
    """
    width = width_of(c)
    near, strip = _room_for_panel(c), _room_for_columns(c)
    blocks = (steps + DEEP * width - 1) // (DEEP * width)
    deep = (steps + blocks - 1) // blocks
    apart = deep * ROWS + 2 * width
    for first in range(0, steps, deep):
        here, start = min(deep, steps - first), begin if first == 0 else SUMMED
        for top in range(0, rows, TALL):
            tall = min(TALL, rows - top)
            tiles = tall // ROWS if a_row == 1 else 0
            source = shifted(a, top * a_row + first * a_step)
            _copy_columns(strip, apart, source, a_step, tiles, here)
            n = 0
            while n < columns:
                wide = width_of_panel(columns - n, width)
                _copy_panel(near, shifted(b, first * b_step + n), b_step, wide, here)
                to, biases = shifted(c, top * c_row + n), shifted(bias, top)
                for place in range(tiles):
                    row, left = place * ROWS, shifted(strip, place * apart)
                    home = shifted(to, row * c_row)
                    panel_product(home, c_row, left, 1, ROWS, near, wide, ROWS, wide, here, start, shifted(biases, row))
                row = tiles * ROWS
                to, left = shifted(to, row * c_row), shifted(source, row * a_row)
                panel_product(
                    to, c_row, left, a_row, a_step, near, wide, tall - row, wide, here, start, shifted(biases, row)
                )
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
    """A product whose left factor is read by columns, of as many rows as fill cache lines; returns how many these are.

    Every line of a wide matrix lies on a page of its own, and its columns crowd each other out of the nearest cache: a
    power of two apart, they all belong to one of its sets. So columns, some cache lines wide, are copied piece by
    piece to where their numbers lie in the order in which tiles need them.
    """
    strip, width = _room_for_strip(c), width_of(c)
    top = 0
    while top + width <= rows:
        vectors = min(ACROSS, (rows - top) // width)
        for first in range(0, steps, STRIP):
            deep = min(STRIP, steps - first)
            for k in range(deep):
                source = shifted(a, (first + k) * a_step + top)
                _copied_one(shifted(strip, k * width), STRIP * width, source, width, vectors)
            start, n = begin if first == 0 else SUMMED, 0
            while n < columns:
                wide, right = width_of_panel(columns - n, width), shifted(b, first * b_step + n)
                for part in range(0, vectors * width, ROWS):
                    left = shifted(strip, part // width * STRIP * width + part % width)
                    to, biases = shifted(c, (top + part) * c_row + n), shifted(bias, top + part)
                    panel_product(to, c_row, left, 1, width, right, b_step, ROWS, wide, deep, start, biases)
                n += wide
        top += vectors * width
    return top


@compiled
def _by_rows(
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
    """A product, some rows through all columns before the next ones; for processors with 32 registers of 64 bytes."""
    top = 0
    if a_row == 1 and a_step >= LONG and columns >= 2 * width_of(c):
        top = _by_copied_columns(c, c_row, a, a_step, b, b_step, rows, columns, steps, begin, bias)
    while top < rows:
        here = min(ROWS, rows - top)
        to, left, biases = shifted(c, top * c_row), shifted(a, top * a_row), shifted(bias, top)
        panels(to, c_row, left, a_row, a_step, b, b_step, here, columns, steps, begin, biases)
        top += here


# the product of large factors, how many steps it takes at least, and how many rows
large_product, LARGE_STEPS, LARGE_ROWS = (_by_rows, 257, 1) if WIDE else (_in_blocks, 64, 32)

"""Kernels of convolution: samples lie innermost, so each position of the window is a small product of whole vectors."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import width_of
from nnstudio.engine.tiles import dot_tile, nest_tile
from nnstudio.engine.vectors import TILE_ROWS, shifted

_nest8x2, _nest8x1 = nest_tile(TILE_ROWS, 2), nest_tile(TILE_ROWS, 1)
_nest2x2, _nest2x1 = nest_tile(2, 2), nest_tile(2, 1)
_nest1x2, _nest1x1 = nest_tile(1, 2), nest_tile(1, 1)
ROWS = TILE_ROWS
COLUMNS = ROWS // 2  # of sums, with 4 rows of them: 4 x 4 and what they are made from need more than 16 registers
_dot4xn, _dot4x1 = dot_tile(4, COLUMNS), dot_tile(4, 1)
_dot2xn, _dot2x1 = dot_tile(2, COLUMNS), dot_tile(2, 1)
_dot1xn, _dot1x1 = dot_tile(1, COLUMNS), dot_tile(1, 1)
# Places of a plan: parameters (or their slopes), the source's and the target's block, how the sum begins, biases,
# the image, the target, the window, and room for sums that are kept as vectors
(
    WEIGHTS,
    SOURCE,
    TARGET,
    BEGIN,
    BIAS,
    HEIGHT,
    WIDTH,
    CHANNELS,
    DOWN,
    ACROSS,
    OUT,
    TALL,
    WIDE,
    STRIDE,
    DILATION,
    TOP,
    LEFT,
    GROUPS,
    ROOM,
    PLAN,
) = range(20)


@compiled
def _above(number: int, by: int) -> int:
    """Number / by, rounded up."""
    return -((-number) // by)


@compiled
def _nest(
    c: Any,
    a: Any,
    a_row: int,
    b: Any,
    lanes: int,
    rows: int,
    begin: int,
    bias: Any,
    outer: int,
    a_outer: int,
    b_outer: int,
    middle: int,
    a_middle: int,
    b_middle: int,
    inner: int,
    a_step: int,
) -> None:
    """``rows`` x ``lanes`` sums, made of tiles (engine.tiles.nest_tile)."""
    width = width_of(c)
    n = 0
    while n + 2 * width <= lanes:
        to, right, m = shifted(c, n), shifted(b, n), 0
        while m + ROWS <= rows:
            _nest8x2(
                shifted(to, m * lanes),
                lanes,
                shifted(a, m * a_row),
                a_row,
                right,
                begin,
                shifted(bias, m),
                outer,
                a_outer,
                b_outer,
                middle,
                a_middle,
                b_middle,
                inner,
                a_step,
                lanes,
            )
            m += ROWS
        while m + 2 <= rows:
            _nest2x2(
                shifted(to, m * lanes),
                lanes,
                shifted(a, m * a_row),
                a_row,
                right,
                begin,
                shifted(bias, m),
                outer,
                a_outer,
                b_outer,
                middle,
                a_middle,
                b_middle,
                inner,
                a_step,
                lanes,
            )
            m += 2
        if m < rows:
            _nest1x2(
                shifted(to, m * lanes),
                lanes,
                shifted(a, m * a_row),
                a_row,
                right,
                begin,
                shifted(bias, m),
                outer,
                a_outer,
                b_outer,
                middle,
                a_middle,
                b_middle,
                inner,
                a_step,
                lanes,
            )
        n += 2 * width
    if n < lanes:
        to, right, m = shifted(c, n), shifted(b, n), 0
        while m + ROWS <= rows:
            _nest8x1(
                shifted(to, m * lanes),
                lanes,
                shifted(a, m * a_row),
                a_row,
                right,
                begin,
                shifted(bias, m),
                outer,
                a_outer,
                b_outer,
                middle,
                a_middle,
                b_middle,
                inner,
                a_step,
                lanes,
            )
            m += ROWS
        while m + 2 <= rows:
            _nest2x1(
                shifted(to, m * lanes),
                lanes,
                shifted(a, m * a_row),
                a_row,
                right,
                begin,
                shifted(bias, m),
                outer,
                a_outer,
                b_outer,
                middle,
                a_middle,
                b_middle,
                inner,
                a_step,
                lanes,
            )
            m += 2
        if m < rows:
            _nest1x1(
                shifted(to, m * lanes),
                lanes,
                shifted(a, m * a_row),
                a_row,
                right,
                begin,
                shifted(bias, m),
                outer,
                a_outer,
                b_outer,
                middle,
                a_middle,
                b_middle,
                inner,
                a_step,
                lanes,
            )


def convolved_send(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """Z of the positions ``low`` to ``high`` of the target, all channels: no copy of the image is made."""
    wide, channels, out, groups = plan[WIDE], plan[CHANNELS], plan[OUT], plan[GROUPS]
    stride, dilation, width = plan[STRIDE], plan[DILATION], plan[WIDTH]
    own, mine = channels // groups, out // groups
    for place in range(low, high):
        y, x = place // plan[ACROSS] * stride - plan[TOP], place % plan[ACROSS] * stride - plan[LEFT]
        down, right = max(0, _above(-y, dilation)), max(0, _above(-x, dilation))
        rows = min(plan[TALL] - 1, (plan[HEIGHT] - 1 - y) // dilation) - down + 1
        columns = min(wide - 1, (width - 1 - x) // dilation) - right + 1
        if rows <= 0 or columns <= 0:
            rows, columns = 0, 0
        for group in range(groups):
            c = shifted(base, plan[TARGET] + (place * out + group * mine) * lanes)
            a = shifted(base, plan[WEIGHTS] + (down * wide + right) * own * out + group * mine)
            seen = ((y + down * dilation) * width + x + right * dilation) * channels + group * own
            b = shifted(base, plan[SOURCE] + seen * lanes)
            bias = shifted(base, plan[BIAS] + group * mine)
            if groups == 1 and dilation == 1:  # the places of a row lie side by side
                _nest(
                    c,
                    a,
                    1,
                    b,
                    lanes,
                    mine,
                    plan[BEGIN],
                    bias,
                    1,
                    0,
                    0,
                    rows,
                    wide * own * out,
                    width * channels * lanes,
                    columns * own,
                    out,
                )
            else:
                _nest(
                    c,
                    a,
                    1,
                    b,
                    lanes,
                    mine,
                    plan[BEGIN],
                    bias,
                    rows,
                    wide * own * out,
                    dilation * width * channels * lanes,
                    columns,
                    own * out,
                    dilation * channels * lanes,
                    own,
                    out,
                )


@compiled
def _hits(at: int, count: int, places: int, stride: int, dilation: int) -> Any:
    """Which places of the window see a spot: (first place, step between them, how many, position of the first).

    ``at`` is the spot, counted from where the window's first position begins; ``count`` positions there are.
    """
    first = max(0, _above(at - (count - 1) * stride, dilation))
    step = 1
    while (step * dilation) % stride != 0:
        step += 1
    last = min(places - 1, at // dilation)
    while first <= last and (at - first * dilation) % stride != 0:
        first += 1
        if first >= places:
            break
    if first > last:
        return 0, step, 0, 0
    return first, step, (last - first) // step + 1, (at - first * dilation) // stride


def convolved_back(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dx of the places ``low`` to ``high`` of the image, all channels: what each position that sees it sends."""
    wide, channels, out, groups = plan[WIDE], plan[CHANNELS], plan[OUT], plan[GROUPS]
    stride, dilation, across = plan[STRIDE], plan[DILATION], plan[ACROSS]
    own, mine = channels // groups, out // groups
    for place in range(low, high):
        y, x = place // plan[WIDTH] + plan[TOP], place % plan[WIDTH] + plan[LEFT]
        down, down_step, rows, at_y = _hits(y, plan[DOWN], plan[TALL], stride, dilation)
        right, right_step, columns, at_x = _hits(x, across, wide, stride, dilation)
        if rows == 0 or columns == 0:
            rows, columns = 0, 0
        for group in range(groups):
            c = shifted(base, plan[SOURCE] + (place * channels + group * own) * lanes)
            a = shifted(base, plan[WEIGHTS] + (down * wide + right) * own * out + group * mine)
            b = shifted(base, plan[TARGET] + ((at_y * across + at_x) * out + group * mine) * lanes)
            _nest(
                c,
                a,
                out,
                b,
                lanes,
                own,
                plan[BEGIN],
                base,
                rows,
                down_step * wide * own * out,
                -(down_step * dilation // stride) * across * out * lanes,
                columns,
                right_step * own * out,
                -(right_step * dilation // stride) * out * lanes,
                mine,
                1,
            )


@compiled
def _dots(
    s: Any, s_row: int, a: Any, b: Any, lanes: int, rows: int, columns: int, middle: int, a_middle: int, b_middle: int
) -> None:
    """``rows`` x ``columns`` sums that are kept as vectors, made of tiles (engine.tiles.dot_tile)."""
    width = width_of(s)
    vectors = lanes // width
    m = 0
    while m < rows:
        n, left = 0, shifted(a, m * lanes)
        deep = 4 if m + 4 <= rows else 2 if m + 2 <= rows else 1
        while n < columns:
            to, right = shifted(s, m * s_row + n * width), shifted(b, n * lanes)
            if n + COLUMNS <= columns:
                if deep == 4:
                    _dot4xn(to, s_row, left, lanes, right, lanes, middle, a_middle, b_middle, vectors)
                elif deep == 2:
                    _dot2xn(to, s_row, left, lanes, right, lanes, middle, a_middle, b_middle, vectors)
                else:
                    _dot1xn(to, s_row, left, lanes, right, lanes, middle, a_middle, b_middle, vectors)
                n += COLUMNS
            else:
                if deep == 4:
                    _dot4x1(to, s_row, left, lanes, right, lanes, middle, a_middle, b_middle, vectors)
                elif deep == 2:
                    _dot2x1(to, s_row, left, lanes, right, lanes, middle, a_middle, b_middle, vectors)
                else:
                    _dot1x1(to, s_row, left, lanes, right, lanes, middle, a_middle, b_middle, vectors)
                n += 1
        m += deep


@compiled
def _range(at: int, count: int, length: int, stride: int) -> Any:
    """Of ``count`` positions, the first that sees the image (``length`` long) ``at`` from it, and how many."""
    first = max(0, _above(-at, stride))
    return first, max(0, min(count - 1, (length - 1 - at) // stride) - first + 1)


def convolved_slope(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dw of rows ``low`` to ``high`` of the weights (a place of the window and a channel each).

    One row of positions after the other, so that what is read stays near; sums are kept as vectors in between.
    """
    wide, channels, out, groups = plan[WIDE], plan[CHANNELS], plan[OUT], plan[GROUPS]
    stride, dilation, across = plan[STRIDE], plan[DILATION], plan[ACROSS]
    own, mine, width = channels // groups, out // groups, width_of(base)
    room = shifted(base, plan[ROOM])
    s_row = out * width
    for k in range(low * s_row, high * s_row):
        room[k] = 0.0
    for row in range(plan[DOWN]):
        spot = low
        while spot < high:
            window, channel = spot // own, spot % own
            rows = min(high - spot, own - channel)
            tall, left = window // wide * dilation - plan[TOP], window % wide * dilation - plan[LEFT]
            y = row * stride + tall
            first, count = _range(left, across, plan[WIDTH], stride)
            if 0 <= y < plan[HEIGHT] and count > 0:
                for group in range(groups):
                    seen = (y * plan[WIDTH] + first * stride + left) * channels + group * own + channel
                    at = (row * across + first) * out + group * mine
                    _dots(
                        shifted(room, spot * s_row + group * mine * width),
                        s_row,
                        shifted(base, plan[SOURCE] + seen * lanes),
                        shifted(base, plan[TARGET] + at * lanes),
                        lanes,
                        rows,
                        mine,
                        count,
                        stride * channels * lanes,
                        out * lanes,
                    )
            spot += rows
    for k in range(low * out, high * out):
        total = base[0] - base[0]
        for place in range(k * width, (k + 1) * width):
            total += room[place]
        base[plan[WEIGHTS] + k] = total

"""Antialiased synapse curves drawn straight into a picture's memory by Numba; imported late, never at the first paint.

All coordinates are device pixels, pixel (0, 0) covers [0, 1) x [0, 1). A picture is (height, width) uint32 0xffRRGGBB.
"""

# ruff: noqa: PLR0912, PLR0913, PLR0915, PLR0917 (compiled code takes plain arrays and numbers, and is one piece)

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit  # noqa: TID253 (this module is only imported in the background)
from numpy.typing import NDArray

from nnstudio.ui.canvas.vector_blend import LANES, blend_column

STEP = 6.0  # device pixels between two points of a flattened curve
STRIP = 128  # columns that are drawn together, so that they stay in a near cache
BLOCK = 16

_STRIP = "uint32[::1], int64, int64[::1]"  # pixels column by column, rows from one column to the next, clip
_SIZES = "float64, float64, float64, float64, float64, float64"
_CURVES = "int64[::1], float64[::1], float64[::1], float64[::1], uint32[::1], float64[::1], float64"
_ONE = f"void({_STRIP}, {_SIZES}, {_CURVES})"
_TURN = "void(uint32[:, ::1], uint32[::1], int64, int64[::1], boolean)"
_ALL = (
    "void(uint32[:, ::1], int64[::1], float64, float64, float64, int64[::1], boolean[::1], float64[::1], float64[::1], "
    "float64[::1], float64[::1], float64[::1], float64[::1], uint32[::1], float64[::1], uint8[::1], int64, float64)"
)


@njit(_ONE, cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def _draw_forward(
    strip: Any,
    stride: Any,
    clip: Any,
    scale: Any,
    left: Any,
    above: Any,
    x0: Any,
    x1: Any,
    handle: Any,
    order: Any,
    y0: Any,
    y1: Any,
    half: Any,
    color: Any,
    alpha: Any,
    opacity: Any,
) -> None:
    """Curves that run to the right: all share their columns, so the curve's shape is solved once a column."""
    x0, x1, handle = x0 * scale + left, x1 * scale + left, handle * scale
    first, last = max(clip[0], math.floor(x0)), min(clip[2], math.ceil(x1))
    count = last - first
    if count <= 0:
        return
    span = x1 - x0
    bend = 3.0 * handle / span
    rise, slope = np.empty(count, np.float32), np.empty(count, np.float32)
    shrink, away = np.empty(count, np.float32), np.empty(count, np.float32)
    low, high = np.empty(count, np.int32), np.empty(count, np.int32)
    t = min(1.0, max(0.0, (first + 0.5 - x0) / span))
    for column in range(count):
        u = min(1.0, max(0.0, (first + column + 0.5 - x0) / span))
        for _ in range(6 if column == 0 else 2):  # Newton: u(t) = bend t (1-t)^2 + (3 - bend) t^2 (1-t) + t^3
            r = 1.0 - t
            value = bend * t * r * r + (3.0 - bend) * t * t * r + t * t * t
            deriv = bend * r * (1.0 - 3.0 * t) + (3.0 - bend) * t * (2.0 - 3.0 * t) + 3.0 * t * t
            t = min(1.0, max(0.0, t - (value - u) / max(deriv, 1e-3)))
        r = 1.0 - t
        deriv = bend * r * (1.0 - 3.0 * t) + (3.0 - bend) * t * (2.0 - 3.0 * t) + 3.0 * t * t
        rise[column] = t * t * (3.0 - 2.0 * t)
        slope[column] = 6.0 * t * r / (max(deriv, 1e-3) * span)
        t = min(1.0, t + 1.0 / (max(deriv, 1e-3) * span))  # near the next column's
    steepest = 0.0
    for column in range(count):
        steepest = max(steepest, slope[column])
    one, middle, none, rows = np.float32(1.0), np.float32(0.5), np.float32(0.0), np.float32(clip[3] - clip[1])
    offset = (first - clip[0]) * stride
    for k in order:
        begin, end = y0[k] * scale + above - clip[1], y1[k] * scale + above - clip[1]
        width = half[k] * scale
        wide = max(width, 0.5) + 0.5
        most = wide * math.sqrt(1.0 + (end - begin) * (end - begin) * steepest * steepest) + 1.0
        if max(begin, end) + most < 0.0 or min(begin, end) - most > rows:
            continue
        strength = np.float32(alpha[k] * opacity * min(1.0, 2.0 * width) * 256.0)
        odd, even = color[k] & np.uint32(0x00FF00FF), color[k] & np.uint32(0x0000FF00)
        start, fall, reach = np.float32(begin), np.float32(end - begin), np.float32(wide)
        for column in range(count):  # in whole vectors
            steep = fall * slope[column]
            root = np.float32(math.sqrt(one + steep * steep))
            center = start + fall * rise[column]
            top = np.int32(max(none, center - reach * root + middle))
            shrink[column] = one / root
            low[column] = top
            high[column] = np.int32(min(rows, center + reach * root + middle))
            away[column] = (np.float32(top) + middle - center) / root
        place = offset
        for column in range(count):
            row, distance = low[column], away[column]
            while row < high[column]:
                blend_column(strip, place + row, odd, even, strength, reach, distance, shrink[column], LANES)
                row += LANES
                distance += np.float32(LANES) * shrink[column]
            place += stride


@njit(_ONE, cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def _draw_any(
    strip: Any,
    stride: Any,
    clip: Any,
    scale: Any,
    left: Any,
    above: Any,
    x0: Any,
    x1: Any,
    handle: Any,
    order: Any,
    y0: Any,
    y1: Any,
    half: Any,
    color: Any,
    alpha: Any,
    opacity: Any,
) -> None:
    """Curves that turn back: flattened, each piece owning the pixels between the normals at its two ends."""
    x0, x1, handle = x0 * scale + left, x1 * scale + left, handle * scale
    xa, xb = x0 + handle, x1 - handle
    longest = thickest = 0.0
    for k in order:
        longest, thickest = max(longest, abs(y1[k] - y0[k]) * scale), max(thickest, half[k] * scale)
    pieces = max(4, int((2.0 * abs(handle) + abs(xb - xa) + longest) / STEP))
    at, rise, ahead, climb = np.empty(pieces + 1), np.empty(pieces + 1), np.empty(pieces + 1), np.empty(pieces + 1)
    for point in range(pieces + 1):
        t = point / pieces
        r = 1.0 - t
        at[point] = r * r * r * x0 + 3.0 * r * r * t * xa + 3.0 * r * t * t * xb + t * t * t * x1
        rise[point] = t * t * (3.0 - 2.0 * t)
        ahead[point] = 3.0 * (r * r * (xa - x0) + 2.0 * r * t * (xb - xa) + t * t * (x1 - xb))
        climb[point] = 6.0 * t * r
    seen, count = np.empty(pieces, np.int64), 0
    edge = max(thickest, 0.5) + 0.5
    for piece in range(pieces):
        px, qx = at[piece], at[piece + 1]
        if max(px, qx) + edge >= clip[0] and min(px, qx) - edge <= clip[2]:
            seen[count] = piece
            count += 1
    for k in order:
        begin, fall = y0[k] * scale + above, (y1[k] - y0[k]) * scale
        width = half[k] * scale
        thick = min(1.0, 2.0 * width)
        reach = max(width, 0.5) + 0.5
        strength = alpha[k] * opacity * thick * 256.0
        odd, even = color[k] & np.uint32(0x00FF00FF), color[k] & np.uint32(0x0000FF00)
        if max(begin, begin + fall) + reach < clip[1] or min(begin, begin + fall) - reach > clip[3]:
            continue
        for piece in seen[:count]:
            px, py, qx, qy = at[piece], begin + fall * rise[piece], at[piece + 1], begin + fall * rise[piece + 1]
            dx, dy = qx - px, qy - py
            size = math.sqrt(dx * dx + dy * dy)
            if size <= 1e-9 or max(py, qy) + reach < clip[1] or min(py, qy) - reach > clip[3]:
                continue
            dx, dy = dx / size, dy / size
            tx, ty = ahead[piece], fall * climb[piece]
            ux, uy = ahead[piece + 1], fall * climb[piece + 1]
            west = max(clip[0], math.floor(min(px, qx) - reach))
            east = min(clip[2] - 1, math.ceil(max(px, qx) + reach))
            top = max(clip[1], math.floor(min(py, qy) - reach))
            bottom = min(clip[3] - 1, math.ceil(max(py, qy) + reach))
            for x in range(west, east + 1):
                fx, gx = x + 0.5 - px, x + 0.5 - qx
                low, high = float(top), float(bottom)
                if abs(dx) > 0.05:  # of the column only the rows that the piece reaches
                    center, extent = py + fx * dy / dx - 0.5, reach / abs(dx)
                    low, high = max(low, math.ceil(center - extent)), min(high, math.floor(center + extent))
                # ... between the normals at its two ends: not before the first, and before the second
                if abs(ty) > 1e-9:
                    row = py - fx * tx / ty - 0.5
                    low, high = (max(low, math.ceil(row)), high) if ty > 0.0 else (low, min(high, math.floor(row)))
                elif fx * tx < 0.0:
                    continue
                if abs(uy) > 1e-9:
                    row = qy - gx * ux / uy - 0.5
                    low, high = (
                        (low, min(high, math.ceil(row) - 1)) if uy > 0.0 else (max(low, math.floor(row) + 1), high)
                    )
                elif gx * ux >= 0.0:
                    continue
                place = (x - clip[0]) * stride - clip[1]
                for y in range(int(low), int(high) + 1, LANES):
                    away = fx * dy - (y + 0.5 - py) * dx
                    blend_column(strip, place + y, odd, even, strength, reach, away, -dx, int(high) - y + 1)


@njit(_TURN, cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _turn(pixels: Any, strip: Any, stride: Any, clip: Any, back: Any) -> None:
    """Copy ``clip`` of a picture into a strip, which lies column by column, or ``back``."""
    for top in range(clip[1], clip[3], BLOCK):
        bottom = min(top + BLOCK, clip[3])
        for left in range(clip[0], clip[2], BLOCK):
            for x in range(left, min(left + BLOCK, clip[2])):
                place = (x - clip[0]) * stride - clip[1]
                for y in range(top, bottom):
                    if back:
                        pixels[y, x] = strip[place + y]
                    else:
                        strip[place + y] = pixels[y, x]


@njit(_ALL, cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def draw_bundles(
    pixels: Any,
    clip: Any,
    scale: Any,
    left: Any,
    above: Any,
    starts: Any,
    wanted: Any,
    x0: Any,
    x1: Any,
    handle: Any,
    y0: Any,
    y1: Any,
    half: Any,
    color: Any,
    alpha: Any,
    level: Any,
    lowest: Any,
    opacity: Any,
) -> None:
    """Draw the ``wanted`` bundles inside ``clip`` (left, top, right, bottom in pixels).

    Scene units become pixels by ``scale`` and the shift (``left``, ``above``). Of each bundle, curves of a lower level
    come first and those below ``lowest`` are left out.
    """
    bundles, height = starts.shape[0] - 1, clip[3] - clip[1]
    if height <= 0 or clip[2] <= clip[0]:
        return
    order, ends = np.empty(starts[bundles], np.int64), starts.copy()
    west, east = np.zeros(bundles), np.zeros(bundles)
    places = np.empty(257, np.int64)
    for b in range(bundles):
        if not wanted[b]:
            continue
        begin, end = starts[b], starts[b + 1]
        places[:] = 0
        thickest = 0.0
        for k in range(begin, end):
            if level[k] >= lowest:
                places[level[k] + 1] += 1
                thickest = max(thickest, half[k])
        for step in range(256):
            places[step + 1] += places[step]
        ends[b] = begin + places[256]
        for k in range(begin, end):
            if level[k] >= lowest:
                order[begin + places[level[k]]] = k
                places[level[k]] += 1
        near, far = min(x0[b], x1[b], x1[b] - handle[b]), max(x0[b], x1[b], x0[b] + handle[b])
        west[b] = (near - thickest) * scale + left - 2.0
        east[b] = (far + thickest) * scale + left + 2.0
    stride = height + LANES
    strip = np.empty(STRIP * stride, np.uint32)
    part = clip.copy()
    for first in range(clip[0], clip[2], STRIP):
        part[0], part[2] = first, min(first + STRIP, clip[2])
        empty = True
        for b in range(bundles):
            if not wanted[b] or ends[b] == starts[b] or west[b] > part[2] or east[b] < part[0]:
                continue
            if empty:
                _turn(pixels, strip, stride, part, False)
                empty = False
            draw = order[starts[b] : ends[b]]
            span = (x1[b] - x0[b]) * scale
            sizes = (scale, left, above, x0[b], x1[b], handle[b])
            if span >= 2.0 and handle[b] * scale <= span * 0.75:
                _draw_forward(strip, stride, part, *sizes, draw, y0, y1, half, color, alpha, opacity)
            else:
                _draw_any(strip, stride, part, *sizes, draw, y0, y1, half, color, alpha, opacity)
        if not empty:
            _turn(pixels, strip, stride, part, True)


def draw_curves(
    pixels: NDArray[np.uint32],
    x0: float,
    x1: float,
    handle: float,
    y0: NDArray[np.float64],
    y1: NDArray[np.float64],
    half: NDArray[np.float64],
    color: NDArray[np.uint32],
    alpha: NDArray[np.float64],
) -> None:
    """Draw cubic curves (x0, y0)-(x0 + handle, y0)-(x1 - handle, y1)-(x1, y1) over ``pixels``, in the order given.

    ``y0``, ``y1``, ``half`` (half the width), ``color`` (0xRRGGBB) and ``alpha`` (0 to 1) are (curves,), in pixels.
    """
    height, width = pixels.shape
    ends = (np.array([float(value)]) for value in (x0, x1, handle))
    draw_bundles(
        pixels,
        np.array([0, 0, width, height]),
        1.0,
        0.0,
        0.0,
        np.array([0, len(y0)]),
        np.ones(1, np.bool_),
        *ends,
        y0,
        y1,
        half,
        color,
        alpha,
        np.zeros(len(y0), np.uint8),
        0,
        1.0,
    )

"""Antialiased synapse curves drawn straight into a picture's memory by Numba; imported late, never at the first paint.

All coordinates are device pixels, pixel (0, 0) covers [0, 1) x [0, 1). A picture is (height, width) uint32 0xffRRGGBB.
"""

# ruff: noqa: PLR0913, PLR0917 (compiled code takes plain arrays and numbers)

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit  # noqa: TID253 (this module is only imported in the background)
from numpy.typing import NDArray

STEP = 5.0  # device pixels between two points of a flattened curve

_BLEND = "void(uint32[:, ::1], int64, int64, uint32, float64)"
_ONE = (
    "void(uint32[:, ::1], int64[::1], float64, float64, float64, float64, float64, float64, int64[::1], "
    "float64[::1], float64[::1], float64[::1], uint32[::1], float64[::1], float64)"
)
_ALL = (
    "void(uint32[:, ::1], int64[::1], float64, float64, float64, int64[::1], boolean[::1], float64[::1], float64[::1], "
    "float64[::1], float64[::1], float64[::1], float64[::1], uint32[::1], float64[::1], uint8[::1], int64, float64)"
)


@njit(_BLEND, cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator, unused-ignore]
def _blend(pixels: Any, y: Any, x: Any, color: Any, alpha: Any) -> None:
    """Mix ``color`` into one pixel; red and blue are mixed together in one product, green in another."""
    share = np.uint32(alpha * 256.0)
    old = pixels[y, x]
    odd, even = old & np.uint32(0x00FF00FF), old & np.uint32(0x0000FF00)
    new_odd, new_even = color & np.uint32(0x00FF00FF), color & np.uint32(0x0000FF00)
    odd = np.uint32(odd + np.uint32(np.uint32((new_odd - odd) * share) >> np.uint32(8))) & np.uint32(0x00FF00FF)
    even = np.uint32(even + np.uint32(np.uint32((new_even - even) * share) >> np.uint32(8))) & np.uint32(0x0000FF00)
    pixels[y, x] = np.uint32(0xFF000000) | odd | even


@njit(_ONE, cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def _draw_forward(
    pixels: Any,
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
    rise = np.empty(count)
    slope = np.empty(count)
    t = min(1.0, max(0.0, (first + 0.5 - x0) / span))
    for column in range(count):
        u = min(1.0, max(0.0, (first + column + 0.5 - x0) / span))
        for _ in range(6 if column == 0 else 4):  # Newton: u(t) = bend t (1-t)^2 + (3 - bend) t^2 (1-t) + t^3
            r = 1.0 - t
            value = bend * t * r * r + (3.0 - bend) * t * t * r + t * t * t
            deriv = bend * r * (1.0 - 3.0 * t) + (3.0 - bend) * t * (2.0 - 3.0 * t) + 3.0 * t * t
            t = min(1.0, max(0.0, t - (value - u) / max(deriv, 1e-3)))
        r = 1.0 - t
        deriv = bend * r * (1.0 - 3.0 * t) + (3.0 - bend) * t * (2.0 - 3.0 * t) + 3.0 * t * t
        rise[column] = t * t * (3.0 - 2.0 * t)
        slope[column] = 6.0 * t * r / (max(deriv, 1e-3) * span)
    steepest = 0.0
    for column in range(count):
        steepest = max(steepest, slope[column])
    for k in order:
        start, end = y0[k] * scale + above, y1[k] * scale + above
        width = half[k] * scale
        thick = min(1.0, 2.0 * width)
        reach = max(width, 0.5) + 0.5
        fall = end - start
        most = reach * math.sqrt(1.0 + fall * fall * steepest * steepest) + 1.0
        if max(start, end) + most < clip[1] or min(start, end) - most > clip[3]:
            continue
        strength = alpha[k] * opacity * thick * 256.0
        shade = np.int64(color[k])
        odd_color, even_color = shade & 0x00FF00FF, shade & 0x0000FF00
        top, bottom = clip[1], clip[3] - 1
        inside = min(start, end) - most >= top and max(start, end) + most <= bottom
        for column in range(count):
            steep = fall * slope[column]
            square = 1.0 + steep * steep
            shrink = 1.0 / math.sqrt(square)
            center = start + fall * rise[column]
            extent = reach * square * shrink
            low, high = np.int64(center - extent + 0.5), np.int64(center + extent + 0.5)
            if not inside:
                low, high = max(top, low - 1), min(bottom + 1, high + 1)
            x = first + column
            away = (low + 0.5 - center) * shrink
            for y in range(low, high):
                cover = min(1.0, reach - abs(away))
                away += shrink
                if cover > 0.0:
                    share = np.int64(strength * cover)
                    old = np.int64(pixels[y, x])
                    odd, even = old & 0x00FF00FF, old & 0x0000FF00
                    odd = (odd + (((odd_color - odd) * share) >> 8)) & 0x00FF00FF
                    even = (even + (((even_color - even) * share) >> 8)) & 0x0000FF00
                    pixels[y, x] = np.uint32(0xFF000000 | odd | even)


@njit(_ONE, cache=True, nogil=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def _draw_any(
    pixels: Any,
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
    for k in order:
        a_y, b_y = y0[k] * scale + above, y1[k] * scale + above
        width = half[k] * scale
        thick = min(1.0, 2.0 * width)
        reach = max(width, 0.5) + 0.5
        a = alpha[k] * opacity * thick
        length = 2.0 * abs(handle) + abs(xb - xa) + abs(b_y - a_y)
        pieces = max(4, int(length / STEP))
        px, py, tx, ty = x0, a_y, 1.0, 0.0
        for piece in range(1, pieces + 1):
            t = piece / pieces
            r = 1.0 - t
            qx = r * r * r * x0 + 3.0 * r * r * t * xa + 3.0 * r * t * t * xb + t * t * t * x1
            qy = a_y + (b_y - a_y) * t * t * (3.0 - 2.0 * t)
            ux = 3.0 * (r * r * (xa - x0) + 2.0 * r * t * (xb - xa) + t * t * (x1 - xb))
            uy = (b_y - a_y) * 6.0 * t * r
            norm = math.sqrt(ux * ux + uy * uy)
            if norm > 1e-9:
                ux, uy = ux / norm, uy / norm
            else:
                ux, uy = tx, ty
            dx, dy = qx - px, qy - py
            size = math.sqrt(dx * dx + dy * dy)
            if size > 1e-9:
                dx, dy = dx / size, dy / size
                west = max(clip[0], math.floor(min(px, qx) - reach))
                east = min(clip[2] - 1, math.ceil(max(px, qx) + reach))
                top = max(clip[1], math.floor(min(py, qy) - reach))
                bottom = min(clip[3] - 1, math.ceil(max(py, qy) + reach))
                for y in range(top, bottom + 1):
                    for x in range(west, east + 1):
                        fx, fy = x + 0.5 - px, y + 0.5 - py
                        if fx * tx + fy * ty < 0.0:
                            continue
                        if (x + 0.5 - qx) * ux + (y + 0.5 - qy) * uy >= 0.0:
                            continue
                        cover = reach - abs(fx * dy - fy * dx)
                        if cover > 0.0:
                            _blend(pixels, y, x, color[k], a * min(1.0, cover))
            px, py, tx, ty = qx, qy, ux, uy


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
    for b in range(starts.shape[0] - 1):
        if not wanted[b]:
            continue
        begin, end = starts[b], starts[b + 1]
        places = np.zeros(257, np.int64)
        for k in range(begin, end):
            if level[k] >= lowest:
                places[level[k] + 1] += 1
        for step in range(256):
            places[step + 1] += places[step]
        order = np.empty(places[256], np.int64)
        for k in range(begin, end):
            if level[k] >= lowest:
                order[places[level[k]]] = k
                places[level[k]] += 1
        span = (x1[b] - x0[b]) * scale
        if span >= 2.0 and handle[b] * scale <= span * 0.75:
            _draw_forward(
                pixels, clip, scale, left, above, x0[b], x1[b], handle[b], order, y0, y1, half, color, alpha, opacity
            )
        else:
            _draw_any(
                pixels, clip, scale, left, above, x0[b], x1[b], handle[b], order, y0, y1, half, color, alpha, opacity
            )


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

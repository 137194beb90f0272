"""Long curves made short enough to draw in a frame: decimation and smoothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def decimated(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """The curve with at most two points (smallest and largest) for each of ``columns`` parts of its length.

    Points keep their order, no peak is lost, and the last point is the curve's last. A part with no finite value gives
    nan (a gap).
    """
    count = len(y)
    if count <= 2 * columns:
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    size = -(-count // columns)
    whole = count // size * size
    low_x, low_y, high_x, high_y = _extremes(x[:whole].reshape(-1, size), y[:whole].reshape(-1, size))
    if whole < count:
        rest = _extremes(x[None, whole:], y[None, whole:])
        low_x, low_y, high_x, high_y = (
            np.append(a, b) for a, b in zip((low_x, low_y, high_x, high_y), rest, strict=True)
        )
    first_is_low = low_x <= high_x
    out_x = np.stack([np.where(first_is_low, low_x, high_x), np.where(first_is_low, high_x, low_x)], axis=1)
    out_y = np.stack([np.where(first_is_low, low_y, high_y), np.where(first_is_low, high_y, low_y)], axis=1)
    return np.append(out_x, x[-1]), np.append(out_y, y[-1])


def _extremes(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    finite = np.isfinite(y)
    if finite.all():
        low, high = y.argmin(axis=1), y.argmax(axis=1)
    else:
        low = np.where(finite, y, np.inf).argmin(axis=1)
        high = np.where(finite, y, -np.inf).argmax(axis=1)
    rows = np.arange(len(y))
    return x[rows, low], y[rows, low], x[rows, high], y[rows, high]


def condensed(x: Floats, y: Floats, parts: int) -> tuple[Floats, Floats]:
    """The means of x and y over ``parts`` equal parts of the curve (the last may be shorter).

    A long curve is condensed before it is smoothed: the mean of means is what the smoothing would find.
    """
    count = len(y)
    size = -(-count // parts)
    if size <= 1:
        return x, y
    starts = np.arange(0, count, size)
    sizes = np.diff(np.append(starts, count))
    return np.add.reduceat(x, starts) / sizes, np.add.reduceat(y, starts) / sizes


def smoothed(y: Floats, window: int) -> Floats:
    """The mean over ``window`` values up to each place and as many after it; what is not finite is left out.

    The window shrinks towards both ends, so that the first and the last value stay what they are.
    """
    count = len(y)
    if window < 1 or count < 3:
        return np.asarray(y, dtype=np.float64)
    finite = np.isfinite(y)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, y, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    place = np.arange(count)
    half = np.minimum(window, np.minimum(place, count - 1 - place))
    begin, end = place - half, place + half + 1
    found = counts[end] - counts[begin]
    mean = (sums[end] - sums[begin]) / np.maximum(found, 1)
    return np.where(finite & (found > 0), mean, np.nan)

"""Long curves made short enough to draw in a frame: decimation, smoothing, dashes, and strokes that stay fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

Floats = NDArray[np.float64]
DASH = (5.0, 4.0)  # pixels on and off
STEEP = 4.0  # a curve that rises and falls this many times its width is drawn in hairlines


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


def polygon(x: Floats, y: Floats) -> QPolygonF:
    """The points as a polygon, filled without a loop in Python."""
    points = QPolygonF()
    points.resize(len(x))
    if len(x):
        pointer: Any = shiboken6.VoidPtr  # its stub knows fewer arguments than it takes
        memory = pointer(points.data(), len(x) * 16, True)
        pairs = np.frombuffer(memory, dtype=np.float64).reshape(-1, 2)
        pairs[:, 0] = x
        pairs[:, 1] = y
    return points


def dashes(x: Floats, y: Floats, on: float = DASH[0], off: float = DASH[1]) -> list[QLineF]:
    """The curve (pixels) as separate dashes along its length; Qt's own dashes take ten times as long."""
    keep = np.isfinite(x) & np.isfinite(y)
    lines: list[QLineF] = []
    for piece in np.split(np.arange(len(x)), np.flatnonzero(~keep)):
        part = piece[keep[piece]]
        if len(part) < 2:
            continue
        px, py = x[part], y[part]
        along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(px), np.diff(py)))])
        if along[-1] <= 0:
            continue
        begins = np.arange(0.0, along[-1], on + off)
        marks = np.unique(np.concatenate([along, begins, begins + on]))
        marks = marks[marks <= along[-1]]
        mx, my = np.interp(marks, along, px), np.interp(marks, along, py)
        middle = (marks[:-1] + marks[1:]) / 2
        drawn = np.flatnonzero(middle % (on + off) < on)
        lines += _lines(mx, my, drawn)
    return lines


def strokes(x: Floats, y: Floats, dash: tuple[float, float] | None = None) -> list[QLineF]:
    """The curve (pixels) as single lines: a wide pen draws these ten times as fast as one joined line.

    With ``dash`` (pixels on and off) only those in the dashes along x.
    """
    fine = np.isfinite(x) & np.isfinite(y)
    drawn = fine[:-1] & fine[1:]
    if dash is not None:
        drawn &= (x[:-1] - x[0]) % sum(dash) < dash[0]
    return _lines(x, y, np.flatnonzero(drawn))


def _lines(x: Floats, y: Floats, starts: NDArray[np.intp]) -> list[QLineF]:
    ends = starts + 1
    return [
        QLineF(*four)
        for four in zip(x[starts].tolist(), y[starts].tolist(), x[ends].tolist(), y[ends].tolist(), strict=True)
    ]


def draw_curve(
    painter: QPainter, x: Floats, y: Floats, color: QColor, width: float, *, dashed: bool = False
) -> None:
    """Draw the curve (pixels) ``width`` logical pixels wide; a nan is a gap.

    A curve that mostly goes up and down is drawn in hairlines side by side: wide tall lines take ten times as long.
    """
    if len(x) < 2:
        return
    rise = np.abs(np.diff(y))
    if float(rise[np.isfinite(rise)].sum()) > STEEP * float(x[-1] - x[0]):
        _draw_steep_curve(painter, strokes(x, y, DASH if dashed else None), color, width)
        return
    pen = QPen(color, width)
    # round caps take five times as long
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    lines = dashes(x, y) if dashed else strokes(x, y)
    if lines:
        painter.drawLines(lines)


def _draw_steep_curve(painter: QPainter, lines: list[QLineF], color: QColor, width: float) -> None:
    ratio = painter.device().devicePixelRatio()
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    passes = max(1, round(width * ratio * 0.75))
    painter.save()
    painter.translate(-(passes - 1) / 2 / ratio, 0.0)
    for _ in range(passes if lines else 0):
        painter.drawLines(lines)
        painter.translate(1 / ratio, 0.0)
    painter.restore()


def draw_flat_curve(painter: QPainter, line: QPolygonF, color: QColor, width: float) -> None:
    """Draw a mostly level curve ``width`` logical pixels wide as hairlines one above the other.

    Qt's joined wide lines take ten times as long as hairlines do.
    """
    ratio = painter.device().devicePixelRatio()
    passes = max(1, round(width * ratio))
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number in range(passes):
        painter.drawPolyline(line.translated(0.0, (number - (passes - 1) / 2) / ratio))

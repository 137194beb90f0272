"""A picture as a list of shapes, in points; every format is written from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Bounds = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Circle:
    """``title`` is what is said of it where the format can."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str | None = None
    width: float = 1.0
    title: str = ""

    def moved(self, dx: float, dy: float) -> Circle:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    @property
    def bounds(self) -> Bounds:
        """The smallest rectangle around it."""
        reach = self.radius + (self.width / 2 if self.stroke else 0.0)
        return (self.x - reach, self.y - reach, self.x + reach, self.y + reach)


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic Bézier curve; ``dash`` are the lengths of ink and gap, empty for a solid one."""

    points: tuple[Point, Point, Point, Point]
    stroke: str
    width: float
    dash: tuple[float, ...] = ()

    def moved(self, dx: float, dy: float) -> Curve:
        """The same elsewhere."""
        a, b, c, d = _moved(self.points, dx, dy)
        return replace(self, points=(a, b, c, d))

    @property
    def bounds(self) -> Bounds:
        """The smallest rectangle around it: its ends, and where it runs level or upright."""
        turns = [t for axis in (0, 1) for t in _turns([point[axis] for point in self.points])]
        return _around([self.points[0], self.points[3], *(self.at(t) for t in turns)], self.width / 2)

    def at(self, t: float) -> Point:
        """The point at ``t`` from 0 to 1."""
        u = 1.0 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        x, y = (sum(w * p[axis] for w, p in zip(weights, self.points, strict=True)) for axis in (0, 1))
        return (x, y)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed outline, or with two points a line."""

    points: tuple[Point, ...]
    fill: str | None
    stroke: str | None = None
    width: float = 1.0
    title: str = ""

    def moved(self, dx: float, dy: float) -> Polygon:
        """The same elsewhere."""
        return replace(self, points=tuple(_moved(self.points, dx, dy)))

    @property
    def bounds(self) -> Bounds:
        """The smallest rectangle around it."""
        return _around(self.points, self.width / 2 if self.stroke else 0.0)


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``x`` and ``y`` are where its baseline begins, has its middle, or ends."""

    x: float
    y: float
    words: str
    size: float
    fill: str
    bold: bool = False
    anchor: Anchor = "start"

    def moved(self, dx: float, dy: float) -> Text:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    @property
    def left(self) -> float:
        """Where the line begins."""
        return self.x - self.length * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]

    @property
    def length(self) -> float:
        """How long the line is."""
        from nnstudio.exports.typeface import text_width

        return text_width(self.words, self.size, self.bold)

    @property
    def bounds(self) -> Bounds:
        """The rectangle of its line."""
        return (self.left, self.y - self.size, self.left + self.length, self.y + 0.3 * self.size)


Shape = Circle | Curve | Polygon | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, the first lowest, on a sheet of ``width`` by ``height`` points."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


def on_sheet(shapes: Sequence[Shape], title: str, margin: float) -> Drawing:
    """A drawing of these shapes, on the smallest sheet with that margin."""
    left, top, right, bottom = bounds_of(shapes)
    dx, dy = margin - left, margin - top
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    return Drawing(width, height, title, tuple(shape.moved(dx, dy) for shape in shapes))


def scaled(drawing: Drawing, by: float) -> Drawing:
    """The same drawing, so many times larger: lines and letters too."""

    def larger(shape: Shape) -> Shape:
        if isinstance(shape, Circle):
            width = shape.width * by
            return replace(shape, x=shape.x * by, y=shape.y * by, radius=shape.radius * by, width=width)
        if isinstance(shape, Text):
            return replace(shape, x=shape.x * by, y=shape.y * by, size=shape.size * by)
        if isinstance(shape, Curve):
            a, b, c, d = ((x * by, y * by) for x, y in shape.points)
            dash = tuple(length * by for length in shape.dash)
            return replace(shape, points=(a, b, c, d), width=shape.width * by, dash=dash)
        return replace(shape, points=tuple((x * by, y * by) for x, y in shape.points), width=shape.width * by)

    shapes = tuple(larger(shape) for shape in drawing.shapes)
    return Drawing(drawing.width * by, drawing.height * by, drawing.title, shapes)


def bounds_of(shapes: Iterable[Shape]) -> Bounds:
    """The smallest rectangle around all shapes; a point where there are none."""
    found = [shape.bounds for shape in shapes] or [(0.0, 0.0, 0.0, 0.0)]
    left, top, right, bottom = zip(*found, strict=True)
    return (min(left), min(top), max(right), max(bottom))


def _turns(values: Sequence[float]) -> list[float]:
    """Where between 0 and 1 a cubic Bézier polynomial has no slope."""
    a, b, c, d = values
    square, line, constant = d - 3 * c + 3 * b - a, 2 * (c - 2 * b + a), b - a
    if abs(square) < 1e-12:
        roots = [-constant / line] if abs(line) > 1e-12 else []
    else:
        inside = line * line - 4 * square * constant
        roots = [(-line + sign * sqrt(inside)) / (2 * square) for sign in (-1, 1)] if inside >= 0 else []
    return [t for t in roots if 0.0 < t < 1.0]


def _moved(points: Iterable[Point], dx: float, dy: float) -> list[Point]:
    return [(x + dx, y + dy) for x, y in points]


def _around(points: Sequence[Point], reach: float) -> Bounds:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach)

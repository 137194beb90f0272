"""One bundle of synapses on the canvas: its curves, and which of them lies nearest to a point."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from nnstudio.catalog import wirings
from nnstudio.catalog.joints import into, joined, strengths
from nnstudio.document import Array, BoolArray, Synapses
from nnstudio.ui.canvas.layer_item import LayerItem

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BundleItem:
    """The curves between the neurons that two cards show: (curves,) arrays in scene units.

    A bundle with a folded end has no curves, only a ribbon.
    """

    synapses: Synapses
    source: LayerItem
    target: LayerItem
    mask: BoolArray | None = field(default=None, compare=False)  # which synapses exist
    x0: float = field(init=False)
    x1: float = field(init=False)
    handle: float = field(init=False)
    sources: Index = field(init=False, compare=False)
    targets: Index = field(init=False, compare=False)
    places: Index = field(init=False, compare=False)  # in the flat weights; -1 where a synapse has none
    y0: Array = field(init=False, compare=False)
    y1: Array = field(init=False, compare=False)
    box: tuple[float, float, float, float] = field(init=False)  # left, top, right, bottom of all curves
    whole: bool = field(init=False)  # every synapse is shown

    def __post_init__(self) -> None:
        a, b = self.source, self.target
        put = object.__setattr__
        put(self, "x0", a.x + a.reach)
        put(self, "x1", b.x - b.reach)
        put(self, "handle", curve_handle(self.x0, self.x1))
        rows, columns, places = self._joined()
        put(self, "sources", np.array(a.neurons, dtype=np.int64)[rows])
        put(self, "targets", np.array(b.neurons, dtype=np.int64)[columns])
        put(self, "places", places)
        put(self, "y0", np.array(a.ys, dtype=np.float64)[rows])
        put(self, "y1", np.array(b.ys, dtype=np.float64)[columns])
        back = max(0.0, self.handle - max(0.0, (self.x1 - self.x0) / 2)) if not self.forward else 0.0
        left, right = min(self.x0, self.x1) - back, max(self.x0, self.x1) + back
        (a0, a1), (b0, b1) = a.span, b.span
        put(self, "box", (left - 5, min(a0, b0) - 5, right + 5, max(a1, b1) + 5))
        plain = self.synapses.wiring.key == "full" and self.mask is None
        put(self, "whole", plain and len(a.neurons) == a.layer.size and len(b.neurons) == b.layer.size)

    def _joined(self) -> tuple[Index, Index, Index]:
        """Of the pairs of shown neurons those that are joined: row of the source, row of the target, place."""
        a, b = self.source, self.target
        if not a.neurons or not b.neurons:  # images have threads from map to map, folded cards a ribbon
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        if self.synapses.wiring.key == "full" and self.mask is None:
            rows = np.repeat(np.arange(len(a.neurons)), len(b.neurons))
            columns = np.tile(np.arange(len(b.neurons)), len(a.neurons))
            neurons = np.array(a.neurons, dtype=np.int64), np.array(b.neurons, dtype=np.int64)
            return rows, columns, neurons[0][rows] * b.layer.size + neurons[1][columns]
        row_of = np.full(a.layer.size, -1)
        row_of[np.array(a.neurons, dtype=np.int64)] = np.arange(len(a.neurons))
        found: list[tuple[Index, Index, Index]] = []
        for column, neuron in enumerate(b.neurons):
            sources, places = into(a.layer, b.layer, self.synapses.wiring, neuron, self.mask)
            shown = row_of[sources] >= 0
            found.append((row_of[sources[shown]], np.full(int(shown.sum()), column), places[shown]))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        rows, columns, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((columns, rows))
        return rows[order], columns[order], places[order]

    @property
    def id(self) -> int:
        """The bundle's id."""
        return self.synapses.id

    @property
    def total(self) -> int:
        """How many synapses the bundle has, shown or not."""
        return joined(self.source.layer, self.target.layer, self.synapses.wiring, self.mask)

    @property
    def bounds(self) -> QRectF:
        """A rectangle around all curves."""
        left, top, right, bottom = self.box
        return QRectF(left, top, right - left, bottom - top)

    def holds(self, point: QPointF) -> bool:
        """Whether a point lies in the rectangle around all curves."""
        left, top, right, bottom = self.box
        return left <= point.x() <= right and top <= point.y() <= bottom

    @property
    def forward(self) -> bool:
        """Whether the curves run to the right without turning back."""
        return self.x1 - self.x0 >= 2.0 and self.handle <= (self.x1 - self.x0) * 0.75

    @property
    def middle(self) -> QPointF:
        """The middle of the bundle, where a badge is put."""
        return QPointF((self.x0 + self.x1) / 2, (self.source.y + self.target.y) / 2)

    def touched(self, rect: QRectF) -> Index | None:
        """The places of all curves that pass through a rectangle; None where there are none."""
        if not len(self.sources) or not self.bounds.intersects(rect):
            return None
        xs, share = self._samples()
        ys = self.y0[:, None] + (self.y1 - self.y0)[:, None] * share
        # A piece of the curve may cross the rectangle between two points: its box is what counts, cut to the width.
        left, right = np.minimum(xs[:-1], xs[1:]), np.maximum(xs[:-1], xs[1:])
        beside = (right >= rect.left()) & (left <= rect.right())
        low, high = np.minimum(ys[:, :-1], ys[:, 1:]), np.maximum(ys[:, :-1], ys[:, 1:])
        inside = beside & (high >= rect.top()) & (low <= rect.bottom())
        found: Index = np.flatnonzero(inside.any(axis=1))
        return found if found.size else None

    def _samples(self) -> tuple[Array, Array]:
        t = np.linspace(0.0, 1.0, 65)
        r = 1.0 - t
        bend = 3 * r * r * t * (self.x0 + self.handle) + 3 * r * t * t * (self.x1 - self.handle)
        return r**3 * self.x0 + bend + t**3 * self.x1, t * t * (3 - 2 * t)

    def place_at(self, place: int, t: float) -> QPointF:
        """The point of one curve at its parameter ``t`` (0 to 1)."""
        r = 1.0 - t
        x = r**3 * self.x0 + 3 * r * r * t * (self.x0 + self.handle) + 3 * r * t * t * (self.x1 - self.handle)
        y0, y1 = float(self.y0[place]), float(self.y1[place])
        return QPointF(x + t**3 * self.x1, y0 + (y1 - y0) * t * t * (3 - 2 * t))

    def path(self, place: int) -> QPainterPath:
        """One curve, by its place in the arrays."""
        return curve_path(QPointF(self.x0, self.y0[place]), QPointF(self.x1, self.y1[place]), self.handle)

    def hull(self) -> QPainterPath:
        """The region that the curves fill."""
        a, b = self.source.span, self.target.span
        path = curve_path(QPointF(self.x0, a[0] - 4), QPointF(self.x1, b[0] - 4), self.handle)
        path.lineTo(self.x1, b[-1] + 4)
        back = curve_path(QPointF(self.x0, a[-1] + 4), QPointF(self.x1, b[-1] + 4), self.handle).toReversed()
        path.connectPath(back)
        path.closeSubpath()
        return path

    def place(self, source: int, target: int) -> int | None:
        """The place of one synapse in the arrays; None where it is not shown."""
        found = np.flatnonzero((self.sources == source) & (self.targets == target))
        return int(found[0]) if found.size else None

    def nearest(self, point: QPointF, weights: Array | None) -> tuple[int, float] | None:
        """(place, distance) of the curve nearest to a scene point; of close ones the stronger is taken."""
        if not len(self.sources) or not self.holds(point):
            return None
        distances = self._distances(point.x(), point.y())
        score = distances
        if weights is not None:
            strength = np.abs(self.values(weights))
            score = distances - 1.5 * strength / max(float(np.nanmax(strength, initial=0.0)), 1e-12)
        place = int(np.argmin(score))
        return place, float(distances[place])

    def _distances(self, x: float, y: float) -> Array:
        xs, share = self._samples()
        ys = self.y0[:, None] + (self.y1 - self.y0)[:, None] * share
        dx, dy = np.diff(xs), np.diff(ys, axis=1)
        along = (x - xs[:-1]) * dx + (y - ys[:, :-1]) * dy
        along = np.clip(along / np.maximum(dx * dx + dy * dy, 1e-12), 0.0, 1.0)
        gap = np.hypot(xs[:-1] + along * dx - x, ys[:, :-1] + along * dy - y)
        nearest: Array = gap.min(axis=1)
        return nearest

    def values(self, weights: Array) -> Array:
        """The weights of the shown synapses, (curves,); 0 where a size is being changed and none is known yet."""
        source, target, wiring = self.source.layer, self.target.layer, self.synapses.wiring
        if weights.shape == wirings[wiring.key].weight_shape(source, target, wiring):
            return weights.reshape(-1) if self.whole else strengths(weights, self.places)
        if weights.ndim != 2:
            return np.zeros(len(self.sources))
        known = (self.sources < weights.shape[0]) & (self.targets < weights.shape[1])
        if known.all():
            return weights[self.sources, self.targets]
        values = np.zeros(len(self.sources))
        values[known] = weights[self.sources[known], self.targets[known]]
        return values


def value_of(item: BundleItem, weights: Array | None, source: int, target: int) -> float | None:
    """The weight of one synapse; None where there is none, it is not shown, or it has no weight."""
    place = item.place(source, target)
    if place is None or weights is None or item.places[place] < 0 or item.places[place] >= weights.size:
        return None
    return float(weights.reshape(-1)[item.places[place]])


def curve_handle(x0: float, x1: float) -> float:
    """How far a curve runs straight out of its neuron: half the way, more where it must turn back."""
    width = x1 - x0
    return width / 2 if width >= 48 else 24 + (48 - width) * 0.5


def curve_path(start: QPointF, end: QPointF, handle: float) -> QPainterPath:
    """A cubic curve that leaves and arrives level."""
    path = QPainterPath(start)
    path.cubicTo(start.x() + handle, start.y(), end.x() - handle, end.y(), end.x(), end.y())
    return path

"""Synapses of images drawn together: one thread from map to map stands for a kernel, or for all synapses of a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from nnstudio.catalog import wirings
from nnstudio.document import Array
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.strokes import FAINT, LEVELS, LIT, STRONG, Strokes, packed
from nnstudio.ui.theme import Colors

THIN, THICK, CROWDED = 0.8, 4.4, 2.6  # scene units; of a bundle of many threads
MANY = 40
EVEN = 0.12  # where the mean is smaller than so much of the mean size, neither sign prevails

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """The threads of one bundle, (threads,) arrays; ``sources`` and ``targets`` are channels, or neurons of a row."""

    bundle: BundleItem
    sources: Index = field(init=False, compare=False)
    targets: Index = field(init=False, compare=False)
    y0: Array = field(init=False, compare=False)
    y1: Array = field(init=False, compare=False)

    def __post_init__(self) -> None:
        a, b = self.bundle.source, self.bundle.target
        pairs = [
            (s, t, y0, y1)
            for s, y0 in a.anchors
            for t, y1 in b.anchors
            if joined(a.layer.shape, b.layer.shape, self.bundle, s, t)
        ]
        table = np.array(pairs, dtype=np.float64).reshape(-1, 4)
        put = object.__setattr__
        put(self, "sources", table[:, 0].astype(np.int64))
        put(self, "targets", table[:, 1].astype(np.int64))
        put(self, "y0", table[:, 2].copy())
        put(self, "y1", table[:, 3].copy())

    @property
    def id(self) -> int:
        """The bundle's id."""
        return self.bundle.id

    def strengths(self, weights: Array | None) -> tuple[Array, Array]:
        """The mean of the weights that each thread stands for, and the mean of their sizes; 0 and 1 where none."""
        none = np.zeros(len(self.sources)), np.ones(len(self.sources))
        if weights is None or not weights.size:
            return none
        found = []
        for values in (np.nan_to_num(weights), np.nan_to_num(np.abs(weights))):
            table = self._table(values)
            if table is None:
                return none
            found.append(table)
        return found[0], found[1]

    def _table(self, values: Array) -> Array | None:
        a, b, wiring = self.bundle.source.layer, self.bundle.target.layer, self.bundle.synapses.wiring
        if values.ndim == 4 and wiring.key == "convolution":
            means = values.mean(axis=(0, 1))
            own = self.sources % means.shape[0]
            return means[own, self.targets] if self.targets.max(initial=0) < means.shape[1] else None
        if values.ndim == 2 and values.shape == (a.size, b.size):
            return _grouped(_grouped(values, self.bundle.source, 0), self.bundle.target, 1)[self.sources, self.targets]
        if values.ndim == 1 and values.shape == (b.size,) and self.bundle.target.maps:
            return _grouped(values, self.bundle.target, 0)[self.targets]
        return None

    def place(self, source: int, target: int) -> int | None:
        """The place of one thread in the arrays; None where it is not shown."""
        found = np.flatnonzero((self.sources == source) & (self.targets == target))
        return int(found[0]) if found.size else None

    def point(self, place: int, t: float) -> QPointF:
        """The point of one thread at its parameter ``t`` (0 to 1)."""
        x0, x1, handle = self.bundle.x0, self.bundle.x1, self.bundle.handle
        r = 1.0 - t
        x = r**3 * x0 + 3 * r * r * t * (x0 + handle) + 3 * r * t * t * (x1 - handle) + t**3 * x1
        y0, y1 = float(self.y0[place]), float(self.y1[place])
        return QPointF(x, y0 + (y1 - y0) * t * t * (3 - 2 * t))

    def nearest(self, point: QPointF) -> tuple[int, float] | None:
        """(place, distance) of the thread nearest to a scene point."""
        if not len(self.sources) or not self.bundle.bounds.adjusted(0, -40, 0, 40).contains(point):
            return None
        x0, x1, handle = self.bundle.x0, self.bundle.x1, self.bundle.handle
        return nearest_curve(point, x0, x1, handle, self.y0, self.y1)


def joined(a: tuple[int, ...], b: tuple[int, ...], bundle: BundleItem, source: int, target: int) -> bool:
    """Whether any synapse joins the maps (or neurons) ``source`` and ``target``."""
    wiring = bundle.synapses.wiring
    if wiring.key == "pooling":
        return source == target
    if wiring.key == "one_to_one":
        return source % a[-1] == target % b[-1] if len(a) == 3 == len(b) else True
    if wiring.key == "convolution" and len(a) == 3 == len(b):
        groups, mask = int(wirings["convolution"].values(wiring)["groups"]), bundle.mask
        if source * groups // a[2] != target * groups // b[2]:
            return False
        if mask is None or mask.ndim != 4 or target >= mask.shape[3]:
            return True
        return bool(mask[:, :, source % mask.shape[2], target].any())
    return True


def nearest_curve(point: QPointF, x0: float, x1: float, handle: float, y0: Array, y1: Array) -> tuple[int, float]:
    """(place, distance) of the nearest of curves that share their ends' columns."""
    t = np.linspace(0.0, 1.0, 49)
    r = 1.0 - t
    xs = r**3 * x0 + 3 * r * r * t * (x0 + handle) + 3 * r * t * t * (x1 - handle) + t**3 * x1
    ys = y0[:, None] + (y1 - y0)[:, None] * (t * t * (3 - 2 * t))
    dx, dy = np.diff(xs), np.diff(ys, axis=1)
    along = (point.x() - xs[:-1]) * dx + (point.y() - ys[:, :-1]) * dy
    along = np.clip(along / np.maximum(dx * dx + dy * dy, 1e-12), 0.0, 1.0)
    gap = np.hypot(xs[:-1] + along * dx - point.x(), ys[:, :-1] + along * dy - point.y()).min(axis=1)
    place = int(np.argmin(gap))
    return place, float(gap[place])


def threads_of(bundles: Mapping[int, BundleItem], known: Mapping[int, ThreadItem]) -> dict[int, ThreadItem]:
    """The threads of all bundles that have a map at an end and are not folded; kept where the bundle is the same."""
    found: dict[int, ThreadItem] = {}
    for i, bundle in bundles.items():
        if has_threads(bundle.source, bundle.target):
            old = known.get(i)
            found[i] = old if old is not None and old.bundle is bundle else ThreadItem(bundle)
    return found


def has_threads(source: LayerItem, target: LayerItem) -> bool:
    """Whether synapses between two cards are drawn as threads."""
    return bool(source.maps or target.maps) and not source.folded and not target.folded


@dataclass(frozen=True, slots=True)
class ThreadLight:
    """Which threads of a bundle stand out: all, those of one end, one, or those with chosen synapses."""

    all: bool = False
    source: int | None = None
    target: int | None = None
    hot: int | None = None
    chosen: frozenset[int] = frozenset()


DARK = ThreadLight()


def thread_strokes(
    items: list[ThreadItem], weights: Mapping[int, Array], colors: Colors, light: Mapping[int, ThreadLight]
) -> Strokes:
    """Threads as strokes: as wide as the mean size of what they stand for, in the colour of the sign that prevails."""
    counts = [len(item.sources) for item in items]
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    total = int(starts[-1])
    half, alpha, level = np.zeros(total), np.zeros(total), np.zeros(total, dtype=np.uint8)
    color = np.zeros(total, dtype=np.uint32)
    for b, item in enumerate(items):
        here = slice(int(starts[b]), int(starts[b + 1]))
        mean, size = item.strengths(weights.get(item.id))
        share = size / max(0.1, float(size.max(initial=0.0)))
        weightless = not weights.get(item.id, np.zeros(0)).size
        if weightless:
            share = np.full(len(size), 0.25)
        half[here] = (THIN + ((CROWDED if len(size) > MANY else THICK) - THIN) * share) / 2
        alpha[here] = (FAINT + (STRONG - FAINT) * share) * (0.7 if len(size) > MANY else 1.0)
        shade = np.where(mean >= 0, packed(colors.positive), packed(colors.negative))
        color[here] = np.where(np.abs(mean) < EVEN * size, packed(colors.faint), shade)
        lit = lit_threads(item, light.get(item.id, DARK))
        alpha[here] = np.where(lit, LIT, alpha[here])
        level[here] = (np.minimum(1.0, share) * (LEVELS - 1)).astype(np.uint8) + (lit * LEVELS).astype(np.uint8)
    ends = np.array([(i.bundle.x0, i.bundle.x1, i.bundle.handle) for i in items], dtype=np.float64).reshape(-1, 3)
    boxes = np.array([i.bundle.box for i in items], dtype=np.float64).reshape(-1, 4) + np.array([0, -20, 0, 20])
    y0 = np.concatenate([item.y0 for item in items]) if items else np.zeros(0)
    y1 = np.concatenate([item.y1 for item in items]) if items else np.zeros(0)
    x0, x1, handle = (ends[:, 0].copy(), ends[:, 1].copy(), ends[:, 2].copy())
    return Strokes(starts, x0, x1, handle, boxes, y0, y1, half, color, alpha, level)


def lit_threads(item: ThreadItem, light: ThreadLight) -> NDArray[np.bool_]:
    """Which threads stand out, (threads,)."""
    lit = np.full(len(item.sources), light.all)
    if light.source is not None:
        lit |= item.sources == light.source
    if light.target is not None:
        lit |= item.targets == light.target
    if light.hot is not None:
        lit[light.hot] = True
    lit[list(light.chosen)] = True
    return lit


def _grouped(values: Array, item: LayerItem, axis: int) -> Array:
    """Values of neurons as the mean of each channel, where the layer is an image."""
    if not item.maps:
        return values
    channels = item.layer.shape[2]
    shape = (*values.shape[:axis], -1, channels, *values.shape[axis + 1 :])
    found: Array = values.reshape(shape).mean(axis=axis)
    return found

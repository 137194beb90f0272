"""Bundles seen from afar: one ribbon each, wide by the strength of its weights, coloured by which sign prevails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.strokes import CHOSEN, Emphasis, Strokes, packed
from nnstudio.ui.theme import Colors

NARROW, BROAD = 3.0, 30.0  # scene units
FULL = 1.5  # a mean size of the weights from which on a ribbon is no broader
OPACITY = 0.6
SPREAD = 0.7  # the share of a card's edge over which its ribbons arrive

Index = NDArray[np.int64]


class Tendencies:
    """Of each bundle the mean of its weights and the mean of their sizes; kept while the weights are the same array."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Array, float, float]] = {}
        self._last: tuple[Mapping[int, Array], list[int], tuple[Array, Array]] | None = None

    def of(self, bundles: Iterable[int], weights: Mapping[int, Array]) -> tuple[Array, Array]:
        """(mean, mean size) of each bundle; 0 without weights, and weights that are no numbers are left out."""
        known, fresh = self._known, []
        wanted = list(bundles)
        if self._last is not None and self._last[0] is weights and self._last[1] == wanted:
            return self._last[2]
        for bundle in wanted:
            values = weights.get(bundle)
            if values is not None and values.size and (bundle not in known or known[bundle][0] is not values):
                fresh.append((bundle, values))
        if fresh:
            self._measure(fresh)
        none = (None, 0.0, 0.0)
        rows = [known.get(i, none) if i in weights and weights[i].size else none for i in wanted]
        found = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
        self._last = (weights, wanted, found)
        return found

    def _measure(self, fresh: list[tuple[int, Array]]) -> None:
        values = np.concatenate([array.reshape(-1) for _, array in fresh])
        counts = np.array([array.size for _, array in fresh])
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        finite = np.isfinite(values)
        if not finite.all():
            values = np.where(finite, values, 0.0)
            counts = np.maximum(1, np.add.reduceat(finite.astype(np.int64), starts))
        means = np.add.reduceat(values, starts) / counts
        sizes = np.add.reduceat(np.abs(values), starts) / counts
        for (bundle, array), mean, size in zip(fresh, means.tolist(), sizes.tolist(), strict=True):
            self._known[bundle] = (array, mean, size)


class RibbonBatch:
    """Where the ribbons of some bundles run: from edge to edge of the cards, spread so that they do not lie on one."""

    def __init__(self, items: Iterable[BundleItem], cards: Mapping[int, LayerItem]) -> None:
        self.items = list(items)
        self.ids = [item.synapses.id for item in self.items]
        row_of = {card: row for row, card in enumerate(cards)}
        source: Index = np.array([row_of[item.synapses.source] for item in self.items], dtype=np.int64)
        target: Index = np.array([row_of[item.synapses.target] for item in self.items], dtype=np.int64)
        edges = [(item.rect.left(), item.rect.right(), item.y, item.rect.height()) for item in cards.values()]
        left, right, middle, height = np.array(edges, dtype=np.float64).reshape(-1, 4).T
        order: Index = np.array(self.ids, dtype=np.int64)
        self.x0, self.x1 = right[source], left[target]
        self.y0 = _ports(source, order, middle[target], middle, height)
        self.y1 = _ports(target, order, middle[source], middle, height)
        width = self.x1 - self.x0
        self.handle = np.where(width >= 48, width / 2, 24 + (48 - width) * 0.5)  # as of curves: see curve_handle
        back = np.maximum(0.0, self.handle - np.maximum(0.0, width) * 0.5)
        left, right = np.minimum(self.x0, self.x1) - back, np.maximum(self.x0, self.x1) + back
        top, bottom = np.minimum(self.y0, self.y1), np.maximum(self.y0, self.y1)
        self.boxes = np.stack([left, top, right, bottom], axis=1) + np.array([-BROAD, -BROAD, BROAD, BROAD])

    def dress(
        self, weights: Mapping[int, Array], known: Tendencies, colors: Colors, emphasis: Mapping[int, Emphasis]
    ) -> Strokes:
        """The ribbons as strokes."""
        count = len(self.items)
        mean, strength = known.of(self.ids, weights)
        lean = np.divide(mean, strength, out=np.zeros(count), where=strength > 0)  # 1: all weights are positive
        share = np.minimum(1.0, np.sqrt(np.abs(lean)) * 1.25)[:, None]
        ends = np.where((lean >= 0)[:, None], _rgb(colors.positive), _rgb(colors.negative))
        rgb = np.rint(_rgb(colors.faint) + (ends - _rgb(colors.faint)) * share).astype(np.uint32)
        color = (rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]).astype(np.uint32)
        lit = np.array([i in emphasis and emphasis[i].all for i in self.ids], dtype=np.bool_)
        half = (NARROW + (BROAD - NARROW) * np.sqrt(np.minimum(1.0, strength / FULL))) / 2
        order = np.argsort(lit, kind="stable")  # what stands out comes last; the rest keeps its order between frames
        return Strokes(
            np.arange(count + 1, dtype=np.int64),
            self.x0[order],
            self.x1[order],
            self.handle[order],
            self.boxes[order],
            self.y0[order],
            self.y1[order],
            half[order],
            color[order],
            np.where(lit, 0.95, OPACITY)[order],
            np.full(count, CHOSEN, dtype=np.uint8),
        )


def _ports(card: Index, bundle: Index, other: Array, middle: Array, height: Array) -> Array:
    """The height at which each bundle meets its ``card``: side by side, in the order of their ``other`` ends."""
    count = len(card)
    order = np.lexsort((bundle, other, card))
    sizes = np.bincount(card, minlength=len(middle))
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    place = np.empty(count)
    place[order] = np.arange(count) - first[card[order]]
    group = sizes[card]
    step = np.minimum(BROAD, height[card] * SPREAD / np.maximum(1, group))
    heights: Array = middle[card] + (place - (group - 1) / 2) * step
    return heights


def _rgb(color: str) -> Array:
    value = packed(color)
    return np.array([value >> 16, value >> 8 & 255, value & 255], dtype=np.float64)

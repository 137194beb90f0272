"""Bundles seen from afar: one ribbon each, wide by the strength of its weights, coloured by which sign prevails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import is_

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array, Synapses
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.strokes import CHOSEN, Emphasis, Strokes, packed
from nnstudio.ui.theme import Colors

NARROW, BROAD = 3.0, 30.0  # scene units
FULL = 1.5  # a mean size of the weights from which on a ribbon is no broader
OPACITY = 0.6
SPREAD = 0.7  # the share of a card's edge over which its ribbons arrive

Index = NDArray[np.int64]
NONE = np.zeros(0)


class Tendencies:
    """The mean of the weights of each bundle and the mean of their sizes; what stayed is not measured again."""

    def __init__(self) -> None:
        self._wanted: list[int] = []
        self._used: list[Array] = []
        self._weights: Mapping[int, Array] | None = None
        self._found = np.zeros(0), np.zeros(0)

    def of(self, bundles: Iterable[int], weights: Mapping[int, Array]) -> tuple[Array, Array]:
        """(mean, mean size) of each bundle; 0 without weights, and weights that are no numbers are left out."""
        wanted = list(bundles)
        same = self._wanted == wanted
        if same and self._weights is weights:
            return self._found
        used = [weights.get(bundle, NONE) for bundle in wanted]
        fresh = list(range(len(used)))
        if same:
            fresh = [k for k, (new, old) in enumerate(zip(used, self._used, strict=True)) if new is not old]
        mean, size = (np.array(kept) if same else np.zeros(len(used)) for kept in self._found)
        if fresh:
            mean[fresh], size[fresh] = 0.0, 0.0
            measured = [k for k in fresh if used[k].size]
            if measured:
                mean[measured], size[measured] = self._measure([used[k] for k in measured])
        self._wanted, self._used, self._weights, self._found = wanted, used, weights, (mean, size)
        return self._found

    def _measure(self, fresh: list[Array]) -> tuple[Array, Array]:
        values = np.concatenate([array.reshape(-1) for array in fresh])
        counts = np.array([array.size for array in fresh])
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        finite = np.isfinite(values)
        if not finite.all():
            values = np.where(finite, values, 0.0)
            counts = np.maximum(1, np.add.reduceat(finite.astype(np.int64), starts))
        return np.add.reduceat(values, starts) / counts, np.add.reduceat(np.abs(values), starts) / counts


@dataclass(frozen=True, slots=True)
class Ends:
    """Which cards the ribbons of some bundles join: ``source`` and ``target`` are rows of cards, (bundles,)."""

    synapses: list[Synapses]
    row_of: dict[int, int]  # layer id -> the row of the card where its ribbons meet
    ids: list[int]
    source: Index
    target: Index

    @staticmethod
    def of(synapses: list[Synapses], row_of: dict[int, int], known: Ends | None) -> Ends:
        """Read off ``known`` where that is of the same bundles and cards."""
        if known is not None and row_of == known.row_of and _same(synapses, known.synapses):
            return known
        ends = [(row_of[one.source], row_of[one.target]) for one in synapses]
        source, target = np.array(ends, dtype=np.int64).reshape(-1, 2).T
        return Ends(synapses, row_of, [one.id for one in synapses], source.copy(), target.copy())


class RibbonBatch:
    """Where the ribbons of some bundles run: from edge to edge of the cards, spread so that they do not lie on one."""

    def __init__(
        self, items: Iterable[BundleItem], cards: Mapping[int, LayerItem], known: RibbonBatch | None = None
    ) -> None:
        """``known`` is the batch before this one: what ends where is read off it, if that is still the same."""
        synapses = [item.synapses for item in items]
        row_of: dict[int, int] = {}
        shut: dict[int, int] = {}  # of the layers of a collapsed group the ribbons meet at one card
        for row, (card, item) in enumerate(cards.items()):
            row_of[card] = shut.setdefault(item.inside, row) if item.inside else row
        self.ends: Ends = Ends.of(synapses, row_of, known.ends if known is not None else None)
        self.ids, source, target = self.ends.ids, self.ends.source, self.ends.target
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
        count = len(self.ids)
        mean, strength = known.of(self.ids, weights)
        lean = np.divide(mean, strength, out=np.zeros(count), where=strength > 0)  # 1: all weights are positive
        share = np.minimum(1.0, np.sqrt(np.abs(lean)) * 1.25)[:, None]
        ends = np.where((lean >= 0)[:, None], _rgb(colors.positive), _rgb(colors.negative))
        rgb = np.rint(_rgb(colors.faint) + (ends - _rgb(colors.faint)) * share).astype(np.uint32)
        color = (rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]).astype(np.uint32)
        shown = {i for i, how in emphasis.items() if how.all}
        lit = np.array([i in shown for i in self.ids], dtype=np.bool_) if shown else np.zeros(count, np.bool_)
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


def _same(new: list[Synapses], old: list[Synapses]) -> bool:
    return len(new) == len(old) and all(map(is_, new, old))


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

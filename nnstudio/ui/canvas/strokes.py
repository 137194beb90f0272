"""How synapses look: the weights of all shown bundles become widths, colours and opacities in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.theme import Colors

THIN, THICK = 0.5, 4.0  # scene units
FAINT, STRONG, LIT = 0.18, 0.53, 0.95  # opacities: a weight of zero, the strongest, an emphasised one
BESIDE = 0.4  # of its opacity is left of a curve while others are chosen
CHOSEN_HALF = 0.9  # half the width of a chosen curve, however weak
LEVELS = 64  # steps of strength; the strongest are drawn last
CHOSEN = 2 * LEVELS - 1  # what stands out is drawn after all others

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Strokes:
    """Curves of many bundles: those of bundle b are ``starts[b]`` to ``starts[b + 1]``; scene units throughout.

    ``x0``, ``x1``, ``handle`` are (bundles,), ``boxes`` (bundles, 4) left, top, right, bottom; the rest is (curves,).
    ``half`` is half the width; curves of a lower ``level`` are drawn before others of their bundle.
    """

    starts: Index
    x0: Array
    x1: Array
    handle: Array
    boxes: Array
    y0: Array
    y1: Array
    half: Array
    color: NDArray[np.uint32]
    alpha: Array
    level: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.y0)


@dataclass(frozen=True, slots=True, eq=False)
class Emphasis:
    """Which synapses of a bundle stand out."""

    target: int | None = None  # all that arrive at this neuron
    source: int | None = None  # all that leave this neuron
    place: int | None = None  # this curve, with a halo
    hot: int | None = None  # this curve, under the pointer
    all: bool = False
    chosen: NDArray[np.bool_] | None = None  # (sources, targets) of the whole bundle

    @property
    def any(self) -> bool:
        """Whether anything stands out."""
        places = (self.target, self.source, self.place, self.hot)
        return self.all or self.chosen is not None or any(place is not None for place in places)


PLAIN = Emphasis()


class Batch:
    """The curves of all bundles in one set of arrays; it stays as long as the items do."""

    def __init__(self, items: Sequence[BundleItem]) -> None:
        self.items = [item for item in items if len(item.sources)]
        counts = [len(item.sources) for item in self.items]
        self.starts: Index = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self.x0, self.x1, self.handle, self.boxes = outlines(self.items)
        self.y0: Array = joined([item.y0 for item in self.items])
        self.y1: Array = joined([item.y1 for item in self.items])
        self.counts = np.array(counts, dtype=np.int64)

    def values(self, weights: Mapping[int, Array]) -> tuple[Array, NDArray[np.bool_]]:
        """All weights (curves,), and for which bundles they are known (bundles,)."""
        known = np.array([item.id in weights for item in self.items], dtype=np.bool_)
        parts = [
            item.values(weights[item.id]) if item.id in weights else np.zeros(len(item.sources)) for item in self.items
        ]
        return joined(parts), known

    def dress(self, weights: Mapping[int, Array], colors: Colors, emphasis: Mapping[int, Emphasis]) -> Strokes:
        """The strokes; bundles without weights are thin and grey."""
        values, known = self.values(weights)
        finite = np.isfinite(values)
        size = np.abs(values) if finite.all() else np.abs(np.where(finite, values, 0.0))
        if len(self.items):
            largest = np.maximum.reduceat(size, self.starts[:-1])
            # An untrained wide layer has small weights: a bundle's strongest is always visible, 4 is always full width.
            share = size * np.repeat(1.0 / np.minimum(4.0, np.maximum(0.25, largest)), self.counts)
            np.minimum(share, 1.0, out=share)
        else:
            share = size
        half = (THIN / 2) + ((THICK - THIN) / 2) * share
        alpha = FAINT + (STRONG - FAINT) * np.minimum(1.0, share * 1.6)
        color = np.where(values >= 0, packed(colors.positive), packed(colors.negative)).astype(np.uint32)
        if not known.all():
            color[np.repeat(~known, self.counts)] = packed(colors.dim)
        if not finite.all():
            color[~finite] = packed(colors.error)
        level = (share * (LEVELS - 1)).astype(np.uint8)
        if any(how.chosen is not None for how in emphasis.values()):
            alpha *= BESIDE
        for b, item in enumerate(self.items):
            how = emphasis.get(item.id)
            if how is not None and how.any:
                here = slice(int(self.starts[b]), int(self.starts[b + 1]))
                lit = lit_curves(item, how)
                alpha[here] = np.where(lit, 0.8 if how.all else LIT, alpha[here])
                if how.chosen is not None:
                    half[here] = np.where(lit, np.maximum(half[here], CHOSEN_HALF), half[here])
                level[here] += (lit * LEVELS).astype(np.uint8)
        return Strokes(
            self.starts, self.x0, self.x1, self.handle, self.boxes, self.y0, self.y1, half, color, alpha, level
        )

    def halos(self, dressed: Strokes, colors: Colors, emphasis: Mapping[int, Emphasis]) -> Strokes | None:
        """What is drawn over all else: the selected curve and the one under the pointer, each in the accent's glow."""
        items, rows = [], []
        for b, item in enumerate(self.items):
            how = emphasis.get(item.id, PLAIN)
            for place, halo in ((how.hot, 1.5), (how.place, 2.5)):
                if place is not None:
                    k = int(self.starts[b]) + place
                    ends, half = (float(item.y0[place]), float(item.y1[place])), float(dressed.half[k])
                    rows.append((*ends, half + halo, packed(colors.accent), 0.45))
                    rows.append((*ends, half + 0.25, int(dressed.color[k]), 1.0))
                    items += [item, item]
        return single_curves(items, rows) if rows else None


def lit_curves(item: BundleItem, how: Emphasis) -> NDArray[np.bool_]:
    """Which of a bundle's curves stand out, (curves,)."""
    lit = np.full(len(item.sources), how.all)
    if how.target is not None:
        lit |= item.targets == how.target
    if how.source is not None:
        lit |= item.sources == how.source
    if how.chosen is not None:
        lit |= item.values(how.chosen.astype(np.float64)) > 0
    return lit


def single_curves(items: Sequence[BundleItem], rows: Sequence[tuple[float, float, float, int, float]]) -> Strokes:
    """One curve for each item: (y0, y1, half, colour, opacity), drawn in this order."""
    x0, x1, handle, boxes = outlines(items)
    y0, y1, half, shade, clear = (list(column) for column in zip(*rows, strict=True))
    return Strokes(
        np.arange(len(rows) + 1, dtype=np.int64),
        x0,
        x1,
        handle,
        boxes,
        np.array(y0),
        np.array(y1),
        np.array(half),
        np.array(shade, dtype=np.uint32),
        np.array(clear),
        np.zeros(len(rows), dtype=np.uint8),
    )


def outlines(items: Sequence[BundleItem]) -> tuple[Array, Array, Array, Array]:
    """(x0, x1, handle) of bundles, and their boxes (bundles, 4)."""
    ends = np.array([(item.x0, item.x1, item.handle) for item in items], dtype=np.float64).reshape(-1, 3)
    boxes = np.array([item.box for item in items], dtype=np.float64).reshape(-1, 4)
    return ends[:, 0].copy(), ends[:, 1].copy(), ends[:, 2].copy(), boxes


def joined(parts: Sequence[Array]) -> Array:
    """One array after the other."""
    return np.concatenate(parts) if parts else np.zeros(0)


def packed(color: str) -> int:
    """0xRRGGBB of "#rrggbb"."""
    return int(color[1:], 16)

"""Bundles seen from afar: one ribbon each, wide by the strength of its weights, coloured by which sign prevails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.document import Array
from nnstudio.ui.canvas.bundle_item import BundleItem, curve_handle
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.strokes import CHOSEN, Emphasis, Strokes, packed
from nnstudio.ui.theme import Colors

NARROW, BROAD = 3.0, 30.0  # scene units
FULL = 1.5  # a mean size of the weights from which on a ribbon is no broader
OPACITY = 0.6
SPREAD = 0.7  # the share of a card's edge over which its ribbons arrive


@dataclass(frozen=True, slots=True)
class Tendency:
    """The mean of a bundle's weights and the mean of their sizes; those that are no numbers are left out."""

    mean: float = 0.0
    strength: float = 0.0

    @property
    def lean(self) -> float:
        """From -1 (all weights are negative) to 1 (all are positive)."""
        return self.mean / self.strength if self.strength > 0 else 0.0

    @property
    def width(self) -> float:
        """Of the ribbon, in scene units."""
        return NARROW + (BROAD - NARROW) * float(np.sqrt(min(1.0, self.strength / FULL)))


class Tendencies:
    """Bundle id -> Tendency, kept as long as the weights are the same array."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Array, Tendency]] = {}

    def of(self, synapses: int, weights: Array | None) -> Tendency:
        """The tendency of one bundle's weights."""
        if weights is None or not weights.size:
            return Tendency()
        known = self._known.get(synapses)
        if known and known[0] is weights:
            return known[1]
        mean, strength = float(weights.mean()), float(np.abs(weights).mean())
        if not np.isfinite(strength):
            rest = weights[np.isfinite(weights)]
            mean, strength = (float(rest.mean()), float(np.abs(rest).mean())) if rest.size else (0.0, 0.0)
        found = Tendency(mean, strength)
        self._known[synapses] = (weights, found)
        return found


class RibbonBatch:
    """Where the ribbons of some bundles run: from edge to edge of the cards, spread so that they do not lie on one."""

    def __init__(self, items: Iterable[BundleItem], cards: Mapping[int, LayerItem]) -> None:
        self.items = list(items)
        out = _ports([(item.source.id, item.id, item.target.y) for item in self.items], cards)
        into = _ports([(item.target.id, item.id, item.source.y) for item in self.items], cards)
        ends = [
            (cards[item.source.id].rect.right(), cards[item.target.id].rect.left(), out[item.id], into[item.id])
            for item in self.items
        ]
        table = np.array(ends, dtype=np.float64).reshape(-1, 4)
        self.x0, self.x1, self.y0, self.y1 = (table[:, k].copy() for k in range(4))
        self.handle = np.array([curve_handle(a, b) for a, b, _, _ in ends], dtype=np.float64)
        back = np.maximum(0.0, self.handle - np.maximum(0.0, self.x1 - self.x0) * 0.5)
        left, right = np.minimum(self.x0, self.x1) - back, np.maximum(self.x0, self.x1) + back
        top, bottom = np.minimum(self.y0, self.y1), np.maximum(self.y0, self.y1)
        self.boxes = np.stack([left, top, right, bottom], axis=1) + np.array([-BROAD, -BROAD, BROAD, BROAD])

    def dress(
        self, weights: Mapping[int, Array], known: Tendencies, colors: Colors, emphasis: Mapping[int, Emphasis]
    ) -> Strokes:
        """The ribbons as strokes."""
        count = len(self.items)
        found = [known.of(item.id, weights.get(item.id)) for item in self.items]
        lean = np.array([one.lean for one in found])
        share = np.minimum(1.0, np.sqrt(np.abs(lean)) * 1.25)[:, None]
        ends = np.where((lean >= 0)[:, None], _rgb(colors.positive), _rgb(colors.negative))
        rgb = np.rint(_rgb(colors.faint) + (ends - _rgb(colors.faint)) * share).astype(np.uint32)
        color = (rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]).astype(np.uint32)
        lit = np.array([item.id in emphasis and emphasis[item.id].all for item in self.items], dtype=np.bool_)
        half = np.array([one.width / 2 for one in found])
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


def _ports(ends: list[tuple[int, int, float]], cards: Mapping[int, LayerItem]) -> dict[int, float]:
    """Bundle id -> the height at which it meets a card; ``ends`` are (card, bundle, height of the other end)."""
    heights: dict[int, float] = {}
    groups: dict[int, list[tuple[float, int]]] = {}
    for card, bundle, other in ends:
        groups.setdefault(card, []).append((other, bundle))
    for card, group in groups.items():
        item = cards[card]
        if len(group) == 1:
            heights[group[0][1]] = item.y
            continue
        step = min(BROAD, item.rect.height() * SPREAD / len(group))
        for place, (_, bundle) in enumerate(sorted(group)):
            heights[bundle] = item.y + (place - (len(group) - 1) / 2) * step
    return heights


def _rgb(color: str) -> Array:
    value = packed(color)
    return np.array([value >> 16, value >> 8 & 255, value & 255], dtype=np.float64)

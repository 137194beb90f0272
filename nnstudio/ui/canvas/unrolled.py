"""The single synapses of one neuron of an image, drawn from pixel to pixel: what "Show as synapses" shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from nnstudio.catalog import wirings
from nnstudio.catalog.joints import arriving, leaving, strengths
from nnstudio.document import Array, Network, Parameters
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.strokes import LEVELS, Strokes, packed
from nnstudio.ui.theme import Colors

MOST_CURVES = 400  # of more the strongest are drawn
THIN, THICK = 0.5, 3.2  # scene units
STEPS = np.linspace(0.0, 1.0, 33)

End = Literal["source", "target"]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Unrolled:
    """The synapses that arrive at ``neuron`` (``end`` "target") or leave it ("source"); (curves,) arrays.

    ``total`` counts also those that are not drawn, because their map is not shown.
    """

    bundle: BundleItem
    end: End
    neuron: int
    sources: Index
    targets: Index
    places: Index  # in the flat weights; -1 where a synapse has none
    x0: Array
    y0: Array
    x1: Array
    y1: Array
    total: int

    def place(self, source: int, target: int) -> int | None:
        """The place of one synapse in the arrays; None where it is not drawn."""
        found = np.flatnonzero((self.sources == source) & (self.targets == target))
        return int(found[0]) if found.size else None

    def point(self, place: int, t: float) -> QPointF:
        """The point of one curve at its parameter ``t`` (0 to 1)."""
        x, y = self._at(np.array([place]), np.array([t]))
        return QPointF(float(x[0, 0]), float(y[0, 0]))

    def nearest(self, point: QPointF) -> tuple[int, float] | None:
        """(place, distance) of the curve nearest to a scene point; near its ends, where all meet, the closest in y."""
        if not len(self.sources):
            return None
        x, y = self._at(np.arange(len(self.sources)), STEPS)
        dx, dy = np.diff(x, axis=1), np.diff(y, axis=1)
        along = (point.x() - x[:, :-1]) * dx + (point.y() - y[:, :-1]) * dy
        along = np.clip(along / np.maximum(dx * dx + dy * dy, 1e-12), 0.0, 1.0)
        gap = np.hypot(x[:, :-1] + along * dx - point.x(), y[:, :-1] + along * dy - point.y()).min(axis=1)
        place = int(np.argmin(gap))
        return place, float(gap[place])

    def _at(self, places: Index, t: Array) -> tuple[Array, Array]:
        x0, x1, y0, y1 = (values[places][:, None] for values in (self.x0, self.x1, self.y0, self.y1))
        handle = _handles(x0, x1)
        r = 1.0 - t[None, :]
        t = t[None, :]
        x = r**3 * x0 + 3 * r * r * t * (x0 + handle) + 3 * r * t * t * (x1 - handle) + t**3 * x1
        return x, y0 + (y1 - y0) * t * t * (3 - 2 * t)


def unroll(network: Network, parameters: Parameters, bundle: BundleItem, end: End, neuron: int) -> Unrolled:
    """The curves of one neuron of a bundle."""
    a, b = bundle.source, bundle.target
    if end == "target":
        sources, places = arriving(network, parameters, bundle.synapses, neuron)
        targets = np.full(len(sources), neuron, dtype=np.int64)
    else:
        targets, places = leaving(network, parameters, bundle.synapses, neuron)
        sources = np.full(len(targets), neuron, dtype=np.int64)
    total = len(sources)
    (x0, y0), (x1, y1) = points(a, sources, "source"), points(b, targets, "target")
    shown = np.flatnonzero(np.isfinite(x0) & np.isfinite(x1))
    weights = parameters.weights.get(bundle.id)
    if len(shown) > MOST_CURVES and weights is not None:
        size = np.abs(np.nan_to_num(strengths(weights, places[shown])))
        shown = np.sort(shown[np.argsort(-size, kind="stable")[:MOST_CURVES]])
    whole = (sources[shown], targets[shown], places[shown])
    return Unrolled(bundle, end, neuron, *whole, x0[shown], y0[shown], x1[shown], y1[shown], total)


def points(item: LayerItem, neurons: Index, end: End) -> tuple[Array, Array]:
    """Where curves meet neurons, (neurons,) each; nan where one is not shown."""
    x, y = np.full(len(neurons), np.nan), np.full(len(neurons), np.nan)
    if item.maps:
        _, width, channels = item.layer.shape
        corner = np.full((channels, 4), np.nan)
        for tile in item.maps.tiles:
            rect = tile.rect
            pixel = rect.width() / width, rect.height() / item.layer.shape[0]
            corner[tile.channel] = (rect.left(), rect.top(), *pixel)
        place, channel = np.divmod(neurons, channels)
        row, column = np.divmod(place, width)
        left, top, wide, high = corner[channel].T
        return left + (column + 0.5) * wide, top + (row + 0.5) * high
    rows = np.full(item.layer.size, np.nan)
    rows[list(item.neurons)] = item.ys
    y = rows[neurons]
    x[np.isfinite(y)] = item.x + (item.radius if end == "source" else -item.radius)
    return x, y


def unrolled_strokes(
    found: list[Unrolled], parameters: Parameters, colors: Colors, winners: Mapping[int, int]
) -> Strokes:
    """The curves by the sign and size of their weights; of the largest of a pooling (``winners``) the one that won."""
    x0, y0, x1, y1 = (np.concatenate([getattr(one, name) for one in found]) for name in ("x0", "y0", "x1", "y1"))
    half, color, alpha = [], [], []
    for one in found:
        weights = parameters.weights.get(one.bundle.id)
        count = len(one.sources)
        if weights is None or not weights.size:
            won = one.sources == winners.get(one.bundle.id, -1)
            half.append(np.where(won, THICK, 1.2) / 2)
            color.append(np.where(won, packed(colors.positive), packed(colors.faint)))
            alpha.append(np.where(won, 0.95, 0.55))
            continue
        values = np.nan_to_num(strengths(weights, one.places))
        share = np.abs(values) / max(1e-12, float(np.abs(np.nan_to_num(weights)).max(initial=0.0)))
        half.append((THIN + (THICK - THIN) * share) / 2)
        color.append(np.where(values >= 0, packed(colors.positive), packed(colors.negative)))
        alpha.append((0.35 if count <= 100 else 0.2) + 0.6 * share)
    handle = _handles(x0, x1)
    reach = np.maximum(0.0, handle - np.maximum(0.0, x1 - x0) / 2) + 5.0
    boxes = np.stack(
        [np.minimum(x0, x1) - reach, np.minimum(y0, y1) - 5, np.maximum(x0, x1) + reach, np.maximum(y0, y1) + 5], axis=1
    )
    thickness = np.concatenate(half)
    level = np.full(len(x0), 2 * LEVELS - 1, dtype=np.uint8)
    starts = np.arange(len(x0) + 1, dtype=np.int64)
    shade = np.concatenate(color).astype(np.uint32)
    return Strokes(starts, x0, x1, handle, boxes, y0, y1, thickness, shade, np.concatenate(alpha), level)


def _handles(x0: Array, x1: Array) -> Array:
    width = x1 - x0
    found: Array = np.where(width >= 48, width / 2, 24 + (48 - width) * 0.5)
    return found


def pool_winner(bundle: BundleItem, values: Array | None, sources: Index) -> int:
    """The source whose value a max pooling passes on; -1 where it takes the average or nothing is known."""
    wiring = bundle.synapses.wiring
    if wiring.key != "pooling" or values is None or not len(sources) or sources.max() >= len(values):
        return -1
    if wirings["pooling"].values(wiring)["kind"] != "max":
        return -1
    return int(sources[int(np.argmax(np.nan_to_num(values[sources], nan=-np.inf)))])

"""Which neurons of a layer have a row on its card: all of a narrow one; of a wide one the first, last and strongest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from nnstudio.catalog.fields import is_image
from nnstudio.document import Array, Document
from nnstudio.ui.canvas.maps import MOST_MAPS

MOST = 16  # a layer with more neurons does not show all of them
ROOM = 13.6  # what the rows of such a layer take, in rows of one neuron
GAP = 0.6  # a row that stands for the neurons left out
CANDIDATES = 16  # so many of the strongest are considered

Row = int | tuple[int, int]


def visible_rows(size: int, keep: Collection[int] = (), strongest: Sequence[int] = ()) -> list[Row]:
    """The rows of a layer: neuron numbers, and (first, count) for neurons left out.

    Neurons in ``keep`` always have a row; the rest of the room goes to the first, the last, and ``strongest``.
    """
    if size <= MOST:
        return list(range(size))
    chosen = {0, size - 1, *(n for n in keep if 0 <= n < size)}
    for neuron in (*strongest[:CANDIDATES], *range(min(size, CANDIDATES))):
        if neuron < size and neuron not in chosen and _room(chosen | {neuron}, size) <= ROOM:
            chosen.add(neuron)
    rows: list[Row] = []
    place = 0
    for neuron in sorted(chosen):
        if neuron - place == 1:
            rows.append(place)  # a gap of one neuron is that neuron
        elif neuron > place:
            rows.append((place, neuron - place))
        rows.append(neuron)
        place = neuron + 1
    return rows


def _room(chosen: set[int], size: int) -> float:
    order = sorted(chosen)
    gaps = [b - a - 1 for a, b in zip([-1, *order], [*order, size], strict=True) if b - a > 1]
    return len(order) + sum(GAP if gap > 1 else 1.0 for gap in gaps)


def offsets(rows: Sequence[Row]) -> list[float]:
    """How far each row lies below the first, in rows of one neuron."""
    heights = [1.0 if isinstance(row, int) else GAP for row in rows]
    places = [0.0]
    for a, b in pairwise(heights):
        places.append(places[-1] + (a + b) / 2)
    return places


class Strengths:
    """The strongest neurons of wide layers by the mean size of their weights; kept until the weights change."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[list[Array], int, tuple[int, ...]]] = {}

    def of(self, document: Document, layer: int) -> tuple[int, ...]:
        """The strongest first; of equals the first comes first. Empty for a layer that shows all its neurons."""
        network = document.network
        size = network.layers[layer].size
        if is_image(network.layers[layer]):
            return self._maps(document, layer)
        if size <= MOST:
            return ()
        weights = document.parameters.weights
        into = [weights[s.id] for s in network.incoming[layer] if s.id in weights]
        out = [weights[s.id] for s in network.outgoing[layer] if s.id in weights]
        known = self._known.get(layer)
        used = [*into, *out]
        if known and known[1] == size and list(map(id, known[0])) == list(map(id, used)):
            return known[2]
        total = np.zeros(size)
        for values, axis in (*((w, 0) for w in into), *((w, 1) for w in out)):
            if values.ndim == 2:
                mean = np.nan_to_num(np.abs(values).mean(axis=axis))[:size]
                total[: len(mean)] += mean
        order = tuple(np.argsort(-total, kind="stable")[:CANDIDATES].tolist())
        self._known[layer] = (used, size, order)
        return order

    def _maps(self, document: Document, layer: int) -> tuple[int, ...]:
        """The strongest channels of an image by the mean size of their kernels; of an input, and of a few, none."""
        channels = document.network.layers[layer].shape[2]
        if channels <= MOST_MAPS:
            return ()
        weights = document.parameters.weights
        used = [weights[s.id] for s in document.network.incoming[layer] if s.id in weights]
        known = self._known.get(layer)
        if known and known[1] == channels and list(map(id, known[0])) == list(map(id, used)):
            return known[2]
        total = np.zeros(channels)
        for kernel in used:
            if kernel.ndim == 4 and kernel.shape[3] == channels:
                total += np.nan_to_num(np.abs(kernel).mean(axis=(0, 1, 2)))
        order = tuple(np.argsort(-total, kind="stable")[:MOST_MAPS].tolist())
        self._known[layer] = (used, channels, order)
        return order

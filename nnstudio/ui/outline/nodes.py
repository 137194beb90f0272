"""The rows of the outline: layers, their neurons, arriving bundles and the strongest synapses; groups and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from nnstudio.document import Array, BoolArray, Document, Parameters

Kind = Literal["layer", "bundle", "neuron", "synapse", "more", "group", "note"]
Key = tuple[str, int, int, int]  # kind, id of layer, bundle, group or note, then neuron or source and target
FIRST = 64  # so many neurons or synapses are fetched at a time


@dataclass(eq=False)
class Node:
    """One row. ``of`` is the id of its layer, bundle, group or note; ``i`` a neuron or a synapse's source, ``j`` its
    target.

    ``wanted`` is how many neurons or synapses are to be shown below it, ``extra`` synapses that are shown although
    they are not among the strongest.
    """

    kind: Kind
    of: int
    i: int = 0
    j: int = 0
    parent: Node | None = None
    number: int = 0
    row: int = 0
    children: list[Node] = field(default_factory=list)
    fetched: bool = False
    wanted: int = FIRST
    extra: list[tuple[int, int]] = field(default_factory=list)
    ranked: tuple[Array | None, BoolArray | None] = (None, None)  # by what the synapses below were chosen

    @property
    def key(self) -> Key:
        """What it stands for, also after the tree was built anew."""
        return (self.kind, self.of, self.i, self.j)

    def adopt(self, children: list[Node]) -> None:
        """Have these children, in this order."""
        self.children = children
        for row, child in enumerate(children):
            child.parent, child.row = self, row


def reading_order(document: Document) -> list[int]:
    """All layers as they are read on the canvas: from left to right, then from top to bottom."""
    return sorted(document.network.layers, key=lambda layer: (document.layout.get(layer, (0.0, 0.0)), layer))


def structure(document: Document) -> object:
    """What decides which rows there are: two documents with the same differ only in names and values."""
    network = document.network
    return (
        [(layer, network.layers[layer].size) for layer in reading_order(document)],
        [(s.id, s.source, s.target) for s in network.synapses.values()],
        [*document.groups],
        [*document.notes],
    )


def top_rows(document: Document) -> list[Node]:
    """Layers as they are read, then groups, then notes."""
    layers = [Node("layer", layer) for layer in reading_order(document)]
    groups = [Node("group", group) for group in document.groups]
    return [*layers, *groups, *(Node("note", note) for note in document.notes)]


def layer_children(document: Document, node: Node) -> list[Node]:
    """The bundles that arrive at a layer, then its neurons, then a row for those that are not shown."""
    bundles = [Node("bundle", synapses.id) for synapses in document.network.incoming[node.of]]
    size = document.network.layers[node.of].size
    return [*bundles, *(Node("neuron", node.of, i) for i in range(min(size, node.wanted))), *_more(node, size)]


def bundle_children(node: Node, parameters: Parameters) -> list[Node]:
    """The strongest synapses of a bundle, then those asked for, then a row for the others."""
    weights, mask = node.ranked = (parameters.weights.get(node.of), parameters.masks.get(node.of))
    if weights is None or weights.ndim != 2:
        return []
    shown = strongest(weights, node.wanted, mask)
    known = set(shown)
    shown += [pair for pair in node.extra if pair not in known and (mask is None or mask[pair])]
    count = weights.size if mask is None else int(mask.sum())
    return [*(Node("synapse", node.of, i, j) for i, j in shown), *_more(node, count, len(shown))]


def _more(node: Node, count: int, shown: int | None = None) -> list[Node]:
    left = count - (min(count, node.wanted) if shown is None else shown)
    return [Node("more", node.of, left, 1 if node.kind == "bundle" else 0)] if left > 0 else []


def strongest(weights: Array, count: int, mask: BoolArray | None = None) -> list[tuple[int, int]]:
    """Source and target of the ``count`` weights (source neurons, target neurons) of largest size, largest first;
    only of those that exist by ``mask`` (the same shape)."""
    size = np.abs(weights).ravel()
    if mask is not None:
        size = np.where(mask.ravel(), size, -1.0)
        count = min(count, int(mask.sum()))
        if not count:
            return []
    chosen = np.argpartition(-size, count - 1)[:count] if size.size > count else np.arange(size.size)
    chosen = chosen[np.lexsort((chosen, -size[chosen]))]
    return [(int(place) // weights.shape[1], int(place) % weights.shape[1]) for place in chosen]

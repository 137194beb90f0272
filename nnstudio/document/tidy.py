"""Places for layers that make a network easy to read: columns from left to right, few crossings, straight wires.

The steps are those of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures",
IEEE Transactions on Systems, Man, and Cybernetics 11 (1981): ranks by longest path, places of long wires held by dummy
nodes, fewer crossings by barycentres, then coordinates (here by isotonic least squares, which keeps every distance).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.document import Position
from nnstudio.document.network import Network

GRID = 24.0
MOST_DUMMIES = 1500  # beyond, the longest wires hold no place of their own
SWEEPS = 12
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a layer's picture reaches from its centre to the left and the right, and how high it is, scene units."""

    left: float
    right: float
    height: float


@dataclass
class _Graph:
    """Nodes by rank (layers first, then the dummies of long wires) and the wires between neighbouring ranks.

    ``wires[r]``: (2, count), the nodes at rank r and at rank r + 1 that are joined.
    """

    layers: list[int]
    rank: list[int]
    height: list[float]
    wires: list[_Ints] = field(default_factory=list)

    @property
    def ranks(self) -> list[list[int]]:
        """The nodes of each rank, in order of their number."""
        columns: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for node, rank in enumerate(self.rank):
            columns[rank].append(node)
        return columns


def tidy(
    network: Network,
    extents: Mapping[int, Extent],
    layers: Collection[int] | None = None,
    before: Mapping[int, Position] | None = None,
    across: float = 156.0,
    down: float = 48.0,
) -> dict[int, Position]:
    """Layer id -> new centre on the grid, for ``layers`` (by default all).

    Every wire points to the right, no two layers overlap, and there are no more crossings than in the order in which
    the layers stand ``before`` in their columns. ``across`` and ``down`` are the least gaps between layers, scene
    units. Where layers stand already, their middle stays where it is.
    """
    chosen = [i for i in network.order if layers is None or i in layers]
    if not chosen:
        return {}
    before = before or {}
    graph = _graph(network, chosen, extents)
    columns = _ordered(graph, before)
    ys = _heights(graph, columns, down)
    xs = _columns(graph, extents, across)
    places = {layer: (xs[graph.rank[node]], ys[node]) for node, layer in enumerate(graph.layers)}
    return _moved_back(places, before)


def crossings(network: Network, places: Mapping[int, Position]) -> int:
    """How many pairs of wires cross where each is a straight line between the centres of its layers.

    Wires that share a layer do not cross.
    """
    wires = [s for s in network.synapses.values() if s.source in places and s.target in places]
    ends = np.array([(s.source, s.target) for s in wires], np.int64).reshape(-1, 2)
    a = np.array([places[s.source] for s in wires], np.float64).reshape(-1, 2)
    b = np.array([places[s.target] for s in wires], np.float64).reshape(-1, 2)

    def side(p: NDArray[np.float64], q: NDArray[np.float64], r: NDArray[np.float64]) -> NDArray[np.float64]:
        """On which side of the line from each p to its q each r lies."""
        way = (q - p)[:, None, :]
        off = r[None, :, :] - p[:, None, :]
        return np.asarray(np.sign(way[..., 0] * off[..., 1] - way[..., 1] * off[..., 0]))

    apart = side(a, b, a) * side(a, b, b) < 0
    shared = (ends[:, None, :, None] == ends[None, :, None, :]).any(axis=(2, 3))
    return int((apart & apart.T & ~shared).sum()) // 2


# -- ranks --------------------------------------------------------------------------------------------------------


def _graph(network: Network, chosen: list[int], extents: Mapping[int, Extent]) -> _Graph:
    rank = _ranks(network, chosen)
    node = {layer: place for place, layer in enumerate(chosen)}
    graph = _Graph(list(chosen), [rank[i] for i in chosen], [extents[i].height for i in chosen])
    wires: dict[int, list[tuple[int, int]]] = defaultdict(list)
    longest = _longest(network, chosen, rank)
    for layer in chosen:
        targets = sorted({s.target for s in network.outgoing[layer] if s.target in node}, key=rank.__getitem__)
        chain = {rank[layer]: node[layer]}  # wires of one layer share their dummies
        for target in targets:
            if rank[target] - rank[layer] > longest:
                continue
            for place in range(rank[layer] + 1, rank[target]):
                if place not in chain:
                    chain[place] = len(graph.rank)
                    graph.rank.append(place)
                    graph.height.append(_room(extents[layer], extents[target]))
                    wires[place - 1].append((chain[place - 1], chain[place]))
            wires[rank[target] - 1].append((chain[rank[target] - 1], node[target]))
    for place in range(max(graph.rank)):
        graph.wires.append(np.array(wires[place], np.int64).reshape(-1, 2).T)
    return graph


def _room(source: Extent, target: Extent) -> float:
    """What a wire that passes by takes: about half of what it spans at its ends."""
    return min(96.0, max(GRID, 0.5 * min(source.height, target.height)))


def _longest(network: Network, chosen: list[int], rank: Mapping[int, int]) -> float:
    """The longest wire, in ranks, that can hold a place with no more dummies than ``MOST_DUMMIES``."""
    reaches: list[int] = []
    for layer in chosen:
        spans = [rank[s.target] - rank[layer] for s in network.outgoing[layer] if s.target in rank]
        reaches.append(max(spans, default=1) - 1)
    total = 0
    for span in range(1, max(reaches, default=0) + 1):
        total += sum(reach >= span for reach in reaches)
        if total > MOST_DUMMIES:
            return span
    return inf


def _ranks(network: Network, chosen: list[int]) -> dict[int, int]:
    """Layer id -> column: the longest way to it over ``chosen`` layers. What nothing arrives at stands beside what it
    feeds, an input in the first column; what is not wired at all stands where its kind usually does.
    """
    ours = set(chosen)
    depth: dict[int, int] = {}
    for layer in network.order:
        depth[layer] = max((depth[s.source] + (s.source in ours) for s in network.incoming[layer]), default=0)
    last = max(depth[i] for i in chosen)
    rank = {i: depth[i] for i in chosen}
    for layer in reversed(chosen):
        kind, leaving = network.layers[layer].kind, network.outgoing[layer]
        if network.incoming[layer] or kind == "input":
            continue
        if leaving and all(s.target in ours for s in leaving):
            rank[layer] = min(rank[s.target] for s in leaving) - 1
        elif not leaving:
            rank[layer] = max(last, 2) if kind == "output" else 1
    used = {old: new for new, old in enumerate(sorted(set(rank.values())))}
    return {layer: used[old] for layer, old in rank.items()}


# -- order within the columns -------------------------------------------------------------------------------------


def _ordered(graph: _Graph, before: Mapping[int, Position]) -> list[list[int]]:
    """The nodes of each rank from top to bottom: the best order that sweeps of barycentres find."""
    columns = graph.ranks
    start = _standing(graph, columns, before)
    best, least = start, _count(graph, start)
    for mean in (True, False):
        if least == 0:
            break
        order, stale = start, 0
        for sweep in range(SWEEPS):
            order = _swept(graph, order, down=sweep % 2 == 0, mean=mean)
            found = _count(graph, order)
            stale = 0 if found < least else stale + 1
            if found < least:
                best, least = order, found
            if least == 0 or stale > 3:
                break
    return best


def _standing(graph: _Graph, columns: list[list[int]], before: Mapping[int, Position]) -> list[list[int]]:
    """The order in which layers stand now; dummies go along with the layer that their wire comes from."""
    y = {node: before[layer][1] if layer in before else float(node) for node, layer in enumerate(graph.layers)}
    for wires in graph.wires:
        for a, b in wires.T.tolist():
            y.setdefault(b, y[a])
    return [sorted(column, key=lambda node: (y[node], node)) for column in columns]


def _positions(graph: _Graph, columns: list[list[int]]) -> NDArray[np.float64]:
    places = np.zeros(len(graph.rank))
    for column in columns:
        places[column] = np.arange(len(column))
    return places


def _swept(graph: _Graph, columns: list[list[int]], down: bool, mean: bool) -> list[list[int]]:
    """Every rank sorted by the mean (or median) place of its neighbours in the rank before it (or after it)."""
    places = _positions(graph, columns)
    result = list(columns)
    ranks = range(1, len(columns)) if down else range(len(columns) - 2, -1, -1)
    for rank in ranks:
        wires = graph.wires[rank - 1] if down else graph.wires[rank][::-1]
        column = np.array(result[rank])
        if len(column) < 2:
            continue
        wish = places[column]  # a node without neighbours stays about where it is
        own = np.full(len(places), -1)
        own[column] = np.arange(len(column))
        ends, values = own[wires[1]], places[wires[0]]
        if mean:
            count = np.bincount(ends, minlength=len(column))
            total = np.bincount(ends, values, minlength=len(column))
            wish = np.where(count > 0, total / np.maximum(count, 1), wish)
        else:
            wish = _medians(ends, values, wish)
        column = column[np.argsort(wish, kind="stable")]
        result[rank] = column.tolist()
        places[column] = np.arange(len(column))
    return result


def _medians(ends: _Ints, values: NDArray[np.float64], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of the values at each end 0, 1, ...; ``otherwise`` where there is none."""
    values = values[np.lexsort((values, ends))]
    count = np.bincount(ends, minlength=len(otherwise))
    first = np.cumsum(count) - count
    low, high = first + np.maximum(count - 1, 0) // 2, first + count // 2
    last = max(len(values) - 1, 0)
    middle = (values[np.minimum(low, last)] + values[np.minimum(high, last)]) / 2 if len(values) else otherwise
    return np.where(count > 0, middle, otherwise)


def _count(graph: _Graph, columns: list[list[int]]) -> int:
    """How many wires cross between neighbouring ranks."""
    places = _positions(graph, columns)
    total = 0
    for wires in graph.wires:
        a, b = places[wires[0]], places[wires[1]]
        order = np.lexsort((b, a))
        a, b = a[order], b[order]
        total += int(((a[:, None] < a[None, :]) & (b[:, None] > b[None, :])).sum())
    return total


# -- coordinates --------------------------------------------------------------------------------------------------


def _columns(graph: _Graph, extents: Mapping[int, Extent], across: float) -> list[float]:
    """The x of each rank."""
    left, right = [0.0] * (max(graph.rank) + 1), [0.0] * (max(graph.rank) + 1)
    for node, layer in enumerate(graph.layers):
        rank = graph.rank[node]
        left[rank] = max(left[rank], extents[layer].left)
        right[rank] = max(right[rank], extents[layer].right)
    xs = [0.0]
    for rank in range(1, len(left)):
        xs.append(xs[-1] + _up(right[rank - 1] + across + left[rank]))
    return xs


def _heights(graph: _Graph, columns: list[list[int]], down: float) -> list[float]:
    """The y of each node: near the mean of its neighbours, with the least distances kept, on the grid."""
    heights = np.array(graph.height)
    dummy = np.arange(len(heights)) >= len(graph.layers)
    below = [_distances(heights[column], dummy[column], down) for column in columns]
    y = np.zeros(len(heights))
    for column, offsets in zip(columns, below, strict=True):
        y[column] = offsets - (offsets[0] + offsets[-1]) / 2
    around = _neighbours(graph)
    # A wire that passes by stays straight rather than central, and draws its ends to its own height.
    weight, pull = np.where(dummy, 4.0, 1.0), np.where(dummy, 3.0, 1.0)
    ranks = list(range(len(columns)))
    for sweep in range(8):
        for rank in ranks if sweep % 2 == 0 else ranks[::-1]:
            column = columns[rank]
            ends, others = around[rank]
            own = np.full(len(heights), -1)
            own[column] = np.arange(len(column))
            count = np.bincount(own[ends], pull[others], minlength=len(column))
            total = np.bincount(own[ends], y[others] * pull[others], minlength=len(column))
            wish = np.where(count > 0, total / np.maximum(count, 1), y[column])
            y[column] = _isotonic(wish - below[rank], weight[column]) + below[rank]
    for column, offsets in zip(columns, below, strict=True):
        y[column] = np.round((y[column] - offsets) / GRID) * GRID + offsets  # rounding keeps the order, so the gaps
    return [float(value) for value in y]


def _neighbours(graph: _Graph) -> list[tuple[_Ints, _Ints]]:
    """For each rank the ends of its wires there, and their other ends."""
    empty = np.zeros((2, 0), np.int64)
    into = [empty, *graph.wires]
    out = [*graph.wires, empty]
    return [(np.concatenate([a[1], b[0]]), np.concatenate([a[0], b[1]])) for a, b in zip(into, out, strict=True)]


def _distances(heights: NDArray[np.float64], dummy: NDArray[np.bool_], down: float) -> NDArray[np.float64]:
    """How far each of a column's nodes must lie below the first."""
    places = [0.0]
    for i in range(1, len(heights)):
        gap = down / 2 if dummy[i] or dummy[i - 1] else down
        places.append(places[-1] + _up((heights[i - 1] + heights[i]) / 2 + gap))
    return np.array(places)


def _isotonic(wish: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest values to ``wish`` (weighted squares) of which none is below the one before it."""
    blocks: list[tuple[float, float, int]] = []  # mean, weight, count
    for value, heavy in zip(wish.tolist(), weight.tolist(), strict=True):
        mean, total, count = value, heavy, 1
        while blocks and blocks[-1][0] > mean:
            other, more, number = blocks.pop()
            mean = (mean * total + other * more) / (total + more)
            total, count = total + more, count + number
        blocks.append((mean, total, count))
    return np.concatenate([np.full(count, mean) for mean, _, count in blocks])


def _up(length: float) -> float:
    """The next multiple of the grid."""
    return ceil(round(length / GRID, 9)) * GRID


def _moved_back(places: Mapping[int, Position], before: Mapping[int, Position]) -> dict[int, Position]:
    """The places, with their middle where the layers' middle was (the origin where they stood nowhere)."""
    shift = [0.0, 0.0]
    for axis in (0, 1):
        now = [place[axis] for place in places.values()]
        was = [before[i][axis] for i in places if i in before] or [0.0]
        wanted = (min(was) + max(was)) / 2 - (min(now) + max(now)) / 2
        shift[axis] = round(wanted / GRID) * GRID
    return {i: (x + shift[0], y + shift[1]) for i, (x, y) in places.items()}

"""A tidy layout that keeps groups together: each is laid out by itself, then placed as if it were one layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nnstudio.document.annotations import Group
from nnstudio.document.document import Position
from nnstudio.document.message import StudioError
from nnstudio.document.network import Layer, LayerKind, Network, Synapses
from nnstudio.document.tidy import GRID, Extent, tidy


def tidy_groups(
    network: Network,
    extents: Mapping[int, Extent],
    groups: Collection[Group],
    before: Mapping[int, Position],
    around: float,
    above: float,
    card: Extent | None = None,
) -> dict[int, Position]:
    """Layer id -> new centre on the grid, for all layers. No other layer lies in a group's frame, which reaches
    ``around`` beyond its layers and, with its name, ``above`` more at the top.

    A collapsed group takes no more room than ``card``; its layers keep their places to each other.
    A group that signals leave and come back to cannot be placed as a whole: its layers are laid out one by one.
    """
    kept = _closed(network, groups)
    if not kept:
        return tidy(network, extents, before=before)
    inner: dict[int, dict[int, Position]] = {}
    frames: dict[int, Extent] = {}
    for group in kept:
        if group.collapsed and card is not None:
            x, y = _middle([before[i] for i in group.layers])
            x, y = round(x / GRID) * GRID, round(y / GRID) * GRID
            inner[group.id] = {i: (before[i][0] - x, before[i][1] - y) for i in group.layers}
            frames[group.id] = card
            continue
        places = tidy(network, extents, group.layers, before)
        left = min(x - extents[i].left for i, (x, _) in places.items()) - around
        right = max(x + extents[i].right for i, (x, _) in places.items()) + around
        top = min(y - extents[i].height / 2 for i, (_, y) in places.items()) - around - above
        bottom = max(y + extents[i].height / 2 for i, (_, y) in places.items()) + around
        x, y = round((left + right) / 2 / GRID) * GRID, round((top + bottom) / 2 / GRID) * GRID
        inner[group.id] = {i: (place[0] - x, place[1] - y) for i, place in places.items()}
        frames[group.id] = Extent(x - left, right - x, 2 * max(y - top, bottom - y))
    middles = {group.id: _middle([before[i] for i in group.layers if i in before]) for group in kept}
    whole = contracted(network, kept)
    outer = tidy(whole, {**extents, **frames}, before={**before, **middles})
    result: dict[int, Position] = {}
    for node, (x, y) in outer.items():
        for layer, (dx, dy) in inner.get(node, {node: (0.0, 0.0)}).items():
            result[layer] = (x + dx, y + dy)
    return result


def _closed(network: Network, groups: Collection[Group]) -> list[Group]:
    """The groups that can all be placed as wholes."""
    kept: list[Group] = []
    for group in groups:
        try:
            contracted(network, [*kept, group]).order  # noqa: B018
        except StudioError:
            continue
        kept.append(group)
    return kept


def contracted(network: Network, groups: Collection[Group]) -> Network:
    """The network with one layer for each group."""
    node = {layer: group.id for group in groups for layer in group.layers}
    layers = {i: layer for i, layer in network.layers.items() if i not in node}
    for group in groups:
        kinds = {network.layers[i].kind for i in group.layers}
        kind: LayerKind = "input" if "input" in kinds else "output" if kinds == {"output"} else "hidden"
        layers[group.id] = Layer(group.id, kind, group.name, (1,))
    wires: dict[tuple[int, int], Synapses] = {}
    for synapses in network.synapses.values():
        ends = node.get(synapses.source, synapses.source), node.get(synapses.target, synapses.target)
        if ends[0] != ends[1]:
            wires.setdefault(ends, Synapses(synapses.id, *ends))
    return Network(layers, {synapses.id: synapses for synapses in wires.values()}, network.next_id)


def _middle(places: Collection[Position]) -> Position:
    if not places:
        return (0.0, 0.0)
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)

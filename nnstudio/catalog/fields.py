"""What a neuron of an image sees: its receptive field in every image before it, and where a shared weight is used."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog import wirings
from nnstudio.catalog.window import Window
from nnstudio.catalog.wirings import convolution, pooling
from nnstudio.document import BoolArray, Layer, Network, Part


def is_image(layer: Layer) -> bool:
    """Whether a layer's neurons stand in maps: (height, width, channels) with more than one place."""
    return len(layer.shape) == 3 and layer.shape[0] * layer.shape[1] > 1


def spot_of(layer: Layer, neuron: int) -> tuple[int, int, int]:
    """(row, column, channel) of a neuron of an image, counted from 0."""
    place, channel = divmod(neuron, layer.shape[2])
    return (*divmod(place, layer.shape[1]), channel)


def neuron_of(layer: Layer, row: int, column: int, channel: int) -> int:
    """The neuron of an image at a place."""
    return (row * layer.shape[1] + column) * layer.shape[2] + channel


def window_of(source: Layer, part: Part) -> Window | None:
    """The window that slides over ``source``; None for wirings without one."""
    if part.key == "convolution":
        return convolution.geometry(source, part)[0]
    return pooling.geometry(source, part)[0] if part.key == "pooling" else None


def seen_through(source: Layer, target: Layer, part: Part, wanted: BoolArray) -> BoolArray | None:
    """Which neurons of ``source`` reach the ``wanted`` ones of ``target``, both (height, width, channels).

    None where every neuron reaches every other, or the layers do not fit.
    """
    if not (is_image(source) and len(target.shape) == 3) or wirings[part.key].refusal(source, target, part) is not None:
        return None
    if part.key == "one_to_one" and source.shape == target.shape:
        return wanted
    over = window_of(source, part)
    if over is None:
        return None
    found = np.zeros(source.shape, dtype=np.bool_)
    if part.key == "pooling":
        for _, _, (at_y, at_x), (in_y, in_x) in over.places():
            found[in_y, in_x] |= wanted[at_y, at_x]
        return found
    groups = int(wirings[part.key].values(part)["groups"])
    own, each = source.shape[2] // groups, target.shape[2] // groups
    for group in range(groups):
        flat = np.logical_or.reduce(wanted[:, :, group * each : (group + 1) * each], axis=2, keepdims=True)
        here = slice(group * own, (group + 1) * own)
        for _, _, (at_y, at_x), (in_y, in_x) in over.places():
            found[in_y, in_x, here] |= flat[at_y, at_x]
    return found


def receptive(network: Network, layer: int, neuron: int) -> dict[int, BoolArray]:
    """Layer id -> the neurons (height, width, channels) that reach ``neuron`` of an image; its own layer is left out.

    Images from which all neurons reach it (through fully wired synapses) are left out too.
    """
    own = network.layers[layer]
    if not is_image(own) or not 0 <= neuron < own.size:
        return {}
    start = np.zeros(own.shape, dtype=np.bool_)
    start[spot_of(own, neuron)] = True
    found = {layer: start}
    for place in reversed(network.order):
        if place not in found:
            continue
        for synapses in network.incoming[place]:
            source = network.layers[synapses.source]
            seen = seen_through(source, network.layers[place], synapses.wiring, found[place])
            if seen is not None:
                found[source.id] = found[source.id] | seen if source.id in found else seen
    del found[layer]
    return found


def uses(source: Layer, part: Part, row: int, column: int) -> tuple[BoolArray, BoolArray]:
    """Where the weight at one place of a window is used: (height, width) of what it sees, (rows, columns) of who."""
    over = window_of(source, part)
    if over is None or min(over.rows, over.columns) < 1:
        return np.zeros((1, 1), dtype=np.bool_), np.zeros((1, 1), dtype=np.bool_)
    seen = np.zeros((over.height, over.width), dtype=np.bool_)
    who = np.zeros((over.rows, over.columns), dtype=np.bool_)
    for y, x, at, inside in over.places():
        if (y, x) == (row, column):
            seen[inside] = True
            who[at] = True
    return seen, who


def kernel_place(shape: tuple[int, ...], place: int) -> tuple[int, int, int, int]:
    """(row, column, channel of the source within its group, channel of the target) of a flat place in a kernel."""
    row, column, own, out = (int(k) for k in np.unravel_index(place, shape))
    return row, column, own, out


def maps_of_kernel(source: Layer, target: Layer, part: Part, own: int, out: int) -> tuple[int, int]:
    """The channels of source and target that a weight joins, given its place within its group."""
    groups = int(wirings[part.key].values(part)["groups"])
    return (out * groups // target.shape[2]) * (source.shape[2] // groups) + own, out

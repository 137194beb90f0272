"""Single synapses of any wiring: which neurons they join, and where their weights stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import wirings
from nnstudio.catalog.fields import uses
from nnstudio.document import Array, BoolArray, Layer, Network, Parameters, Part, StudioError, Synapses

Whole = NDArray[np.int64]


def ends(network: Network, synapses: Synapses) -> tuple[Layer, Layer]:
    """The layers that a bundle joins."""
    return network.layers[synapses.source], network.layers[synapses.target]


def refusal(network: Network, source: int, target: int, wiring: Part) -> StudioError | None:
    """Why ``source`` cannot be wired to ``target`` so, or None where it can, or could with another shape there."""
    found = network.refusal(source, target)
    if found is not None:
        return found
    entry, a, b = wirings[wiring.key], network.layers[source], network.layers[target]
    reason = entry.refusal(a, b, wiring)
    if reason is None or entry.target_shape(a, b, wiring) is not None:
        return None
    return StudioError("{reason}", reason=reason)


def arriving(network: Network, parameters: Parameters, synapses: Synapses, neuron: int) -> tuple[Whole, Whole]:
    """(source neurons, places in the flat weights) of the synapses of a bundle that exist and arrive at ``neuron``.

    The place is -1 where a synapse has no weight (pooling).
    """
    return into(*ends(network, synapses), synapses.wiring, neuron, parameters.masks.get(synapses.id))


def leaving(network: Network, parameters: Parameters, synapses: Synapses, neuron: int) -> tuple[Whole, Whole]:
    """(target neurons, places in the flat weights) of the synapses of a bundle that exist and leave ``neuron``."""
    entry = wirings[synapses.wiring.key]
    a, b = ends(network, synapses)
    if entry.refusal(a, b, synapses.wiring) is not None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = entry.out_of(a, b, synapses.wiring, neuron)
    return _existing(parameters.masks.get(synapses.id), *found)


def into(source: Layer, target: Layer, wiring: Part, neuron: int, mask: BoolArray | None) -> tuple[Whole, Whole]:
    """The same of two layers and a mask; nothing where the layers do not fit the wiring."""
    entry = wirings[wiring.key]
    if entry.refusal(source, target, wiring) is not None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return _existing(mask, *entry.into(source, target, wiring, neuron))


def place_of(
    network: Network, parameters: Parameters, synapses: Synapses, source: int, target: int
) -> tuple[int, ...] | None:
    """The index of one synapse in the weights of its bundle; None where there is none, or it has no weight."""
    a, b = ends(network, synapses)
    shape = wirings[synapses.wiring.key].weight_shape(a, b, synapses.wiring)
    if not (0 <= source < a.size and 0 <= target < b.size):
        return None
    sources, places = arriving(network, parameters, synapses, target)
    found = places[sources == source]
    if not len(found) or found[0] < 0:
        return None
    return tuple(int(k) for k in np.unravel_index(found[0], shape))


def user_of(
    network: Network, parameters: Parameters, synapses: Synapses, place: tuple[int, ...], near: int | None = None
) -> tuple[int, int] | None:
    """(source neuron, target neuron) of a synapse that has the weight at ``place``; None where none has.

    Of many that share it the one at the row and column of neuron ``near``, else one in the middle of the image.
    """
    a, b = ends(network, synapses)
    shape = wirings[synapses.wiring.key].weight_shape(a, b, synapses.wiring)
    flat = int(np.ravel_multi_index(place, shape))
    candidates = [place[-1]]
    if len(shape) == 4:  # a kernel: each position of its map is a candidate
        spots = np.arange(b.size // shape[3])
        middle = len(spots) // 2 + (b.shape[1] // 2 if len(b.shape) == 3 and b.shape[0] % 2 == 0 else 0)
        if near is not None:
            middle = near // shape[3]
        candidates = (spots[np.argsort(np.abs(spots - middle), kind="stable")] * shape[3] + place[3]).tolist()
    for neuron in candidates:
        sources, places = arriving(network, parameters, synapses, neuron)
        found = sources[places == flat]
        if len(found):
            return int(found[0]), int(neuron)
    return None


def strengths(weights: Array, places: Whole) -> Array:
    """The weights at flat ``places``; 1 where a synapse has none of its own."""
    if not weights.size:
        return np.ones(len(places))
    found: Array = np.where(places < 0, 1.0, weights.reshape(-1)[np.maximum(places, 0)])
    return found


def counted(network: Network, parameters: Parameters, synapses: Synapses) -> int:
    """How many synapses of a bundle exist."""
    return joined(*ends(network, synapses), synapses.wiring, parameters.masks.get(synapses.id))


def joined(source: Layer, target: Layer, wiring: Part, mask: BoolArray | None) -> int:
    """The same of two layers and a mask: a weight that is shared joins as many pairs as there are positions for it."""
    entry = wirings[wiring.key]
    if mask is None or mask.shape != entry.weight_shape(source, target, wiring):
        return entry.count(source, target, wiring)
    if mask.ndim != 4:
        return int(mask.sum())
    found = 0
    for row, column in np.ndindex(mask.shape[:2]):
        found += int(uses(source, wiring, row, column)[1].sum()) * int(mask[row, column].sum())
    return found


def _existing(mask: BoolArray | None, neurons: Whole, places: Whole) -> tuple[Whole, Whole]:
    if mask is None or not len(places):
        return neurons, places
    known = places < mask.size
    there = np.zeros(len(places), dtype=np.bool_)
    there[known] = mask.reshape(-1)[places[known]]
    return neurons[there], places[there]

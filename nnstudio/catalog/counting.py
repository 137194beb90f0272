"""How many numbers a network trains."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from operator import attrgetter
from typing import Any

from numpy.typing import NDArray

from nnstudio.catalog.initial import owns_of
from nnstudio.catalog.joints import counted
from nnstudio.document import Document, Layer, Parameters

_size = attrgetter("size")


def size_of(arrays: Iterable[NDArray[Any]]) -> int:
    """How many numbers there are in all of them."""
    return sum(map(_size, arrays))


def weight_count(parameters: Parameters, synapses: int) -> int:
    """How many weights of a bundle exist; 0 where none are known yet."""
    weights, mask = parameters.weights.get(synapses), parameters.masks.get(synapses)
    if weights is None:
        return 0
    return weights.size if mask is None or mask.shape != weights.shape else int(mask.sum())


def synapse_count(document: Document) -> int:
    """How many synapses there are; a weight that is shared belongs to many."""
    parameters, found = document.parameters, 0
    for i, synapses in document.network.synapses.items():
        shared = synapses.wiring.key in ("convolution", "pooling")
        found += counted(document.network, parameters, synapses) if shared else weight_count(parameters, i)
    return found


def own_count(layer: Layer) -> int:
    """How many values a layer trains beside its biases (running statistics are kept, not trained)."""
    return sum(prod(one.shape(layer)) for one in owns_of(layer) if one.trained)


def parameter_count(document: Document) -> int:
    """Weights that exist, biases, and what else layers train."""
    parameters = document.parameters
    count = size_of(parameters.weights.values()) + size_of(parameters.biases.values())
    count -= sum(
        parameters.weights[i].size - weight_count(parameters, i) for i in parameters.masks if i in parameters.weights
    )
    if not parameters.own:
        return count
    return count + sum(own_count(layer) for layer in document.network.layers.values())

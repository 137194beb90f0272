"""How many numbers a network trains."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from operator import attrgetter
from typing import Any

from numpy.typing import NDArray

from nnstudio.catalog.initial import owns_of
from nnstudio.document import Document, Layer

_size = attrgetter("size")


def size_of(arrays: Iterable[NDArray[Any]]) -> int:
    """How many numbers there are in all of them."""
    return sum(map(_size, arrays))


def own_count(layer: Layer) -> int:
    """How many values a layer trains beside its biases (running statistics are kept, not trained)."""
    return sum(prod(one.shape(layer)) for one in owns_of(layer) if one.trained)


def parameter_count(document: Document) -> int:
    """Weights, biases, and what else layers train."""
    parameters = document.parameters
    count = size_of(parameters.weights.values()) + size_of(parameters.biases.values())
    if not parameters.own:
        return count
    return count + sum(own_count(layer) for layer in document.network.layers.values())

"""How many numbers a network trains."""

from __future__ import annotations

from math import prod

from nnstudio.catalog.initial import owns_of
from nnstudio.document import Document, Layer


def own_count(layer: Layer) -> int:
    """How many values a layer trains beside its biases (running statistics are kept, not trained)."""
    return sum(prod(one.shape(layer)) for one in owns_of(layer) if one.trained)


def parameter_count(document: Document) -> int:
    """Weights, biases, and what else layers train."""
    parameters = document.parameters
    count = sum(w.size for w in parameters.weights.values()) + sum(b.size for b in parameters.biases.values())
    return count + sum(own_count(layer) for layer in document.network.layers.values())

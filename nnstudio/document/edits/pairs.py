"""Neurons and their counterparts as single pairs, so that synapses and neurons of them can come and go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both
from nnstudio.document.edits.structure import SINGLE
from nnstudio.document.edits.values import bundle
from nnstudio.document.message import StudioError
from nnstudio.document.parameters import Parameters, read_only

CUTTABLE = ("full", "sparse", "one_to_one")
MOST = 2048  # neurons; the pairs of more would take more than 32 MiB


def as_pairs(document: Document, synapses: int) -> Document:
    """``document`` where single synapses of a bundle can come and go; StudioError where they share their weights."""
    found = bundle(document, synapses)
    if found.wiring.key not in CUTTABLE:
        a, b = (document.network.layer(end).name for end in (found.source, found.target))
        raise StudioError(
            'The synapses from "{a}" to "{b}" share their weights: none of them can be cut or added alone.', a=a, b=b
        )
    if found.wiring.key != "one_to_one":
        return document
    network = document.network.with_synapses(replace(found, wiring=SINGLE))
    shape = (network.layers[found.source].size, network.layers[found.target].size)

    def spread(values: NDArray[Any]) -> NDArray[Any]:
        return read_only(on_diagonal(values, shape), values.dtype.type)

    def change(parameters: Parameters) -> Parameters:
        weights = parameters.weights[synapses]
        mask = parameters.masks.get(synapses, np.ones(weights.shape, np.bool_))
        frozen = {i: spread(m) if i == synapses else m for i, m in parameters.frozen.items()}
        return replace(
            parameters,
            weights={**parameters.weights, synapses: spread(weights)},
            masks={**parameters.masks, synapses: spread(mask)},
            frozen=frozen,
        )

    return in_both(document.having(network=network), change)


def on_diagonal(values: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """A matrix that is empty but for its diagonal."""
    pairs = np.zeros(shape, values.dtype)
    count = min(len(values), *shape)
    pairs[np.arange(count), np.arange(count)] = values[:count]
    return pairs


def uncoupled(document: Document, layer: int) -> Document:
    """``document`` where the counterparts of a layer's neurons are told one by one, and stay theirs if one goes."""
    network = document.network
    if network.layer(layer).size > MOST:
        return document
    for synapses in (*network.incoming[layer], *network.outgoing[layer]):
        if synapses.wiring.key == "one_to_one" and synapses.id in document.parameters.weights:
            document = as_pairs(document, synapses.id)
    return document

"""Compiles, or loads from the cache, what most programs use, so that the first training starts at once."""

from __future__ import annotations

from itertools import product

import numpy as np

from nnstudio.catalog import activations, losses, optimizers
from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Synapses, Training
from nnstudio.engine.run import train


def warm_up(*dtypes: str) -> None:
    """Have every kernel of the catalog and the loop ready for ``dtypes`` (both, where none is named)."""
    rows = np.zeros((4, 2))
    classes = Dataset("warm", "classification", rows, np.array([0, 1, 0, 1]), np.arange(4), np.arange(2))
    numbers = Dataset("warm", "regression", rows, rows, np.arange(4), np.arange(2))
    for dtype in dtypes or ("float32", "float64"):
        for dataset, loss, activation in product((classes, numbers), losses.values(), activations):
            if dataset.task not in loss.tasks:
                continue
            output = next((key for key in loss.activations), activation)
            document = _small(activation, output)
            for optimizer in optimizers:
                training = Training(
                    Part(loss.key), Part(optimizer), 2, 1, dtype="float64" if dtype == "float64" else "float32"
                )
                train(document.network, document.parameters, training, dataset)


def _small(hidden: str, output: str) -> Document:
    network = Network()
    network = network.with_layer(Layer(1, "input", "x", (2,)))
    network = network.with_layer(Layer(2, "hidden", "h", (2,), Part(hidden)))
    network = network.with_layer(Layer(3, "output", "y", (2,), Part(output)))
    network = network.with_synapses(Synapses(4, 1, 2)).with_synapses(Synapses(5, 2, 3))
    return fill(Document(network))

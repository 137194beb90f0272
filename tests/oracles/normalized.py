"""The small networks with normalization and PReLU that PyTorch follows, and what it wrote down of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Parameters, Part, Synapses, Training
from nnstudio.engine import train

GOLDEN = Path(__file__).parent / "golden" / "layers"
EPOCHS, ROWS = 20, 44
# name -> (normalization, activation, shape of the layer, into how many parts a batch is split)
CASES: dict[str, tuple[Part | None, str, tuple[int, ...], int]] = {
    "batch": (Part("batch"), "tanh", (7,), 1),
    "batch_settings": (Part.of("batch", epsilon=1e-3, momentum=0.4), "sigmoid", (7,), 1),
    "batch_parts": (Part("batch"), "tanh", (7,), 2),
    "batch_image": (Part("batch"), "tanh", (5, 4, 3), 1),
    "layer": (Part("layer"), "tanh", (7,), 1),
    "layer_settings": (Part.of("layer", epsilon=1e-2), "softplus", (7,), 1),
    "layer_image": (Part("layer"), "tanh", (5, 4, 3), 1),
    "prelu": (None, "prelu", (7,), 1),
    "batch_prelu": (Part("batch"), "prelu", (7,), 1),
    "layer_prelu": (Part("layer"), "prelu", (5, 4, 3), 1),
}


def document(name: str) -> Document:
    """An input, the layer in question (without biases where it is normalized), and three classes."""
    normalization, activation, shape, _ = CASES[name]
    image = len(shape) == 3
    hidden = Layer(2, "hidden", "h", shape, Part(activation), bias=normalization is None, normalization=normalization)
    network = Network().with_layer(Layer(1, "input", "x", (*shape[:2], 2) if image else (4,))).with_layer(hidden)
    network = network.with_layer(Layer(3, "output", "y", (3,), Part("softmax")))
    network = network.with_synapses(Synapses(4, 1, 2, Part("convolution" if image else "full")))
    filled = fill(Document(network.with_synapses(Synapses(5, 2, 3))))
    rng, parameters = np.random.default_rng(5), filled.parameters
    for key, weights in tuple(parameters.weights.items()):
        parameters = parameters.with_weights(key, rng.normal(0.0, 0.5, weights.shape))
    for layer, biases in tuple(parameters.biases.items()):
        parameters = parameters.with_bias(layer, rng.normal(0.0, 0.3, biases.shape))
    for (layer, own), values in tuple(parameters.own.items()):
        parameters = parameters.with_own(layer, own, values + rng.uniform(0.0, 0.3, values.shape))
    return filled.having(parameters=parameters)


def samples(made: Document, seed: int = 11) -> Dataset:
    """44 samples: the last batch is smaller than the others, but not of two samples (``trajectories`` says why)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(ROWS, made.network.layers[1].size))
    y = (X @ rng.normal(size=(X.shape[1], 3)) + rng.normal(0.0, 1.0, (ROWS, 3))).argmax(axis=1)
    return Dataset("oracle", "classification", X, y, np.arange(ROWS), np.zeros(0, np.int64), (), ("a", "b", "c"))


def training(name: str, optimizer: Part) -> Training:
    """In the order of the rows."""
    made = Training(Part("cross_entropy"), optimizer, 16, EPOCHS, shuffle=False, dtype="float64")
    return replace(made, accumulate=CASES[name][3])


def ours(name: str, optimizer: Part, epochs: int, seed: int = 11) -> Parameters:
    made = document(name)
    return train(made.network, made.parameters, training(name, optimizer), samples(made, seed), goal=epochs).parameters


def flat(parameters: Parameters) -> dict[str, list[float]]:
    """Every array by its name."""
    found = {f"weights/{key}": values for key, values in parameters.weights.items()}
    found |= {f"biases/{key}": values for key, values in parameters.biases.items()}
    found |= {f"own/{layer}/{name}": values for (layer, name), values in parameters.own.items()}
    return {name: np.asarray(values).ravel().tolist() for name, values in found.items()}


def written(name: str, optimizer: str) -> dict[str, dict[str, list[float]]]:
    """Epochs -> arrays by name, as PyTorch had them."""
    return dict(json.loads((GOLDEN / f"{name}_{optimizer}.json").read_text())["parameters"])

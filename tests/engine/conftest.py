"""Small networks and data sets for the engine's tests."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Synapses, Training


def chain(sizes, hidden="tanh", output="linear", seed=0) -> Document:
    """Layers one after the other, full wiring, weights drawn and biases moved away from 0."""
    network = Network()
    last = len(sizes) - 1
    for place, size in enumerate(sizes):
        kind = "input" if place == 0 else "output" if place == last else "hidden"
        activation = {"input": "linear", "hidden": hidden, "output": output}[kind]
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", (size,), Part(activation)))
    for place in range(last):
        network = network.with_synapses(Synapses(network.next_id, place + 1, place + 2))
    return with_biases(fill(Document(network, seed=seed)), seed)


def with_biases(document: Document, seed: int = 0) -> Document:
    rng = np.random.default_rng(seed)
    parameters = document.parameters
    for layer in tuple(parameters.biases):
        parameters = parameters.with_bias(layer, rng.normal(0.0, 0.3, parameters.biases[layer].shape))
    return document.having(parameters=parameters)


def random_dag(rng: np.random.Generator, output: str = "linear", sizes: int = 40) -> Document:
    """Several inputs, hidden layers and outputs, wired at random without a cycle; some without a bias."""
    network = Network()
    kinds = ["input"] * rng.integers(1, 3) + ["hidden"] * rng.integers(0, 5) + ["output"] * rng.integers(1, 3)
    hidden = ["linear", "relu", "tanh", "sigmoid", "softmax"]
    for place, kind in enumerate(kinds):
        activation = {"input": "linear", "hidden": str(rng.choice(hidden)), "output": output}[kind]
        bias = bool(rng.random() < 0.7)
        shape = (int(rng.integers(1, sizes)),)
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", shape, Part(activation), bias))
    ids = list(network.layers)
    for target in ids:
        before = [s for s in ids if s < target and network.layers[s].kind != "output"]
        if network.layers[target].kind == "input":
            continue
        for source in before:
            if rng.random() < 0.6:
                network = network.with_synapses(Synapses(network.next_id, source, target))
    return with_biases(fill(Document(network)), int(rng.integers(1000)))


def classes(inputs: int, outputs: int, samples: int = 50, validation: int = 0, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(samples, inputs))
    y = (X @ rng.normal(size=(inputs, outputs))).argmax(axis=1)
    rows = rng.permutation(samples).astype(np.int64)
    names = tuple(f"class {k}" for k in range(outputs))
    return Dataset("classes", "classification", X, y, rows[validation:], rows[:validation], (), names)


def numbers(inputs: int, outputs: int, samples: int = 50, validation: int = 0, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(samples, inputs))
    Y = np.tanh(X @ rng.normal(size=(inputs, outputs)))
    rows = rng.permutation(samples).astype(np.int64)
    return Dataset("numbers", "regression", X, Y, rows[validation:], rows[:validation])


def iris_like(validation: int = 30) -> tuple[Document, Dataset, Training]:
    document = chain((4, 8, 6, 3), "tanh", "softmax")
    training = Training(Part("cross_entropy"), Part.of("adam", learning_rate=0.01), 16, 12)
    return document, classes(4, 3, 150, validation), training


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The builders of this file."""
    return SimpleNamespace(chain=chain, random_dag=random_dag, classes=classes, numbers=numbers, iris_like=iris_like)

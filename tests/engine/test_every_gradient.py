"""Every activation with every loss, behind every kind of synapses: central differences of the loss, and a control."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from nnstudio.catalog import activations, losses
from nnstudio.catalog.initial import fill
from nnstudio.document import Document, Layer, Network, Part, Synapses
from nnstudio.engine import check_gradients, forward, gradients
from nnstudio.engine.slopes import Gradients, compare_with_differences

STEP = 2e-4  # so small that few neurons cross a kink on the way
part = Part.of
WIRES = (
    (1, 2, part("convolution", groups=2)),
    (2, 3, part("pooling", size=2)),
    (2, 4, part("sparse", density=0.1, seed=2)),
    (3, 4, part("one_to_one")),
    (2, 5, part("pooling", kind="average", whole=True)),
    (4, 6, part("full")),
    (5, 6, part("sparse", density=0.8, seed=5)),
)


@cache
def everything(hidden: str, output: str) -> Document:
    """All wirings in one network, several of them into one layer."""
    shapes = {1: (4, 4, 2), 2: (4, 4, 2), 3: (2, 2, 2), 4: (8,), 5: (1, 1, 2), 6: (3,)}
    network = Network()
    for key, shape in shapes.items():
        kind = {1: "input", 6: "output"}.get(key, "hidden")
        network = network.with_layer(Layer(key, kind, f"layer {key}", shape, Part(output if key == 6 else hidden)))
    for place, (source, target, wiring) in enumerate(WIRES, 7):
        network = network.with_synapses(Synapses(place, source, target, wiring))
    filled = fill(Document(network))
    rng, parameters = np.random.default_rng(1), filled.parameters
    spread = 0.1 if hidden == "exponential" else 0.4  # powers of powers
    for key, weights in tuple(parameters.weights.items()):
        mask = parameters.masks.get(key, np.True_)
        parameters = parameters.with_weights(key, rng.normal(0.0, spread, weights.shape) * mask)
    for key, biases in tuple(parameters.biases.items()):
        parameters = parameters.with_bias(key, rng.normal(0.0, 0.3, biases.shape))
    return filled.having(parameters=parameters)


def samples(document: Document, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Five samples, with targets that the loss takes and that are no kink of it."""
    rng, entry = np.random.default_rng(2), losses[key]
    X = rng.normal(size=(5, 32))
    answer = forward(document.network, document.parameters, X)[6]
    o = answer.z if entry.from_logits else answer.a
    Y = rng.random(o.shape)
    while entry.side is not None and (near := entry.side(o - 0.03, Y) != entry.side(o + 0.03, Y)).any():
        Y = np.where(near, rng.uniform(-2.0, 2.0, Y.shape), Y)
    return X, Y


@pytest.mark.parametrize("hidden", list(activations))
def test_every_activation_with_every_loss_behind_every_wiring(hidden: str) -> None:
    for key, entry in losses.items():
        document = everything(hidden, min(entry.activations, default="tanh"))
        X, Y = samples(document, key)
        report = check_gradients(document.network, document.parameters, X, Y, Part(key), STEP, most=40)
        assert report.passed, (key, report)
        assert report.checked >= 10, (key, report)


WEIGHTED = [place for place, (_, _, wiring) in enumerate(WIRES, 7) if wiring.key != "pooling"]


@pytest.mark.parametrize("place", WEIGHTED)
def test_a_slope_that_is_wrong_by_a_ten_thousandth_is_seen(place: int) -> None:
    document = everything("tanh", "softmax")
    X, Y = samples(document, "cross_entropy")
    network, parameters, loss = document.network, document.parameters, Part("cross_entropy")
    found = gradients(network, parameters, X, Y, loss, training=True)
    weights = {key: array.copy() for key, array in found.weights.items()}
    index = np.unravel_index(int(np.abs(weights[place]).argmax()), weights[place].shape)
    weights[place][index] *= 1.0001
    wrong = Gradients(weights, found.biases, found.own)
    report = compare_with_differences(network, parameters, X, Y, loss, wrong, STEP)
    assert not report.passed
    assert report.where == ("weights", place, tuple(int(i) for i in index))

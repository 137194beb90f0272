"""TensorFlow Playground's own numbers: an object for each node and link, as its nn.ts has them, sample after sample."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import nnstudio as nn

EPOCHS = 12
FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "relu": (lambda x: max(0.0, x), lambda x: 0.0 if x <= 0 else 1.0),
    "sigmoid": (lambda x: 1 / (1 + math.exp(-x)), lambda x: (s := 1 / (1 + math.exp(-x))) * (1 - s)),
    "linear": (lambda x: x, lambda _: 1.0),
}


class Link:
    def __init__(self, source: Node, target: Node, weight: float) -> None:
        self.source, self.target, self.weight = source, target, weight
        self.error, self.summed, self.count = 0.0, 0.0, 0
        source.outputs.append(self)
        target.inputs.append(self)


class Node:
    def __init__(self, activation: str, bias: float = 0.1) -> None:
        self.inputs: list[Link] = []
        self.outputs: list[Link] = []
        self.bias = bias
        self.function, self.derivative = FUNCTIONS[activation]
        self.total = self.output = self.slope = self.input_slope = self.summed = 0.0
        self.count = 0

    def update_output(self) -> None:
        self.total = self.bias
        for link in self.inputs:
            self.total += link.weight * link.source.output
        self.output = self.function(self.total)


class Walk:
    """The network of nn.ts: forwardProp, backProp and updateWeights for one sample after the other."""

    def __init__(self, net: nn.Network, activation: str, output: str) -> None:
        matrices = [net.weights(synapses) for synapses in net.synapses]
        last = len(matrices) - 1
        self.layers = [[Node("linear") for _ in range(len(matrices[0]))]]
        for place, weights in enumerate(matrices):
            layer = [Node(output if place == last else activation) for _ in range(weights.shape[1])]
            for j, target in enumerate(layer):
                for i, source in enumerate(self.layers[-1]):
                    Link(source, target, float(weights[i, j]))
            self.layers.append(layer)

    def forward(self, x: np.ndarray) -> float:
        for node, value in zip(self.layers[0], x, strict=True):
            node.output = float(value)
        for layer in self.layers[1:]:
            for node in layer:
                node.update_output()
        return self.layers[-1][0].output

    def backward(self, target: float) -> None:
        node = self.layers[-1][0]
        node.slope = node.output - target
        for layer in reversed(self.layers[1:]):
            for node in layer:
                node.input_slope = node.slope * node.derivative(node.total)
                node.summed += node.input_slope
                node.count += 1
                for link in node.inputs:
                    link.error = node.input_slope * link.source.output
                    link.summed += link.error
                    link.count += 1
            for node in self.layers[self.layers.index(layer) - 1]:
                node.slope = sum(link.weight * link.target.input_slope for link in node.outputs)

    def update(self, rate: float, regularization: float) -> None:
        for layer in self.layers[1:]:
            for node in layer:
                if node.count > 0:
                    node.bias -= rate * node.summed / node.count
                    node.summed, node.count = 0.0, 0
                for link in node.inputs:
                    if link.count > 0:
                        decay = rate * regularization * link.weight  # of the weight before the step
                        link.weight -= rate / link.count * link.summed
                        link.weight -= decay
                        link.summed, link.count = 0.0, 0

    def loss(self, X: np.ndarray, y: np.ndarray) -> float:
        return sum(0.5 * (self.forward(x) - target) ** 2 for x, target in zip(X, y, strict=True)) / len(X)

    def epoch(self, X: np.ndarray, y: np.ndarray, batch: int, rate: float, regularization: float) -> None:
        """playground.ts, oneStep: an update after each whole batch; what is left over waits in the sums."""
        for place, (x, target) in enumerate(zip(X, y, strict=True)):
            self.forward(x)
            self.backward(float(target))
            if (place + 1) % batch == 0:
                self.update(rate, regularization)

    def parameters(self) -> np.ndarray:
        """By layer: weights (sources, targets), then biases."""
        arrays = []
        for layer in self.layers[1:]:
            arrays += [[[link.weight for link in node.inputs] for node in layer], [node.bias for node in layer]]
        return np.concatenate([np.array(a).T.ravel() for a in arrays])


def ours(net: nn.Network) -> np.ndarray:
    arrays = []
    for synapses, layer in zip(net.synapses, net.layers[1:], strict=True):
        arrays += [net.weights(synapses).ravel(), net.bias(layer)]
    return np.concatenate(arrays)


def circle(samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    radius = np.where(np.arange(samples) % 2 == 0, rng.uniform(0, 2.5, samples), rng.uniform(3.5, 5, samples))
    angle = rng.uniform(0, 2 * np.pi, samples)
    y = np.where(radius < 2.5, 1.0, -1.0)
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), y


@pytest.mark.parametrize(
    ("sizes", "activation", "output", "samples", "batch", "regularization"),
    [
        ((2, 4, 2, 1), "tanh", "tanh", 250, 10, 0.0),
        ((2, 4, 2, 1), "tanh", "tanh", 250, 30, 0.0),  # ten samples wait for the next epoch
        ((2, 3, 1), "relu", "tanh", 47, 7, 0.0),
        ((2, 5, 3, 1), "sigmoid", "linear", 33, 9, 0.01),
        ((2, 1), "linear", "tanh", 20, 1, 0.003),
        ((2, 8, 8, 1), "tanh", "tanh", 50, 29, 0.0),
    ],
)
def test_every_epoch_equals_the_playgrounds(
    sizes: tuple[int, ...], activation: str, output: str, samples: int, batch: int, regularization: float
) -> None:
    X, y = circle(samples, 3)
    test = circle(40, 4)
    net, settings = nn.playground(
        sizes, activation, output, batch_size=batch, regularization_rate=regularization, seed=samples
    )
    walk = Walk(net, activation, output)
    np.testing.assert_array_equal(walk.parameters(), ours(net))
    found = [nn.train(net, X, y, epochs=k, validation=test, **settings) for k in range(1, EPOCHS + 1)]
    for run in found:
        walk.epoch(X, y, batch, 0.03, regularization)
        np.testing.assert_allclose(ours(run.network), walk.parameters(), rtol=1e-12, atol=1e-13)
        assert run.history["val_loss"][-1] == pytest.approx(walk.loss(*test), rel=1e-12)
        assert run.network.loss(X, y, "half_mse") == pytest.approx(walk.loss(X, y), rel=1e-12)


def test_without_carrying_over_the_numbers_are_others() -> None:
    X, y = circle(250, 3)
    net, settings = nn.playground(batch_size=30)
    carried = nn.train(net, X, y, epochs=3, **settings)
    plain = nn.train(net, X, y, epochs=3, **settings | {"carry_over": False})
    assert np.abs(ours(carried.network) - ours(plain.network)).max() > 1e-5


def test_what_waits_is_kept_in_a_checkpoint(tmp_path) -> None:
    X, y = circle(250, 3)
    net, settings = nn.playground(batch_size=30)
    whole = nn.train(net, X, y, epochs=7, **settings)
    nn.train(net, X, y, epochs=4, **settings).save_checkpoint(tmp_path / "run.nns")
    resumed = nn.resume(tmp_path / "run.nns", X, y, epochs=7)
    np.testing.assert_array_equal(ours(resumed.network), ours(whole.network))


def test_parts_of_a_batch_and_the_rest_of_an_epoch_add_up_alike() -> None:
    X, y = circle(100, 3)
    net, settings = nn.playground(batch_size=30)
    whole = nn.train(net, X, y, epochs=5, **settings)
    parts = nn.train(net, X, y, epochs=5, accumulate=4, **settings)
    np.testing.assert_allclose(ours(parts.network), ours(whole.network), rtol=1e-12, atol=1e-13)


def test_a_network_has_inputs_and_outputs() -> None:
    with pytest.raises(nn.StudioError, match="inputs and outputs"):
        nn.playground((2,))

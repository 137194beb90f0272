"""Convolution, pooling, sparse and one-to-one synapses against PyTorch: float64 trajectories to 1e-12."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Synapses, Training
from nnstudio.engine import train

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")
F = torch.nn.functional
part = Part.of

CASES = {
    "same": ([(6, 6, 2), (6, 6, 4)], part("convolution"), {"padding": "same"}),
    "even": ([(5, 6, 2), (5, 6, 4)], part("convolution", kernel=4), {"pad": (1, 2, 1, 2)}),
    "valid, stride": ([(9, 8, 2), (4, 3, 4)], part("convolution", kernel=3, stride=2, padding="valid"), {"stride": 2}),
    "dilation": ([(8, 8, 2), (8, 8, 4)], part("convolution", dilation=2), {"padding": "same", "dilation": 2}),
    "groups": ([(5, 5, 4), (5, 5, 6)], part("convolution", groups=2), {"padding": "same", "groups": 2}),
    "max": ([(6, 6, 3), (3, 3, 3)], part("pooling"), {"max": 2}),
    "average": ([(6, 6, 3), (3, 3, 3)], part("pooling", kind="average"), {"average": 2}),
    "over each other": ([(7, 7, 2), (3, 3, 2)], part("pooling", size=3, stride=2), {"max": 3, "stride": 2}),
    "global": ([(5, 4, 6), (1, 1, 6)], part("pooling", whole=True, kind="average"), {"average": (5, 4)}),
    "sparse": ([9, 12], part("sparse", density=0.3, seed=4), {}),
    "with zeros": ([9, 12], part("sparse", density=0.7, seed=4), {}),
    "one to one": ([7, 7], part("one_to_one"), {}),
}


def document(shapes: list[Any], wiring: Part) -> Document:
    """An input, a full bundle of the same shape, the wiring, and a full bundle to three classes."""
    shapes = [shape if isinstance(shape, tuple) else (shape,) for shape in shapes]
    layers = [
        Layer(1, "input", "x", shapes[0]),
        Layer(2, "hidden", "a", shapes[0], Part("tanh")),
        Layer(3, "hidden", "b", shapes[1], Part("tanh")),
        Layer(4, "output", "y", (3,), Part("softmax")),
    ]
    network = Network()
    for layer in layers:
        network = network.with_layer(layer)
    for source, target, chosen in ((1, 2, Part("full")), (2, 3, wiring), (3, 4, Part("full"))):
        network = network.with_synapses(Synapses(network.next_id, source, target, chosen))
    filled = fill(Document(network))
    rng, parameters = np.random.default_rng(5), filled.parameters
    for key, biases in tuple(parameters.biases.items()):
        parameters = parameters.with_bias(key, rng.normal(0.0, 0.3, biases.shape))
    return filled.having(parameters=parameters)


def spread(bias: Any, layer: Layer) -> Any:
    return bias.repeat(layer.size // layer.bias_count)


def said(network: Network, w: dict[int, Any], b: dict[int, Any], mask: Any, X: Any, how: dict[str, Any]) -> Any:
    first, wire, last = network.synapses.values()
    source, target = network.layers[2], network.layers[3]
    a = torch.tanh(X @ w[first.id] + spread(b[2], source))
    if wire.wiring.key in ("convolution", "pooling"):
        image = a.reshape(-1, *source.shape).permute(0, 3, 1, 2)
        if "max" in how:
            z = F.max_pool2d(image, how["max"], how.get("stride"))
        elif "average" in how:
            z = F.avg_pool2d(image, how["average"])
        elif "pad" in how:  # what its padding="same" does, with a warning, where the kernel is even
            z = F.conv2d(F.pad(image, how["pad"]), w[wire.id].permute(3, 2, 0, 1))
        else:
            z = F.conv2d(image, w[wire.id].permute(3, 2, 0, 1), **how)
        z = z.permute(0, 2, 3, 1).reshape(len(X), -1)
    elif wire.wiring.key == "sparse":
        z = a @ (w[wire.id] * mask)
    else:
        z = a * w[wire.id]
    return torch.tanh(z + spread(b[3], target)) @ w[last.id] + b[4]


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", CASES)
def test_trajectories_equal_pytorchs(name: str, optimizer: str) -> None:
    shapes, wiring, how = CASES[name]
    made = document(shapes, wiring)
    network = made.network
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(40, network.layers[1].size)), rng.integers(0, 3, 40)
    data = Dataset("rows", "classification", X, y, np.arange(40), np.arange(0), (), ("p", "q", "r"))
    training = Training(
        Part("cross_entropy"), part(optimizer, learning_rate=0.02), 16, 20, shuffle=False, dtype="float64"
    )
    found = train(network, made.parameters, training, data).parameters
    w = {k: torch.tensor(np.array(v), requires_grad=True) for k, v in made.parameters.weights.items()}
    b = {k: torch.tensor(np.array(v), requires_grad=True) for k, v in made.parameters.biases.items()}
    wire = tuple(network.synapses)[1]
    mask = torch.tensor(np.array(made.parameters.masks.get(wire, np.ones(1, bool)))).double()
    step = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer]([*w.values(), *b.values()], lr=0.02)
    rows, classes = torch.tensor(X), torch.tensor(y)
    for _ in range(20):
        for start in range(0, 40, 16):
            step.zero_grad()
            output = said(network, w, b, mask, rows[start : start + 16], how)
            F.cross_entropy(output, classes[start : start + 16]).backward()
            step.step()
    for key, values in w.items():
        np.testing.assert_allclose(found.weights[key], values.detach().numpy(), rtol=1e-12, atol=1e-12)
    for key, values in b.items():
        np.testing.assert_allclose(found.biases[key], values.detach().numpy(), rtol=1e-12, atol=1e-12)

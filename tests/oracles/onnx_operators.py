"""ONNX operators as small networks of our parts, run by our engine.

An activation is a layer behind one-to-one synapses of weight 1, a product is full synapses, a convolution or pooling a
wire between images, a normalization a layer's own.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nnstudio import catalog, engine
from nnstudio.document import Dataset, Layer, Network, Parameters, Part, Synapses, Training
from nnstudio.engine.slopes import _Once

Arrays = list[np.ndarray]


class Net:
    """A network in the making."""

    def __init__(self, *inputs: int | tuple[int, ...]) -> None:
        self.network, self.parameters = Network(), Parameters()
        for shape in inputs:
            self.add("input", shape)

    def add(
        self,
        kind: str,
        shape: int | tuple[int, ...],
        activation: Part = Part("linear"),
        bias: Any = None,
        own: dict[str, Any] | None = None,
        **more: Any,
    ) -> Layer:
        """A layer; ``bias`` one number a neuron, ``own`` what it owns beside."""
        key = self.network.next_id
        size = shape if isinstance(shape, tuple) else (shape,)
        layer = Layer(key, kind, f"layer {key}", size, activation, bias is not None, **more)
        self.network = self.network.with_layer(layer)
        if bias is not None:
            self.parameters = self.parameters.with_bias(key, np.broadcast_to(bias, (layer.bias_count,)))
        for name, values in (own or {}).items():
            self.parameters = self.parameters.with_own(key, name, np.asarray(values, dtype=np.float64))
        return layer

    def wire(self, source: int, target: Layer, weights: Any, part: Part = Part("full")) -> None:
        """Synapses with these weights."""
        key = self.network.next_id
        self.network = self.network.with_synapses(Synapses(key, source, target.id, part))
        self.parameters = self.parameters.with_weights(key, np.asarray(weights, dtype=np.float64))

    def once(self, rows: np.ndarray, *, training: bool = False) -> _Once:
        """The compiled engine's table after these samples went forward."""
        size = sum(layer.size for layer in self.network.of_kind("output"))
        wanted = np.zeros((len(rows), size))
        once = _Once(self.network, self.parameters, rows, wanted, Part("mse"), "float32", training=training)
        once.run(backward=False)
        return once

    def said(self, rows: np.ndarray, *, training: bool = False) -> np.ndarray:
        """What the output layers answer, (samples, neurons): of the compiled engine, held against plain NumPy."""
        once, outputs = self.once(rows, training=training), self.network.of_kind("output")
        found = np.concatenate([once.table.block(layer, "a", len(rows)).T for layer in outputs], axis=1)
        plain = engine.forward(self.network, self.parameters, rows, training=training)
        np.testing.assert_allclose(
            np.concatenate([plain[layer.id].a for layer in outputs], axis=1), found, rtol=2e-5, atol=2e-5
        )
        return found


def elementwise(activation: Part, before: tuple[float, float] = (1.0, 0.0), after: tuple[float, float] = (1.0, 0.0)):
    """f(before[0] x + before[1]) after[0] + after[1], each number of a sample a neuron."""

    def run(attributes: dict[str, Any], x: np.ndarray, *_: np.ndarray) -> Arrays:
        rows = x.astype(np.float64).reshape(len(x), -1) if x.ndim > 1 else x.astype(np.float64).reshape(1, -1)
        size = rows.shape[1]
        net = Net(size)
        plain = after == (1.0, 0.0)
        layer = net.add("output" if plain else "hidden", size, activation, before[1])
        net.wire(1, layer, np.full(size, before[0]), Part("one_to_one"))
        if not plain:
            output = net.add("output", size, bias=after[1])
            net.wire(layer.id, output, np.full(size, after[0]), Part("one_to_one"))
        return [net.said(rows).reshape(x.shape)]

    return run


def along(key: str):
    """An activation over the values along one axis."""

    def run(attributes: dict[str, Any], x: np.ndarray) -> Arrays:
        axis = attributes.get("axis", -1)
        rows = np.moveaxis(x, axis, -1)
        said = elementwise(Part(key))({}, rows.reshape(-1, rows.shape[-1]))[0]
        return [np.moveaxis(said.reshape(rows.shape), -1, axis)]

    return run


def hard_sigmoid(attributes: dict[str, Any], x: np.ndarray) -> Arrays:
    """max(0, min(1, alpha x + beta)); ours is that with 1/6 and 1/2."""
    alpha, beta = attributes.get("alpha", 0.2), attributes.get("beta", 0.5)
    return elementwise(Part("hard_sigmoid"), (6 * alpha, 6 * (beta - 0.5)))({}, x)


def clip(attributes: dict[str, Any], x: np.ndarray, low: np.ndarray, high: np.ndarray) -> Arrays:
    """Between two ends; hard tanh lies between -1 and 1."""
    half, middle = float(high - low) / 2, float(high + low) / 2
    return elementwise(Part("hard_tanh"), (1 / half, -middle / half), (half, middle))({}, x)


def selu(attributes: dict[str, Any], x: np.ndarray) -> Arrays:
    """Ours has the constants of the paper, ONNX's default; others are an ELU behind a weight."""
    if not attributes:
        return elementwise(Part("selu"))({}, x)
    return elementwise(Part.of("elu", alpha=attributes["alpha"]), after=(attributes["gamma"], 0.0))({}, x)


def gelu(attributes: dict[str, Any], x: np.ndarray) -> Arrays:
    return elementwise(Part("gelu_tanh" if attributes.get("approximate") == b"tanh" else "gelu"))({}, x)


def added(attributes: dict[str, Any], *terms: np.ndarray) -> Arrays:
    """Several wires into one layer add up."""
    shape = np.broadcast_shapes(*(term.shape for term in terms))
    rows = [np.broadcast_to(term, shape).reshape(shape[0] if len(shape) > 1 else 1, -1) for term in terms]
    net = Net(*(row.shape[1] for row in rows))
    output = net.add("output", rows[0].shape[1])
    for place, row in enumerate(rows):
        net.wire(place + 1, output, np.ones(row.shape[1]), Part("one_to_one"))
    return [net.said(np.concatenate(rows, axis=1)).reshape(shape)]


def gemm(attributes: dict[str, Any], a: np.ndarray, b: np.ndarray, c: np.ndarray | None = None) -> Arrays:
    """alpha A B + beta C: C is a bias where its rows are alike, else an input of its own, wired one to one."""
    a, b = a.T if attributes.get("transA") else a, b.T if attributes.get("transB") else b
    alpha, beta = attributes.get("alpha", 1.0), attributes.get("beta", 1.0)
    alike = c is None or c.ndim < 2 or len(c) == 1
    net = Net(a.shape[1]) if alike else Net(a.shape[1], b.shape[1])
    bias = None if c is None or not alike else beta * np.broadcast_to(c, (1, b.shape[1]))[0]
    output = net.add("output", b.shape[1], bias=bias)
    net.wire(1, output, alpha * b)
    if not alike:
        net.wire(2, output, np.full(b.shape[1], beta), Part("one_to_one"))
    return [net.said(a if alike else np.concatenate([a, c], axis=1))]


def matmul(attributes: dict[str, Any], a: np.ndarray, b: np.ndarray) -> Arrays:
    """Each matrix of a stack is a network of its own."""
    left, right = a[np.newaxis] if a.ndim == 1 else a, b[:, np.newaxis] if b.ndim == 1 else b
    stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left = np.broadcast_to(left, stack + left.shape[-2:])
    right = np.broadcast_to(right, stack + right.shape[-2:])
    found = np.zeros((*stack, left.shape[-2], right.shape[-1]), dtype=a.dtype)
    for place in np.ndindex(stack):
        found[place] = gemm({}, left[place], right[place])[0]
    return [found.reshape(np.matmul(a, b).shape)]


def sides(attributes: dict[str, Any], shape: tuple[int, ...], kernel: tuple[int, ...]) -> list[tuple[int, int]]:
    """Of each side of an image: how many positions ONNX's window has, and how far the first lies outside."""
    strides, dilations = attributes.get("strides", [1, 1]), attributes.get("dilations", [1, 1])
    pads, automatic = attributes.get("pads", [0, 0, 0, 0]), attributes.get("auto_pad", b"NOTSET")
    found = []
    for side, length in enumerate(shape[2:]):
        reach = (kernel[side] - 1) * dilations[side] + 1
        if automatic in (b"SAME_UPPER", b"SAME_LOWER"):
            count = -(-length // strides[side])
            odd = max(0, (count - 1) * strides[side] + reach - length)
            found.append((count, odd // 2 if automatic == b"SAME_UPPER" else -(-odd // 2)))
        else:
            free = length + pads[side] + pads[side + 2] - reach
            count = (math.ceil if attributes.get("ceil_mode") else math.floor)(free / strides[side]) + 1
            if (count - 1) * strides[side] >= length + pads[side]:
                count -= 1  # a window that would lie wholly beyond the image
            found.append((count, pads[side]))
    return found


def windowed(attributes: dict[str, Any], x: np.ndarray, key: str, kernel: tuple[int, ...], weights: Any, **more: Any):
    """A wire between images, with the padding that puts our window where ONNX has it."""
    assert kernel[0] == kernel[1] or more.get("whole"), "our windows are square"
    stride = attributes.get("strides", [1, 1])[0]
    source = Layer(1, "input", "x", (x.shape[2], x.shape[3], x.shape[1]))
    wanted, channels = sides(attributes, x.shape, kernel), x.shape[1] if weights is None else weights.shape[3]
    for padding in ("valid", "same"):
        name = {"convolution": "kernel", "pooling": "size"}[key]
        size = {} if more.get("whole") else {"stride": stride, "padding": padding, name: kernel[0]}
        part = Part.of(key, **size, **more)
        over = catalog.wirings[key].target_shape(source, Layer(2, "output", "y", (1, 1, channels)), part)
        window = importlib.import_module(f"nnstudio.catalog.wirings.{key}").geometry(source, part)[0]
        if over is not None and [(window.rows, window.top), (window.columns, window.left)] == wanted:
            break
    else:
        raise AssertionError(f"no window of ours lies as {attributes} wants it")
    net = Net(source.shape)
    output = net.add("output", over)
    net.wire(1, output, np.zeros(0) if weights is None else weights, part)
    said = net.said(x.transpose(0, 2, 3, 1).reshape(len(x), -1))
    return [said.reshape(len(x), *over).transpose(0, 3, 1, 2)]


def convolution(attributes: dict[str, Any], x: np.ndarray, w: np.ndarray) -> Arrays:
    """ONNX has weights (target's channels, channels / groups, rows, columns)."""
    more = {"dilation": attributes.get("dilations", [1])[0], "groups": attributes.get("group", 1)}
    return windowed(attributes, x, "convolution", w.shape[2:], w.transpose(2, 3, 1, 0), **more)


def pooling(kind: str, whole: bool = False):
    """Each channel by itself."""

    def run(attributes: dict[str, Any], x: np.ndarray) -> Arrays:
        kernel = x.shape[2:] if whole else tuple(attributes["kernel_shape"])
        more = {"whole": True} if whole else {}
        return windowed(attributes, x, "pooling", kernel, None, kind=kind, **more)

    return run


def prelu(attributes: dict[str, Any], x: np.ndarray, slope: np.ndarray) -> Arrays:
    """Ours has one slope for a layer, so each neuron is a layer."""
    alike = slope.ndim == 1
    rows, slopes = (x.reshape(-1, slope.size), slope) if alike else (x.reshape(1, -1), slope.ravel())
    net = Net(rows.shape[1])
    for place, one in enumerate(slopes):
        output = net.add("output", 1, Part("prelu"), own={"slope": one})
        net.wire(1, output, np.eye(len(slopes))[:, [place]])
    return [net.said(rows).reshape(x.shape)]


def batch_normalization(
    attributes: dict[str, Any], x: np.ndarray, gain: np.ndarray, shift: np.ndarray, mean: np.ndarray, var: np.ndarray
) -> Arrays:
    """By channel. In training the running variance moves towards the batch's unbiased one, as PyTorch's does, in ONNX
    towards the biased one: that step is scaled.
    """
    training = bool(attributes.get("training_mode"))
    shape = (x.shape[2], x.shape[3], x.shape[1])
    part = Part.of("batch", epsilon=attributes.get("epsilon", 1e-5), momentum=1 - attributes.get("momentum", 0.9))
    net = Net(shape)
    own = {"gain": gain, "shift": shift, "mean": mean, "variance": var}
    output = net.add("output", shape, own=own, normalization=part)
    net.wire(1, output, np.ones(output.size), Part("one_to_one"))
    rows = x.transpose(0, 2, 3, 1).reshape(len(x), -1)
    found = [net.said(rows, training=training).reshape(len(x), *shape).transpose(0, 3, 1, 2)]
    if training:
        everyone, nobody = np.arange(len(x)), np.zeros(0, dtype=np.int64)
        data = Dataset("onnx", "regression", rows, np.zeros(rows.shape), everyone, nobody)
        settings = Training(Part("mse"), Part.of("sgd", learning_rate=1e-6), len(x), 1)
        kept = engine.train(net.network, net.parameters, settings, data).parameters.own
        members, before = x.size // x.shape[1], attributes.get("momentum", 0.9) * var
        found += [kept[output.id, "mean"], before + (kept[output.id, "variance"] - before) * (members - 1) / members]
    return found


def layer_normalization(attributes: dict[str, Any], x: np.ndarray, gain: np.ndarray, shift: np.ndarray) -> Arrays:
    """Over the axes from one on; a layer's neurons are those axes. Mean and 1 / s are what its kernel keeps."""
    axis = attributes.get("axis", -1) % x.ndim
    rows = x.reshape(math.prod(x.shape[:axis]), -1)
    net = Net(rows.shape[1])
    own = {"gain": gain.ravel(), "shift": shift.ravel()}
    part = Part.of("layer", epsilon=attributes.get("epsilon", 1e-5))
    output = net.add("output", rows.shape[1], own=own, normalization=part)
    net.wire(1, output, np.ones(rows.shape[1]), Part("one_to_one"))
    table = net.once(rows).table
    start, few = table._blocks[output.id].room, (*x.shape[:axis], *([1] * (x.ndim - axis)))
    kept = [table.arena[start + k * table.lanes :][: len(rows)].reshape(few) for k in range(2)]
    return [net.said(rows).reshape(x.shape), *kept]


def dropout(attributes: dict[str, Any], x: np.ndarray, ratio: Any = None, training: Any = False) -> Arrays:
    """In evaluation nothing is dropped; in training with a ratio of 0 neither."""
    share = float(attributes.get("ratio", 0.5) if ratio is None else ratio)
    rows = x.reshape(len(x), -1)
    net = Net(rows.shape[1])
    hidden, output = net.add("hidden", rows.shape[1], dropout=share), net.add("output", rows.shape[1])
    for source, target in ((1, hidden), (hidden.id, output)):
        net.wire(source, target, np.ones(rows.shape[1]), Part("one_to_one"))
    return [net.said(rows, training=bool(training)).reshape(x.shape)]


OPERATORS: dict[str, Callable[..., Arrays]] = {
    "Relu": elementwise(Part("relu")),
    "LeakyRelu": lambda given, x: elementwise(Part.of("leaky_relu", negative_slope=given.get("alpha", 0.01)))({}, x),
    "Elu": lambda given, x: elementwise(Part.of("elu", alpha=given.get("alpha", 1.0)))({}, x),
    "Selu": selu,
    "Celu": lambda given, x: elementwise(Part.of("celu", alpha=given["alpha"]))({}, x),
    "Gelu": gelu,
    "HardSigmoid": hard_sigmoid,
    "Mish": elementwise(Part("mish")),
    "Sigmoid": elementwise(Part("sigmoid")),
    "Softmax": along("softmax"),
    "LogSoftmax": along("log_softmax"),
    "Softplus": elementwise(Part("softplus")),
    "Softsign": elementwise(Part("softsign")),
    "Sign": elementwise(Part("sign")),
    "Sin": elementwise(Part("sine")),
    "Exp": elementwise(Part("exponential")),
    "Tanh": elementwise(Part("tanh")),
    "Swish": elementwise(Part("silu")),
    "Clip": clip,
    "Identity": elementwise(Part("linear")),
    "Add": added,
    "Sum": added,
    "Gemm": gemm,
    "MatMul": matmul,
    "Conv": convolution,
    "MaxPool": pooling("max"),
    "AveragePool": pooling("average"),
    "GlobalMaxPool": pooling("max", whole=True),
    "GlobalAveragePool": pooling("average", whole=True),
    "PRelu": prelu,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "Dropout": dropout,
}

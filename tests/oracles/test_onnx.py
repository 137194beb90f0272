"""ONNX's own node tests, for every operator that we have a part for: our engine on their inputs, their outputs.

An operator becomes a small network: an activation is a layer behind one-to-one synapses of weight 1, a product is full
synapses, a convolution or pooling a wire between images, an optimizer one update of a run, a loss a run's first epoch.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnstudio import catalog, engine
from nnstudio.document import Dataset, Layer, Network, Parameters, Part, Progress, Synapses, Training
from nnstudio.engine.slopes import _Once

FILES = (
    "relu leakyrelu elu selu celu gelu hardsigmoid mish sigmoid softmax logsoftmax softplus softsign sign sin exp tanh "
    "swish clip identity add sum gemm matmul conv maxpool averagepool globalmaxpool globalaveragepool "
    "softmax_cross_entropy_loss adam adagrad momentum"
)
LINE = "a window slides over an image, not over a line"
SPACE = "a window slides over an image, not through space"
FURTHER = "a window reaches over the edge by as much as keeps the size, not by more"
BEFORE = 'the odd row of padding "same" lies below and at the right, not above and at the left'
APART = "the places of a pooling window lie side by side"
FULL = "the average is over what lies inside the image"
PLACE = "which place was the largest is not told"
WHOLE = "neurons compute with real numbers, not with whole ones"
# Cases of these operators that none of our parts can express, and why
CANNOT = {
    "test_conv_with_strides_and_asymmetric_padding": "padding is alike on all sides",
    "test_maxpool_1d_default": LINE,
    "test_maxpool_3d_default": SPACE,
    "test_maxpool_3d_dilations": SPACE,
    "test_maxpool_3d_dilations_use_ref_impl": SPACE,
    "test_maxpool_3d_dilations_use_ref_impl_large": SPACE,
    "test_maxpool_2d_same_lower": BEFORE,
    "test_maxpool_2d_pads": FURTHER,
    "test_maxpool_2d_dilations": APART,
    "test_maxpool_with_argmax_2d_precomputed_pads": PLACE,
    "test_maxpool_with_argmax_2d_precomputed_strides": PLACE,
    "test_averagepool_1d_default": LINE,
    "test_averagepool_3d_default": SPACE,
    "test_averagepool_3d_dilations_small": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True": SPACE,
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False": SPACE,
    "test_averagepool_2d_same_lower": BEFORE,
    "test_averagepool_2d_pads": FURTHER,
    "test_averagepool_2d_pads_count_include_pad": FULL,
    "test_averagepool_2d_precomputed_pads_count_include_pad": FULL,
    "test_averagepool_2d_ceil_last_window_starts_on_pad": FULL,
    "test_averagepool_2d_dilations": APART,
    "test_clip_min_greater_than_max": "a range ends above where it begins",
    "test_clip_default_min": "clipping has both ends",
    "test_clip_default_max": "clipping has both ends",
    "test_clip_default_inbounds": "clipping has both ends",
    **{f"test_clip_default_int8_{which}": WHOLE for which in ("min", "max", "inbounds")},
    **{f"test_add_{kind}": WHOLE for kind in ("int8", "int16", "uint8", "uint16", "uint32", "uint64")},
    "test_identity_sequence": "a list of tensors is no layer",
    "test_identity_opt": "a list of tensors is no layer",
}
Arrays = list[np.ndarray]


class Net:
    """A network in the making, its last layer an output."""

    def __init__(self, *inputs: int | tuple[int, ...]) -> None:
        self.network, self.parameters = Network(), Parameters()
        for shape in inputs:
            self.add("input", shape)

    def add(
        self, kind: str, shape: int | tuple[int, ...], activation: Part = Part("linear"), bias: Any = None
    ) -> Layer:
        """A layer; ``bias`` one number a neuron."""
        key = self.network.next_id
        size = shape if isinstance(shape, tuple) else (shape,)
        layer = Layer(key, kind, f"layer {key}", size, activation, bias is not None)
        self.network = self.network.with_layer(layer)
        if bias is not None:
            self.parameters = self.parameters.with_bias(key, np.broadcast_to(bias, (layer.bias_count,)))
        return layer

    def wire(self, source: int, target: Layer, weights: Any, part: Part = Part("full")) -> None:
        """Synapses with these weights."""
        key = self.network.next_id
        self.network = self.network.with_synapses(Synapses(key, source, target.id, part))
        self.parameters = self.parameters.with_weights(key, np.asarray(weights, dtype=np.float64))

    def said(self, rows: np.ndarray) -> np.ndarray:
        """What the last layer answers, (samples, neurons): of the compiled engine, held against plain NumPy."""
        last = self.network.of_kind("output")[0]
        once = _Once(self.network, self.parameters, rows, np.zeros((len(rows), last.size)), Part("mse"), "float32")
        once.run(backward=False)
        found = once.table.block(last, "a", len(rows)).T.copy()
        np.testing.assert_allclose(engine.predict(self.network, self.parameters, rows), found, rtol=2e-5, atol=2e-5)
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


def cross_entropy(attributes: dict[str, Any], x: np.ndarray, y: np.ndarray, w: np.ndarray | None = None) -> Arrays:
    """Class weights are those of training, and what is ignored has no weight; the second output is a log-softmax."""
    classes = x.shape[1]
    rows, wanted = np.moveaxis(x, 1, -1).reshape(-1, classes), y.reshape(-1)
    known = wanted != attributes.get("ignore_index", -(10**9))
    wanted = np.where(known, wanted, 0)
    share = np.ones(classes) if w is None else w.astype(np.float64)
    weights = share[wanted] * known
    net = Net(classes)
    output = net.add("output", classes, Part("softmax"))
    net.wire(1, output, np.ones(classes), Part("one_to_one"))
    logs = along("log_softmax")({"axis": 1}, x)[0]
    loss = Part("cross_entropy")
    if attributes["reduction"] == b"none":
        once = _Once(net.network, net.parameters, rows, np.eye(classes)[wanted], loss, "float32")
        found = np.zeros(len(rows))
        for place in range(len(rows)):
            once._places = np.array([place])
            found[place] = once.run(backward=False)
        return [(found * weights).reshape(y.shape), logs]
    everyone, nobody = np.arange(len(rows)), np.zeros(0, dtype=np.int64)
    names = tuple(map(str, range(classes)))
    data = Dataset("onnx", "classification", rows, wanted, everyone, nobody, (), names, known.astype(float))
    training = Training(loss, Part("sgd"), len(rows), 1, class_weight=tuple(enumerate(share.tolist())))
    mean = engine.train(net.network, net.parameters, training, data).series["loss"][0]
    total = float(mean) * len(rows)
    return [np.array(total if attributes["reduction"] == b"sum" else total / weights.sum()), logs]


def optimizer(
    part_of: Callable[[dict[str, Any], float], Part], states: tuple[str, ...], late: bool = False
) -> Callable[..., Arrays]:
    """One update of a network whose gradient is the given one. ``late``: when bias corrections have become 1."""

    def run(attributes: dict[str, Any], rate: np.ndarray, step: np.ndarray, *arrays: np.ndarray) -> Arrays:
        kinds = 2 + len(states)
        count = len(arrays) // kinds
        groups = [arrays[place * count : (place + 1) * count] for place in range(kinds)]
        updated = [one(attributes, float(rate), int(step), *group) for group in zip(*groups, strict=True)]
        return [array for column in zip(*updated, strict=True) for array in column]

    def one(attributes: dict[str, Any], rate: float, step: int, x: np.ndarray, g: np.ndarray, *before: np.ndarray):
        part = part_of(attributes, rate)
        net = Net(1)
        output = net.add("output", len(x))
        net.wire(1, output, x[np.newaxis])
        wire = next(iter(net.network.synapses))
        state = {f"{part.key}/{name}/weights/{wire}": old[np.newaxis] for name, old in zip(states, before, strict=True)}
        state[f"{part.key}/steps"] = np.array([10**6 if late else step])
        everyone, nobody = np.arange(1), np.zeros(0, dtype=np.int64)
        # of half the squared error at the input 1 the slope is output - target
        wanted = (x - g)[np.newaxis].astype(np.float64)
        data = Dataset("onnx", "regression", np.ones((1, 1)), wanted, everyone, nobody)
        training = Training(Part("half_mse"), part, 1, 1, dtype="float64")
        found = engine.train(net.network, net.parameters, training, data, Progress(state=state))
        after = found.progress.state
        return [found.parameters.weights[wire][0], *(after[f"{part.key}/{name}/weights/{wire}"][0] for name in states)]

    return run


def momentum(attributes: dict[str, Any], rate: float) -> Part:
    """In ONNX's first step beta counts as 1, and these tests are first steps; ours has no beta."""
    nesterov, decay = attributes["mode"] == b"nesterov", attributes["norm_coefficient"]
    return Part.of("sgd", learning_rate=rate, momentum=attributes["alpha"], nesterov=nesterov, weight_decay=decay)


def adagrad(attributes: dict[str, Any], rate: float) -> Part:
    decay, epsilon = attributes["norm_coefficient"], attributes["epsilon"]
    slower = attributes["decay_factor"]
    return Part.of("adagrad", learning_rate=rate, rate_decay=slower, weight_decay=decay, epsilon=epsilon)


def adam(attributes: dict[str, Any], rate: float) -> Part:
    first, second, epsilon = attributes["alpha"], attributes["beta"], attributes["epsilon"]
    decay = attributes["norm_coefficient"]
    return Part.of("adam", learning_rate=rate, beta1=first, beta2=second, epsilon=epsilon, weight_decay=decay)


MAPPED: dict[str, Callable[..., Arrays]] = {
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
    "SoftmaxCrossEntropyLoss": cross_entropy,
    "Momentum": optimizer(momentum, ("velocity",)),
    "Adagrad": optimizer(adagrad, ("squares",)),
    "Adam": optimizer(adam, ("mean", "square"), late=True),
}


def their_cases() -> dict[str, Any]:
    """Name -> case, of these operators; an "expanded" one is the same numbers through other operators."""
    from onnx.backend.test.case import node

    for name in FILES.split():
        importlib.import_module(f"onnx.backend.test.case.node.{name}")
    cases = {case.name: case for case in node._NodeTestCases if "_expanded" not in case.name}
    return {name: case for name, case in cases.items() if case.model.graph.node[0].op_type in MAPPED}


CASES = their_cases()


def test_every_operator_has_cases_and_every_reason_a_case() -> None:
    assert {case.model.graph.node[0].op_type for case in CASES.values()} == set(MAPPED)
    assert set(CANNOT) <= set(CASES)


@pytest.mark.parametrize("name", sorted(set(CASES) - set(CANNOT)))
def test_our_engine_says_what_onnx_says(name: str) -> None:
    from onnx import helper

    case = CASES[name]
    node = case.model.graph.node[0]
    inputs, outputs = case.data_sets[0]
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    found = MAPPED[node.op_type](attributes, *inputs)
    assert len(found) >= len(outputs), "an output is missing"
    for ours, theirs in zip(found, outputs, strict=False):
        np.testing.assert_allclose(ours.astype(theirs.dtype), theirs, rtol=case.rtol, atol=case.atol)

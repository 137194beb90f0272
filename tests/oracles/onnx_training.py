"""ONNX's operators of training: its loss as the first epoch of a run, its optimizers as one update of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnstudio import engine
from nnstudio.document import Dataset, Part, Progress, Training
from nnstudio.engine.slopes import _Once
from tests.oracles.onnx_operators import Arrays, Net, along


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


TRAINING: dict[str, Callable[..., Arrays]] = {
    "SoftmaxCrossEntropyLoss": cross_entropy,
    "Momentum": optimizer(momentum, ("velocity",)),
    "Adagrad": optimizer(adagrad, ("squares",)),
    "Adam": optimizer(adam, ("mean", "square"), late=True),
}

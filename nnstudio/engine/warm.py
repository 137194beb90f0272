"""Compiles, or loads from the cache, what most programs use, so that the first training starts at once."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog import activations, losses, metrics, optimizers
from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Progress, Synapses, Training
from nnstudio.engine import layout, loop
from nnstudio.engine.apart import ready
from nnstudio.engine.blocks import back
from nnstudio.engine.compiled import NUMBERS, address
from nnstudio.engine.products import weight_slope_by_tiles
from nnstudio.engine.run import FLAGS
from nnstudio.engine.slopes import gradients
from nnstudio.engine.work import Work

# Other parts compile when a network first uses them, in some tenths of a second each.
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softmax")
LOSSES = ("cross_entropy", "binary_cross_entropy", "mse", "half_mse")
OPTIMIZERS = ("sgd", "adam")
METRICS = ("accuracy", "r2")


def warm_up(*dtypes: str, samples: str = "") -> None:
    """Have the loop and the usual kernels ready for ``dtypes`` ("float32", "float64"; both, where none is named).

    ``samples``: the number type of the samples, "uint8" for images of bytes; the weights' own, where none is named.
    """
    for dtype in dtypes or tuple(NUMBERS):
        for key in ACTIVATIONS:
            address(activations[key].forward, "forward", dtype)
            address(activations[key].backward, "backward", dtype)
        for key in LOSSES:
            address(losses[key].both, "loss", dtype)
        for key in OPTIMIZERS:
            address(optimizers[key].step, "optimizer", dtype)
        for key in METRICS:
            address(metrics[key].add, "metric", dtype)
        address(back, "back", dtype)
        address(weight_slope_by_tiles, "slopes", dtype)
        _use_the_loop(dtype, samples or dtype)
        told = ready(dtype, samples or dtype)
        if told is not None:
            told.touch()


def _use_the_loop(dtype: str, samples: str) -> None:
    rows = np.zeros((4, 2))
    document = _small()
    training = Training(Part("mse"), Part("sgd"), 2, 1, dtype="float64" if dtype == "float64" else "float32")
    inputs = rows.astype(samples)
    data = Dataset("warm", "regression", inputs, rows, np.arange(4), np.arange(2))
    work = Work(document.network, document.parameters, training, data, Progress(), np.zeros(FLAGS, dtype=np.int64))
    work.advance(1)
    job = np.zeros(layout.JOB, dtype=np.int64)
    job[layout.QUIT] = 1
    loop.assist(*work.helper_arguments(job))
    gradients(document.network, document.parameters, rows, rows, Part("mse"), dtype)


def _small() -> Document:
    network = Network().with_layer(Layer(1, "input", "x", (2,))).with_layer(Layer(2, "output", "y", (2,)))
    return fill(Document(network.with_synapses(Synapses(3, 1, 2))))

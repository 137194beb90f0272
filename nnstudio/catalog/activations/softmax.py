"""The softmax: all neurons of a layer share one unit of probability."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import exp, largest
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z)_i = exp(z_i) / sum_j exp(z_j) over the last axis, computed without overflow."""
    z = np.asarray(z, dtype=np.float64)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def slope(z: Array) -> Array:
    """The derivative of each output by its own input, f_i (1 - f_i)."""
    a = value(z)
    return np.asarray(a * (1.0 - a))


def pull(z: Array, a: Array, d: Array) -> Array:
    """dL/dz_i = a_i (d_i - sum_j a_j d_j), arrays (samples, neurons)."""
    return np.asarray(a * (d - (a * d).sum(axis=-1, keepdims=True)))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write exp(z - max z) over its sum to a; row by row, so that lanes become vectors. t: the largest, the sum."""
    largest(z, t, neurons, lanes)
    for k in range(lanes):
        t[lanes + k] = 0.0
    for i in range(neurons):
        for k in range(lanes):
            e = exp(z[i * lanes + k] - t[k])
            a[i * lanes + k] = e
            t[lanes + k] += e
    for i in range(neurons):
        for k in range(lanes):
            a[i * lanes + k] /= t[lanes + k]


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Turn d into a (d - sum a d). t: that sum."""
    for k in range(lanes):
        t[k] = 0.0
    for i in range(neurons):
        for k in range(lanes):
            t[k] += a[i * lanes + k] * d[i * lanes + k]
    for i in range(neurons):
        for k in range(lanes):
            d[i * lanes + k] = a[i * lanes + k] * (d[i * lanes + k] - t[k])


entry = Activation(
    key="softmax",
    label="Softmax",
    summary="Turns a layer's inputs into probabilities that add up to 1; the usual output for classes.",
    formula="f(z)_i = e^z_i / sum_j e^z_j",
    slope_formula="df_i/dz_j = f_i (1 - f_i) if i = j, else -f_i f_j",
    range_text="between 0 and 1, adding up to 1",
    low=0.0,
    high=1.0,
    differentiable_text="Differentiable everywhere.",
    elementwise=False,
    value=value,
    slope=slope,
    pull=pull,
    forward=forward,
    backward=backward,
)

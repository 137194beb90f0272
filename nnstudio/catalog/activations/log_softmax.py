"""The logarithm of the softmax: torch.nn.LogSoftmax."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import exp, largest, log
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z)_i = z_i - log sum_j exp(z_j) over the last axis, computed without overflow."""
    z = np.asarray(z, dtype=np.float64)
    above = z - z.max(axis=-1, keepdims=True)
    return np.asarray(above - np.log(np.exp(above).sum(axis=-1, keepdims=True)))


def slope(z: Array) -> Array:
    """The derivative of each output by its own input, 1 - softmax(z)_i."""
    return np.asarray(-np.expm1(value(z)))


def pull(z: Array, a: Array, d: Array) -> Array:
    """dL/dz_i = d_i - softmax(z)_i sum_j d_j, arrays (samples, neurons)."""
    return np.asarray(d - np.exp(a) * d.sum(axis=-1, keepdims=True))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z - max z - log sum exp(z - max z) to a; row by row. t: the largest, then the logarithm."""
    largest(z, t, neurons, lanes)
    for k in range(lanes):
        t[lanes + k] = 0.0
    for i in range(neurons):
        for k in range(lanes):
            a[i * lanes + k] = z[i * lanes + k] - t[k]
            t[lanes + k] += exp(a[i * lanes + k])
    for k in range(lanes):
        t[lanes + k] = log(t[lanes + k])
    for i in range(neurons):
        for k in range(lanes):
            a[i * lanes + k] -= t[lanes + k]


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Subtract exp(a) times the sum of d. t: that sum."""
    for k in range(lanes):
        t[k] = 0.0
    for i in range(neurons):
        for k in range(lanes):
            t[k] += d[i * lanes + k]
    for i in range(neurons):
        for k in range(lanes):
            d[i * lanes + k] -= exp(a[i * lanes + k]) * t[k]


entry = Activation(
    key="log_softmax",
    label="Log-softmax",
    summary="The logarithms of a softmax's probabilities. To train classes, take a softmax output: its cross-entropy "
    "is computed from the logits and is just as exact.",
    formula="f(z)_i = z_i - ln sum_j e^z_j",
    slope_formula="df_i/dz_j = 1 - p_i if i = j, else -p_j,  p = softmax(z)",
    range_text="0 and below",
    low=float("-inf"),
    high=0.0,
    differentiable_text="Differentiable everywhere.",
    elementwise=False,
    value=value,
    slope=slope,
    pull=pull,
    forward=forward,
    backward=backward,
)

"""The logarithm of the hyperbolic cosine of the error: Keras's LogCosh."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.elementary import like, tanh
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array

LOG2 = 0.6931471805599453


def value(a: Array, y: Array) -> Array:
    """The mean of ln cosh e = |e| + ln(1 + exp(-2 |e|)) - ln 2, e = a - y, over the outputs of each sample."""
    size = np.abs(a - y)
    return np.asarray(np.mean(size + np.log1p(np.exp(-2.0 * size)) - LOG2, axis=-1))


def slope(a: Array, y: Array) -> Array:
    """tanh(a - y) / outputs."""
    return np.asarray(np.tanh(a - y) / a.shape[-1])


@kernel
def both(a: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum ln cosh(a - y) over lanes and write d = tanh(a - y) / count, both times ``share``."""
    total = 0.0
    scale = like(a[0], share / count)
    for i in range(neurons):
        for k in range(i * lanes, i * lanes + count):
            e = a[k] - y[k]
            size = abs(np.float64(e))  # small errors would drown in float32: they are differences of numbers near 1
            total += size + math.log1p(math.exp(-2.0 * size)) - LOG2
            d[k] = tanh(e) * scale
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = 0.0
    return total * share


entry = Loss(
    key="log_cosh",
    label="Log-cosh",
    summary="Like half the squared error near the target and like the absolute error far from it, smooth all the way.",
    formula="L = mean_i ln cosh(a_i - y_i)",
    slope_formula="dL/da_i = tanh(a_i - y_i) / n",
    tasks=frozenset({"regression", "classification"}),
    mean_over_outputs=True,
    value=value,
    slope=slope,
    both=both,
)

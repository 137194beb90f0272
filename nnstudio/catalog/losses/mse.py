"""The mean squared error."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(a: Array, y: Array) -> Array:
    """The mean of (a - y)^2 over the outputs of each sample."""
    return np.asarray(np.mean((a - y) ** 2, axis=-1))


def slope(a: Array, y: Array) -> Array:
    """2 (a - y) / outputs."""
    return np.asarray(2.0 * (a - y) / a.shape[-1])


@kernel
def both(a: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum (a - y)^2 over lanes and write d = 2 (a - y) / count, both times ``share``."""
    total = 0.0
    scale = like(a[0], 2.0 * share / count)
    for i in range(neurons):
        row = like(a[0], 0.0)
        for k in range(i * lanes, i * lanes + count):
            e = a[k] - y[k]
            row += e * e
            d[k] = e * scale
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = 0.0
        total += row
    return total * share


entry = Loss(
    key="mse",
    label="Mean squared error",
    summary="The squared distance between output and target, averaged over the outputs; the usual loss for regression.",
    formula="L = mean_i (a_i - y_i)^2",
    slope_formula="dL/da_i = 2 (a_i - y_i) / n",
    tasks=frozenset({"regression", "classification"}),
    mean_over_outputs=True,
    value=value,
    slope=slope,
    both=both,
)

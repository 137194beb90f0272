"""Half of the squared error, as textbooks have it."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(a: Array, y: Array) -> Array:
    """Half the sum of (a - y)^2 over the outputs of each sample."""
    return np.asarray(0.5 * np.sum((a - y) ** 2, axis=-1))


def slope(a: Array, y: Array) -> Array:
    """The error a - y."""
    return np.asarray(a - y)


@kernel
def both(a: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum (a - y)^2 / 2 over outputs and lanes and write d = (a - y) / count."""
    total = 0.0
    scale = like(a[0], 1.0 / count)
    for i in range(neurons):
        row = like(a[0], 0.0)
        for k in range(i * lanes, i * lanes + count):
            e = a[k] - y[k]
            row += e * e
            d[k] = e * scale
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = 0.0
        total += row
    return total * 0.5


entry = Loss(
    key="half_mse",
    label="Half squared error",
    summary="Half of the squared distance, summed over the outputs, so that its slope is just the error.",
    formula="L = 1/2 sum_i (a_i - y_i)^2",
    slope_formula="dL/da_i = a_i - y_i",
    tasks=frozenset({"regression", "classification"}),
    value=value,
    slope=slope,
    both=both,
)

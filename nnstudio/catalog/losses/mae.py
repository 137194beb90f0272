"""The mean absolute error: torch.nn.L1Loss, Keras's MeanAbsoluteError."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(a: Array, y: Array) -> Array:
    """The mean of |a - y| over the outputs of each sample."""
    return np.asarray(np.mean(np.abs(a - y), axis=-1))


def slope(a: Array, y: Array) -> Array:
    """sign(a - y) / outputs; 0 where they are equal, as PyTorch has it."""
    return np.asarray(np.sign(a - y) / a.shape[-1])


def side(a: Array, y: Array) -> Array:
    """On which smooth piece each output lies."""
    return np.asarray(np.sign(a - y))


@kernel
def both(a: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum |a - y| over lanes and write d = sign(a - y) / count, both times ``share``."""
    total = 0.0
    scale, zero = like(a[0], share / count), like(a[0], 0.0)
    for i in range(neurons):
        row = zero
        for k in range(i * lanes, i * lanes + count):
            e = a[k] - y[k]
            row += abs(e)
            d[k] = scale if e > zero else (-scale if e < zero else zero)
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = zero
        total += row
    return total * share


entry = Loss(
    key="mae",
    label="Mean absolute error",
    summary="The distance between output and target, averaged over the outputs; outliers pull no harder than others.",
    formula="L = mean_i |a_i - y_i|",
    slope_formula="dL/da_i = sign(a_i - y_i) / n",
    tasks=frozenset({"regression", "classification"}),
    mean_over_outputs=True,
    side=side,
    value=value,
    slope=slope,
    both=both,
)

"""The hinge loss of support vector machines: Keras's Hinge."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(a: Array, y: Array) -> Array:
    """The mean of max(0, 1 - t a) over the outputs of each sample, t = 1 where y is 1, -1 where it is 0 or -1."""
    return np.asarray(np.mean(np.maximum(1.0 - _signs(y) * a, 0.0), axis=-1))


def slope(a: Array, y: Array) -> Array:
    """-t / outputs where t a < 1, else 0."""
    t = _signs(y)
    return np.asarray(np.where(t * a < 1.0, -t, 0.0) / a.shape[-1])


def side(a: Array, y: Array) -> Array:
    """On which smooth piece each output lies."""
    return np.asarray(_signs(y) * a < 1.0)


def _signs(y: Array) -> Array:
    return np.where(y > 0.5, 1.0, -1.0)


@kernel
def both(a: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum max(0, 1 - t a) over lanes and write d = -t / count where it is above 0, both times ``share``."""
    total = 0.0
    scale, zero = like(a[0], share / count), like(a[0], 0.0)
    one, half = like(a[0], 1.0), like(a[0], 0.5)
    for i in range(neurons):
        row = zero
        for k in range(i * lanes, i * lanes + count):
            wanted = one if y[k] > half else -one
            missing = one - wanted * a[k]
            row += zero if missing <= zero else missing
            d[k] = -wanted * scale if missing > zero else zero
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = zero
        total += row
    return total * share


entry = Loss(
    key="hinge",
    label="Hinge",
    summary="Asks each output to be at least 1 for its own class and at most -1 for others; more costs nothing.",
    formula="L = mean_i max(0, 1 - t_i a_i),  t_i = 1 if y_i > 1/2, else -1",
    slope_formula="dL/da_i = -t_i / n if t_i a_i < 1, else 0",
    tasks=frozenset({"classification"}),
    mean_over_outputs=True,
    signed=True,
    side=side,
    value=value,
    slope=slope,
    both=both,
)

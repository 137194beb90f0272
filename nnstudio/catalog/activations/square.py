"""The square."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = z^2."""
    return np.asarray(np.asarray(z, dtype=np.float64) ** 2)


def slope(z: Array) -> Array:
    """f'(z) = 2 z."""
    return np.asarray(2.0 * np.asarray(z, dtype=np.float64))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z^2 to a."""
    for k in range(neurons * lanes):
        a[k] = z[k] * z[k]


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by 2 z."""
    twice = like(z[0], 2.0)
    for k in range(neurons * lanes):
        d[k] *= twice * z[k]


entry = Activation(
    key="square",
    label="Square",
    summary="The square of its input: with it, two layers make any parabola. Grows fast, so keep weights small.",
    formula="f(z) = z^2",
    slope_formula="f'(z) = 2 z",
    range_text="0 and above",
    low=0.0,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

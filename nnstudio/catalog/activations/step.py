"""The step of the perceptron (McCulloch and Pitts 1943, Rosenblatt 1958): on or off."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = 1 where z >= 0, else 0."""
    return np.asarray(np.heaviside(np.asarray(z, dtype=np.float64), 1.0))


def slope(z: Array) -> Array:
    """0 everywhere; at the jump too."""
    return np.zeros_like(z, dtype=np.float64)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write 1 or 0 to a; a NaN stays one, so that divergence is seen."""
    zero, one = like(z[0], 0.0), like(z[0], 1.0)
    for k in range(neurons * lanes):
        a[k] = one if z[k] >= zero else (zero if z[k] < zero else z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """No gradient passes: d becomes 0."""
    zero = like(z[0], 0.0)
    for k in range(neurons * lanes):
        d[k] = zero


entry = Activation(
    key="step",
    label="Step",
    summary="On (1) from 0 up, else off (0), as in the first perceptron. Its slope is 0, so nothing trains through it: "
    "weights that lead to it stay as they are.",
    formula="f(z) = 1 if z >= 0, else 0",
    slope_formula="f'(z) = 0",
    range_text="0 or 1",
    low=0.0,
    high=1.0,
    differentiable_text="Jumps at 0; its slope is 0 everywhere else, so no gradient passes.",
    flat=True,
    kinks=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

"""The linear activation: a = z."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = z."""
    return np.asarray(z, dtype=np.float64)


def slope(z: Array) -> Array:
    """f'(z) = 1."""
    return np.ones_like(z, dtype=np.float64)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Copy z to a."""
    for k in range(neurons * lanes):
        a[k] = z[k]


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Leave d as it is: the slope is 1."""


entry = Activation(
    key="linear",
    label="Linear",
    summary="Passes the weighted input on unchanged; the usual output for regression.",
    formula="f(z) = z",
    slope_formula="f'(z) = 1",
    range_text="all numbers",
    low=float("-inf"),
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    identity=True,
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

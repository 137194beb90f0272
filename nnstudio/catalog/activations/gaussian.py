"""The bell curve of radial neurons."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import exp, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = exp(-z^2)."""
    z = np.asarray(z, dtype=np.float64)
    return np.exp(-z * z)


def slope(z: Array) -> Array:
    """f'(z) = -2 z exp(-z^2)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(-2.0 * z * np.exp(-z * z))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write exp(-z^2) to a."""
    for k in range(neurons * lanes):
        a[k] = exp(-z[k] * z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by -2 z a."""
    twice = like(z[0], -2.0)
    for k in range(neurons * lanes):
        d[k] *= twice * z[k] * a[k]


entry = Activation(
    key="gaussian",
    label="Gaussian",
    summary="A bell: strongest where the weighted input is 0, silent far from it on both sides.",
    formula="f(z) = e^(-z^2)",
    slope_formula="f'(z) = -2 z e^(-z^2)",
    range_text="0 to 1",
    low=0.0,
    high=1.0,
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

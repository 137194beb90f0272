"""The hyperbolic tangent."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import tanh
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = tanh z."""
    return np.tanh(np.asarray(z, dtype=np.float64))


def slope(z: Array) -> Array:
    """f'(z) = 1 - tanh(z)^2."""
    return np.asarray(1.0 - np.tanh(np.asarray(z, dtype=np.float64)) ** 2)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write tanh z to a."""
    for k in range(neurons * lanes):
        a[k] = tanh(z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by 1 - a^2."""
    for k in range(neurons * lanes):
        d[k] -= d[k] * a[k] * a[k]


entry = Activation(
    key="tanh",
    label="Tanh",
    summary="Squeezes its input into -1 to 1, steepest at 0.",
    formula="f(z) = (e^z - e^-z) / (e^z + e^-z)",
    slope_formula="f'(z) = 1 - f(z)^2",
    range_text="between -1 and 1",
    low=-1.0,
    high=1.0,
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

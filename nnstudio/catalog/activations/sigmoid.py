"""The logistic sigmoid."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import sigmoid
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = 1 / (1 + exp(-z)), computed without overflow."""
    z = np.asarray(z, dtype=np.float64)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def slope(z: Array) -> Array:
    """f'(z) = f(z) (1 - f(z)) = f(z) f(-z)."""
    return np.asarray(value(z) * value(-np.asarray(z)))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write 1 / (1 + exp(-z)) to a."""
    for k in range(neurons * lanes):
        a[k] = sigmoid(z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by a (1 - a)."""
    for k in range(neurons * lanes):
        d[k] *= a[k] - a[k] * a[k]


entry = Activation(
    key="sigmoid",
    label="Sigmoid",
    summary="Squeezes its input into 0 to 1, so that it can be read as a probability.",
    formula="f(z) = 1 / (1 + e^-z)",
    slope_formula="f'(z) = f(z) (1 - f(z))",
    range_text="between 0 and 1",
    low=0.0,
    high=1.0,
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

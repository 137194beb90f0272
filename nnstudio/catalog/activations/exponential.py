"""The exponential function."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import exp, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = exp(z); infinite beyond 709, which stops a training as diverged."""
    with np.errstate(over="ignore"):
        return np.exp(np.asarray(z, dtype=np.float64))


def slope(z: Array) -> Array:
    """f'(z) = exp(z)."""
    return value(z)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write exp(z) to a; where it overflows, infinity, so that divergence is seen."""
    top, endless = like(z[0], 88.7), like(z[0], np.inf)
    top = endless if top == 88.7 else top  # only in float32 exp stays at exp(88)
    for k in range(neurons * lanes):
        e = exp(z[k])
        a[k] = endless if z[k] > top else e


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by a."""
    for k in range(neurons * lanes):
        d[k] *= a[k]


entry = Activation(
    key="exponential",
    label="Exponential",
    summary="Always above 0, and growing without bound; the output for counts, with the Poisson loss.",
    formula="f(z) = e^z",
    slope_formula="f'(z) = e^z",
    range_text="above 0",
    low=0.0,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

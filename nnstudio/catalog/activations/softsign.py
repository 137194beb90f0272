"""The softsign (Bergstra et al. 2009): torch.nn.Softsign."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = z / (1 + |z|)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(z / (1.0 + np.abs(z)))


def slope(z: Array) -> Array:
    """f'(z) = 1 / (1 + |z|)^2."""
    return np.asarray(1.0 / (1.0 + np.abs(np.asarray(z, dtype=np.float64))) ** 2)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z / (1 + |z|) to a."""
    one = like(z[0], 1.0)
    for k in range(neurons * lanes):
        a[k] = z[k] / (one + abs(z[k]))


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Divide d by (1 + |z|)^2."""
    one = like(z[0], 1.0)
    for k in range(neurons * lanes):
        size = one + abs(z[k])
        d[k] /= size * size


entry = Activation(
    key="softsign",
    label="Softsign",
    summary="Squeezes its input into -1 to 1 like tanh, but approaches the ends more slowly.",
    formula="f(z) = z / (1 + |z|)",
    slope_formula="f'(z) = 1 / (1 + |z|)^2",
    range_text="between -1 and 1",
    low=-1.0,
    high=1.0,
    differentiable_text="Differentiable everywhere.",
    bends=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

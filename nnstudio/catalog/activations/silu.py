"""The sigmoid-weighted linear unit, also called swish (Elfwing et al. 2017): torch.nn.SiLU."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.activations.sigmoid import value as share
from nnstudio.catalog.elementary import like, sigmoid
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = z / (1 + exp(-z)), computed without overflow."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(z * share(z))


def slope(z: Array) -> Array:
    """f'(z) = sigmoid(z) (1 + z (1 - sigmoid(z)))."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(share(z) * (1.0 + z * share(-z)))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z sigmoid(z) to a."""
    for k in range(neurons * lanes):
        a[k] = z[k] * sigmoid(z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by the slope."""
    one = like(z[0], 1.0)
    for k in range(neurons * lanes):
        part = sigmoid(z[k])
        d[k] *= part * (one + z[k] * (one - part))


entry = Activation(
    key="silu",
    label="SiLU",
    summary="Weighs its input by its own sigmoid: a smooth ReLU with a small dip below 0, also called swish.",
    formula="f(z) = z sigmoid(z)",
    slope_formula="f'(z) = sigmoid(z) (1 + z (1 - sigmoid(z)))",
    range_text="-0.2785 and above",
    low=-0.2785,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

"""The softplus (Dugas et al. 2000): torch.nn.Softplus, without its threshold."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.activations.sigmoid import value as sigmoid_of
from nnstudio.catalog.elementary import like, sigmoid, softplus
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array, *, beta: float = 1.0) -> Array:
    """f(z) = ln(1 + exp(beta z)) / beta, computed without overflow."""
    x = beta * np.asarray(z, dtype=np.float64)
    return np.asarray((np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))) / beta)


def slope(z: Array, *, beta: float = 1.0) -> Array:
    """f'(z) = sigmoid(beta z)."""
    return sigmoid_of(beta * np.asarray(z, dtype=np.float64))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write ln(1 + exp(beta z)) / beta to a."""
    beta, narrow = like(z[0], s[0]), like(z[0], 1.0 / s[0])
    for k in range(neurons * lanes):
        a[k] = softplus(beta * z[k]) * narrow


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by sigmoid(beta z)."""
    beta = like(z[0], s[0])
    for k in range(neurons * lanes):
        d[k] *= sigmoid(beta * z[k])


entry = Activation(
    key="softplus",
    label="Softplus",
    summary="A ReLU with its corner rounded off; always above 0.",
    formula="f(z) = ln(1 + e^(beta z)) / beta",
    slope_formula="f'(z) = sigmoid(beta z)",
    settings=(
        Setting("beta", "Beta", 1.0, minimum=0.01, maximum=100.0, help="How sharp the corner is; a ReLU without end."),
    ),
    range_text="above 0",
    low=0.0,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

"""Mish (Misra 2019): torch.nn.Mish."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.activations.sigmoid import value as sigmoid_of
from nnstudio.catalog.elementary import exp, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def weight(z: Array) -> Array:
    """w(z) = tanh(ln(1 + exp z)) = (e^2 + 2 e) / (e^2 + 2 e + 2) with e = exp z, computed without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(
        z < 0.0, (e * e + 2.0 * e) / (e * e + 2.0 * e + 2.0), (1.0 + 2.0 * e) / (1.0 + 2.0 * e + 2.0 * e * e)
    )


def value(z: Array) -> Array:
    """f(z) = z w(z)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(z * weight(z))


def slope(z: Array) -> Array:
    """f'(z) = w + z (1 - w^2) sigmoid(z)."""
    z = np.asarray(z, dtype=np.float64)
    w = weight(z)
    return np.asarray(w + z * (1.0 - w * w) * sigmoid_of(z))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z w(z) to a, w from exp(-|z|) only."""
    zero, one, two = like(z[0], 0.0), like(z[0], 1.0), like(z[0], 2.0)
    for k in range(neurons * lanes):
        e = exp(-abs(z[k]))
        above = (one + two * e) / (one + two * e + two * e * e)
        below = (e * e + two * e) / (e * e + two * e + two)
        a[k] = z[k] * (below if z[k] < zero else above)


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by the slope."""
    zero, one, two = like(z[0], 0.0), like(z[0], 1.0), like(z[0], 2.0)
    for k in range(neurons * lanes):
        e = exp(-abs(z[k]))
        above = (one + two * e) / (one + two * e + two * e * e)
        below = (e * e + two * e) / (e * e + two * e + two)
        w = below if z[k] < zero else above
        part = (e if z[k] < zero else one) / (one + e)
        d[k] *= w + z[k] * (one - w * w) * part


entry = Activation(
    key="mish",
    label="Mish",
    summary="Like SiLU, with a softplus inside a tanh: smooth, with a small dip below 0.",
    formula="f(z) = z tanh(ln(1 + e^z))",
    slope_formula="f'(z) = w + z (1 - w^2) sigmoid(z),  w = tanh(ln(1 + e^z))",
    range_text="-0.3089 and above",
    low=-0.3089,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

"""The Gaussian error linear unit by its tanh form: torch.nn.GELU(approximate='tanh')."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.activations.sigmoid import value as share
from nnstudio.catalog.elementary import like, sigmoid
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array

ROOT = math.sqrt(2.0 / math.pi)
CUBIC = 0.044715


def value(z: Array) -> Array:
    """f(z) = z (1 + tanh u) / 2 = z sigmoid(2 u) with u = sqrt(2 / pi) (z + 0.044715 z^3)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(z * share(2.0 * ROOT * (z + CUBIC * z**3)))


def slope(z: Array) -> Array:
    """f'(z) = (1 + tanh u) / 2 + z (1 - tanh^2 u) u' / 2."""
    z = np.asarray(z, dtype=np.float64)
    u = ROOT * (z + CUBIC * z**3)
    return np.asarray(share(2.0 * u) * (1.0 + 2.0 * z * share(-2.0 * u) * ROOT * (1.0 + 3.0 * CUBIC * z * z)))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z sigmoid(2 u) to a, which is the same: (1 + tanh u) / 2 = sigmoid(2 u)."""
    double, cubic = like(z[0], 2.0 * ROOT), like(z[0], CUBIC)
    for k in range(neurons * lanes):
        x = z[k]
        a[k] = x * sigmoid(double * (x + cubic * x * x * x))


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by the slope, in terms of sigmoid(2 u)."""
    double, cubic, one, three = like(z[0], 2.0 * ROOT), like(z[0], CUBIC), like(z[0], 1.0), like(z[0], 3.0 * CUBIC)
    for k in range(neurons * lanes):
        x = z[k]
        share = sigmoid(double * (x + cubic * x * x * x))
        d[k] *= share + x * share * (one - share) * double * (one + three * x * x)


entry = Activation(
    key="gelu_tanh",
    label="GELU (tanh)",
    summary="GELU by a formula with tanh, at most 0.0005 off, as GPT-2 and BERT's first code have it.",
    formula="f(z) = z (1 + tanh(u)) / 2,  u = sqrt(2 / pi) (z + 0.044715 z^3)",
    slope_formula="f'(z) = (1 + tanh(u)) / 2 + z (1 - tanh(u)^2) u' / 2",
    range_text="-0.1701 and above",
    low=-0.1701,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

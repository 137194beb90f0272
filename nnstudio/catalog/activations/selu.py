"""The self-normalizing unit (Klambauer et al. 2017): torch.nn.SELU."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import expm1, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array

# The fixed point of mean 0 and variance 1, from the paper's equation 14.
ALPHA = 1.6732632423543772848170429916717
SCALE = 1.0507009873554804934193349852946


def value(z: Array) -> Array:
    """f(z) = SCALE z where z > 0, else SCALE ALPHA (exp(z) - 1)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(SCALE * np.where(z > 0.0, z, ALPHA * np.expm1(np.minimum(z, 0.0))))


def slope(z: Array) -> Array:
    """f'(z) = SCALE where z > 0, else SCALE ALPHA exp(z)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(SCALE * np.where(z > 0.0, 1.0, ALPHA * np.exp(np.minimum(z, 0.0))))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write SCALE z or SCALE ALPHA (exp(z) - 1) to a."""
    zero, scale, deep = like(z[0], 0.0), like(z[0], SCALE), like(z[0], SCALE * ALPHA)
    for k in range(neurons * lanes):
        below = deep * expm1(zero if z[k] > zero else z[k])
        a[k] = scale * z[k] if z[k] > zero else below


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by SCALE, or by a + SCALE ALPHA where z <= 0."""
    zero, scale, deep = like(z[0], 0.0), like(z[0], SCALE), like(z[0], SCALE * ALPHA)
    for k in range(neurons * lanes):
        d[k] *= scale if z[k] > zero else a[k] + deep


entry = Activation(
    key="selu",
    label="SELU",
    summary="An ELU with fixed numbers under which the mean and spread of layers keep to 0 and 1 by themselves.",
    formula="f(z) = 1.0507 (z if z > 0, else 1.6733 (e^z - 1))",
    slope_formula="f'(z) = 1.0507 (1 if z > 0, else 1.6733 e^z)",
    range_text="above -1.7581",
    low=-SCALE * ALPHA,
    high=float("inf"),
    differentiable_text="Not differentiable at 0; the slope 1.7581 is used there.",
    kinks=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

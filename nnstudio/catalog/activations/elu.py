"""The exponential linear unit (Clevert et al. 2015): torch.nn.ELU."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import expm1, like, unit
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array, *, alpha: float = 1.0) -> Array:
    """f(z) = z where z > 0, else alpha (exp(z) - 1)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(np.where(z > 0.0, z, alpha * np.expm1(np.minimum(z, 0.0))))


def slope(z: Array, *, alpha: float = 1.0) -> Array:
    """f'(z) = 1 where z > 0, else alpha exp(z)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(np.where(z > 0.0, 1.0, alpha * np.exp(np.minimum(z, 0.0))))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z or alpha (exp(z) - 1) to a."""
    zero, alpha = like(z[0], 0.0), like(z[0], s[0])
    for k in range(neurons * lanes):
        below = alpha * expm1(zero if z[k] > zero else z[k])
        a[k] = z[k] if z[k] > zero else below


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by a + alpha = alpha exp(z) where z <= 0."""
    one, zero, alpha = unit(z[0], lanes), like(z[0], 0.0), like(z[0], s[0])
    for k in range(neurons * lanes):
        d[k] *= one if z[k] > zero else a[k] + alpha


entry = Activation(
    key="elu",
    label="ELU",
    summary="Like a ReLU above 0; below, it bends smoothly down to -alpha, which keeps the mean of a layer near 0.",
    formula="f(z) = z if z > 0, else alpha (e^z - 1)",
    slope_formula="f'(z) = 1 if z > 0, else alpha e^z",
    settings=(Setting("alpha", "Alpha", 1.0, minimum=0.0, maximum=100.0, help="How far down negative input leads."),),
    range_text="above -alpha",
    low=float("-inf"),
    high=float("inf"),
    differentiable_text="Differentiable everywhere where alpha is 1; else not at 0, where the slope alpha is used.",
    bends=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

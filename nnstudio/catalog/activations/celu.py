"""The continuously differentiable exponential linear unit (Barron 2017): torch.nn.CELU."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import expm1, like, unit
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array, *, alpha: float = 1.0) -> Array:
    """f(z) = max(0, z) + min(0, alpha (exp(z / alpha) - 1))."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(np.where(z > 0.0, z, alpha * np.expm1(np.minimum(z, 0.0) / alpha)))


def slope(z: Array, *, alpha: float = 1.0) -> Array:
    """f'(z) = 1 where z > 0, else exp(z / alpha)."""
    return np.exp(np.minimum(np.asarray(z, dtype=np.float64), 0.0) / alpha)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z or alpha (exp(z / alpha) - 1) to a."""
    zero, alpha, narrow = like(z[0], 0.0), like(z[0], s[0]), like(z[0], 1.0 / s[0])
    for k in range(neurons * lanes):
        below = alpha * expm1((zero if z[k] > zero else z[k]) * narrow)
        a[k] = z[k] if z[k] > zero else below


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by a / alpha + 1 = exp(z / alpha) where z <= 0."""
    zero, one, narrow = like(z[0], 0.0), unit(z[0], lanes), like(z[0], 1.0 / s[0])
    for k in range(neurons * lanes):
        d[k] *= one if z[k] > zero else a[k] * narrow + one


entry = Activation(
    key="celu",
    label="CELU",
    summary="An ELU whose slope has no jump for any alpha.",
    formula="f(z) = z if z > 0, else alpha (e^(z/alpha) - 1)",
    slope_formula="f'(z) = 1 if z > 0, else e^(z/alpha)",
    settings=(Setting("alpha", "Alpha", 1.0, minimum=0.01, maximum=100.0, help="How far down negative input leads."),),
    range_text="above -alpha",
    low=float("-inf"),
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    bends=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

"""The rectified linear unit: a = max(0, z)."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like, unit
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = max(0, z)."""
    return np.maximum(np.asarray(z, dtype=np.float64), 0.0)


def slope(z: Array) -> Array:
    """f'(z) = 1 where z > 0, else 0 (at the kink 0, as PyTorch has it)."""
    return (np.asarray(z) > 0.0).astype(np.float64)


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write max(0, z) to a; a NaN stays one, so that divergence is seen."""
    for k in range(neurons * lanes):
        a[k] = like(z[k], 0.0) if z[k] <= 0 else z[k]


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Keep d where z > 0."""
    one, zero = unit(z[0], lanes), like(z[0], 0.0)
    for k in range(neurons * lanes):
        d[k] *= one if z[k] > zero else zero


entry = Activation(
    key="relu",
    label="ReLU",
    summary="Lets positive input through and silences the rest; quick to compute, the usual choice inside a network.",
    formula="f(z) = max(0, z)",
    slope_formula="f'(z) = 1 if z > 0, else 0",
    range_text="0 and above",
    low=0.0,
    high=float("inf"),
    differentiable_text="Not differentiable at 0; the slope 0 is used there.",
    kinks=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

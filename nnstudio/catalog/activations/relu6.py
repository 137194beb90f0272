"""The rectifier with a ceiling of 6 (Krizhevsky 2010): torch.nn.ReLU6."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like, unit
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = min(max(z, 0), 6)."""
    return np.asarray(np.clip(np.asarray(z, dtype=np.float64), 0.0, 6.0))


def slope(z: Array) -> Array:
    """f'(z) = 1 where 0 < z < 6, else 0 (at the kinks 0, as PyTorch has it)."""
    z = np.asarray(z)
    return np.asarray(((z > 0.0) & (z < 6.0)).astype(np.float64))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z between its bounds to a; a NaN stays one, so that divergence is seen."""
    low, high = like(z[0], 0.0), like(z[0], 6.0)
    for k in range(neurons * lanes):
        x = low if z[k] < low else z[k]
        x = high if x > high else x
        a[k] = x


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Keep d where z lies between the bounds."""
    low, high, zero, one = like(z[0], 0.0), like(z[0], 6.0), like(z[0], 0.0), unit(z[0], lanes)
    for k in range(neurons * lanes):
        d[k] *= one if low < z[k] < high else zero


entry = Activation(
    key="relu6",
    label="ReLU6",
    summary="A ReLU with a ceiling at 6, made for small number types on phones.",
    formula="f(z) = min(max(z, 0), 6)",
    slope_formula="f'(z) = 1 if 0 < z < 6, else 0",
    range_text="0 to 6",
    low=0.0,
    high=6.0,
    differentiable_text="Not differentiable at 0 and 6; the slope 0 is used there.",
    kinks=(0.0, 6.0),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

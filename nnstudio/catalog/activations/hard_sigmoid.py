"""The hard sigmoid, three straight pieces: as PyTorch and Keras 3 have it."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = min(max(z + 3, 0), 6) / 6 (torch.nn.Hardsigmoid)."""
    return np.asarray(np.clip(np.asarray(z, dtype=np.float64) + 3.0, 0.0, 6.0) / 6.0)


def slope(z: Array) -> Array:
    """f'(z) = 1/6 where -3 < z < 3, else 0 (at the kinks 0, as PyTorch has it)."""
    z = np.asarray(z)
    return np.asarray(np.where((z > -3.0) & (z < 3.0), 1.0 / 6.0, 0.0))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z between its bounds to a; a NaN stays one, so that divergence is seen."""
    low, high, sixth = like(z[0], -3.0), like(z[0], 3.0), like(z[0], 1.0 / 6.0)
    for k in range(neurons * lanes):
        x = low if z[k] < low else z[k]
        x = high if x > high else x
        a[k] = (x + high) * sixth


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Keep d where z lies between the bounds."""
    low, high, zero, sixth = like(z[0], -3.0), like(z[0], 3.0), like(z[0], 0.0), like(z[0], 1.0 / 6.0)
    for k in range(neurons * lanes):
        d[k] *= sixth if low < z[k] < high else zero


entry = Activation(
    key="hard_sigmoid",
    label="Hard sigmoid",
    summary="Three straight pieces in the place of a sigmoid: cheap, and exactly 0 or 1 far out.",
    formula="f(z) = min(max(z + 3, 0), 6) / 6",
    slope_formula="f'(z) = 1/6 if -3 < z < 3, else 0",
    range_text="0 to 1",
    low=0.0,
    high=1.0,
    differentiable_text="Not differentiable at -3 and 3; the slope 0 is used there.",
    kinks=(-3.0, 3.0),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

"""The leaky rectifier (Maas et al. 2013): torch.nn.LeakyReLU."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import like, unit
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array, *, negative_slope: float = 0.01) -> Array:
    """f(z) = z where z > 0, else negative_slope z."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(np.where(z > 0.0, z, negative_slope * z))


def slope(z: Array, *, negative_slope: float = 0.01) -> Array:
    """f'(z) = 1 where z > 0, else negative_slope (at the kink too, as PyTorch has it)."""
    return np.where(np.asarray(z) > 0.0, 1.0, float(negative_slope))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z or a share of it to a."""
    zero, leak = like(z[0], 0.0), like(z[0], s[0])
    for k in range(neurons * lanes):
        a[k] = z[k] if z[k] > zero else leak * z[k]


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by the share where z <= 0."""
    one, zero, leak = unit(z[0], lanes), like(z[0], 0.0), like(z[0], s[0])
    for k in range(neurons * lanes):
        d[k] *= one if z[k] > zero else leak


entry = Activation(
    key="leaky_relu",
    label="Leaky ReLU",
    summary="A ReLU that lets a little of negative input through, so that no neuron falls silent for good.",
    formula="f(z) = z if z > 0, else c z",
    slope_formula="f'(z) = 1 if z > 0, else c",
    settings=(
        Setting("negative_slope", "Negative slope", 0.01, minimum=0.0, maximum=1.0, help="The slope c below 0."),
    ),
    range_text="all numbers",
    low=float("-inf"),
    high=float("inf"),
    differentiable_text="Not differentiable at 0; the slope c is used there.",
    kinks=(0.0,),
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

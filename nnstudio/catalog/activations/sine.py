"""The sine (Sitzmann et al. 2020): a wave."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.elementary import cos, like, sin
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array, *, frequency: float = 1.0) -> Array:
    """f(z) = sin(frequency z)."""
    return np.sin(frequency * np.asarray(z, dtype=np.float64))


def slope(z: Array, *, frequency: float = 1.0) -> Array:
    """f'(z) = frequency cos(frequency z)."""
    return np.asarray(frequency * np.cos(frequency * np.asarray(z, dtype=np.float64)))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write sin(w z) to a."""
    w = like(z[0], s[0])
    for k in range(neurons * lanes):
        a[k] = sin(w * z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by w cos(w z)."""
    w = like(z[0], s[0])
    for k in range(neurons * lanes):
        d[k] *= w * cos(w * z[k])


entry = Activation(
    key="sine",
    label="Sine",
    summary="A wave: fits what repeats, and signals and pictures from coordinates (there with frequency 30).",
    formula="f(z) = sin(w z)",
    slope_formula="f'(z) = w cos(w z)",
    settings=(
        Setting("frequency", "Frequency", 1.0, minimum=0.001, maximum=1000.0, help="How fast the wave goes, w."),
    ),
    range_text="-1 to 1",
    low=-1.0,
    high=1.0,
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

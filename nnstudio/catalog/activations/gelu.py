"""The Gaussian error linear unit (Hendrycks and Gimpel 2016), exact: torch.nn.GELU()."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.bell import bell_areas, bell_heights
from nnstudio.catalog.elementary import bell_area, exp, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.document import Array


def value(z: Array) -> Array:
    """f(z) = z Phi(z), Phi the area under the standard bell curve left of z."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(z * bell_areas(z))


def slope(z: Array) -> Array:
    """f'(z) = Phi(z) + z phi(z)."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(bell_areas(z) + z * bell_heights(z))


@kernel
def forward(z: Block, a: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Write z Phi(z) to a."""
    for k in range(neurons * lanes):
        a[k] = z[k] * bell_area(z[k])


@kernel
def backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, t: Block) -> None:
    """Multiply d by Phi(z) + z phi(z)."""
    half, height = like(z[0], -0.5), like(z[0], 0.3989422804014327)
    for k in range(neurons * lanes):
        d[k] *= bell_area(z[k]) + z[k] * height * exp(half * z[k] * z[k])


entry = Activation(
    key="gelu",
    label="GELU",
    summary="Weighs its input by how likely a bell curve is to lie below it; a smooth ReLU, usual in transformers.",
    formula="f(z) = z Phi(z),  Phi(z) = (1 + erf(z / sqrt 2)) / 2",
    slope_formula="f'(z) = Phi(z) + z e^(-z^2 / 2) / sqrt(2 pi)",
    range_text="-0.17 and above",
    low=-0.17,
    high=float("inf"),
    differentiable_text="Differentiable everywhere.",
    value=value,
    slope=slope,
    forward=forward,
    backward=backward,
)

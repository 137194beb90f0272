"""The parametric rectifier (He et al. 2015), whose slope below 0 is trained: torch.nn.PReLU."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.activations.leaky_relu import backward, forward
from nnstudio.catalog.elementary import like
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.own import Own
from nnstudio.document import Array

GENTLE = 0.25


def value(z: Array, *, slope: float = GENTLE) -> Array:
    """f(z) = z where z > 0, else slope z."""
    z = np.asarray(z, dtype=np.float64)
    return np.asarray(np.where(z > 0.0, z, slope * z))


def derivative(z: Array, *, slope: float = GENTLE) -> Array:
    """f'(z) = 1 where z > 0, else slope (at the kink too, as PyTorch has it)."""
    return np.where(np.asarray(z) > 0.0, 1.0, float(slope))


def own_slopes(z: Array, d: Array, *, slope: float = GENTLE) -> dict[str, Array]:
    """dL/dslope = sum of d z over all neurons and samples where z <= 0, with d = dL/da."""
    return {"slope": np.asarray((d * np.minimum(z, 0.0)).sum())}


@kernel
def own_backward(z: Block, a: Block, d: Block, neurons: int, lanes: int, s: Block, g: Block) -> None:
    """Write dL/dslope to g[0], while d is still dL/da."""
    zero = like(z[0], 0.0)
    total = zero
    for k in range(neurons * lanes):
        total += d[k] * z[k] if z[k] <= zero else zero
    g[0] = total


entry = Activation(
    key="prelu",
    label="PReLU",
    summary="A leaky ReLU whose slope below 0 is trained with the weights: one number for the whole layer.",
    formula="f(z) = z if z > 0, else c z, with a trained c",
    slope_formula="f'(z) = 1 if z > 0, else c",
    settings=(Setting("slope", "Slope at the start", GENTLE, help="What c is before any training."),),
    owns=(Own("slope", "slope", GENTLE, "layer"),),
    range_text="all numbers",
    low=float("-inf"),
    high=float("inf"),
    differentiable_text="Not differentiable at 0; the slope c is used there.",
    kinks=(0.0,),
    value=value,
    slope=derivative,
    forward=forward,
    backward=backward,
    own_slopes=own_slopes,
    own_backward=own_backward,
)

"""The log-likelihood of the true classes: an objective that training makes large."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.catalog.losses import cross_entropy
from nnstudio.catalog.losses.cross_entropy import crossed
from nnstudio.document import Array


def value(z: Array, y: Array) -> Array:
    """sum_i y_i log softmax(z)_i, computed from the logits z: the cross-entropy with the other sign."""
    return np.asarray(-cross_entropy.value(z, y))


def slope(z: Array, y: Array) -> Array:
    """The derivative by the logits, y - softmax(z) * sum(y)."""
    return np.asarray(-cross_entropy.slope(z, y))


@kernel
def both(
    z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, _s: Block, t: Block
) -> float:
    """Sum y z - log(sum exp z) over lanes and write d = (softmax(z) - y) / count, the slope that leads down."""
    return -crossed(z, y, d, neurons, lanes, count, 1.0, 0.0, t)


entry = Loss(
    key="log_likelihood",
    label="Log-likelihood",
    summary="How likely the network holds the true classes to be, as a logarithm; training makes it large.",
    formula="L = sum_i y_i log a_i,  a = softmax(z)",
    slope_formula="dL/dz_i = y_i - a_i",
    tasks=frozenset({"classification"}),
    activations=frozenset({"softmax"}),
    from_logits=True,
    maximized=True,
    value=value,
    slope=slope,
    both=both,
)

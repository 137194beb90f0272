"""The cross-entropy of yes-or-no outputs, computed from the logits of sigmoids."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like, sigmoid, softplus
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(z: Array, y: Array) -> Array:
    """The mean over outputs of -y log a - (1 - y) log(1 - a), a = sigmoid(z), as max(z, 0) - y z + log(1 + e^-|z|)."""
    return np.asarray(np.mean(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z))), axis=-1))


def slope(z: Array, y: Array) -> Array:
    """(sigmoid(z) - y) / outputs: the derivative by the logits."""
    e = np.exp(-np.abs(z))
    return np.asarray((np.where(z >= 0, 1.0, e) / (1.0 + e) - y) / z.shape[-1])


@kernel
def both(z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum softplus(z) - y z over lanes and write d = (sigmoid(z) - y) / count, both times ``share``."""
    total = 0.0
    scale = like(z[0], share / count)
    for i in range(neurons):
        for k in range(i * lanes, i * lanes + count):
            total += softplus(z[k]) - y[k] * z[k]
            d[k] = (sigmoid(z[k]) - y[k]) * scale
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = 0.0
    return total * share


entry = Loss(
    key="binary_cross_entropy",
    label="Binary cross-entropy",
    summary="How surprised the network is by each yes or no; used with sigmoid outputs, computed from their logits.",
    formula="L = mean_i -(y_i log a_i + (1 - y_i) log(1 - a_i)),  a = sigmoid(z)",
    slope_formula="dL/dz_i = (a_i - y_i) / n",
    tasks=frozenset({"classification"}),
    activations=frozenset({"sigmoid"}),
    from_logits=True,
    mean_over_outputs=True,
    value=value,
    slope=slope,
    both=both,
)

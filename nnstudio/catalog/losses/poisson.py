"""The Poisson loss: torch.nn.PoissonNLLLoss() on the logits of an exponential output; Keras's Poisson."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import exp, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(z: Array, y: Array) -> Array:
    """The mean over outputs of exp(z) - y z (without ln y!, which moves no weight)."""
    with np.errstate(over="ignore"):
        return np.asarray(np.mean(np.exp(z) - y * z, axis=-1))


def slope(z: Array, y: Array) -> Array:
    """(exp(z) - y) / outputs: the derivative by the weighted inputs."""
    with np.errstate(over="ignore"):
        return np.asarray((np.exp(z) - y) / z.shape[-1])


@kernel
def both(z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum exp(z) - y z over lanes and write d = (exp(z) - y) / count, both times ``share``."""
    total = 0.0
    scale, zero = like(z[0], share / count), like(z[0], 0.0)
    for i in range(neurons):
        row = zero
        for k in range(i * lanes, i * lanes + count):
            e = exp(z[k])
            row += e - y[k] * z[k]
            d[k] = (e - y[k]) * scale
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = zero
        total += row
    return total * share


entry = Loss(
    key="poisson",
    label="Poisson",
    summary="For counts, which are never negative: how surprised the network is when its output is the expected count.",
    formula="L = mean_i a_i - y_i ln a_i,  a = e^z",
    slope_formula="dL/dz_i = (a_i - y_i) / n",
    tasks=frozenset({"regression"}),
    activations=frozenset({"exponential"}),
    from_logits=True,
    mean_over_outputs=True,
    least_target=0.0,
    value=value,
    slope=slope,
    both=both,
)

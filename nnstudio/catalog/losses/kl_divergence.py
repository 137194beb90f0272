"""The Kullback-Leibler divergence: torch.nn.KLDivLoss(reduction='batchmean') on a log-softmax, Keras's KLDivergence."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import exp, largest, like, log
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.catalog.losses.cross_entropy import slope as cross_entropy_slope
from nnstudio.catalog.losses.cross_entropy import value as cross_entropy
from nnstudio.document import Array


def value(z: Array, y: Array) -> Array:
    """sum_i y_i (ln y_i - ln softmax(z)_i), computed from the logits z so that nothing overflows; 0 ln 0 is 0."""
    known = np.where(y > 0.0, y, 1.0)
    return np.asarray(cross_entropy(z, y) + np.sum(known * np.log(known), axis=-1))


def slope(z: Array, y: Array) -> Array:
    """softmax(z) * sum(y) - y: the derivative by the logits."""
    return np.asarray(cross_entropy_slope(z, y))


@kernel
def both(z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum y (ln y - ln softmax(z)) over lanes and write d = (softmax(z) sum(y) - y) / count."""
    largest(z, t, neurons, lanes)
    for k in range(lanes):
        t[lanes + k] = 0.0  # the sum of exp, the sum of y
        t[2 * lanes + k] = 0.0
    loss, zero, one = 0.0, like(z[0], 0.0), like(z[0], 1.0 / count)
    for i in range(neurons):
        for k in range(lanes):
            above = z[i * lanes + k] - t[k]
            wanted = y[i * lanes + k]
            e = exp(above)
            d[i * lanes + k] = e
            t[lanes + k] += e
            t[2 * lanes + k] += wanted
            if k < count:
                loss += (wanted * log(wanted) if wanted > zero else zero) - wanted * above
    for k in range(count):
        loss += t[2 * lanes + k] * log(t[lanes + k])
    for k in range(lanes):
        t[lanes + k] = t[2 * lanes + k] * one / t[lanes + k]
    for i in range(neurons):
        for k in range(lanes):
            d[i * lanes + k] = d[i * lanes + k] * t[lanes + k] - y[i * lanes + k] * one
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = zero
    return loss


entry = Loss(
    key="kl_divergence",
    label="KL divergence",
    summary="How far probabilities are from those wanted: the cross-entropy less the targets' own entropy.",
    formula="L = sum_i y_i ln(y_i / a_i),  a = softmax(z)",
    slope_formula="dL/dz_i = a_i - y_i",
    tasks=frozenset({"classification"}),
    activations=frozenset({"softmax"}),
    from_logits=True,
    value=value,
    slope=slope,
    both=both,
)

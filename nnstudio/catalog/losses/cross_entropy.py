"""The cross-entropy of classes, computed from the logits of a softmax."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.elementary import exp, like
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(z: Array, y: Array) -> Array:
    """-sum_i y_i log softmax(z)_i, computed from the logits z so that nothing overflows."""
    top = z.max(axis=-1, keepdims=True)
    logs = z - top - np.log(np.exp(z - top).sum(axis=-1, keepdims=True))
    return np.asarray(-np.sum(np.where(y == 0, 0.0, y * logs), axis=-1))


def slope(z: Array, y: Array) -> Array:
    """softmax(z) * sum(y) - y: the derivative by the logits."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True) * y.sum(axis=-1, keepdims=True) - y)


@kernel
def both(z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block) -> float:
    """Sum log(sum exp z) - y z over lanes and write d = (softmax(z) - y) / count."""
    loss = 0.0
    zero = like(z[0], 0.0)
    one = like(z[0], 1.0 / count)
    for k in range(count):
        top = z[k]
        for i in range(1, neurons):
            top = max(top, z[i * lanes + k])
        total = zero
        mass = zero
        hit = zero
        for i in range(neurons):
            e = exp(z[i * lanes + k] - top)
            d[i * lanes + k] = e
            total += e
            mass += y[i * lanes + k]
            hit += y[i * lanes + k] * (z[i * lanes + k] - top)
        loss += mass * math.log(total) - hit
        scale = mass * one / total
        for i in range(neurons):
            d[i * lanes + k] = d[i * lanes + k] * scale - y[i * lanes + k] * one
    for i in range(neurons):
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = zero
    return loss


entry = Loss(
    key="cross_entropy",
    label="Cross-entropy",
    summary="How surprised the network is by the true class; used with a softmax output, computed from its logits.",
    formula="L = -sum_i y_i log a_i,  a = softmax(z)",
    slope_formula="dL/dz_i = a_i - y_i",
    tasks=frozenset({"classification"}),
    activations=frozenset({"softmax"}),
    from_logits=True,
    value=value,
    slope=slope,
    both=both,
)

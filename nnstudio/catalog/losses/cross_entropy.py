"""The cross-entropy of classes, computed from the logits of a softmax."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import exp, like, log
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
def both(z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum log(sum exp z) - y z over lanes and write d = (softmax(z) - y) / count."""
    for k in range(lanes):
        t[k] = z[k]  # the largest, the sum of exp, the sum of y, the sum of y z
        t[lanes + k] = 0.0
        t[2 * lanes + k] = 0.0
        t[3 * lanes + k] = 0.0
    for i in range(1, neurons):
        for k in range(lanes):
            t[k] = max(t[k], z[i * lanes + k])
    for i in range(neurons):
        for k in range(lanes):
            above = z[i * lanes + k] - t[k]
            e = exp(above)
            d[i * lanes + k] = e
            t[lanes + k] += e
            t[2 * lanes + k] += y[i * lanes + k]
            t[3 * lanes + k] += y[i * lanes + k] * above
    one = like(z[0], 1.0 / count)
    loss = 0.0
    for k in range(count):
        loss += t[2 * lanes + k] * log(t[lanes + k]) - t[3 * lanes + k]
    for k in range(lanes):
        t[lanes + k] = t[2 * lanes + k] * one / t[lanes + k]
    for i in range(neurons):
        for k in range(lanes):
            d[i * lanes + k] = d[i * lanes + k] * t[lanes + k] - y[i * lanes + k] * one
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = 0.0
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

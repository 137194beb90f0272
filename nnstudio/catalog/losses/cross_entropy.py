"""The cross-entropy of classes, computed from the logits of a softmax."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import exp, largest, like, log
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(z: Array, y: Array, *, label_smoothing: float = 0.0) -> Array:
    """-sum_i y_i log softmax(z)_i, computed from the logits z so that nothing overflows.

    ``label_smoothing`` c replaces y by (1 - c) y + c / classes, as torch.nn.CrossEntropyLoss does.
    """
    y = smoothed(y, label_smoothing)
    top = z.max(axis=-1, keepdims=True)
    logs = z - top - np.log(np.exp(z - top).sum(axis=-1, keepdims=True))
    return np.asarray(-np.sum(np.where(y == 0, 0.0, y * logs), axis=-1))


def slope(z: Array, y: Array, *, label_smoothing: float = 0.0) -> Array:
    """softmax(z) * sum(y) - y: the derivative by the logits."""
    y = smoothed(y, label_smoothing)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True) * y.sum(axis=-1, keepdims=True) - y)


def smoothed(y: Array, label_smoothing: float) -> Array:
    """Targets with a share of each sample given to all classes alike (Szegedy et al. 2016)."""
    return np.asarray((1.0 - label_smoothing) * y + label_smoothing / y.shape[-1]) if label_smoothing else y


@kernel
def both(z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum log(sum exp z) - y z over lanes and write d = (softmax(z) - y) / count."""
    return crossed(z, y, d, neurons, lanes, count, 1.0 - s[0], s[0] / neurons, t)


@kernel
def crossed(
    z: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, each: float, t: Block
) -> float:
    """``both`` with ``share`` of every target, and ``each`` to all classes alike."""
    kept, given = like(z[0], share), like(z[0], each)
    largest(z, t, neurons, lanes)
    for k in range(lanes):
        t[lanes + k] = 0.0  # the sum of exp, the sum of y, the sum of y z
        t[2 * lanes + k] = 0.0
        t[3 * lanes + k] = 0.0
    for i in range(neurons):
        for k in range(lanes):
            above = z[i * lanes + k] - t[k]
            e = exp(above)
            d[i * lanes + k] = e
            t[lanes + k] += e
            wanted = kept * y[i * lanes + k] + given
            t[2 * lanes + k] += wanted
            t[3 * lanes + k] += wanted * above
    one = like(z[0], 1.0 / count)
    loss = 0.0
    for k in range(count):
        loss += t[2 * lanes + k] * log(t[lanes + k]) - t[3 * lanes + k]
    for k in range(lanes):
        t[lanes + k] = t[2 * lanes + k] * one / t[lanes + k]
    for i in range(neurons):
        for k in range(lanes):
            d[i * lanes + k] = d[i * lanes + k] * t[lanes + k] - (kept * y[i * lanes + k] + given) * one
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = 0.0
    return loss


entry = Loss(
    key="cross_entropy",
    label="Cross-entropy",
    summary="How surprised the network is by the true class; used with a softmax output, computed from its logits.",
    formula="L = -sum_i y_i log a_i,  a = softmax(z)",
    slope_formula="dL/dz_i = a_i - y_i",
    settings=(
        Setting(
            "label_smoothing",
            "Label smoothing",
            0.0,
            minimum=0.0,
            maximum=1.0,
            help="The share of each target that is given to all classes alike.",
        ),
    ),
    tasks=frozenset({"classification"}),
    activations=frozenset({"softmax"}),
    from_logits=True,
    value=value,
    slope=slope,
    both=both,
)

"""R2: how much of the targets' spread is explained, averaged over outputs."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """The mean over outputs of 1 - sum (a - y)^2 / sum (y - mean y)^2."""
    return float(finish(((outputs - targets) ** 2).sum(axis=0), targets))


@kernel
def add(a: Block, y: Block, neurons: int, lanes: int, count: int, sums: Block, t: Block) -> None:
    """Add (a - y)^2 for each output."""
    for i in range(neurons):
        total = 0.0
        for k in range(i * lanes, i * lanes + count):
            total += (a[k] - y[k]) * (a[k] - y[k])
        sums[i] += total


def finish(sums: Array, targets: Array) -> Array:
    """R2 from squared errors (..., outputs); an output whose targets are all equal counts as 1 if hit, else 0."""
    spread = ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
    safe = np.where(spread > 0, spread, 1.0)
    scores = np.where(spread > 0, 1.0 - sums / safe, np.where(sums == 0, 1.0, 0.0))
    return np.asarray(scores.mean(axis=-1))


entry = Metric(
    key="r2",
    label="R²",
    summary="How much of the targets' spread is explained: 1 is perfect, 0 is no better than their mean.",
    formula="1 - sum (a - y)^2 / sum (y - mean y)^2",
    tasks=frozenset({"regression"}),
    high=1.0,
    per_output=True,
    value=value,
    add=add,
    finish=finish,
)

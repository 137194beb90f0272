"""The mean absolute error."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """The mean of |a - y| over samples and outputs."""
    return float(np.mean(np.abs(outputs - targets)))


@kernel
def add(a: Block, y: Block, neurons: int, lanes: int, count: int, sums: Block, t: Block) -> None:
    """Add |a - y|."""
    total = 0.0
    for i in range(neurons):
        for k in range(i * lanes, i * lanes + count):
            total += abs(a[k] - y[k])
    sums[0] += total


def finish(sums: Array, targets: Array) -> Array:
    """The mean over samples and outputs."""
    return np.asarray(sums[..., 0] / max(1, targets.size))


entry = Metric(
    key="mae",
    label="Mean absolute error",
    summary="How far outputs are from targets on average, in the targets' own (prepared) units.",
    formula="mean |a - y|",
    tasks=frozenset({"regression"}),
    higher_is_better=False,
    low=0.0,
    value=value,
    add=add,
    finish=finish,
)

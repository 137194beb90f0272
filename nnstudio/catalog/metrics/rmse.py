"""The root of the mean squared error."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """The root of the mean of (a - y)^2 over samples and outputs."""
    return float(np.sqrt(np.mean((outputs - targets) ** 2)))


@kernel
def add(a: Block, y: Block, neurons: int, lanes: int, count: int, sums: Block, t: Block) -> None:
    """Add (a - y)^2."""
    total = 0.0
    for i in range(neurons):
        for k in range(i * lanes, i * lanes + count):
            total += (a[k] - y[k]) * (a[k] - y[k])
    sums[0] += total


def finish(sums: Array, targets: Array) -> Array:
    """The root of the mean over samples and outputs."""
    return np.asarray(np.sqrt(sums[..., 0] / max(1, targets.size)))


entry = Metric(
    key="rmse",
    label="Root mean squared error",
    summary="The typical size of an error, in the targets' own (prepared) units; large errors count more.",
    formula="sqrt(mean (a - y)^2)",
    tasks=frozenset({"regression"}),
    higher_is_better=False,
    low=0.0,
    value=value,
    add=add,
    finish=finish,
)

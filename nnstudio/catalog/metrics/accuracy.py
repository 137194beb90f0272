"""Accuracy: the share of samples whose most active output is the true class."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like, unit
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """The share of rows where both have their largest entry in the same place (one output: on the same side of 1/2)."""
    if outputs.shape[-1] == 1:
        return float(np.mean((outputs > 0.5) == (targets > 0.5)))
    return float(np.mean(outputs.argmax(axis=-1) == targets.argmax(axis=-1)))


@kernel
def count_right(
    a: Block, y: Block, neurons: int, lanes: int, count: int, sums: Block, t: Block, between: float
) -> None:
    """Count the lanes that are right; ``between``: what parts no from yes, where there is a single output."""
    right = 0
    if neurons == 1:
        for k in range(count):
            right += (a[k] > between) == (y[k] > 0.5)
    else:
        _find_largest(a, neurons, lanes, t, lanes)
        _find_largest(y, neurons, lanes, t, 2 * lanes)
        for k in range(count):
            right += t[lanes + k] == t[2 * lanes + k]
    sums[0] += right


@kernel
def _find_largest(a: Block, neurons: int, lanes: int, t: Block, to: int) -> None:
    """Write to t, from ``to`` on, which neuron is the first with each lane's largest number; t: these numbers."""
    one = unit(a[0], lanes)
    for k in range(lanes):
        t[k] = a[k]
        t[to + k] = 0.0
    for i in range(1, neurons):
        here = like(a[0], i)
        for k in range(lanes):
            value = a[i * lanes + k]
            t[to + k] += (here - t[to + k]) * like(a[0], value > t[k])  # no choice, which would be stored by a mask
            t[k] = max(t[k], value) * one


@kernel
def add(a: Block, y: Block, neurons: int, lanes: int, count: int, sums: Block, t: Block) -> None:
    """Count the lanes that are right; a single output says yes above 1/2."""
    count_right(a, y, neurons, lanes, count, sums, t, 0.5)


@kernel
def add_signed(a: Block, y: Block, neurons: int, lanes: int, count: int, sums: Block, t: Block) -> None:
    """Count the lanes that are right; a single output says yes above 0, as a loss between -1 and 1 teaches it."""
    count_right(a, y, neurons, lanes, count, sums, t, 0.0)


def finish(sums: Array, targets: Array) -> Array:
    """The share of right answers."""
    return np.asarray(sums[..., 0] / max(1, len(targets)))


entry = Metric(
    key="accuracy",
    label="Accuracy",
    summary="The share of samples whose most active output is the true class.",
    formula="right / samples",
    tasks=frozenset({"classification"}),
    ranks=True,
    low=0.0,
    high=1.0,
    value=value,
    add=add,
    add_signed=add_signed,
    finish=finish,
)

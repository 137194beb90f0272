"""The face of a metric: a number that people read, beside the loss that training follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.document import Array, Task


@dataclass(frozen=True, kw_only=True)
class Metric(Entry):
    """A score made from sums over samples, so that it can be gathered while training runs.

    ``value(outputs, targets)`` is the score itself, from float64 arrays (samples, outputs).
    The kernel ``add(a, y, neurons, lanes, count, sums, t)`` adds the first ``count`` lanes of (neurons, lanes) blocks
    to float64 ``sums``: one number, or one an output where ``per_output`` is True; ``t`` are four spare rows of lanes.
    ``finish(sums, targets)`` makes the score of (..., outputs or 1) sums over all samples whose targets are given.
    """

    value: Callable[[Array, Array], float]
    add: Kernel
    finish: Callable[[Array, Array], Array]
    tasks: frozenset[Task]
    per_output: bool = False
    ranks: bool = False  # only the order of the outputs matters (where there are several)
    higher_is_better: bool = True
    low: float = float("-inf")
    high: float = float("inf")

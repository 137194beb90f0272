"""The face of a metric: a number that people read, beside the loss that training follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.document import Array, Task


def whole_only(*_: object) -> Any:
    """Stands in for ``add`` and ``finish`` of a score that no sums over samples can make."""
    raise TypeError("This score is made from all predictions at once.")


@dataclass(frozen=True, kw_only=True)
class Metric(Entry):
    """A score of predictions; where ``summed``, made from sums over samples, so that training can gather it.

    ``value(outputs, targets, **settings)`` is the score itself, from float64 arrays (samples, outputs); NaN where these
    samples have none.
    The kernel ``add(a, y, neurons, lanes, count, sums, t)`` adds the first ``count`` lanes of (neurons, lanes) blocks
    to float64 ``sums``: one number, or one an output where ``per_output`` is True; ``t`` are four spare rows of lanes.
    ``add_signed``: the same after a loss that is ``signed``, where a single output says no at -1 and yes at 1.
    ``finish(sums, targets)`` makes the score of (..., outputs or 1) sums over all samples whose targets are given.
    """

    value: Callable[..., float]
    tasks: frozenset[Task]
    add: Kernel = whole_only
    add_signed: Kernel | None = None
    finish: Callable[[Array, Array], Array] = whole_only
    per_output: bool = False
    ranks: bool = False  # only the order of the outputs matters (where there are several)
    higher_is_better: bool = True
    low: float = float("-inf")
    high: float = float("inf")

    @property
    def summed(self) -> bool:
        """Whether training can gather it."""
        return self.add is not whole_only

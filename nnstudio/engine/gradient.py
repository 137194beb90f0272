"""What becomes of a batch's gradient before it moves a parameter, compiled: parts added up, bounds, penalties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.engine.compiled import compiled
from nnstudio.engine.layout import COLUMNS, PENALIZE
from nnstudio.engine.vectors import shifted


@compiled
def are_finite(w: Any, count: int) -> bool:
    """Whether every parameter is finite, however large."""
    for k in range(count):  # noqa: SIM110 (compiled)
        if not math.isfinite(w[k]):
            return False
    return True


@compiled
def add_up(total: Any, g: Any, count: int, share: float, before: int) -> None:
    """Add the gradient of one part of a batch, which is a mean over ``share`` of its samples, to those ``before``."""
    if before == 0:
        for k in range(count):
            total[k] = share * g[k]
    else:
        for k in range(count):
            total[k] += share * g[k]


@compiled
def carry(waiting: Any, g: Any, count: int, members: int, before: int) -> None:
    """Add the gradient of ``members`` samples to what waits, a sum over the ``before`` samples that wait already."""
    for k in range(count):
        waiting[k] = (waiting[k] if before > 0 else g[k] - g[k]) + members * g[k]


@compiled
def clip(g: Any, count: int, most: float, longest: float) -> None:
    """Bound every slope by ``most``, then the gradient's length by ``longest``, as PyTorch's clip_grad_value_ and
    clip_grad_norm_ do (0: unbounded).
    """
    if most > 0.0:
        for k in range(count):
            g[k] = min(max(g[k], -most), most)
    if longest > 0.0:
        total = 0.0
        for k in range(count):
            total += np.float64(g[k]) * np.float64(g[k])
        share = longest / (math.sqrt(total) + 1e-6)
        if share < 1.0:
            for k in range(count):
                g[k] *= share


@compiled
def penalties(table: Any, rows: int, w: Any, settings: Any) -> float:
    """What the penalties add to the objective: l1 sum |w| + l2 / 2 sum w^2 of every bundle that has any."""
    total = 0.0
    for place in range(rows):
        row = shifted(table, place * COLUMNS)
        if row[0] == PENALIZE:
            straight, squared = 0.0, 0.0
            for k in range(row[1], row[1] + row[3]):
                straight += abs(np.float64(w[k]))
                squared += np.float64(w[k]) * np.float64(w[k])
            total += settings[row[4]] * straight + 0.5 * settings[row[4] + 1] * squared
    return total

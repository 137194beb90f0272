"""What the compiled loop is told of the settings of a training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import losses, optimizers
from nnstudio.document import Training
from nnstudio.engine import loop
from nnstudio.engine.compiled import address


def rules_of(training: Training, group: int, *, guarded: bool) -> NDArray[np.int64]:
    """The loop's rules, but for those of a schedule."""
    rules = np.zeros(loop.RULES, dtype=np.int64)
    rules[loop.GROUP], rules[loop.GUARDED], rules[loop.CARRIES] = group, guarded, training.carry_over
    optimizer = optimizers[training.optimizer.key]
    if optimizer.search is not None and optimizer.searches(training.optimizer):
        rules[loop.SEARCH] = address(optimizer.search, "search", training.dtype)
    return rules


def limits_of(training: Training) -> NDArray[np.float64]:
    """The loop's limits, but for those of a schedule."""
    limits = np.zeros(loop.LIMITS)
    limits[loop.CLIP_VALUE], limits[loop.CLIP_NORM] = training.clip_value or 0.0, training.clip_norm or 0.0
    limits[loop.DOWNHILL] = losses[training.loss.key].downhill
    return limits


def may_overflow(training: Training) -> bool:
    """Whether an update can overflow though its gradient is finite: a decay of more than all of a weight, or a step
    whose length comes from a curvature.
    """
    if optimizers[training.optimizer.key].whole:
        return True
    values = optimizers[training.optimizer.key].values(training.optimizer)
    return float(values["learning_rate"]) * float(values.get("weight_decay", 0.0)) > 1.0

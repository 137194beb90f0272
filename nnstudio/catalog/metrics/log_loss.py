"""Log loss: scikit-learn's log_loss."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.metric import Metric
from nnstudio.document import Array

EPSILON = float(np.finfo(np.float64).eps)


def value(outputs: Array, targets: Array) -> float:
    """The mean of -ln of the true class's output, kept away from 0 by the smallest step of float64."""
    a = np.clip(outputs, EPSILON, 1.0 - EPSILON)
    if outputs.shape[-1] == 1:
        return float(-np.mean(targets * np.log(a) + (1.0 - targets) * np.log1p(-a)))
    return float(-np.mean(np.sum(targets * np.log(a), axis=-1)))


entry = Metric(
    key="log_loss",
    label="Log loss",
    summary="The mean surprise at the true class, where outputs are probabilities; 0 is perfect.",
    formula="mean of -ln a of the true class",
    tasks=frozenset({"classification"}),
    higher_is_better=False,
    low=0.0,
    high=float("inf"),
    value=value,
)

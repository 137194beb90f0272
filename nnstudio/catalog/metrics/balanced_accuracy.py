"""Balanced accuracy: scikit-learn's balanced_accuracy_score."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.confusion import confusion
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """The mean recall of the classes that have samples."""
    table = confusion(outputs, targets)
    true = table.sum(axis=1)
    return float((np.diag(table)[true > 0] / true[true > 0]).mean())


entry = Metric(
    key="balanced_accuracy",
    label="Balanced accuracy",
    summary="The share of right answers in each class, averaged over classes, so that rare ones count as much.",
    formula="mean over classes of right / samples of the class",
    tasks=frozenset({"classification"}),
    low=0.0,
    high=1.0,
    value=value,
)

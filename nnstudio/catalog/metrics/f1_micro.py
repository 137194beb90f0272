"""F1, all samples alike: scikit-learn's f1_score with average='micro'."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.confusion import averaged, confusion, ratio
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """F1 of all classes as one score; of a single output, that of yes."""
    table = confusion(outputs, targets)
    right, both = 2.0 * np.diag(table), table.sum(axis=0) + table.sum(axis=1)
    if outputs.shape[-1] == 1:
        return float(ratio(right[1], both[1]))
    return averaged(right, both, table, "micro")


entry = Metric(
    key="f1_micro",
    label="F1 (micro)",
    summary="Precision and recall in one number over all samples; with one class a sample it is the accuracy.",
    formula="2 right / (said to be of the class + samples of the class)",
    tasks=frozenset({"classification"}),
    low=0.0,
    high=1.0,
    value=value,
)

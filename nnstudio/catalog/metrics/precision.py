"""Precision: scikit-learn's precision_score."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.confusion import averaged, confusion, ratio
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array, *, average: str = "macro") -> float:
    """The precision of all classes as one score; of a single output, that of yes."""
    table = confusion(outputs, targets)
    if outputs.shape[-1] == 1:
        return float(ratio(table[1, 1], table[:, 1].sum()))
    return averaged(np.diag(table), table.sum(axis=0), table, average)


entry = Metric(
    key="precision",
    label="Precision",
    summary="Of the samples said to be of a class, the share that is; averaged over classes.",
    formula="right / said to be of the class",
    settings=(
        Setting(
            "average",
            "Average",
            "macro",
            "choice",
            choices=("macro", "micro", "weighted"),
            help="All classes alike, all samples alike, or classes by their samples.",
        ),
    ),
    tasks=frozenset({"classification"}),
    low=0.0,
    high=1.0,
    value=value,
)

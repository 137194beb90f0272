"""Recall: scikit-learn's recall_score."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.confusion import averaged, confusion, ratio
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array, *, average: str = "macro") -> float:
    """The recall of all classes as one score; of a single output, that of yes."""
    table = confusion(outputs, targets)
    if outputs.shape[-1] == 1:
        return float(ratio(table[1, 1], table[1].sum()))
    return averaged(np.diag(table), table.sum(axis=1), table, average)


entry = Metric(
    key="recall",
    label="Recall",
    summary="Of the samples of a class, the share that is found; averaged over classes.",
    formula="right / samples of the class",
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

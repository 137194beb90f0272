"""Explained variance: scikit-learn's explained_variance_score."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """The mean over outputs of 1 - var(y - a) / var(y); an output whose targets are all equal counts as 1 or 0."""
    spread, rest = targets.var(axis=0), (targets - outputs).var(axis=0)
    safe = np.where(spread > 0, spread, 1.0)
    return float(np.mean(np.where(spread > 0, 1.0 - rest / safe, np.where(rest == 0, 1.0, 0.0))))


entry = Metric(
    key="explained_variance",
    label="Explained variance",
    summary="How much of the targets' spread is explained, leaving out a constant offset, which R² counts as error.",
    formula="1 - var(y - a) / var y",
    tasks=frozenset({"regression"}),
    low=float("-inf"),
    high=1.0,
    value=value,
)

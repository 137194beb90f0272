"""Matthews correlation coefficient (1975), for many classes by Gorodkin (2004): scikit-learn's matthews_corrcoef."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.confusion import confusion
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array) -> float:
    """Matthews correlation of the classes said and true; 0 where either is always the same."""
    table = confusion(outputs, targets)
    true, said, count = table.sum(axis=1), table.sum(axis=0), table.sum()
    both = np.trace(table) * count - (true * said).sum()
    spread = (count**2 - (said**2).sum()) * (count**2 - (true**2).sum())
    return float(both / np.sqrt(spread)) if spread > 0 else 0.0


entry = Metric(
    key="mcc",
    label="MCC",
    summary="The correlation of answers and truth: 1 is perfect, 0 is guessing, even where classes are uneven.",
    formula="cov(said, true) / sqrt(cov(said, said) cov(true, true))",
    tasks=frozenset({"classification"}),
    low=-1.0,
    high=1.0,
    value=value,
)

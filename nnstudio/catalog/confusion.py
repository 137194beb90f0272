"""Who was taken for whom: the counts that scores of classes are made from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array


def classes_of(rows: Array) -> NDArray[np.int64]:
    """The class of each row (samples, outputs): its largest entry; of a single output, whether it is above 1/2."""
    if rows.shape[-1] == 1:
        return (rows[:, 0] > 0.5).astype(np.int64)
    return np.asarray(rows.argmax(axis=-1), dtype=np.int64)


def confusion(outputs: Array, targets: Array) -> Array:
    """Counts (true class, class said) of samples with outputs and targets (samples, outputs)."""
    count = max(2, outputs.shape[-1])
    pairs = classes_of(targets) * count + classes_of(outputs)
    return np.bincount(pairs, minlength=count * count).reshape(count, count).astype(np.float64)


def ratio(part: Array, whole: Array) -> Array:
    """The ratio part / whole, 0 where whole is 0."""
    return np.asarray(part / np.where(whole > 0.0, whole, 1.0))


def averaged(part: Array, whole: Array, table: Array, average: str) -> float:
    """Scores part / whole of classes as one: "macro" all classes alike, "weighted" by samples, "micro" as one heap.

    Only classes that are true or said somewhere count, as in scikit-learn.
    """
    if average == "micro":
        return float(ratio(part.sum(), whole.sum()))
    true = table.sum(axis=1)
    known = (true + table.sum(axis=0)) > 0
    if not known.any():
        return float("nan")
    scores = ratio(part, whole)
    if average == "weighted":
        return float((scores * true).sum() / true.sum())
    return float(scores[known].mean())

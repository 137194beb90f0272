"""The area under the ROC curve: scikit-learn's roc_auc_score, one class against the rest, macro."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.metric import Metric
from nnstudio.document import Array, BoolArray


def value(outputs: Array, targets: Array) -> float:
    """The mean over classes of the area under the curve; NaN where no class has samples both in it and outside it."""
    areas = [_area(outputs[:, place], targets[:, place] > 0.5) for place in range(outputs.shape[-1])]
    known = [area for area in areas if area is not None]
    return float(np.mean(known)) if known else float("nan")


def _area(scores: Array, inside: BoolArray) -> float | None:
    """The Mann-Whitney statistic: equal scores count half."""
    ins, outs = int(inside.sum()), int((~inside).sum())
    if not ins or not outs:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    return float((ranks[place][inside].sum() - ins * (ins + 1) / 2.0) / (ins * outs))


entry = Metric(
    key="roc_auc",
    label="ROC AUC",
    summary="How likely a sample of a class has a higher output for it than one of another class; 0.5 is guessing.",
    formula="mean over classes of P(a of a sample of the class > a of another's)",
    tasks=frozenset({"classification"}),
    low=0.0,
    high=1.0,
    value=value,
)

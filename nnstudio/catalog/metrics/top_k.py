"""Top-k accuracy: scikit-learn's top_k_accuracy_score."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.metric import Metric
from nnstudio.document import Array


def value(outputs: Array, targets: Array, *, k: int = 2) -> float:
    """The share of rows whose class is among the k largest outputs; of equal ones the later class stands higher."""
    if outputs.shape[-1] == 1:
        return float(np.mean((outputs > 0.5) == (targets > 0.5))) if k < 2 else 1.0
    ranked = np.argsort(outputs, axis=1, kind="stable")[:, ::-1][:, :k]
    return float(np.mean((ranked == targets.argmax(axis=1)[:, None]).any(axis=1)))


entry = Metric(
    key="top_k",
    label="Top-k accuracy",
    summary="The share of samples whose true class is among the k most active outputs.",
    formula="samples whose class is among the first k / samples",
    settings=(Setting("k", "k", 2, "integer", minimum=1, maximum=1000, help="How many guesses there are."),),
    tasks=frozenset({"classification"}),
    low=0.0,
    high=1.0,
    value=value,
)

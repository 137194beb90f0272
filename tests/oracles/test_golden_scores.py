"""Scores against what scikit-learn wrote down, where scikit-learn itself is not at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog import metrics

FILE = Path(__file__).parent / "golden" / "scores" / "scikit_learn.json"
AVERAGES = ("macro", "micro", "weighted")


def rows(name: str) -> tuple[np.ndarray, np.ndarray]:
    """What was said and what is true, (samples, outputs): of so many classes, of one output, or of numbers."""
    rng = np.random.default_rng(sum(map(ord, name)))
    if name == "numbers":
        y = rng.normal(size=(40, 3))
        return y + rng.normal(0.2, 0.5, y.shape), y
    if name == "yes or no":
        return rng.random((50, 1)).round(2), rng.integers(0, 2, (50, 1)).astype(float)
    classes = int(name.split(maxsplit=1)[0])
    p = rng.dirichlet(np.ones(classes), 60).round(2)  # with ties
    y = rng.integers(0, classes, 60)
    y[:classes] = np.arange(classes)
    return p / p.sum(axis=1, keepdims=True), np.eye(classes)[y]


def written() -> dict[str, dict[str, float]]:
    return dict(json.loads(FILE.read_text())["scores"])


@pytest.mark.parametrize("name", ["2 classes", "3 classes", "7 classes", "yes or no", "numbers"])
def test_scores_equal_what_scikit_learn_wrote_down(name: str) -> None:
    a, y = rows(name)
    for score, value in written()[name].items():
        key, *chosen = score.split()
        given: dict[str, Any] = {}
        if chosen:
            given = {"k": int(chosen[0])} if key == "top_k" else {"average": chosen[0]}
        assert metrics[key].value(a, y, **given) == pytest.approx(value, rel=1e-12), score


def test_every_metric_is_written_down() -> None:
    assert {score.split()[0] for scores in written().values() for score in scores} == set(metrics)

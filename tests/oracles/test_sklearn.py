"""Scores against scikit-learn."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from nnstudio.catalog import metrics
from tests.oracles.test_golden_scores import FILE, rows, written

sklearn = pytest.importorskip("sklearn", reason="scikit-learn is not installed; it is compared with before a release")
theirs = pytest.importorskip(
    "sklearn.metrics", reason="scikit-learn is not installed; it is compared with before a release"
)

RNG = np.random.default_rng(4)
AVERAGES = ("macro", "micro", "weighted")


def probabilities(samples: int, classes: int) -> np.ndarray:
    p = RNG.dirichlet(np.ones(classes), samples)
    return np.round(p, 2) / np.round(p, 2).sum(axis=1, keepdims=True)  # with ties


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_scores_of_classes(classes: int) -> None:
    a = probabilities(60, classes)
    y = RNG.integers(0, classes, 60)
    y[:classes] = np.arange(classes)
    rows, said = np.eye(classes)[y], a.argmax(axis=1)
    wanted = {
        "accuracy": theirs.accuracy_score(y, said),
        "balanced_accuracy": theirs.balanced_accuracy_score(y, said),
        "f1_macro": theirs.f1_score(y, said, average="macro"),
        "f1_micro": theirs.f1_score(y, said, average="micro"),
        "log_loss": theirs.log_loss(y, a),
        "mcc": theirs.matthews_corrcoef(y, said),
        "precision": theirs.precision_score(y, said, average="macro", zero_division=0),
        "recall": theirs.recall_score(y, said, average="macro", zero_division=0),
        "roc_auc": theirs.roc_auc_score(rows, a, average="macro"),
    }
    for key, value in wanted.items():
        assert metrics[key].value(a, rows) == pytest.approx(value, rel=1e-12), key
    for average in AVERAGES:
        for key, score in (("precision", theirs.precision_score), ("recall", theirs.recall_score)):
            value = score(y, said, average=average, zero_division=0)
            assert metrics[key].value(a, rows, average=average) == pytest.approx(value, rel=1e-12)
    if classes > 2:
        for k in range(1, classes):
            value = theirs.top_k_accuracy_score(y, a, k=k)
            assert metrics["top_k"].value(a, rows, k=k) == pytest.approx(value, rel=1e-12)


def test_scores_of_classes_that_are_never_said_or_never_true() -> None:
    y, said = np.array([0, 0, 1, 1, 3]), np.array([0, 1, 1, 1, 0])
    rows, a = np.eye(5)[y], np.eye(5)[said]
    for average in AVERAGES:
        for key, score in (("precision", theirs.precision_score), ("recall", theirs.recall_score)):
            value = score(y, said, average=average, zero_division=0)
            assert metrics[key].value(a, rows, average=average) == pytest.approx(value, rel=1e-12)
    for average in ("macro", "micro"):
        value = theirs.f1_score(y, said, average=average, zero_division=0)
        assert metrics[f"f1_{average}"].value(a, rows) == pytest.approx(value, rel=1e-12)
    assert metrics["balanced_accuracy"].value(a, rows) == pytest.approx((0.5 + 1.0 + 0.0) / 3)
    assert metrics["mcc"].value(a, rows) == pytest.approx(theirs.matthews_corrcoef(y, said), rel=1e-12)


def test_scores_of_a_single_output() -> None:
    a, y = RNG.random(50).round(2), RNG.integers(0, 2, 50)
    said = a > 0.5
    wanted = {
        "accuracy": theirs.accuracy_score(y, said),
        "balanced_accuracy": theirs.balanced_accuracy_score(y, said),
        "precision": theirs.precision_score(y, said),
        "recall": theirs.recall_score(y, said),
        "f1_macro": theirs.f1_score(y, said),
        "roc_auc": theirs.roc_auc_score(y, a),
        "log_loss": theirs.log_loss(y, a),
        "mcc": theirs.matthews_corrcoef(y, said),
    }
    for key, value in wanted.items():
        assert metrics[key].value(a[:, None], y[:, None].astype(float)) == pytest.approx(value, rel=1e-12), key


def test_scores_of_numbers() -> None:
    y = RNG.normal(size=(40, 3))
    a = y + RNG.normal(0.2, 0.5, y.shape)
    wanted = {
        "r2": theirs.r2_score(y, a),
        "explained_variance": theirs.explained_variance_score(y, a),
        "mae": theirs.mean_absolute_error(y, a),
        "rmse": np.sqrt(theirs.mean_squared_error(y, a)),
    }
    for key, value in wanted.items():
        assert metrics[key].value(a, y) == pytest.approx(value, rel=1e-12), key


def test_the_recorded_scores_are_scikit_learns() -> None:
    found: dict[str, dict[str, float]] = {}
    for name in ("2 classes", "3 classes", "7 classes", "yes or no", "numbers"):
        a, y = rows(name)
        if name == "numbers":
            found[name] = {
                "r2": theirs.r2_score(y, a),
                "explained_variance": theirs.explained_variance_score(y, a),
                "mae": theirs.mean_absolute_error(y, a),
                "rmse": theirs.mean_squared_error(y, a) ** 0.5,
            }
            continue
        one = name == "yes or no"
        true, said = (y[:, 0], a[:, 0] > 0.5) if one else (y.argmax(axis=1), a.argmax(axis=1))
        average = "binary" if one else "macro"
        scores = found[name] = {
            "accuracy": theirs.accuracy_score(true, said),
            "balanced_accuracy": theirs.balanced_accuracy_score(true, said),
            "f1_macro": theirs.f1_score(true, said, average=average),
            "log_loss": theirs.log_loss(true, a),
            "mcc": theirs.matthews_corrcoef(true, said),
            "roc_auc": theirs.roc_auc_score(true if one else y, a, average="macro"),
        }
        if one:
            continue
        scores["f1_micro"] = theirs.f1_score(true, said, average="micro")
        for kind in AVERAGES:
            scores[f"precision {kind}"] = theirs.precision_score(true, said, average=kind, zero_division=0)
            scores[f"recall {kind}"] = theirs.recall_score(true, said, average=kind, zero_division=0)
        for k in range(1, a.shape[1]):
            if a.shape[1] > 2:
                scores[f"top_k {k}"] = theirs.top_k_accuracy_score(true, a, k=k)
    found = {name: {key: float(value) for key, value in scores.items()} for name, scores in found.items()}
    if os.environ.get("RECORD_GOLDEN"):
        FILE.parent.mkdir(exist_ok=True)
        kept = {"made_with": f"scikit-learn {sklearn.__version__}", "scores": found}
        FILE.write_text(json.dumps(kept, indent=1) + "\n")
    for name, scores in written().items():
        assert scores == pytest.approx(found[name], rel=1e-12)

"""Accuracies that others published are reached; the convolution, and three seeds of all, are in the benchmark."""

from __future__ import annotations

import statistics

import pytest

from tests.benchmarks.accuracy import FASHION, PERCEPTRONS, SKLEARN, Row


@pytest.mark.parametrize("row", SKLEARN, ids=lambda row: row.name)
def test_scikit_learns_own_example(row: Row) -> None:
    scores, losses, _ = zip(*(row.reached(seed) for seed in range(3)), strict=True)
    assert statistics.mean(scores) >= row.published - row.slack
    assert statistics.mean(losses) == pytest.approx(row.loss, rel=0.25)


@pytest.mark.skipif(not FASHION.exists(), reason="Fashion-MNIST is too large for the project, and is not here")
@pytest.mark.parametrize("row", PERCEPTRONS, ids=lambda row: row.name)
def test_networks_of_fashion_mnist(row: Row) -> None:
    assert row.reached(0)[0] >= row.published - row.slack

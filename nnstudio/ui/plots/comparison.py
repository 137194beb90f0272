"""Predictions held against the truth: counts of classes, or pairs of numbers in the targets' own units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Dataset, FittedColumn, Message

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """``counts[true, predicted]`` over ``samples`` of ``whole`` samples; ``broken`` predictions are not numbers."""

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    validation: bool
    samples: int
    whole: int
    broken: int
    seconds: float

    @cached_property
    def signed(self) -> Floats:
        """The share of each cell in its true class; below zero where the prediction is wrong."""
        share = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        signed: Floats = np.where(np.eye(len(self.names), dtype=bool), share, -share)
        return signed


@dataclass(frozen=True)
class Compared:
    """True and predicted values (samples, targets) in the targets' own units, of samples ``rows``."""

    names: tuple[str, ...]
    true: Floats
    predicted: Floats
    rows: NDArray[np.int64]
    validation: bool
    whole: int
    seconds: float

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Which samples have a prediction that is a number."""
        return np.asarray(np.isfinite(self.predicted).all(axis=1))

    @property
    def r2(self) -> float:
        """1 - residual / total sum of squares, the mean over the targets; nan where a target is constant."""
        fine = self.finite
        true, predicted = self.true[fine], self.predicted[fine]
        if len(true) < 2:
            return float("nan")
        total = ((true - true.mean(axis=0)) ** 2).sum(axis=0)
        left = ((true - predicted) ** 2).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.where(total > 0, 1 - left / total, np.nan).mean())

    @property
    def rmse(self) -> float:
        """Root of the mean squared error over all targets, in their own units."""
        fine = self.finite
        difference = self.true[fine] - self.predicted[fine]
        return float(np.sqrt((difference**2).mean())) if len(difference) else float("nan")


def count_classes(
    dataset: Dataset, rows: NDArray[np.int64], outputs: Floats, *, validation: bool, whole: int, begin: float
) -> Counted | Message:
    """Count answers of ``outputs`` (samples, outputs) to the samples ``rows`` by their true class.

    A sentence where the network's outputs do not fit the classes.
    """
    classes = dataset.outputs
    if outputs.shape[1] not in (classes, 1):
        return Message.of(
            "The network has {outputs} outputs, the data {classes} classes.", outputs=outputs.shape[1], classes=classes
        )
    fine = np.isfinite(outputs).all(axis=1)
    answered = outputs.argmax(axis=1) if outputs.shape[1] > 1 else (outputs[:, 0] >= 0.5).astype(np.int64)
    places = dataset.targets[rows][fine] * classes + answered[fine]
    counts = np.bincount(places, minlength=classes * classes).reshape(classes, classes)
    names = tuple(dataset.output_names) + tuple(str(i) for i in range(len(dataset.output_names), classes))
    return Counted(names, counts, validation, len(rows), whole, int((~fine).sum()), perf_counter() - begin)


def compare_values(
    dataset: Dataset,
    rows: NDArray[np.int64],
    outputs: Floats,
    targets: tuple[FittedColumn, ...],
    *,
    validation: bool,
    whole: int,
    begin: float,
) -> Compared | Message:
    """Bring truth and ``outputs`` (samples, targets) into the targets' own units.

    A sentence where the network's outputs do not fit the targets.
    """
    true = np.asarray(dataset.targets[rows], dtype=np.float64)
    if outputs.shape != true.shape:
        return Message.of(
            "The network has {outputs} outputs, the data {targets} targets.",
            outputs=outputs.shape[1],
            targets=true.shape[1],
        )
    predicted = np.asarray(outputs, dtype=np.float64)
    if len(targets) == true.shape[1]:
        scale = np.array([column.scale for column in targets])
        center = np.array([column.center for column in targets])
        true, predicted = true * scale + center, predicted * scale + center
    names = tuple(dataset.output_names) or tuple(str(i + 1) for i in range(true.shape[1]))
    return Compared(names, true, predicted, rows, validation, whole, perf_counter() - begin)

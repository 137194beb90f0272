"""Samples ready for a network: plain arrays, with the split into training and validation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.data import Task


@dataclass(frozen=True, eq=False)
class Dataset:
    """Prepared samples.

    ``inputs``: (samples, *input shape) in its own type (float64 for tables, uint8 for images), already scaled.
    ``targets``: float64 (samples, outputs) for regression; for classification int64 classes (samples,), or such rows
    where a program gave one-hot rows or a single yes-or-no output.
    ``weights``: (samples,) how much each one counts in the loss, None where all count alike.
    ``train`` and ``validation``: int64 row numbers, disjoint; ``validation`` may be empty.
    """

    name: str
    task: Task
    inputs: NDArray[Any]
    targets: NDArray[Any]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    weights: NDArray[np.float64] | None = None

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one sample's inputs."""
        return tuple(self.inputs.shape[1:])

    @property
    def outputs(self) -> int:
        """How many output neurons the targets ask for (classes, or columns)."""
        if self.task == "classification" and self.targets.ndim == 1:
            return max(len(self.output_names), int(self.targets.max(initial=0)) + 1)
        return int(self.targets.shape[1])

    @cached_property
    def reach(self) -> float:
        """How far the inputs are from 0 at most; 0 where there are none, NaN where one is no number."""
        most, least = self.inputs.max(initial=0), self.inputs.min(initial=0)
        return float(np.maximum(float(most), -float(least)))

    @cached_property
    def target_rows(self) -> NDArray[np.float64]:
        """The targets as rows (samples, outputs): one-hot for classes."""
        if self.task == "classification" and self.targets.ndim == 1:
            rows = np.zeros((len(self.targets), self.outputs))
            rows[np.arange(len(self.targets)), self.targets] = 1.0
            return rows
        return np.asarray(self.targets, dtype=np.float64)

"""How to train, and how far training has come: settings, and everything needed to go on bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.part import Part


@dataclass(frozen=True, slots=True)
class Training:
    """The settings of a run. ``seed`` draws the order of samples; ``Document.seed`` draws the initial weights."""

    loss: Part = Part("cross_entropy")
    optimizer: Part = Part.of("adam", learning_rate=0.01)
    batch_size: int = 16
    epochs: int = 300
    shuffle: bool = True
    seed: int = 0
    dtype: Literal["float32", "float64"] = "float32"


@dataclass(frozen=True)
class Progress:
    """How far training has come; the start of training is ``Progress()``.

    ``epoch``: whole epochs done; ``batch``: batches done of the epoch in progress; ``updates``: parameter updates.
    ``series``: name -> (epochs,) float64, one value a finished epoch ("loss", "accuracy", "r2", "val_loss", ...).
    ``state``: what the engine needs to go on bit for bit (optimizer arrays, sums of the epoch in progress), by names
    that the engine chooses.
    """

    epoch: int = 0
    batch: int = 0
    updates: int = 0
    seconds: float = 0.0
    series: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    state: Mapping[str, NDArray[Any]] = field(default_factory=dict)

"""How to train, and how far training has come: settings, and everything needed to go on bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.part import Part


@dataclass(frozen=True, slots=True)
class Stop:
    """What ends a run before its last epoch; None or 0: nothing does.

    ``monitor`` is a name of ``Progress.series``, or "auto": the loss, of validation where there are samples for it.
    ``target``: the value of ``monitor`` at which it ends: down to it for a loss, up to it for a score or an objective
    that is maximized. ``patience``: how many epochs in a row may pass without ``monitor`` getting better by more than
    ``least_change``; then the weights of the best epoch come back (``restore_best``). ``seconds`` of training since
    the run began, or since the last one that ended for that reason.
    """

    monitor: str = "auto"
    target: float | None = None
    patience: int = 0
    least_change: float = 0.0
    restore_best: bool = True
    seconds: float | None = None

    @property
    def watches(self) -> bool:
        """Whether ``monitor`` matters after each epoch."""
        return self.target is not None or self.patience > 0


@dataclass(frozen=True, slots=True)
class Training:
    """The settings of a run. ``seed`` draws the order of samples; ``Document.seed`` draws the initial weights.

    ``accumulate``: a batch is worked through in so many parts one after the other, with one update: the same weights
    with less memory. ``schedule`` moves the learning rate (None: constant). ``clip_value`` bounds each slope, then
    ``clip_norm`` the length of the whole gradient (None: unbounded). ``class_weight``: how much samples of a
    class count in the loss: "balanced" gives each class the same say, (class, weight) pairs name some, others have 1.
    ``carry_over``: where an epoch ends within a batch, its samples wait and join the next epoch's first batch, as
    TensorFlow Playground has it; else they are a smaller batch of their own.
    """

    loss: Part = Part("cross_entropy")
    optimizer: Part = Part.of("adam", learning_rate=0.01)
    batch_size: int = 16
    epochs: int = 300
    shuffle: bool = True
    seed: int = 0
    dtype: Literal["float32", "float64"] = "float32"
    accumulate: int = 1
    schedule: Part | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    stop: Stop = Stop()
    class_weight: Literal["balanced"] | tuple[tuple[int, float], ...] | None = None
    carry_over: bool = False


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

"""What a run hands out: its newest values, and at rest everything that is needed to go on bit for bit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import optimizers
from nnstudio.document import Array, BoolArray, Message, Parameters, Progress
from nnstudio.engine.program import Program

RunState = Literal["new", "running", "paused", "finished", "failed"]
Reason = Literal["epochs", "target", "patience", "time", "diverged", "cancelled"]
Number = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Values:
    """Copies of the flat vectors of a run, turned into Parameters and named arrays only when somebody asks."""

    start: Parameters
    program: Program | None = None
    w: Number | None = None
    state: tuple[Number, ...] | None = None
    rest: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    best: Number | None = None

    @cached_property
    def parameters(self) -> Parameters:
        """The parameters, float64."""
        if self.program is None or self.w is None:
            return self.start
        return unpacked(self.program, self.w, self.start)

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The optimizer's arrays by the names that Progress keeps them under, in their own number type."""
        arrays = dict(self.rest)
        if self.program is None or self.state is None:
            return arrays
        key = self.program.optimizer.key
        names = optimizers[key].names(self.program.optimizer)[: len(self.state)]
        flats = [(f"{key}/{name}", flat) for name, flat in zip(names, self.state, strict=True)]
        if self.best is not None:
            flats.append(("stop/best", self.best))
        for name, flat in flats:
            for place, slot in self.program.named_slots(trained=name != "stop/best"):
                array = slot.taken(flat)
                array.setflags(write=False)
                arrays[f"{name}/{place}"] = array
        return arrays


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The values of run ``run`` between two batches.

    ``epoch``: whole epochs done; ``batch``: batches since; ``updates``: all parameter updates; ``goal``: the epoch at
    which the run ends; ``seconds``: time spent training; ``samples_per_second``: over about the last second.
    ``series``: name -> (epochs,) float64: "loss" is the mean over the training samples as they were seen during the
    epoch (so with the parameters of that moment), "val_loss" that over the validation samples with the parameters at
    the epoch's end; likewise "accuracy" or "r2".
    ``learning_rate``: that of the next update; where there is a schedule, ``series`` has that of each epoch's last one.
    ``reason``: why the run ended, or None. ``failure``: the exception that ended it. ``message`` explains divergence.
    """

    run: int
    epoch: int
    batch: int
    updates: int
    goal: int
    seconds: float
    samples_per_second: float
    series: Mapping[str, Array]
    state: RunState
    values: Values
    reason: Reason | None = None
    failure: Exception | None = None
    message: Message | None = None
    learning_rate: float = math.nan

    @property
    def parameters(self) -> Parameters:
        """The parameters, float64 and read-only (made when first asked for)."""
        return self.values.parameters

    @cached_property
    def progress(self) -> Progress:
        """How far the run is; its ``state`` is filled, for going on bit for bit, only where the run is at rest."""
        return Progress(self.epoch, self.batch, self.updates, self.seconds, self.series, self.values.arrays)


def unpacked(program: Program, w: Number, parameters: Parameters) -> Parameters:
    """``parameters`` with the values of the flat vector ``w``.

    What takes no part in the Program stays as it is, and so does what is held: a float32 run must not round it.
    """
    weights, biases = program.weights_of(w), program.biases_of(w)
    for key in weights:
        if not program.network.synapses[key].trainable:
            weights[key] = parameters.weights[key]
    own = program.own_of(w)
    held: tuple[tuple[dict[Any, Array], Mapping[Any, Array], Mapping[Any, BoolArray]], ...] = (
        (weights, parameters.weights, parameters.frozen),
        (biases, parameters.biases, parameters.frozen_biases),
        (own, parameters.own, parameters.frozen_own),
    )
    for moved, start, masks in held:
        for key, mask in masks.items():
            if key in moved and mask.any():
                moved[key] = np.where(mask, start[key], moved[key])
                moved[key].setflags(write=False)
    return replace(
        parameters,
        weights={**parameters.weights, **weights},
        biases={**parameters.biases, **biases},
        own={**parameters.own, **own},
    )

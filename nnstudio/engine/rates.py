"""The learning rate and the momentum of every update: what the loop reads of a schedule, and what follows the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import losses, optimizers, schedules
from nnstudio.catalog.schedule import State
from nnstudio.document import Array, StudioError, Training
from nnstudio.engine import loop
from nnstudio.engine.compiled import address

RATE, MOMENTUM = "learning_rate", "momentum"  # series: those of each epoch's last update
STATE = "schedule/plateau"


def series_of(training: Training) -> tuple[str, ...]:
    """The names of the series that a schedule adds to a run: of what it moves."""
    if training.schedule is None:
        return ()
    entry, optimizer = schedules[training.schedule.key], optimizers[training.optimizer.key]
    return (RATE, MOMENTUM) if entry.moves_momentum(training.schedule, optimizer) else (RATE,)


class Rates:
    """The schedule of one run. It depends on nothing but the epoch and batch, and a plateau on the losses so far."""

    def __init__(
        self,
        training: Training,
        batches: int,
        names: list[str],
        state: Mapping[str, NDArray[Any]],
        rules: Any,
        limits: Any,
    ) -> None:
        self._batches = batches
        self._limits = limits
        self._part = training.schedule
        self._entry = None if self._part is None else schedules[self._part.key]
        self._downhill = losses[training.loss.key].downhill  # a schedule that follows the loss waits for it to fall
        optimizer = optimizers[training.optimizer.key]
        limits[loop.RATE] = optimizer.values(training.optimizer)["learning_rate"]
        limits[loop.PLATEAU] = 1.0
        self._moves_momentum = MOMENTUM in series_of(training)
        self._state: State = (1.0,)
        self._monitor = ""
        if self._part is None or self._entry is None:
            return
        unit, warm_up = self._entry.counts(self._part)
        numbers = self._entry.numbers(self._part)
        limits[loop.SCHEDULE_SETTINGS : loop.SCHEDULE_SETTINGS + len(numbers)] = numbers
        self._by_update = unit == "update"
        self._total = training.epochs * (batches if self._by_update else 1)
        self._warm_up = warm_up
        if self._moves_momentum and self._entry.momentum is not None:
            rules[loop.MOMENTUM] = address(self._entry.momentum, "schedule", "float64")
            rules[loop.MOMENTUM_PLACE] = optimizer.momentum_place
        rules[loop.SCHEDULE] = address(self._entry.share, "schedule", "float64")
        rules[loop.BY_UPDATE], rules[loop.TOTAL], rules[loop.WARM_UP] = self._by_update, self._total, warm_up
        if self._entry.follow is not None:
            self._follow_from(names, state, self._entry.values(self._part)["monitor"], self._entry.begin)

    def _follow_from(self, names: list[str], state: Mapping[str, NDArray[Any]], chosen: str, begin: State) -> None:
        self._monitor = chosen if chosen != "auto" else "val_loss" if "val_loss" in names else "loss"
        if self._monitor not in names:
            raise StudioError("The schedule watches the loss of validation, but there are no samples for validation.")
        kept = state.get(f"{STATE}/{self._monitor}")
        self._state = tuple(float(x) for x in kept) if kept is not None and len(kept) == len(begin) else begin
        self._limits[loop.PLATEAU] = self._state[0]

    @property
    def follows(self) -> bool:
        """Whether it must be asked after every epoch."""
        return bool(self._monitor)

    def at(self, epoch: int, done: int) -> float:
        """The learning rate of the update after ``epoch`` epochs and ``done`` batches."""
        rate = float(self._limits[loop.RATE] * self._limits[loop.PLATEAU])
        return rate if self._entry is None else rate * self._entry.share_at(*self._moment(epoch, done))

    def _moment(self, epoch: int, done: int) -> tuple[int, int, int, Array]:
        moment = epoch * self._batches + done if self._by_update else epoch
        return moment, self._total, self._warm_up, self._limits[loop.SCHEDULE_SETTINGS :]

    def of_epochs(self, first: int, count: int) -> dict[str, Array]:
        """Its series: rate and momentum of the last update of ``count`` epochs, the first of them number ``first``."""
        if self._entry is None:
            return {}
        epochs, last = range(first, first + count), self._batches - 1
        found = {RATE: np.array([self.at(epoch, last) for epoch in epochs])}
        if self._moves_momentum:
            found[MOMENTUM] = np.array([self._entry.momentum_at(*self._moment(epoch, last)) for epoch in epochs])
        return found

    def follow(self, series: Mapping[str, Array]) -> None:
        """Learn how the newest epoch went."""
        if self._entry is None or self._part is None or self._entry.follow is None:
            return
        value = self._downhill * float(series[self._monitor][-1])
        self._state = self._entry.follow(self._state, value, **self._entry.values(self._part))
        self._limits[loop.PLATEAU] = self._state[0]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What has to be kept to go on."""
        return {f"{STATE}/{self._monitor}": np.array(self._state)} if self._monitor else {}

"""When a run ends before its last epoch: a target, patience, or the clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array, Stop, StudioError

Stopped = Literal["target", "patience", "time"]
Number = NDArray[np.floating[Any]]
CLOCK = "stop/began"


class Stopping:
    """The stop rules of one run, with the weights of the best epoch so far.

    What it knows is part of the run's state (``arrays``), so that a pause changes nothing: the best value, how many
    epochs have passed since, and the best weights. ``maximized``: whether the loss is an objective that should grow.
    """

    def __init__(
        self,
        stop: Stop,
        names: list[str],
        state: Mapping[str, NDArray[Any]],
        seconds: float,
        best: Number | None,
        *,
        maximized: bool = False,
    ) -> None:
        usual = "val_loss" if "val_loss" in names else "loss"
        self._monitor = usual if stop.monitor == "auto" else stop.monitor
        self._upwards = maximized or not self._monitor.endswith("loss")
        if stop.watches and self._monitor not in names:
            raise StudioError(
                'Training is to stop by "{name}", but this run records: {names}.',
                name=self._monitor,
                names=", ".join(names),
            )
        self._stop = stop
        self._name = f"stop/watched/{self._monitor}"
        kept = state.get(self._name)
        if kept is None or len(kept) != 2 or (best is None and stop.restore_best):
            kept = np.array([math.nan, 0.0])
        self._best, self._waited = float(kept[0]), int(kept[1])
        self.best = best
        began = state.get(CLOCK)
        self._began = float(began[0]) if began is not None and len(began) == 1 else seconds
        self.stopped: Stopped | None = None

    @property
    def watches(self) -> bool:
        """Whether ``watch`` must be called after every epoch."""
        return self._stop.watches

    @property
    def times(self) -> bool:
        """Whether ``look_at_the_clock`` matters."""
        return self._stop.seconds is not None

    def look_at_the_clock(self, seconds: float) -> bool:
        """Whether the time is over, ``seconds`` being all that was trained."""
        if self._stop.seconds is not None and seconds - self._began >= self._stop.seconds:
            self.stopped = "time"
            self._began = seconds
        return self.stopped is not None

    def watch(self, series: Mapping[str, Array], w: Number) -> bool:
        """Judge the newest epoch, at whose end the parameters were ``w``; True where the run ends.

        Where patience is at its end, ``w`` becomes what it was in the best epoch.
        """
        value = float(series[self._monitor][-1])
        upwards, target = self._upwards, self._stop.target
        if target is not None and (value >= target if upwards else value <= target):
            self.stopped = "target"
            return True
        if not self._stop.patience:
            return False
        gain = (value - self._best) if upwards else (self._best - value)
        if math.isnan(self._best) or gain > self._stop.least_change:
            self._best, self._waited = value, 0
            if self._stop.restore_best:
                self.best = w.copy() if self.best is None else self.best
                np.copyto(self.best, w)
            return False
        self._waited += 1
        if self._waited < self._stop.patience:
            return False
        self.stopped, self._waited = "patience", 0
        if self._stop.restore_best and self.best is not None:
            np.copyto(w, self.best)
        return True

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What has to be kept to go on, but for ``best``."""
        found: dict[str, NDArray[Any]] = {}
        if self._stop.patience:
            found[self._name] = np.array([self._best, float(self._waited)])
        if self.times:
            found[CLOCK] = np.array([self._began])
        return found

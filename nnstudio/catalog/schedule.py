"""The face of a schedule: how the learning rate moves while training goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nnstudio.catalog.entry import Entry, Setting
from nnstudio.catalog.kernel import Kernel
from nnstudio.catalog.optimizer import Optimizer
from nnstudio.document import Array, Part

State = tuple[float, ...]
UNIT = Setting(
    "unit", "Moves every", "epoch", "choice", choices=("epoch", "update"), help="What the other settings count."
)
WARM_UP = Setting(
    "warm_up",
    "Warm-up",
    0,
    "integer",
    minimum=0,
    maximum=1e9,
    help="So many epochs (or updates) first rise to the full rate, each by the same step.",
)


@dataclass(frozen=True, kw_only=True)
class Schedule(Entry):
    """One schedule. It gives a share of the optimizer's learning rate.

    The kernel ``share(moment, total, s)`` knows nothing but how many epochs or updates are done (as the setting
    ``unit`` says, and not counting those of ``warm_up``) and how many the run has in all, so that training can go on
    anywhere with the same bits; it is also the formula in Python. ``s`` are the settings in their order.
    ``follow(state, loss, **settings) -> state``, where there is one, is asked after each epoch: a share that depends
    on the loss is ``state[0]``. ``begin`` is the state at the start.
    The kernel ``momentum(moment, total, s)``, where there is one, gives the momentum itself, of an optimizer that has
    one, where the setting ``cycle_momentum`` asks for it.
    """

    share: Kernel
    momentum: Kernel | None = None
    follow: Callable[..., State] | None = None
    begin: State = (1.0,)

    def __post_init__(self) -> None:
        common = () if self.follow is not None else (UNIT, WARM_UP)
        if not any(setting.name == UNIT.name for setting in self.settings):
            object.__setattr__(self, "settings", (*self.settings, *common))

    def numbers(self, part: Part) -> list[float]:
        """The settings of ``part`` in their order, as the kernel has them."""
        values = self.values(part)
        return [float(s.choices.index(values[s.name]) if s.choices else values[s.name]) for s in self.settings]

    def counts(self, part: Part) -> tuple[Literal["epoch", "update"], int]:
        """What the schedule counts, and how many of these warm up."""
        values = self.values(part)
        return values.get("unit", "epoch"), int(values.get("warm_up", 0))

    def moves_momentum(self, part: Part, optimizer: Optimizer) -> bool:
        """Whether it moves the momentum of ``optimizer`` too, with the settings of ``part``."""
        return bool(optimizer.momentum) and self.momentum is not None and self.values(part)["cycle_momentum"]

    def shares(self, part: Part, total: int) -> Array:
        """The share at every moment of a run of ``total`` epochs or updates, (total,): for pictures and tests."""
        _, warm_up = self.counts(part)
        numbers = np.array(self.numbers(part))
        return np.array([self.share_at(moment, total, warm_up, numbers) for moment in range(total)])

    def share_at(self, moment: int, total: int, warm_up: int, numbers: Array) -> float:
        """The share at one moment, warm-up and all."""
        share = float(self.share(max(0, moment - warm_up), max(1, total - warm_up), numbers))
        return share * (moment + 1) / (warm_up + 1) if moment < warm_up else share

    def momentum_at(self, moment: int, total: int, warm_up: int, numbers: Array) -> float:
        """The momentum at one moment, of a schedule that moves it; warm-up leaves it where it begins."""
        assert self.momentum is not None  # noqa: S101 (``moves_momentum`` says whether to ask)
        return float(self.momentum(max(0, moment - warm_up), max(1, total - warm_up), numbers))


def in_updates(setting: Setting) -> Setting:
    """The same setting for a schedule that usually counts updates."""
    return replace(setting, default="update")

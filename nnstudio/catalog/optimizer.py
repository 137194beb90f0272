"""The face of an optimizer: how a gradient moves a weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.document import Part


@dataclass(frozen=True, kw_only=True)
class Optimizer(Entry):
    """One update rule; the first setting is the learning rate.

    ``state`` names the arrays that it keeps beside each parameter, all starting at zero.
    ``update(w, g, state, step, **settings)`` is the formula in NumPy: it changes the float64 arrays ``w`` and those
    in the list ``state`` in place; ``step`` counts updates from 1.
    The kernel ``step(w, g, state, n, stride, step, s)`` does the same on bare pointers: array k of the state starts at
    ``state[k * stride]``, ``s`` are the settings in their order.

    ``remembers``: the setting that says how many groups of further arrays follow those of ``state``, and the names in
    a group; they fill up as training goes on, and those that are still zero need not be kept.
    ``whole``: its steps are made for one loss surface and read all parameters together, so that every batch is the
    whole training set.

    ``momentum``: the setting that says how much of the last steps is kept, which a schedule may move.

    ``search``: the kernel of an optimizer that may look along its direction before it goes there, where the setting
    ``line_search`` asks for it. ``search(w, g, state, origin, n, stride, step, s, q)``, with the objective in ``q[0]``
    (``catalog.strong_wolfe``), returns 1 as long as it wants the gradient at where it put ``w``, then 0: the update is
    done. ``searched(w, g, state, step, found, ask, **settings)`` is the same in NumPy; ``ask()`` gives the objective
    and the gradient at the present ``w``.
    """

    update: Callable[..., None]
    step: Kernel
    state: tuple[str, ...] = ()
    remembers: tuple[str, tuple[str, ...]] | None = None
    whole: bool = False
    momentum: str = ""
    search: Kernel | None = None
    searched: Callable[..., None] | None = None

    @property
    def momentum_place(self) -> int:
        """Where among the settings the momentum is, of an optimizer that has one."""
        return [setting.name for setting in self.settings].index(self.momentum)

    def searches(self, part: Part) -> bool:
        """Whether an update looks along its direction first, with the settings of ``part``."""
        return self.search is not None and self.values(part)["line_search"] != "none"

    def names(self, part: Part) -> tuple[str, ...]:
        """The names of all its arrays, with the settings of ``part``."""
        if self.remembers is None:
            return self.state
        setting, group = self.remembers
        return (*self.state, *(f"{name}{k}" for k in range(1, self.values(part)[setting] + 1) for name in group))

    def batch(self, size: int, samples: int) -> int:
        """How many of ``samples`` training samples make an update, where ``size`` are asked for."""
        return samples if self.whole else min(size, samples)

"""The face of an optimizer: how a gradient moves a weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel


@dataclass(frozen=True, kw_only=True)
class Optimizer(Entry):
    """One update rule; the first setting is the learning rate.

    ``state`` names the arrays that it keeps beside each parameter, all starting at zero.
    ``update(w, g, state, step, **settings)`` is the formula in NumPy: it changes the float64 arrays ``w`` and those
    in the list ``state`` in place; ``step`` counts updates from 1.
    The kernel ``step(w, g, state, n, stride, step, s)`` does the same on bare pointers: array k of the state starts at
    ``state[k * stride]``, ``s`` are the settings in their order.
    """

    update: Callable[..., None]
    step: Kernel
    state: tuple[str, ...] = ()

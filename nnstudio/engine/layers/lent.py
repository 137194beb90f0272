"""Kernels that lend a layer's trained values to its activation, and gather their slopes."""

# ruff: noqa: ARG001 -- kernels of layers all take the same arguments
from __future__ import annotations

from typing import Any

from nnstudio.engine.vectors import invoke, shifted

# Places of a plan of ``lend``: where the value lies in the arena, and which of the settings it stands for
VALUE, SETTING = range(2)
# of ``own_slopes``: blocks of z, a and d, neurons, the activation's kernel, where slopes go
Z, A, D, NEURONS, KERNEL, SLOPES = range(6)


def lend(
    plan: Any,
    base: Any,
    settings: Any,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """Write the trained value in the place of a setting."""
    settings[plan[SETTING]] = base[plan[VALUE]]


def own_slopes(
    plan: Any,
    base: Any,
    settings: Any,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """Let the activation's kernel write the slopes of its trained values."""
    z, a, d = shifted(base, plan[Z]), shifted(base, plan[A]), shifted(base, plan[D])
    invoke(plan[KERNEL], (z, a, d, plan[NEURONS], lanes, settings, shifted(base, plan[SLOPES])))

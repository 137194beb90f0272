"""Kernels for neurons that are muted: they send 0, and no slope goes back through them."""

from __future__ import annotations

from typing import Any

from nnstudio.engine.vectors import shifted

# Places of a plan: the block; then, of ``silenced``, the neurons, and of ``copied``, the block it is copied from
BLOCK, REST = range(2)


def silenced(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """0 in all lanes of the neurons that the plan names at its places ``low`` to ``high``."""
    for k in range(low, high):
        to = shifted(base, plan[BLOCK] + plan[REST + k] * lanes)
        for n in range(lanes):
            to[n] = 0.0


def copied(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """One block to another, neurons ``low`` to ``high``."""
    to, source = shifted(base, plan[BLOCK]), shifted(base, plan[REST])
    for n in range(low * lanes, high * lanes):
        to[n] = source[n]

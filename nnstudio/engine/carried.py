"""What waits for the next epoch's first batch, as a run's state keeps it: samples, and the sum of their gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.program import Program, Slot

CARRIED, CARRIED_BY = "epoch/carried", "epoch/carried/by"


def kept(program: Program, count: int, waiting: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The state of ``count`` samples that wait, whose gradients add up to the flat vector ``waiting``."""
    if not count:
        return {}
    sums = {f"{CARRIED}/{name}": slot.taken(waiting) for name, slot in program.named_slots()}
    return {CARRIED: np.array([float(count)]), **sums}


def taken_up(program: Program, state: Mapping[str, NDArray[Any]]) -> tuple[int, NDArray[Any]] | None:
    """How many samples wait, and the sum of their gradients (a flat vector of the program); None where none do.

    What another network left waiting is nothing to this one.
    """
    carried = state.get(CARRIED)
    if carried is None:
        return None
    flat = np.zeros(program.size, dtype=np.float64)
    if CARRIED_BY in state:  # as it was kept at first: a flat vector, and where in it what lay
        slots = dict(program.named_slots())
        if [_described(name, slot) for name, slot in slots.items()] != [
            tuple(row) for row in state[CARRIED_BY].tolist()
        ]:
            return None
        for slot in slots.values():
            piece = carried[1:][slot.span]
            if slot.places is None:
                slot.put(flat, piece.reshape(slot.shape))
            else:
                flat[slot.span] = piece
        return int(carried[0]), flat
    for name, slot in program.named_slots():
        array = state.get(f"{CARRIED}/{name}")
        if array is None or array.shape != slot.shape:
            return None
        slot.put(flat, array)
    return int(carried[0]), flat


def _described(name: str, slot: Slot) -> tuple[int, int, int, int]:
    """A slot as it was told at first: its kind, whose it is, where it lies, and its length."""
    kind, owner, *_ = name.split("/")
    return ("weights", "biases", "own").index(kind), int(owner), slot.start, slot.size

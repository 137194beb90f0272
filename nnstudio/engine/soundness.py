"""Whether slopes are finite, and beforehand whether they are sure to be; used in compiled code."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from nnstudio.engine.compiled import compiled
from nnstudio.engine.vectors import shifted


def _largest(pointer: Any) -> Any:
    """The largest number of that type whose square is sure to be finite (in compiled code, from the pointer's type)."""
    return np.float32(1e19) if pointer.dtype == np.float32 else 1e154


def _largest_of(pointer: Any) -> Any:
    most = np.float32(1e19) if pointer.dtype == types.float32 else np.float64(1e154)
    return lambda pointer: most  # noqa: ARG005


overload(_largest, strict=False)(_largest_of)


def bound(pointer: Any, lanes: int) -> Any:
    """The largest number such that a sum over lanes of products of two of that size has a finite square."""
    return np.sqrt(0.5 * _largest(pointer) / lanes).astype(pointer.dtype)


def _bound_of(pointer: Any, lanes: Any) -> Any:  # noqa: ARG001 (numba reads the signature)
    if pointer.dtype == types.float32:
        return lambda pointer, lanes: np.float32(math.sqrt(0.5e19 / lanes))  # noqa: ARG005
    return lambda pointer, lanes: math.sqrt(0.5e154 / lanes)  # noqa: ARG005


overload(bound, strict=False)(_bound_of)


@compiled
def is_finite(g: Any, count: int) -> bool:
    """Whether every slope has a finite square: false long before a parameter could overflow."""
    most, fine = _largest(g), True
    for k in range(count):
        fine &= abs(g[k]) <= most  # a comparison with what is no number is false
    return fine


@compiled
def finite_within(g: Any, ranges: Any, count: int) -> bool:
    """Whether that holds within so many ranges (first place, end)."""
    for k in range(count):
        low, high = ranges[2 * k], ranges[2 * k + 1]
        if not is_finite(shifted(g, low), high - low):
            return False
    return True


@compiled
def are_bounded(base: Any, blocks: Any, count: int, low: int, high: int, lanes: int) -> bool:
    """Whether numbers are so small that sums over lanes of products of two of them have finite squares.

    ``blocks``: where each begins and how many neurons it has; ``low`` and ``high`` count neurons through all of them.
    """
    most, fine, before = bound(base, lanes), True, 0
    for block in range(count):
        start, neurons = blocks[2 * block], blocks[2 * block + 1]
        first, end = max(low - before, 0), min(high - before, neurons)
        values = shifted(base, start + first * lanes)
        for k in range(max(0, end - first) * lanes):
            fine &= abs(values[k]) <= most
        before += neurons
    return fine

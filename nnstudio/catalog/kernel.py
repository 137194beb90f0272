"""Marks the small loops that the engine compiles; nothing here needs the compiler, so a catalog is cheap to import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Kernel: TypeAlias = Callable[..., Any]
# What a kernel sees of an arena: a bare pointer that is only ever indexed. In plain Python an array does as well.
Block: TypeAlias = NDArray[np.floating[Any]]

F = TypeVar("F", bound=Callable[..., Any])

RECORDED: dict[Kernel, Kernel] = {}


def kernel(function: F) -> F:
    """Record ``function`` as one that compiled code may call by its name; it stays a plain function."""
    RECORDED[function] = function
    return function


def single(exact: Kernel) -> Callable[[F], F]:
    """Record a float32 form of the kernel ``exact``: compiled float32 code calls it in its place."""

    def record(fast: F) -> F:
        RECORDED[fast] = fast
        RECORDED[exact] = fast
        return fast

    return record

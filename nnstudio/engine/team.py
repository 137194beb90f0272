"""Threads that help with large instructions while a run's own thread is inside the compiled loop."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine import layout, loop
from nnstudio.engine.table import Table

MOST = 8


@lru_cache(maxsize=1)
def threads() -> int:
    """How many threads one training uses at most: NNSTUDIO_THREADS, or the processors less one, but two of two.

    Weights do not depend on it: however work is shared, each number is computed by one thread in the same way.
    """
    wanted = os.environ.get("NNSTUDIO_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST, here if here <= 2 else here - 1))


class Team:
    """The helpers of one table, ``count`` less one.

    They only live inside ``helping``, and only where something is worth sharing.
    """

    def __init__(
        self, table: Table, facts: NDArray[np.int64], data: NDArray[Any], order: NDArray[np.int64], count: int
    ) -> None:
        self._table, self._facts, self._data, self._order = table, facts, data, order
        shared = self._facts[layout.UPDATE_CHUNKS] > 1 or (table.rows[:, layout.CHUNKS] > 1).any()
        self._helpers = count - 1 if shared else 0
        self.job = new_job(1 + self._helpers)
        self._offsets = [table.working_room(1 + helper) for helper in range(self._helpers)]
        facts[layout.SLEEP] = _sleep_address()

    @contextmanager
    def helping(self) -> Iterator[None]:
        """Have the helpers ready; they end with the block."""
        self.job[layout.QUIT] = 0
        started = [
            threading.Thread(target=self._assist, args=(member, offsets), daemon=True)
            for member, offsets in enumerate(self._offsets, 1)
        ]
        for thread in started:
            thread.start()
        try:
            yield
        finally:
            self.job[layout.QUIT] = 1
            for thread in started:
                thread.join()

    def arguments(self, member: int, offsets: NDArray[np.int64], job: NDArray[np.int64]) -> list[Any]:
        """What the loop of that helper (1, 2, ...) is called with."""
        table = self._table
        return [table.arena, table.rows, self._facts, table.settings, self._data, self._order, offsets, job, member]

    def _assist(self, member: int, offsets: NDArray[np.int64]) -> None:
        loop.assist(*self.arguments(member, offsets, self.job))


def new_job(members: int = 1) -> NDArray[np.int64]:
    """Where a team of so many threads agrees on what is to be done."""
    job = np.zeros(layout.JOB + (members - 1) * layout.LINE, dtype=np.int64)
    job[layout.MEMBERS] = members
    return job


@lru_cache(maxsize=1)
def _sleep_address() -> int:
    """The address of the system's ``usleep``, by which a helper without work waits; 0 where there is none."""
    if os.name == "nt":
        return 0
    function = getattr(ctypes.CDLL(None), "usleep", None)
    return 0 if function is None else ctypes.cast(function, ctypes.c_void_p).value or 0

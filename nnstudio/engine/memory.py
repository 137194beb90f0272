"""Memory for the values that compiled code works on."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINE = 64  # bytes that a cache fetches at once
LARGE, HUGE = 1 << 18, 1 << 21  # bytes from which on huge pages help, since small ones are too many; and such a page's


def aligned(count: int, dtype: str) -> NDArray[Any]:
    """Zeros that start at a multiple of 64 bytes; in huge pages, where there are many and the system has such pages.

    A processor knows where some tens of pages lie, and must look up the others; and where small pages happen to lie
    decides how many numbers crowd each other out of its caches, so that the same training takes longer one time than
    another. In huge pages numbers that follow each other do so in memory, too.
    """
    size = count * np.dtype(dtype).itemsize
    raw = _huge(size) if size >= LARGE else None
    if raw is None:
        raw = np.zeros(size + LINE, dtype=np.uint8)
        raw = raw[-raw.ctypes.data % LINE :]
    return raw[:size].view(dtype)


def _huge(size: int) -> NDArray[np.uint8] | None:
    """So many bytes at the begin of a huge page; None where the system has none for us."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return None
    whole = -(-size // HUGE) * HUGE
    try:
        room = mmap.mmap(-1, whole + HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        room.madvise(mmap.MADV_HUGEPAGE)
    except OSError:
        return None
    raw = np.frombuffer(room, dtype=np.uint8)
    return raw[-raw.ctypes.data % HUGE :]

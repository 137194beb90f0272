"""Where the engine's numbers lie: at the begin of a cache's line, in huge pages where there are many."""

from __future__ import annotations

import mmap

import numpy as np
import pytest

from nnstudio.engine.memory import HUGE, LARGE, LINE, aligned


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [0, 8, 1000, LARGE - 8, LARGE, HUGE, HUGE + 8, 3 * HUGE])
def test_zeros_begin_at_a_line_and_can_be_written(dtype: str, size: int) -> None:
    count = size // np.dtype(dtype).itemsize
    values = aligned(count, dtype)
    assert (values.shape, values.dtype) == ((count,), np.dtype(dtype))
    assert values.ctypes.data % LINE == 0
    assert not values.any()
    values[:] = 1.0
    other = aligned(count, dtype)
    assert not other.any()
    assert values.all()


@pytest.mark.skipif(not hasattr(mmap, "MADV_HUGEPAGE"), reason="this system has no huge pages to ask for")
def test_many_numbers_begin_at_a_huge_page() -> None:
    assert aligned(LARGE // 4, "float32").ctypes.data % HUGE == 0


@pytest.mark.parametrize("fails", ["mmap", "advice", "absent"])
def test_without_huge_pages_there_are_small_ones(monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no such pages")

    class Refusing(mmap.mmap):
        madvise = refused  # type: ignore[assignment]

    if fails == "absent":
        monkeypatch.delattr(mmap, "MADV_HUGEPAGE", raising=False)
    else:
        monkeypatch.setattr(mmap, "mmap", refused if fails == "mmap" else Refusing)
    values = aligned(LARGE, "float32")
    assert values.size == LARGE
    assert not values.any()
    assert values.ctypes.data % LINE == 0

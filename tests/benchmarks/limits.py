"""What the machine itself can do: its rate of float32 matrix products and the bandwidth of its memory."""

from __future__ import annotations

import os
import threading
import time
from functools import cache
from pathlib import Path

SIDE = 1024
COPIED = 1 << 26  # bytes that each thread copies: far more than caches hold


def choose_kernels() -> None:
    """Call before NumPy is imported: OpenBLAS picks slow kernels on new AMD processors, and the limit should be the
    machine's, not that choice's.
    """
    information = Path("/proc/cpuinfo")
    if information.exists() and "avx512f" in information.read_text():
        os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")


@cache
def _matrices():
    import numpy as np

    rng = np.random.default_rng(0)
    a = rng.normal(size=(SIDE, SIDE)).astype(np.float32)
    return a, a.T.copy(), np.zeros_like(a)


def product_rate(times: int = 3) -> float:
    """Multiply-adds a second of a large float32 product: the best of so many."""
    import numpy as np

    a, b, c = _matrices()
    best = 0.0
    for _ in range(times):
        began = time.perf_counter()
        np.dot(a, b, out=c)
        best = max(best, SIDE**3 / (time.perf_counter() - began))
    return best


def bandwidth(threads: int, times: int = 5) -> float:
    """Bytes a second that so many threads read and write together: the best of a few copies."""
    import numpy as np

    pairs = [(np.ones(COPIED // 4, np.float32), np.zeros(COPIED // 4, np.float32)) for _ in range(threads)]
    best = 0.0
    for _ in range(times):
        workers = [threading.Thread(target=np.copyto, args=(there, here)) for here, there in pairs]
        began = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, 2 * COPIED * threads / (time.perf_counter() - began))
    return best

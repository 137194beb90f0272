"""What the machine itself can do: its rates of float32 multiply-adds and products, and the bandwidth of its memory."""

from __future__ import annotations

import os
import threading
import time
from functools import cache
from pathlib import Path

SIDE = 1024
SUMS = 12  # independent ones: more than two multiply-adds a cycle of four cycles each need
COPIED = 1 << 26  # bytes that each thread copies: far more than caches hold


def choose_kernels() -> None:
    """Call before NumPy is imported: have OpenBLAS use its AVX-512 kernels where the processor has them.

    Left alone it picks AVX2 kernels on new AMD processors, and so does a setting that a machine's image brings along
    (OPENBLAS_CORETYPE=Haswell): either halves the rate, and the limit should be the machine's, not that choice's.
    """
    information = Path("/proc/cpuinfo")
    if information.exists() and "avx512f" in information.read_text():
        os.environ["OPENBLAS_CORETYPE"] = "SKYLAKEX"


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


@cache
def _register_loop():
    """A compiled loop that only multiplies and adds in registers: ``(turns)`` -> multiply-adds, as a float that needs
    them all, so that nothing is left out.
    """
    import numba
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    from nnstudio.engine.vectors import LANES, _repeat, _Vectors

    width = LANES[types.float32]

    @intrinsic
    def turned(_typing, turns):
        def build(_context, builder, _signature, arguments):
            write = _Vectors(builder, types.float32)
            factors = [ir.Constant(write.vector, [value] * width) for value in (0.999, 0.001)]
            sums = [ir.Constant(write.vector, [float(place)] * width) for place in range(SUMS)]
            last = _repeat(
                builder, arguments[0], sums, lambda _, held: [write.multiply_add(one, *factors) for one in held]
            )
            total = last[0]
            for one in last[1:]:
                total = builder.fadd(total, one)
            return write.total(total)

        return types.float32(types.int64), build

    return numba.njit(nogil=True)(lambda turns: turned(turns)), width  # noqa: PLW0108 (an intrinsic is no function)


def multiply_add_rate(threads: int, times: int = 5, turns: int = 4_000_000) -> float:
    """Float32 multiply-adds a second of so many threads that never touch memory: the best of a few runs."""
    loop, width = _register_loop()
    loop(1)
    best = 0.0
    for _ in range(times):
        workers = [threading.Thread(target=loop, args=(turns,)) for _ in range(threads)]
        began = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, turns * SUMS * width * threads / (time.perf_counter() - began))
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

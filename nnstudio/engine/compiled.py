"""Compiles kernels of the catalog when a program first uses them, and gives their addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba import types
from numba.extending import overload

from nnstudio.catalog.kernel import RECORDED, Kernel
from nnstudio.engine.cache import use_cache

F = TypeVar("F", bound=Callable[..., Any])

# Without "nnan" and "ninf": NaN and Inf must be seen, or divergence would go unnoticed.
FAST = {"reassoc", "contract", "arcp", "nsz"}
CACHED = use_cache()
NUMBERS = {"float32": types.float32, "float64": types.float64}
SAMPLES = {**NUMBERS, "uint8": types.uint8}

_known: set[Kernel] = set()
_built: dict[tuple[Kernel, str], Any] = {}


def compiled(function: F) -> F:
    """A function for use inside compiled code; it takes no lock and keeps nothing on disk by itself."""
    made: F = numba.njit(nogil=True, fastmath=FAST, error_model="numpy")(function)
    return made


def entered(function: F) -> F:
    """A compiled function that Python calls: it lets go of the interpreter and is kept on disk."""
    made: F = numba.njit(nogil=True, fastmath=FAST, error_model="numpy", cache=CACHED)(function)
    return made


def _signature(kind: str, dtype: str, data: str) -> Any:
    number, whole, real = NUMBERS[dtype], types.intp, types.float64
    block, reals, words = types.CPointer(number), types.CPointer(types.float64), types.CPointer(types.int64)
    samples = types.CPointer(SAMPLES[data])
    return {
        "forward": types.void(block, block, whole, whole, reals, block),
        "backward": types.void(block, block, block, whole, whole, reals, block),
        "loss": real(block, block, block, whole, whole, whole, real, reals, block),
        "metric": types.void(block, block, whole, whole, whole, reals, block),
        "optimizer": types.void(block, block, block, whole, whole, types.int64, reals),
        "search": real(block, block, block, block, whole, whole, types.int64, reals, reals),
        "schedule": real(types.int64, types.int64, reals),
        "send": types.void(block, block, block, block, *[whole] * 11),
        "back": types.void(block, block, block, *[whole] * 7),
        "slopes": types.void(block, block, block, words, whole, whole, whole, whole),
        "wire": types.void(words, block, whole, whole, whole),
        "layer": types.void(words, block, reals, whole, whole, whole, whole, words, words),
        "portion": types.void(words, whole, whole, block, samples, words, words, whole, whole, reals, words),
        "execute": real(
            words, whole, whole, block, samples, block, words, words, words, whole, whole, reals, reals, words, words
        ),
    }[kind]


def address(function: Kernel, kind: str, dtype: str, data: str = "float64") -> int:
    """The address of ``function``, compiled with the signature of its kind (a key of ``_signature``).

    ``data``: the number type of samples, where the kind reads any.
    """
    key = (function, f"{kind} {dtype} {data}")
    if key not in _built:
        _introduce()
        build = numba.cfunc(_signature(kind, dtype, data), fastmath=FAST, error_model="numpy", cache=CACHED)
        _built[key] = build(function)
    return int(_built[key].address)


def _introduce() -> None:
    """Let kernels call recorded functions by their names: the float32 form where the first argument is float32."""
    for function, fast in tuple(RECORDED.items()):
        if function not in _known:
            _known.add(function)
            _overload(function, fast)


def _overload(function: Kernel, fast: Kernel) -> None:
    def chosen(*arguments: Any) -> Kernel:
        return fast if arguments and arguments[0] == types.float32 else function

    overload(function, strict=False, jit_options={"fastmath": FAST, "error_model": "numpy"})(chosen)

"""Words by which threads tell each other things in compiled code, and the processor's clock."""

# ruff: noqa: ARG001 -- these are typing functions: numba reads their signatures
from __future__ import annotations

import platform
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from nnstudio.engine.vectors import INT, Values, _intrinsic


@_intrinsic
def peek(_typing: Any, words: Any, place: Any) -> Any:
    """``words[place]`` of an int64 array, read anew each time, since another thread may write it."""

    def build(_context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        return builder.load_atomic(builder.gep(args[0], [args[1]]), ordering="acquire", align=8)

    return types.int64(words, types.intp), build


@_intrinsic
def post(_typing: Any, words: Any, place: Any, value: Any) -> Any:
    """``words[place] = value``, seen by other threads after all that was written before."""

    def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        builder.store_atomic(args[2], builder.gep(args[0], [args[1]]), ordering="release", align=8)
        return context.get_dummy_value()

    return types.void(words, types.intp, types.int64), build


@_intrinsic
def take(_typing: Any, words: Any, place: Any, count: Any) -> Any:
    """``words[place]``, and in the same instant ``count`` more is there."""

    def build(_context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        return builder.atomic_rmw("add", builder.gep(args[0], [args[1]]), args[2], ordering="acq_rel")

    return types.int64(words, types.intp, types.int64), build


@_intrinsic
def breathe(_typing: Any) -> Any:
    """Tell the processor that this is a waiting loop."""

    def build(context: Any, builder: Any, _signature: Any, _args: Values) -> Any:
        if platform.machine() in ("x86_64", "AMD64"):
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), build


@_intrinsic
def clock(_typing: Any) -> Any:
    """The processor's own clock, some billions a second; always 0 where it cannot be read cheaply."""

    def build(_context: Any, builder: Any, _signature: Any, _args: Values) -> Any:
        if platform.machine() not in ("x86_64", "AMD64"):
            return ir.Constant(INT, 0)
        kind = ir.FunctionType(INT, [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter"), [])

    return types.int64(), build

"""Eight pixels of a column mixed at once: the vector instruction that compiled code lacks words for."""

# ruff: noqa: ARG001, PLR0913, PLR0917 (a typing function: numba reads its signature)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types  # noqa: TID253 (this module is only imported in the background)
from numba.core import cgutils  # noqa: TID253
from numba.extending import intrinsic  # noqa: TID253

LANES = 8
_I32 = ir.IntType(32)
_INTS = ir.VectorType(_I32, LANES)
_FLOATS = ir.VectorType(ir.FloatType(), LANES)


def _intrinsic(function: Callable[..., Any]) -> Any:
    return intrinsic(function)


@_intrinsic
def blend_column(
    context: Any,
    pixels: Any,
    place: Any,
    odd: Any,
    even: Any,
    strength: Any,
    reach: Any,
    away: Any,
    shrink: Any,
    rows: Any,
) -> Any:
    """Mix a colour into the first ``rows`` pixels (at most 8) from ``pixels[place]``, uint32 0xffRRGGBB in a column.

    Row r lies ``away + r shrink`` from the middle of a line that covers ``reach`` minus that distance of it, between 0
    and 1; the colour (``odd`` 0x00RR00BB, ``even`` 0x0000GG00) is mixed in by that cover times ``strength`` / 256.
    """
    single = types.float32
    signature = types.void(pixels, types.int64, types.uint32, types.uint32, *[single] * 4, types.int32)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, values[0])
        where = builder.bitcast(builder.gep(array.data, [values[1]]), _INTS.as_pointer())
        odd, even, strength, reach, away, shrink, count = (_everywhere(builder, value) for value in values[2:])
        lanes = ir.Constant(_FLOATS, [float(row) for row in range(LANES)])
        distance = builder.fadd(away, builder.fmul(lanes, shrink))
        fabs = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_FLOATS, [_FLOATS]), f"llvm.fabs.v{LANES}f32"
        )
        cover = builder.fsub(reach, builder.call(fabs, [distance]))
        none, whole = (ir.Constant(_FLOATS, [number] * LANES) for number in (0.0, 1.0))
        cover = builder.select(builder.fcmp_ordered(">", cover, none), cover, none)
        cover = builder.select(builder.fcmp_ordered("<", cover, whole), cover, whole)
        inside = builder.icmp_signed("<", ir.Constant(_INTS, list(range(LANES))), count)
        cover = builder.select(inside, cover, none)
        share = builder.fptosi(builder.fmul(strength, cover), _INTS)
        old = builder.load(where)
        old.align = 4
        mixed = _ints(0xFF000000)
        for color, mask in ((odd, _ints(0x00FF00FF)), (even, _ints(0x0000FF00))):
            part = builder.and_(old, mask)
            step = builder.lshr(builder.mul(builder.sub(color, part), share), _ints(8))
            mixed = builder.or_(mixed, builder.and_(builder.add(part, step), mask))
        builder.store(mixed, where).align = 4
        return context.get_dummy_value()

    return signature, code


def _ints(number: int) -> Any:
    return ir.Constant(_INTS, [number] * LANES)


def _everywhere(builder: Any, value: Any) -> Any:
    kind = ir.VectorType(value.type, LANES)
    undefined = ir.Constant(kind, ir.Undefined)
    one = builder.insert_element(undefined, value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(one, undefined, ir.Constant(_INTS, [0] * LANES))

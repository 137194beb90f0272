"""Vector instructions that compiled code lacks words for: register tiles of a matrix product, transposing, pointers."""

# ruff: noqa: ARG001, PLR0913, PLR0917 -- these are typing functions: numba reads their signatures
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

INT = ir.IntType(64)
INT32 = ir.IntType(32)
FAST = ("reassoc", "contract", "arcp", "nsz")

_features = llvmlite.binding.get_host_cpu_features()
WIDE = bool(_features.get("avx512f") and _features.get("avx512vl"))
# A register tile has so many rows, and is so many vectors wide. 8 x 2 sums fill the 32 registers of AVX-512 by half;
# the 16 of AVX2 hold 4 x 3 sums, three vectors and a number: 7 loads for 12 multiply-adds, where 4 x 2 needs 6 for 8.
TILE_ROWS, TILE_VECTORS = (8, 2) if WIDE else (4, 3)
BYTES = 64 if WIDE else 32
LINE = 64 // BYTES  # vectors that a cache fetches at once
STRIPE = TILE_VECTORS * BYTES // 4  # targets of a large bundle whose weights lie together
LANES = {types.float32: BYTES // 4, types.float64: BYTES // 8}

Values = Sequence[Any]


def _intrinsic(function: Callable[..., Any]) -> Any:
    return intrinsic(function)


class _Vectors:
    """Writes loads, stores and products of whole vectors of one number type into the code being built."""

    def __init__(self, builder: Any, number: Any, only: Any = None) -> None:
        self.builder = builder
        self.width = LANES[number]
        self.scalar = ir.FloatType() if number == types.float32 else ir.DoubleType()
        self.vector = ir.VectorType(self.scalar, self.width)
        self.suffix = f"v{self.width}f{32 if number == types.float32 else 64}"
        self.align = 4 if number == types.float32 else 8
        self.zero = ir.Constant(self.vector, None)
        self.mask = None if only is None else self._first(only)

    def _first(self, count: Any) -> Any:
        """A mask that is true for the first ``count`` places."""
        integers = ir.VectorType(INT, self.width)
        places = ir.Constant(integers, [ir.Constant(INT, place) for place in range(self.width)])
        return self.builder.icmp_signed("<", places, self._everywhere(integers, count))

    def _everywhere(self, vector: Any, value: Any) -> Any:
        undefined = ir.Constant(vector, ir.Undefined)
        one = self.builder.insert_element(undefined, value, ir.Constant(INT32, 0))
        zeros = ir.Constant(ir.VectorType(INT32, self.width), [0] * self.width)
        return self.builder.shuffle_vector(one, undefined, zeros)

    def _at(self, pointer: Any, offset: Any) -> Any:
        return self.builder.bitcast(self.builder.gep(pointer, [offset]), self.vector.as_pointer())

    def broadcast(self, pointer: Any, offset: Any) -> Any:
        return self._everywhere(self.vector, self.builder.load(self.builder.gep(pointer, [offset])))

    def load(self, pointer: Any, offset: Any) -> Any:
        place = self._at(pointer, offset)
        if self.mask is not None:
            kind = ir.FunctionType(self.vector, [place.type, INT32, self.mask.type, self.vector])
            read = self._declared(kind, f"llvm.masked.load.{self.suffix}.p0")
            return self.builder.call(read, [place, ir.Constant(INT32, self.align), self.mask, self.zero])
        value = self.builder.load(place)
        value.align = self.align
        return value

    def store(self, value: Any, pointer: Any, offset: Any) -> None:
        place = self._at(pointer, offset)
        if self.mask is not None:
            kind = ir.FunctionType(ir.VoidType(), [self.vector, place.type, INT32, self.mask.type])
            write = self._declared(kind, f"llvm.masked.store.{self.suffix}.p0")
            self.builder.call(write, [value, place, ir.Constant(INT32, self.align), self.mask])
            return
        self.builder.store(value, place).align = self.align

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        kind = ir.FunctionType(self.vector, [self.vector] * 3)
        return self.builder.call(self._declared(kind, f"llvm.fmuladd.{self.suffix}"), [a, b, c])

    def total(self, value: Any) -> Any:
        """The sum of a vector's places."""
        kind = ir.FunctionType(self.scalar, [self.scalar, self.vector])
        add = self._declared(kind, f"llvm.vector.reduce.fadd.{self.suffix}")
        return self.builder.call(add, [ir.Constant(self.scalar, -0.0), value], fastmath=("reassoc",))

    def shuffle(self, a: Any, b: Any, places: Sequence[int]) -> Any:
        chosen = ir.Constant(ir.VectorType(INT32, self.width), list(places))
        return self.builder.shuffle_vector(a, b, chosen)

    def _declared(self, kind: Any, name: str) -> Any:
        return cgutils.get_or_insert_function(self.builder.module, kind, name)


def _repeat(builder: Any, count: Any, begin: Values, body: Callable[[Any, Values], Values]) -> Values:
    """A loop of ``count`` turns over ``begin``; ``body(k, values)`` gives the next values. Returns the last ones."""
    before = builder.block
    loop, end = builder.append_basic_block("turn"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed(">", count, ir.Constant(INT, 0)), loop, end)
    builder.position_at_end(loop)
    k = builder.phi(INT)
    k.add_incoming(ir.Constant(INT, 0), before)
    held = []
    for value in begin:
        phi = builder.phi(value.type)
        phi.add_incoming(value, before)
        held.append(phi)
    after = body(k, held)
    following = builder.add(k, ir.Constant(INT, 1))
    k.add_incoming(following, loop)
    for phi, value in zip(held, after, strict=True):
        phi.add_incoming(value, loop)
    builder.cbranch(builder.icmp_signed("<", following, count), loop, end)
    builder.position_at_end(end)
    results = []
    for value, last in zip(begin, after, strict=True):
        phi = builder.phi(value.type)
        phi.add_incoming(value, before)
        phi.add_incoming(last, loop)
        results.append(phi)
    return results


def tile(rows: int, vectors: int, *, partial: bool = False) -> Any:
    """A register tile of a matrix product, ``rows`` x ``vectors`` whole vectors.

    ``(c, c_row, a, a_row, a_step, b, b_step, steps, begin, bias, count)``:
    c[m c_row + n] = start + sum over k < steps of a[m a_row + k a_step] b[k b_step + n], where start is 0 (begin 0),
    c itself (1) or bias[m] (2). ``partial``: only the first ``count`` places of its one vector exist.
    """

    def typed(
        _typing: Any,
        c: Any,
        c_row: Any,
        a: Any,
        a_row: Any,
        a_step: Any,
        b: Any,
        b_step: Any,
        steps: Any,
        begin: Any,
        bias: Any,
        count: Any,
    ) -> Any:
        number = c.dtype
        signature = types.void(
            c, types.intp, a, types.intp, types.intp, b, types.intp, types.intp, types.intp, bias, types.intp
        )

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            c, c_row, a, a_row, a_step, b, b_step, steps, begin, bias, count = args
            write = _Vectors(builder, number, count if partial else None)
            row_of_c = [builder.mul(c_row, ir.Constant(INT, row)) for row in range(rows)]
            row_of_a = [builder.mul(a_row, ir.Constant(INT, row)) for row in range(rows)]
            column = [ir.Constant(INT, place * write.width) for place in range(vectors)]
            places = [(row, place) for row in range(rows) for place in range(vectors)]
            before = builder.block
            with builder.if_then(builder.icmp_signed("==", begin, ir.Constant(INT, 1))):
                sums = [write.load(c, builder.add(row_of_c[row], column[place])) for row, place in places]
                from_sums = builder.block
            between = builder.block
            first = []
            for value in sums:
                phi = builder.phi(write.vector)
                phi.add_incoming(write.zero, before)
                phi.add_incoming(value, from_sums)
                first.append(phi)
            with builder.if_then(builder.icmp_signed("==", begin, ir.Constant(INT, 2))):
                held = [write.broadcast(bias, ir.Constant(INT, row)) for row in range(rows)]
                from_bias = builder.block
            start = []
            for (row, _), value in zip(places, first, strict=True):
                phi = builder.phi(write.vector)
                phi.add_incoming(value, between)
                phi.add_incoming(held[row], from_bias)
                start.append(phi)

            def body(k: Any, sums: Values) -> Values:
                step_of_a, step_of_b = builder.mul(k, a_step), builder.mul(k, b_step)
                right = [write.load(b, builder.add(step_of_b, column[place])) for place in range(vectors)]
                left = [write.broadcast(a, builder.add(step_of_a, row_of_a[row])) for row in range(rows)]
                return [
                    write.multiply_add(left[row], right[place], value)
                    for (row, place), value in zip(places, sums, strict=True)
                ]

            results = _repeat(builder, steps, start, body)
            for (row, place), value in zip(places, results, strict=True):
                write.store(value, c, builder.add(row_of_c[row], column[place]))
            return context.get_dummy_value()

        return signature, build

    return _intrinsic(typed)


def dots(rows: int) -> Any:
    """``(c, c_row, a, a_row, b, vectors)``: c[m c_row] = a[m a_row ...] . b for ``rows`` rows of whole vectors."""

    def typed(_typing: Any, c: Any, c_row: Any, a: Any, a_row: Any, b: Any, vectors: Any) -> Any:
        number = c.dtype

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            c, c_row, a, a_row, b, vectors = args
            write = _Vectors(builder, number)
            row_of_a = [builder.mul(a_row, ir.Constant(INT, row)) for row in range(rows)]

            def body(k: Any, sums: Values) -> Values:
                place = builder.mul(k, ir.Constant(INT, write.width))
                right = write.load(b, place)
                return [
                    write.multiply_add(write.load(a, builder.add(place, row_of_a[row])), right, value)
                    for row, value in enumerate(sums)
                ]

            for row, value in enumerate(_repeat(builder, vectors, [write.zero] * rows, body)):
                place = builder.mul(c_row, ir.Constant(INT, row))
                builder.store(write.total(value), builder.gep(c, [place]))
            return context.get_dummy_value()

        return types.void(c, types.intp, a, types.intp, b, types.intp), build

    return _intrinsic(typed)


@_intrinsic
def lane_sum(_typing: Any, d: Any, vectors: Any) -> Any:
    """The sum of ``vectors`` whole vectors at d."""
    number = d.dtype

    def build(_context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        d, vectors = args
        write = _Vectors(builder, number)

        def body(k: Any, sums: Values) -> Values:
            return [builder.fadd(sums[0], write.load(d, builder.mul(k, ir.Constant(INT, write.width))))]

        return write.total(_repeat(builder, vectors, [write.zero], body)[0])

    return number(d, types.intp), build


def _transposed(*, listed: bool) -> Any:
    def typed(_typing: Any, to: Any, to_row: Any, source: Any, rows: Any) -> Any:
        number = to.dtype

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            to, to_row, source, rows = args
            write = _Vectors(builder, number)
            width = write.width
            places = [ir.Constant(INT, row) for row in range(width)]
            begins = [builder.load(builder.gep(rows, [p])) if listed else builder.mul(rows, p) for p in places]
            lines = [write.load(source, begin) for begin in begins]
            half = width // 2
            while half:
                swapped = list(lines)
                for row in range(width):
                    if not row & half:
                        a, b = lines[row], lines[row + half]
                        low = [c if not c & half else width + c - half for c in range(width)]
                        swapped[row] = write.shuffle(a, b, low)
                        high = [c + half if not c & half else width + c for c in range(width)]
                        swapped[row + half] = write.shuffle(a, b, high)
                lines = swapped
                half //= 2
            for place, line in zip(places, lines, strict=True):
                write.store(line, to, builder.mul(to_row, place))
            return context.get_dummy_value()

        return types.void(to, types.intp, source, rows if listed else types.intp), build

    return _intrinsic(typed)


# (to, to_row, source, rows): transpose a square as wide as a vector, to[j to_row + i] = source[rows[i] + j], where
# ``rows`` are int64 offsets; or source[rows i + j], where they are one number
transpose_square, transpose_lines = _transposed(listed=True), _transposed(listed=False)


@_intrinsic
def prefetch(_typing: Any, pointer: Any) -> Any:
    """Have the processor fetch the line of memory at ``pointer`` while it goes on; any address will do."""

    def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        place = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [place, INT32, INT32, INT32])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        to_read, near, data = (ir.Constant(INT32, number) for number in (0, 3, 1))
        builder.call(fetch, [builder.bitcast(args[0], place), to_read, near, data])
        return context.get_dummy_value()

    return types.void(pointer), build


def copied_lines(vectors: int) -> Any:
    """``(to, to_step, source, step, lines)``: copy lines of so many vectors from and to places so far apart."""

    def typed(_typing: Any, to: Any, to_step: Any, source: Any, step: Any, lines: Any) -> Any:
        number = to.dtype

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            to, to_step, source, step, lines = args
            write = _Vectors(builder, number)
            column = [ir.Constant(INT, place * write.width) for place in range(vectors)]

            def body(k: Any, held: Values) -> Values:
                line, home = builder.mul(k, step), builder.mul(k, to_step)
                values = [write.load(source, builder.add(line, place)) for place in column]
                for value, place in zip(values, column, strict=True):
                    write.store(value, to, builder.add(home, place))
                return held

            _repeat(builder, lines, [], body)
            return context.get_dummy_value()

        return types.void(to, types.intp, source, types.intp, types.intp), build

    return _intrinsic(typed)


@_intrinsic
def shifted(_typing: Any, pointer: Any, offset: Any) -> Any:
    """The pointer ``offset`` places on."""

    def build(_context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        return builder.gep(args[0], [args[1]])

    return pointer(pointer, types.intp), build


@_intrinsic
def pointer_to(_typing: Any, array: Any) -> Any:
    """The bare pointer to the first item of a contiguous array."""

    def build(context: Any, builder: Any, signature: Any, args: Values) -> Any:
        return context.make_array(signature.args[0])(context, builder, args[0]).data

    return types.CPointer(array.dtype)(array), build


def local_room(vectors: int) -> Any:
    """``(pointer)``: room for so many vectors of the pointer's type, that lives as long as the calling function."""

    def typed(_typing: Any, pointer: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, _args: Values) -> Any:
            room = ir.ArrayType(context.get_value_type(pointer.dtype), vectors * LANES[pointer.dtype])
            with builder.goto_entry_block():  # not numba's own helper, which would fill it with zeros at every call
                place = builder.alloca(room)
            return builder.bitcast(place, context.get_value_type(signature.return_type))

        return pointer(pointer), build

    return _intrinsic(typed)


@_intrinsic
def same_number(_typing: Any, one: Any, other: Any) -> Any:
    """Whether two pointers point to the same type of number (known when compiling)."""
    same = one.dtype == other.dtype

    def build(_context: Any, _builder: Any, _signature: Any, _args: Values) -> Any:
        return ir.Constant(ir.IntType(1), int(same))

    return types.boolean(one, other), build


@_intrinsic
def address_of(_typing: Any, pointer: Any) -> Any:
    """A pointer as a number, to hand it to another thread."""

    def build(_context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        return builder.ptrtoint(args[0], INT)

    return types.int64(pointer), build


@_intrinsic
def pointer_like(_typing: Any, pointer: Any, address: Any) -> Any:
    """The pointer of the same type with that address."""

    def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
        return builder.inttoptr(args[1], context.get_value_type(pointer))

    return pointer(pointer, types.int64), build


def _invoke(result: Any) -> Any:
    def typed(_typing: Any, address: Any, arguments: Any) -> Any:
        kinds = tuple(arguments)

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            kind = ir.FunctionType(
                ir.VoidType() if result == types.void else context.get_value_type(result),
                [context.get_value_type(one) for one in kinds],
            )
            function = builder.inttoptr(args[0], kind.as_pointer())
            value = builder.call(function, cgutils.unpack_tuple(builder, args[1]))
            return context.get_dummy_value() if result == types.void else value

        return result(types.int64, arguments), build

    return _intrinsic(typed)


# (address, (arguments, ...)): call the compiled kernel at that address
invoke = _invoke(types.void)
invoke_number = _invoke(types.float64)

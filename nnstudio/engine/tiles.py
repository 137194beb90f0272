"""Register tiles for wirings that are no plain matrix product: nested steps, listed synapses, sums kept as vectors."""

# ruff: noqa: ARG001, PLR0913, PLR0917 -- these are typing functions: numba reads their signatures
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nnstudio.engine.vectors import INT, INT32, Values, _Vectors

Body = Callable[[Any, Values], Values]


def _turns(builder: Any, count: Any, begin: Values, body: Body) -> Values:
    """A loop of ``count`` turns over the values ``begin``; loops may be nested. Returns the last values."""
    before = builder.block
    loop, end = builder.append_basic_block("turn"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed(">", count, ir.Constant(INT, 0)), loop, end)
    builder.position_at_end(loop)
    k = builder.phi(INT)
    k.add_incoming(ir.Constant(INT, 0), before)
    held = [builder.phi(value.type) for value in begin]
    for phi, value in zip(held, begin, strict=True):
        phi.add_incoming(value, before)
    after = body(k, held)
    last = builder.block
    following = builder.add(k, ir.Constant(INT, 1))
    k.add_incoming(following, last)
    for phi, value in zip(held, after, strict=True):
        phi.add_incoming(value, last)
    builder.cbranch(builder.icmp_signed("<", following, count), loop, end)
    builder.position_at_end(end)
    results = [builder.phi(value.type) for value in begin]
    for phi, value, moved in zip(results, begin, after, strict=True):
        phi.add_incoming(value, before)
        phi.add_incoming(moved, last)
    return results


def _started(
    builder: Any, write: Any, begin: Any, sums: Callable[[], Values], bias: Callable[[], Values] | None, count: int
) -> Values:
    """Zeros (begin 0), what ``sums`` loads (1), or what ``bias`` loads (2)."""
    values: Values = [write.zero] * count
    for number, load in ((1, sums), (2, bias)):
        if load is None:
            continue
        before = builder.block
        with builder.if_then(builder.icmp_signed("==", begin, ir.Constant(INT, number))):
            loaded = load()
            inside = builder.block
        chosen = [builder.phi(write.vector) for _ in range(count)]
        for phi, old, new in zip(chosen, values, loaded, strict=True):
            phi.add_incoming(old, before)
            phi.add_incoming(new, inside)
        values = chosen
    return values


def nest_tile(rows: int, vectors: int) -> Any:
    """A tile of ``rows`` x ``vectors`` whole vectors of a product whose steps are nested three deep.

    ``(c, c_row, a, a_row, b, begin, bias,``
    ``outer, a_outer, b_outer, middle, a_middle, b_middle, inner, a_step, b_step)``:
    c[m c_row + n] = start + sum over o, p, k of a[m a_row + o a_outer + p a_middle + k a_step]
    b[o b_outer + p b_middle + k b_step + n], where start is 0 (begin 0), c itself (1) or bias[m] (2).
    """

    def typed(
        _typing: Any,
        c: Any,
        c_row: Any,
        a: Any,
        a_row: Any,
        b: Any,
        begin: Any,
        bias: Any,
        outer: Any,
        a_outer: Any,
        b_outer: Any,
        middle: Any,
        a_middle: Any,
        b_middle: Any,
        inner: Any,
        a_step: Any,
        b_step: Any,
    ) -> Any:
        whole = types.intp
        signature = types.void(
            c, whole, a, whole, b, whole, bias, whole, whole, whole, whole, whole, whole, whole, whole, whole
        )

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            (
                to,
                to_row,
                left,
                left_row,
                right,
                start,
                biases,
                turns,
                left_outer,
                right_outer,
                middles,
                left_middle,
                right_middle,
                steps,
                left_step,
                right_step,
            ) = args
            write = _Vectors(builder, c.dtype)
            rows_of_c = [builder.mul(to_row, ir.Constant(INT, row)) for row in range(rows)]
            rows_of_a = [builder.mul(left_row, ir.Constant(INT, row)) for row in range(rows)]
            column = [ir.Constant(INT, place * write.width) for place in range(vectors)]
            places = [(row, place) for row in range(rows) for place in range(vectors)]

            def load_sums() -> Values:
                return [write.load(to, builder.add(rows_of_c[row], column[place])) for row, place in places]

            def load_biases() -> Values:
                held = [write.broadcast(biases, ir.Constant(INT, row)) for row in range(rows)]
                return [held[row] for row, _ in places]

            def at(index: Any, one: Any, other: Any, before: tuple[Any, Any]) -> tuple[Any, Any]:
                moved = builder.mul(index, one), builder.mul(index, other)
                return builder.add(before[0], moved[0]), builder.add(before[1], moved[1])

            zero = (ir.Constant(INT, 0), ir.Constant(INT, 0))

            def outermost(o: Any, sums: Values) -> Values:
                first = at(o, left_outer, right_outer, zero)

                def between(p: Any, sums: Values) -> Values:
                    second = at(p, left_middle, right_middle, first)

                    def innermost(k: Any, sums: Values) -> Values:
                        of_a, of_b = at(k, left_step, right_step, second)
                        lines = [write.load(right, builder.add(of_b, column[place])) for place in range(vectors)]
                        factors = [write.broadcast(left, builder.add(of_a, rows_of_a[row])) for row in range(rows)]
                        return [
                            write.multiply_add(factors[row], lines[place], value)
                            for (row, place), value in zip(places, sums, strict=True)
                        ]

                    return _turns(builder, steps, sums, innermost)

                return _turns(builder, middles, sums, between)

            sums = _started(builder, write, start, load_sums, load_biases, len(places))
            results = _turns(builder, turns, sums, outermost)
            for (row, place), value in zip(places, results, strict=True):
                write.store(value, to, builder.add(rows_of_c[row], column[place]))
            return context.get_dummy_value()

        return signature, build

    return intrinsic(typed)


def dot_tile(rows: int, columns: int) -> Any:
    """``(s, s_row, a, a_row, b, b_row, middle, a_middle, b_middle, vectors)``: adds to rows x columns sums.

    Each is kept as a whole vector at s[m s_row + n width]: the sum over p < middle and vectors v of
    a[m a_row + p a_middle + v] b[n b_row + p b_middle + v], place by place.
    """

    def typed(
        _typing: Any,
        s: Any,
        s_row: Any,
        a: Any,
        a_row: Any,
        b: Any,
        b_row: Any,
        middle: Any,
        a_middle: Any,
        b_middle: Any,
        vectors: Any,
    ) -> Any:
        whole = types.intp
        signature = types.void(s, whole, a, whole, b, whole, whole, whole, whole, whole)

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            kept, kept_row, left, left_row, right, right_row, middles, left_middle, right_middle, count = args
            write = _Vectors(builder, s.dtype)
            places = [(row, place) for row in range(rows) for place in range(columns)]
            homes = [
                builder.add(builder.mul(kept_row, ir.Constant(INT, row)), ir.Constant(INT, place * write.width))
                for row, place in places
            ]
            rows_of_a = [builder.mul(left_row, ir.Constant(INT, row)) for row in range(rows)]
            rows_of_b = [builder.mul(right_row, ir.Constant(INT, place)) for place in range(columns)]

            def between(p: Any, sums: Values) -> Values:
                of_a, of_b = builder.mul(p, left_middle), builder.mul(p, right_middle)

                def innermost(k: Any, sums: Values) -> Values:
                    step = builder.mul(k, ir.Constant(INT, write.width))
                    a_place, b_place = builder.add(of_a, step), builder.add(of_b, step)
                    lines = [write.load(right, builder.add(b_place, rows_of_b[place])) for place in range(columns)]
                    factors = [write.load(left, builder.add(a_place, rows_of_a[row])) for row in range(rows)]
                    return [
                        write.multiply_add(factors[row], lines[place], value)
                        for (row, place), value in zip(places, sums, strict=True)
                    ]

                return _turns(builder, count, sums, innermost)

            results = _turns(builder, middles, [write.load(kept, home) for home in homes], between)
            for home, value in zip(homes, results, strict=True):
                write.store(value, kept, home)
            return context.get_dummy_value()

        return signature, build

    return intrinsic(typed)


def _listed(builder: Any, words: Any, place: Any) -> Any:
    """The int32 number ``place`` of a list whose address is given as a pointer to something else."""
    numbers = builder.bitcast(words, INT32.as_pointer())
    return builder.sext(builder.load(builder.gep(numbers, [place])), INT)


def listed_tile(vectors: int, *, shuffled: bool) -> Any:
    """``(c, begin, bias, w, places, rows, count, b, b_row)``: one neuron's sum over listed synapses, whole vectors.

    c[n] = start + sum over k < count of w[k] b[rows[k] b_row + n]; ``shuffled``: of w[places[k]]. ``rows`` and
    ``places`` are int32 lists. start is 0 (begin 0), c itself (1) or bias[0] (2). Even and odd k are summed apart.
    """

    def typed(
        _typing: Any, c: Any, begin: Any, bias: Any, w: Any, places: Any, rows: Any, count: Any, b: Any, b_row: Any
    ) -> Any:
        whole = types.intp
        signature = types.void(c, whole, bias, w, places, rows, whole, b, whole)

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            to, start, biases, weights, order, lines, number, right, right_row = args
            write = _Vectors(builder, c.dtype)
            column = [ir.Constant(INT, place * write.width) for place in range(vectors)]

            def added(k: Any, sums: Values) -> Values:
                own = _listed(builder, order, k) if shuffled else k
                weight = write.broadcast(weights, own)
                home = builder.mul(_listed(builder, lines, k), right_row)
                return [
                    write.multiply_add(weight, write.load(right, builder.add(home, column[place])), value)
                    for place, value in enumerate(sums)
                ]

            def two(k: Any, sums: Values) -> Values:
                even = builder.mul(k, ir.Constant(INT, 2))
                odd = builder.add(even, ir.Constant(INT, 1))
                return [*added(even, sums[:vectors]), *added(odd, sums[vectors:])]

            def last(k: Any, sums: Values) -> Values:
                return added(builder.sub(builder.add(number, k), ir.Constant(INT, 1)), sums)

            sums = _started(
                builder,
                write,
                start,
                lambda: [write.load(to, place) for place in column],
                lambda: [write.broadcast(biases, ir.Constant(INT, 0))] * vectors,
                vectors,
            )
            both = _turns(builder, builder.ashr(number, ir.Constant(INT, 1)), [*sums, *[write.zero] * vectors], two)
            whole_sums = [builder.fadd(one, other) for one, other in zip(both[:vectors], both[vectors:], strict=True)]
            results = _turns(builder, builder.and_(number, ir.Constant(INT, 1)), whole_sums, last)
            for place, value in zip(column, results, strict=True):
                write.store(value, to, place)
            return context.get_dummy_value()

        return signature, build

    return intrinsic(typed)


def listed_dots(count: int) -> Any:
    """``(g, a, rows, a_row, d, vectors)``: g[m] = a[rows[m] a_row ...] . d for ``count`` listed rows (int32)."""

    def typed(_typing: Any, g: Any, a: Any, rows: Any, a_row: Any, d: Any, vectors: Any) -> Any:
        signature = types.void(g, a, rows, types.intp, d, types.intp)

        def build(context: Any, builder: Any, _signature: Any, args: Values) -> Any:
            to, left, lines, left_row, right, number = args
            write = _Vectors(builder, g.dtype)
            homes = [builder.mul(_listed(builder, lines, ir.Constant(INT, m)), left_row) for m in range(count)]

            def body(k: Any, sums: Values) -> Values:
                place = builder.mul(k, ir.Constant(INT, write.width))
                line = write.load(right, place)
                return [
                    write.multiply_add(write.load(left, builder.add(place, home)), line, value)
                    for home, value in zip(homes, sums, strict=True)
                ]

            for m, value in enumerate(_turns(builder, number, [write.zero] * count, body)):
                builder.store(write.total(value), builder.gep(to, [ir.Constant(INT, m)]))
            return context.get_dummy_value()

        return signature, build

    return intrinsic(typed)

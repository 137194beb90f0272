"""Kernels of synapses that are few enough to be listed one by one: the cost is that of those that exist."""

from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.panels import width_of
from nnstudio.engine.tiles import listed_dots, listed_tile
from nnstudio.engine.vectors import pointer_like, shifted

_plain4, _plain1 = listed_tile(4, shuffled=False), listed_tile(1, shuffled=False)
_shuffled4, _shuffled1 = listed_tile(4, shuffled=True), listed_tile(1, shuffled=True)
_dots4, _dots1 = listed_dots(4), listed_dots(1)
# Places of a plan: parameters, the two blocks, how the sum begins, biases, and the addresses of three lists:
# where each neuron's synapses start (int64), the neuron at the other end of each, and its place among the weights
WEIGHTS, FROM, TO, BEGIN, BIAS, STARTS, ENDS, PLACES, PLAN = range(9)


@compiled
def _list(plan: Any, which: int, first: int) -> Any:
    """The int32 list at an address, from place ``first`` on, as a pointer to something wider."""
    return pointer_like(plan, plan[which] + 4 * first)


def listed_send(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """z[j] = start + sum over the synapses of j of w x, for targets ``low`` to ``high``; target by target."""
    starts, width = pointer_like(plan, plan[STARTS]), width_of(base)
    x = shifted(base, plan[FROM])
    for j in range(low, high):
        first, count = starts[j], starts[j + 1] - starts[j]
        w, bias, ends = shifted(base, plan[WEIGHTS] + first), shifted(base, plan[BIAS] + j), _list(plan, ENDS, first)
        to, n = shifted(base, plan[TO] + j * lanes), 0
        while n + 4 * width <= lanes:
            _plain4(shifted(to, n), plan[BEGIN], bias, w, ends, ends, count, shifted(x, n), lanes)
            n += 4 * width
        while n < lanes:
            _plain1(shifted(to, n), plan[BEGIN], bias, w, ends, ends, count, shifted(x, n), lanes)
            n += width


def listed_back(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dx[i] = start + sum over the synapses of i of w d, for sources ``low`` to ``high``."""
    starts, width = pointer_like(plan, plan[STARTS]), width_of(base)
    w, d = shifted(base, plan[WEIGHTS]), shifted(base, plan[FROM])
    for i in range(low, high):
        first, count = starts[i], starts[i + 1] - starts[i]
        ends, places = _list(plan, ENDS, first), _list(plan, PLACES, first)
        to, n = shifted(base, plan[TO] + i * lanes), 0
        while n + 4 * width <= lanes:
            _shuffled4(shifted(to, n), plan[BEGIN], base, w, places, ends, count, shifted(d, n), lanes)
            n += 4 * width
        while n < lanes:
            _shuffled1(shifted(to, n), plan[BEGIN], base, w, places, ends, count, shifted(d, n), lanes)
            n += width


def listed_slope(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dw = sum over samples of x d for each synapse of the targets ``low`` to ``high``."""
    starts, vectors = pointer_like(plan, plan[STARTS]), lanes // width_of(base)
    x = shifted(base, plan[FROM])
    for j in range(low, high):
        d, k = shifted(base, plan[TO] + j * lanes), starts[j]
        while k + 4 <= starts[j + 1]:
            _dots4(shifted(base, plan[WEIGHTS] + k), x, _list(plan, ENDS, k), lanes, d, vectors)
            k += 4
        while k < starts[j + 1]:
            _dots1(shifted(base, plan[WEIGHTS] + k), x, _list(plan, ENDS, k), lanes, d, vectors)
            k += 1

"""L-BFGS (Nocedal 1980; Liu and Nocedal 1989) with PyTorch's formulas, for whole training sets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.optimizer import Optimizer
from nnstudio.catalog.strong_wolfe import FOUND, LENGTH, PHASE, PLACES, RESTS, SLOPE, begin, look
from nnstudio.document import Array

LEAST_CURVATURE = 1e-10  # PyTorch's: a pair whose y s is not above it says nothing about the curvature


def aimed(
    g: Array,
    state: list[Array],
    step: int,
    learning_rate: float,
    history_size: int,
    tolerance_grad: float,
    tolerance_change: float,
) -> tuple[Array, float] | None:
    """The direction -H g and the length of a step along it, 0 where it leads nowhere; None where g is next to 0.

    ``state`` is the last gradient, the last move, then s and y of each pair, the newest first.
    """
    before, moved, pairs = state[0], state[1], state[2 : 2 + 2 * history_size]
    if np.abs(g).max(initial=0.0) <= tolerance_grad:
        return None
    y = g - before
    if step > 1 and y @ moved > LEAST_CURVATURE:
        for place in range(len(pairs) - 1, 1, -1):
            pairs[place][:] = pairs[place - 2]
        pairs[0][:], pairs[1][:] = moved, y
    direction, curvature = -g, 1.0
    known = [(s, y, float(y @ s)) for s, y in zip(pairs[::2], pairs[1::2], strict=True)] if step > 1 else []
    known = [pair for pair in known if pair[2] > LEAST_CURVATURE]
    shares = []
    for s, y, product in known:
        shares.append(float(s @ direction) / product)
        direction -= shares[-1] * y
    if known:
        curvature = known[0][2] / float(known[0][1] @ known[0][1])
    direction *= curvature
    for (s, y, product), share in zip(reversed(known), reversed(shares), strict=True):
        direction += (share - float(y @ direction) / product) * s
    before[:] = g
    length = min(1.0, 1.0 / float(np.abs(g).sum())) * learning_rate if step == 1 else learning_rate
    return direction, length if g @ direction <= -tolerance_change else 0.0


def update(
    w: Array,
    g: Array,
    state: list[Array],
    step: int,
    *,
    learning_rate: float,
    history_size: int,
    tolerance_grad: float,
    tolerance_change: float,
    line_search: str = "none",
) -> None:
    """One iteration with a step of a fixed length: w += length direction."""
    aim = aimed(g, state, step, learning_rate, history_size, tolerance_grad, tolerance_change)
    if aim is not None:
        state[1][:] = aim[1] * aim[0]
        w += state[1]


def searched(
    w: Array,
    g: Array,
    state: list[Array],
    step: int,
    found: float,
    ask: Callable[[], tuple[float, Array]],
    *,
    learning_rate: float,
    history_size: int,
    tolerance_grad: float,
    tolerance_change: float,
    line_search: str,
) -> None:
    """One iteration that looks for the length of its step; ``found`` is the objective at ``w``."""
    aim = aimed(g, state, step, learning_rate, history_size, tolerance_grad, tolerance_change)
    if aim is None:
        return
    direction, length = aim
    if length != 0.0:
        q, origin = np.zeros(PLACES), w.copy()
        begin(q, length, found, float(g @ direction), float(np.abs(direction).max()))
        again = True
        while again:
            w[:] = origin + q[LENGTH] * direction
            objective, slopes = ask()
            q[FOUND], q[SLOPE] = objective, float(slopes @ direction)
            again = look(q) != 0.0
        length = q[LENGTH]
        w[:] = origin + length * direction
    state[1][:] = length * direction


@kernel
def product(a: Block, first: int, b: Block, second: int, n: int) -> float:
    """The dot product of two rows of ``n`` numbers, added up in float64."""
    total = 0.0
    for k in range(n):
        total += np.float64(a[first + k]) * np.float64(b[second + k])
    return total


@kernel
def add(to: Block, at: int, share: float, row: Block, first: int, n: int) -> None:
    """Add ``share`` times a row to another."""
    factor = like(to[at], share)
    for k in range(n):
        to[at + k] += factor * row[first + k]


@kernel
def remember(state: Block, n: int, stride: int, pairs: int) -> None:
    """Put the newest pair before the others, of which the oldest goes."""
    for row in range(2 * pairs + 1, 3, -1):
        for k in range(n):
            state[row * stride + k] = state[(row - 2) * stride + k]
    for k in range(n):
        state[2 * stride + k] = state[stride + k]
        state[3 * stride + k] = state[k]


@kernel
def bend(state: Block, n: int, stride: int, pairs: int) -> None:
    """Turn the steepest way down, which lies one stride on, into -H g (Nocedal's recursion of two loops)."""
    products, shares = np.zeros(pairs), np.zeros(pairs)
    curvature = 0.0
    for place in range(pairs):
        old, slope = (2 + 2 * place) * stride, (3 + 2 * place) * stride
        products[place] = product(state, slope, state, old, n)
        if products[place] > LEAST_CURVATURE:
            if curvature == 0.0:
                curvature = products[place] / product(state, slope, state, slope, n)
            shares[place] = product(state, old, state, stride, n) / products[place]
            add(state, stride, -shares[place], state, slope, n)
    factor = like(state[0], curvature if curvature > 0.0 else 1.0)
    for k in range(n):
        state[stride + k] *= factor
    for place in range(pairs - 1, -1, -1):
        if products[place] > LEAST_CURVATURE:
            back = product(state, (3 + 2 * place) * stride, state, stride, n) / products[place]
            add(state, stride, shares[place] - back, state, (2 + 2 * place) * stride, n)


@kernel
def aim(g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> float:
    """Put the direction one stride on; returns the length of a step along it, 0 where it leads nowhere, -1 for rest.

    A pair's s lies at ``2 + 2 place`` strides, its y one stride further.
    """
    rate, pairs, steepest, total = s[0], int(s[1]), 0.0, 0.0
    for k in range(n):
        steepest = max(steepest, abs(np.float64(g[k])))
        total += abs(np.float64(g[k]))
    if steepest <= s[2]:
        return -1.0
    for k in range(n):
        state[k] = g[k] - state[k]  # y, until the gradient takes its place
    if step > 1 and product(state, 0, state, stride, n) > LEAST_CURVATURE:
        remember(state, n, stride, pairs)
    for k in range(n):
        state[k] = g[k]
        state[stride + k] = -g[k]
    if step > 1:
        bend(state, n, stride, pairs)
    else:
        rate *= min(1.0, 1.0 / total)
    return rate if product(g, 0, state, stride, n) <= -s[3] else 0.0


@kernel
def move(w: Block, state: Block, n: int, stride: int, length: float) -> None:
    """Go so far along the direction, and remember the move in its place."""
    factor = like(w[0], length)
    for k in range(n):
        state[stride + k] *= factor
        w[k] += state[stride + k]


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same as ``update`` on bare pointers."""
    length = aim(g, state, n, stride, step, s)
    if length >= 0.0:
        move(w, state, n, stride, length)


@kernel
def search(
    w: Block, g: Block, state: Block, origin: Block, n: int, stride: int, step: int, s: Block, q: Block
) -> float:
    """The same as ``searched`` on bare pointers: once for the gradient at the start, then for each that it asks for."""
    if q[PHASE] == RESTS:
        length = aim(g, state, n, stride, step, s)
        if length <= 0.0:
            if length == 0.0:
                move(w, state, n, stride, length)
            return 0.0
        width = 0.0
        for k in range(n):
            origin[k] = w[k]
            width = max(width, abs(np.float64(state[stride + k])))
        begin(q, length, q[FOUND], product(g, 0, state, stride, n), width)
    else:
        q[SLOPE] = product(g, 0, state, stride, n)
        if look(q) == 0.0:
            q[PHASE] = RESTS
            for k in range(n):
                w[k] = origin[k]
            move(w, state, n, stride, q[LENGTH])
            return 0.0
    factor = like(w[0], q[LENGTH])
    for k in range(n):
        w[k] = origin[k] + factor * state[stride + k]
    return 1.0


entry = Optimizer(
    key="lbfgs",
    label="LBFGS",
    summary="Learns the curvature from its own steps; each batch is the whole training set, whatever the batch size.",
    formula="s = w_t - w_(t-1);  y = g_t - g_(t-1);  w = w - t H g, where H comes from the newest pairs s, y;  "
    "t = rate, or by search: L(w - t H g) <= L - 1e-4 t gHg and |slope there| <= 0.9 gHg",
    settings=(
        Setting("learning_rate", "Learning rate", 1.0, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting(
            "history_size",
            "History",
            100,
            "integer",
            minimum=1,
            maximum=1000,
            help="How many pairs of steps and slopes it remembers; each takes the memory of all parameters twice.",
        ),
        Setting(
            "tolerance_grad", "Least slope", 1e-7, minimum=0.0, maximum=1.0, help="It rests where no slope is larger."
        ),
        Setting(
            "tolerance_change",
            "Least gain",
            1e-9,
            minimum=0.0,
            maximum=1.0,
            help="It rests where a step promises to lower the loss by less.",
        ),
        Setting(
            "line_search",
            "Line search",
            "none",
            "choice",
            choices=("none", "strong_wolfe"),
            help="Whether a step looks for its length, starting with the rate, until it meets the strong Wolfe "
            "conditions; every look works through all samples once more.",
        ),
    ),
    state=("gradient", "move"),
    remembers=("history_size", ("step", "slope")),
    whole=True,
    update=update,
    step=step,
    search=search,
    searched=searched,
)

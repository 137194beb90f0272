"""How far to go along a direction: the strong Wolfe line search, as a machine that says where to look next."""

from __future__ import annotations

import math

from nnstudio.catalog.kernel import Block, kernel

# Places of the float64 vector q. What was found at the length asked for: the objective and its slope along the
# direction; the length; whether the search has not begun, brackets or zooms; how often it looked again; the objective
# and slope at the start, and at the length before; the direction's largest number; the bracket's two ends (length,
# objective, slope each), which of them is the lower, and whether the last look was close to an end.
FOUND, SLOPE, LENGTH, PHASE, TURN, START, DOWN, WIDTH, BEFORE, LOW, CLOSE = (0, 1, 2, 3, 4, 5, 6, 7, 8, 17, 18)
ENDS, PLACES = 11, 24
RESTS, BRACKETS, ZOOMS = 0.0, 1.0, 2.0
ENOUGH, FLATTER, MOST, NARROW = 1e-4, 0.9, 25.0, 1e-9  # PyTorch's c1, c2, max_ls and tolerance_change


@kernel
def lowest_between(q: Block, first: int, second: int, low: float, high: float) -> float:
    """The lowest point, between ``low`` and ``high``, of the cubic through two lengths with their slopes.

    Nocedal and Wright, Numerical Optimization (2006), equation 3.59; the middle, where the cubic has no lowest point.
    """
    x1, f1, g1 = float(q[first]), float(q[first + 1]), float(q[first + 2])
    x2, f2, g2 = float(q[second]), float(q[second + 1]), float(q[second + 2])
    middle = (low + high) / 2.0
    if not math.isfinite(f1 + f2 + g1 + g2):
        return middle
    d1 = g1 + g2 - 3.0 * (f1 - f2) / (x1 - x2)
    square = d1 * d1 - g1 * g2
    if not 0.0 <= square < math.inf:
        return middle
    d2 = math.sqrt(square)
    over = g2 - g1 + 2.0 * d2 if x1 <= x2 else g1 - g2 + 2.0 * d2
    if over == 0.0:
        return middle
    found = x2 - (x2 - x1) * ((g2 + d2 - d1) / over) if x1 <= x2 else x1 - (x1 - x2) * ((g1 + d2 - d1) / over)
    return min(max(found, low), high)


@kernel
def put(q: Block, place: int, length: float, found: float, slope: float) -> None:
    """Write a length with its objective and slope."""
    q[place] = length
    q[place + 1] = found
    q[place + 2] = slope


@kernel
def zoom(q: Block) -> float:
    """Where to look within the bracket (1), or its lower end, where it is narrow or the looks are used up (0)."""
    first, second = q[ENDS], q[ENDS + 3]
    least, greatest = min(first, second), max(first, second)
    if q[TURN] >= MOST or abs(second - first) * q[WIDTH] < NARROW:
        q[LENGTH] = q[ENDS + 3 * int(q[LOW])]
        return 0.0
    t = lowest_between(q, ENDS, ENDS + 3, least, greatest)
    margin = 0.1 * (greatest - least)
    if min(greatest - t, t - least) < margin:
        if q[CLOSE] != 0.0 or t >= greatest or t <= least:
            t = greatest - margin if abs(t - greatest) < abs(t - least) else least + margin
            q[CLOSE] = 0.0
        else:
            q[CLOSE] = 1.0
    else:
        q[CLOSE] = 0.0
    q[LENGTH] = t
    return 1.0


@kernel
def bracketed(q: Block) -> float:
    """Begin to zoom between the length before and this one."""
    put(q, ENDS, q[BEFORE], q[BEFORE + 1], q[BEFORE + 2])
    put(q, ENDS + 3, q[LENGTH], q[FOUND], q[SLOPE])
    q[LOW] = 0.0 if q[ENDS + 1] <= q[ENDS + 4] else 1.0
    q[PHASE] = ZOOMS
    return zoom(q)


@kernel
def begin(q: Block, length: float, found: float, slope: float, width: float) -> None:
    """Start at an objective with its slope along a direction, whose largest number is ``width``."""
    q[LENGTH] = length
    q[PHASE] = BRACKETS
    q[TURN] = 0.0
    q[START] = found
    q[DOWN] = slope
    q[WIDTH] = width
    q[CLOSE] = 0.0
    put(q, BEFORE, 0.0, found, slope)


@kernel
def look(q: Block) -> float:
    """Judge ``FOUND`` and ``SLOPE`` at ``LENGTH``: 1 where it must look at a new ``LENGTH``, 0 where that one is taken.

    The strong Wolfe conditions f(t) <= f + 1e-4 t f' and |f'(t)| <= 0.9 |f'|: Nocedal and Wright, Numerical
    Optimization (2006), algorithms 3.5 and 3.6, in the form of PyTorch's ``torch.optim.LBFGS`` (which has it from
    Mark Schmidt's minFunc). An objective that is no finite number counts as infinitely high.
    """
    t, found, slope = q[LENGTH], q[FOUND], q[SLOPE]
    high = not found <= q[START] + ENOUGH * t * q[DOWN]
    flat = abs(slope) <= -FLATTER * q[DOWN]
    if q[PHASE] == BRACKETS:
        if q[TURN] >= MOST:
            q[LENGTH] = 0.0 if not found < q[START] else t
            return 0.0
        if high or (q[TURN] > 1.0 and found >= q[BEFORE + 1]):
            return bracketed(q)
        if flat:
            return 0.0
        if slope >= 0.0:
            return bracketed(q)
        put(q, ENDS, t, found, slope)
        q[LENGTH] = lowest_between(q, BEFORE, ENDS, t + 0.01 * (t - q[BEFORE]), 10.0 * t)
        put(q, BEFORE, t, found, slope)
        q[TURN] += 1.0
        return 1.0
    q[TURN] += 1.0
    lower, higher = ENDS + 3 * int(q[LOW]), ENDS + 3 * (1 - int(q[LOW]))
    if high or found >= q[lower + 1]:
        put(q, higher, t, found, slope)
        q[LOW] = 0.0 if q[ENDS + 1] <= q[ENDS + 4] else 1.0
        return zoom(q)
    if not flat and slope * (q[higher] - q[lower]) >= 0.0:
        put(q, higher, q[lower], q[lower + 1], q[lower + 2])
    put(q, lower, t, found, slope)
    if flat:
        return 0.0  # the length looked at last
    return zoom(q)

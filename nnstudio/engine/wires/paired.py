"""Kernels of one-to-one wiring, and the slopes of biases that the neurons of a channel share."""

from __future__ import annotations

from typing import Any

from nnstudio.engine.panels import BIASED, SUMMED, width_of
from nnstudio.engine.vectors import lane_sum, shifted

# Places of a plan: parameters, the two blocks, how the sum begins, biases
WEIGHTS, FROM, TO, BEGIN, BIAS, PLAN = range(6)
# of biases that are shared: their slopes, the block, how many share one, how many there are
SLOPES, BLOCK, SHARING, BIASES = range(4)


def paired_send(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """z[j] = start + w[j] x[j] for neurons ``low`` to ``high``; also dL/dx, where ``FROM`` is dL/dz."""
    for j in range(low, high):
        w, x, to = base[plan[WEIGHTS] + j], shifted(base, plan[FROM] + j * lanes), shifted(base, plan[TO] + j * lanes)
        if plan[BEGIN] == SUMMED:
            for k in range(lanes):
                to[k] += w * x[k]
        else:
            start = base[plan[BIAS] + j] if plan[BEGIN] == BIASED else w - w
            for k in range(lanes):
                to[k] = start + w * x[k]


def paired_slope(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/dw[j] = sum over samples of x[j] d[j]."""
    for j in range(low, high):
        x, d = shifted(base, plan[FROM] + j * lanes), shifted(base, plan[TO] + j * lanes)
        total = x[0] - x[0]
        for k in range(lanes):
            total += x[k] * d[k]
        base[plan[WEIGHTS] + j] = total


def shared_bias_slope(plan: Any, base: Any, low: int, high: int, lanes: int) -> None:
    """dL/db[c] = sum of dL/dz over samples and the neurons of channel c, for channels ``low`` to ``high``."""
    vectors, biases = lanes // width_of(base), plan[BIASES]
    for c in range(low, high):
        total = base[0] - base[0]
        for place in range(plan[SHARING]):
            total += lane_sum(shifted(base, plan[BLOCK] + (place * biases + c) * lanes), vectors)
        base[plan[SLOPES] + c] = total

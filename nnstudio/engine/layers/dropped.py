"""Kernels of dropout: neurons that send nothing while training, and the others as much more (inverted dropout)."""

# ruff: noqa: ARG001 -- kernels of layers all take the same arguments
from __future__ import annotations

from typing import Any

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.engine.layers.draws import draw, key_of

# Places of a plan: the blocks of what the activation gave, of what is sent, of the factor between them, and of the
# slope; the layer's id; the draw below which a neuron is dropped
GIVEN, SENT, FACTOR, SLOPE, LAYER, BELOW = range(6)
# Places of ``moment``: what this is (``DRAWS``: neurons are dropped), epoch, seed, which of its samples is the first
MODE, EPOCH, SEED, FIRST = range(4)
DRAWS = 2


def drop(
    plan: Any,
    base: Any,
    settings: Any,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """What is sent = what was given times 0 or ``settings[0]``, for the neurons ``low`` to ``high``."""
    given, sent, factor = plan[GIVEN], plan[SENT], plan[FACTOR]
    if moment[MODE] & DRAWS == 0:
        for k in range(low * lanes, high * lanes):
            base[sent + k] = base[given + k]
        return
    zero, more = like(base[0], 0.0), like(base[0], settings[0])
    key, below = key_of(moment[SEED], moment[EPOCH], plan[LAYER]), np.uint64(plan[BELOW])
    for j in range(low, high):
        down = j * lanes
        for k in range(count):
            base[factor + down + k] = more if draw(key, moment[FIRST] + k, j) >= below else zero
        for k in range(count):
            base[sent + down + k] = base[given + down + k] * base[factor + down + k]
        for k in range(down + count, down + lanes):
            base[sent + k] = base[factor + k] = zero


def drop_slope(
    plan: Any,
    base: Any,
    settings: Any,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """The slope of what was given = that of what was sent times the same factor."""
    slope, factor = plan[SLOPE], plan[FACTOR]
    if moment[MODE] & DRAWS != 0:
        for k in range(low * lanes, high * lanes):
            base[slope + k] *= base[factor + k]

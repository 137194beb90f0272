"""LeCun et al. (1998), even."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Even with variance 1 / fan_in."""
    bound = math.sqrt(3.0 / max(1, fan_in))
    return rng.uniform(-bound, bound, shape)


entry = Initializer(
    key="lecun_uniform",
    label="LeCun uniform",
    summary="Even, fitted to the arriving synapses; a start for tanh and SELU.",
    formula="w ~ U(-r, r),  r = sqrt(3 / fan_in)",
    draw=draw,
)

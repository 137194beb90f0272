"""He et al. (2015), even spread."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Even in +-sqrt(6 / fan_in)."""
    return rng.uniform(-1.0, 1.0, shape) * math.sqrt(6.0 / max(1, fan_in))


entry = Initializer(
    key="he_uniform",
    label="He uniform",
    summary="Even spread fitted to the arriving synapses; the usual start for ReLU.",
    formula="w ~ U(-r, r), r = sqrt(6 / fan_in)",
    draw=draw,
)

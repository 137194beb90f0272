"""He et al. (2015), bell curve."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Normal with variance 2 / fan_in."""
    return rng.standard_normal(shape) * math.sqrt(2.0 / max(1, fan_in))


entry = Initializer(
    key="he_normal",
    label="He normal",
    summary="Bell curve fitted to the arriving synapses; a start for ReLU.",
    formula="w ~ N(0, 2 / fan_in)",
    draw=draw,
)

"""LeCun et al. (1998), bell curve."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Normal with variance 1 / fan_in (Keras cuts the tails off and keeps the variance; here they stay)."""
    return rng.standard_normal(shape) * math.sqrt(1.0 / max(1, fan_in))


entry = Initializer(
    key="lecun_normal",
    label="LeCun normal",
    summary="Bell curve fitted to the arriving synapses; the start that SELU asks for.",
    formula="w ~ N(0, 1 / fan_in)",
    draw=draw,
)

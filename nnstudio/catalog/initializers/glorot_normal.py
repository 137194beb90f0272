"""Glorot and Bengio (2010), bell curve."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Normal with variance 2 / (fan_in + fan_out)."""
    return rng.standard_normal(shape) * math.sqrt(2.0 / max(1, fan_in + fan_out))


entry = Initializer(
    key="glorot_normal",
    label="Glorot normal",
    summary="Bell curve fitted to the neurons on both sides.",
    formula="w ~ N(0, 2 / (fan_in + fan_out))",
    draw=draw,
)

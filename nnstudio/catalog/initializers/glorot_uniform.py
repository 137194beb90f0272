"""Glorot and Bengio (2010), even spread."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Even in +-sqrt(6 / (fan_in + fan_out))."""
    return rng.uniform(-1.0, 1.0, shape) * math.sqrt(6.0 / max(1, fan_in + fan_out))


entry = Initializer(
    key="glorot_uniform",
    label="Glorot uniform",
    summary="Even spread fitted to the neurons on both sides; the usual start for tanh, sigmoid and softmax.",
    formula="w ~ U(-r, r), r = sqrt(6 / (fan_in + fan_out))",
    draw=draw,
)

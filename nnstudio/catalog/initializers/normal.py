"""Weights drawn from a bell curve."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    *,
    mean: float = 0.0,
    deviation: float = 0.05,
) -> Array:
    """Normal with that mean and standard deviation."""
    return rng.normal(mean, deviation, shape)


entry = Initializer(
    key="normal",
    label="Normal",
    summary="Weights drawn from a bell curve.",
    formula="w ~ N(mean, deviation^2)",
    settings=(Setting("mean", "Mean", 0.0), Setting("deviation", "Standard deviation", 0.05, minimum=0.0)),
    draw=draw,
)

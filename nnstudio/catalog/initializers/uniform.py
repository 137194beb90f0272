"""Weights drawn evenly between two bounds."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(
    rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int, *, low: float = -0.5, high: float = 0.5
) -> Array:
    """Even between ``low`` and ``high``."""
    return rng.uniform(low, high, shape)


entry = Initializer(
    key="uniform",
    label="Uniform",
    summary="Weights drawn evenly between two bounds.",
    formula="w ~ U(low, high)",
    settings=(Setting("low", "Lowest", -0.5), Setting("high", "Highest", 0.5)),
    draw=draw,
)

"""All weights the same."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int, *, value: float = 0.1) -> Array:
    """That value everywhere."""
    return np.full(shape, float(value))


entry = Initializer(
    key="constant",
    label="Constant",
    summary="Every weight starts at the same value.",
    formula="w = value",
    settings=(Setting("value", "Value", 0.1),),
    draw=draw,
)

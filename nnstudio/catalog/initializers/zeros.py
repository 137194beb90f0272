"""All weights zero."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Zeros of that shape."""
    return np.zeros(shape)


entry = Initializer(
    key="zeros",
    label="Zeros",
    summary="Every weight starts at 0; neurons of a layer then never learn to differ.",
    formula="w = 0",
    draw=draw,
)

"""All weights one."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Ones of that shape."""
    return np.ones(shape)


entry = Initializer(
    key="ones",
    label="Ones",
    summary="Every weight starts at 1; neurons of a layer then never learn to differ.",
    formula="w = 1",
    draw=draw,
)

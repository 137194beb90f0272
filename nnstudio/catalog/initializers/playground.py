"""The start of TensorFlow Playground."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Even between -0.5 and 0.5."""
    return rng.uniform(-0.5, 0.5, shape)


entry = Initializer(
    key="playground",
    label="Playground",
    summary="What TensorFlow Playground starts with: even between -0.5 and 0.5, whatever the layers' sizes.",
    formula="w ~ U(-0.5, 0.5)",
    draw=draw,
)

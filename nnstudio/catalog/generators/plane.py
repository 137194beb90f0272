"""A tilted plane: the simplest regression on two inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.generator import Generator, generator_settings
from nnstudio.document import Array


def draw(rng: np.random.Generator, samples: int, noise: float) -> tuple[Array, NDArray[Any]]:
    """Uniform points of [-6, 6]² with the value (x₁ + x₂) / 10, then moved by up to 6 noise in each direction."""
    points = rng.uniform(-6.0, 6.0, (samples, 2))
    values = points.sum(axis=1) / 10.0
    return points + rng.uniform(-6.0, 6.0, (samples, 2)) * noise, values


entry = Generator(
    key="plane",
    label="Plane",
    summary="A number that grows evenly from one corner to the other.",
    formula="y = (x₁ + x₂) / 10",
    task="regression",
    target_name="value",
    settings=generator_settings(1200),
    draw=draw,
)

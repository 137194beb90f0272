"""A disc inside a ring."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.generator import Generator, class_names, halves
from nnstudio.document import Array


def draw(rng: np.random.Generator, samples: int, noise: float) -> tuple[Array, NDArray[Any]]:
    """Half the points at radius U(0, 2.5), half at U(3.5, 5), then moved by up to 5 noise in each direction."""
    inside, outside = halves(samples)
    radius = np.concatenate([rng.uniform(0.0, 2.5, inside), rng.uniform(3.5, 5.0, outside)])
    angle = rng.uniform(0.0, 2.0 * np.pi, samples)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    points += rng.uniform(-5.0, 5.0, (samples, 2)) * noise
    return points, class_names("inside", "outside", np.arange(samples) < inside)


entry = Generator(
    key="circle",
    label="Circle",
    summary="One class lies in the middle, the other in a ring around it.",
    formula="inside where r < 2.5, outside where r > 3.5",
    draw=draw,
)

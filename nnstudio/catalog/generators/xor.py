"""Four squares: the class is whether both coordinates have the same sign."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.generator import Generator, class_names
from nnstudio.document import Array


def draw(rng: np.random.Generator, samples: int, noise: float) -> tuple[Array, NDArray[Any]]:
    """Uniform points of [-5, 5]², pushed 0.3 away from both axes, named, then moved by up to 5 noise."""
    points = rng.uniform(-5.0, 5.0, (samples, 2))
    points += np.where(points > 0.0, 0.3, -0.3)
    names = class_names("same sign", "opposite sign", points[:, 0] * points[:, 1] >= 0.0)
    return points + rng.uniform(-5.0, 5.0, (samples, 2)) * noise, names


entry = Generator(
    key="xor",
    label="Exclusive or",
    summary="Opposite corners share a class, so no straight line can part them.",
    formula="same sign where x₁·x₂ ≥ 0",
    draw=draw,
)

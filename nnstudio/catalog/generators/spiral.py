"""Two arms wound around each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.generator import Generator, class_names, halves
from nnstudio.document import Array


def draw(rng: np.random.Generator, samples: int, noise: float) -> tuple[Array, NDArray[Any]]:
    """Arms of radius 5 i/n and angle 1.75 · 2π · i/n (the second turned by π), each point moved by up to noise."""
    counts = halves(samples)
    arms = []
    for count, turn in zip(counts, (0.0, np.pi), strict=True):
        along = np.arange(count) / count
        radius, angle = 5.0 * along, 1.75 * 2.0 * np.pi * along + turn
        arms.append(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1))
    points = np.concatenate(arms) + rng.uniform(-1.0, 1.0, (samples, 2)) * noise
    return points, class_names("arm 1", "arm 2", np.arange(samples) < counts[0])


entry = Generator(
    key="spiral",
    label="Spiral",
    summary="Two interlocked spirals: the hardest of these for a small network.",
    formula="r = 5t, θ = 3.5πt (+ π)",
    draw=draw,
)

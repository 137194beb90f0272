"""Two round clouds that a straight line can part while they are small."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.generator import Generator, class_names, halves
from nnstudio.document import Array


def draw(rng: np.random.Generator, samples: int, noise: float) -> tuple[Array, NDArray[Any]]:
    """Normal clouds around (2, 2) and (-2, -2); their variance goes from 0.5 at noise 0 to 4 at noise 0.5."""
    upper, _ = halves(samples)
    is_upper = np.arange(samples) < upper
    variance = 0.5 + noise / 0.5 * 3.5
    centre = np.where(is_upper, 2.0, -2.0)[:, np.newaxis]
    points = centre + rng.normal(0.0, np.sqrt(variance), (samples, 2))
    return points, class_names("upper right", "lower left", is_upper)


entry = Generator(
    key="gaussians",
    label="Two clouds",
    summary="Two normal clouds; noise makes them wider until they overlap.",
    formula="N((±2, ±2), 0.5 … 4)",
    draw=draw,
)

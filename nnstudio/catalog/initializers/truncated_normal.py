"""Weights drawn from a bell curve without its tails, as Keras's TruncatedNormal does."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int,
    fan_out: int,
    *,
    mean: float = 0.0,
    deviation: float = 0.05,
) -> Array:
    """Normal; what lies more than two deviations from the mean is drawn again."""
    drawn = rng.standard_normal(shape)
    while (far := np.abs(drawn) > 2.0).any():
        drawn[far] = rng.standard_normal(int(far.sum()))
    return mean + deviation * drawn


entry = Initializer(
    key="truncated_normal",
    label="Truncated normal",
    summary="Bell curve whose values beyond two deviations are drawn again, so that none is far out.",
    formula="w ~ N(mean, deviation^2), |w - mean| <= 2 deviation",
    settings=(
        Setting("mean", "Mean", 0.0),
        Setting("deviation", "Deviation", 0.05, minimum=0.0, help="Before the tails are cut off."),
    ),
    draw=draw,
)

"""Statistics of weights in words."""

from __future__ import annotations

import numpy as np

from nnstudio.document import Array
from nnstudio.ui.widgets.labels import Tone, tone_of
from nnstudio.ui.widgets.numbers import decimals_for, fixed, signed


def spread_text(values: Array) -> str:
    """Mean ± standard deviation (the population's), for example ``+0.02 ± 0.31``; empty without values."""
    if not values.size:
        return ""
    flat = values.ravel()
    mean = float(flat.mean())
    std = float(np.sqrt(max(float(np.dot(flat, flat)) / flat.size - mean * mean, 0.0)))
    decimals = decimals_for((mean, std))
    return f"{signed(mean, decimals)} ± {fixed(std, decimals)}"


def strongest_text(values: Array) -> tuple[str, Tone]:
    """The value farthest from zero, with its tone."""
    if not values.size:
        return "", "text"
    high, low = float(values.max()), float(values.min())
    value = high if high >= -low else low
    return signed(value, decimals_for((value,))), tone_of(value)

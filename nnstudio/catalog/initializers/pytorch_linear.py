"""The start of torch.nn.Linear: kaiming_uniform with a = sqrt(5)."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Even between -1 / sqrt(fan_in) and 1 / sqrt(fan_in)."""
    bound = 1.0 / math.sqrt(max(1, fan_in))
    return rng.uniform(-bound, bound, shape)


entry = Initializer(
    key="pytorch_linear",
    label="PyTorch Linear",
    summary="What PyTorch's Linear layers start with: even, and smaller than Glorot's or He's.",
    formula="w ~ U(-r, r),  r = 1 / sqrt(fan_in)",
    draw=draw,
)

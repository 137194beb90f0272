"""Cosine waves that start again and again (SGDR, Loshchilov and Hutter 2017; PyTorch's CosineAnnealingWarmRestarts)."""

from __future__ import annotations

import math

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """The cosine of the wave that t lies in."""
    length, t = int(s[0]), moment
    if s[1] <= 1:
        t = moment % length
    else:
        while t >= length:
            t -= length
            length *= int(s[1])
    return float(s[2] + (1.0 - s[2]) * (1.0 + math.cos(math.pi * t / length)) / 2.0)


entry = Schedule(
    key="warm_restarts",
    label="Warm restarts",
    summary="Falls along a cosine, then starts again from the full rate, each time for longer.",
    formula="rate(t) = rate * (end + (1 - end) (1 + cos(pi t_i/T_i)) / 2),  T_i = first * growth^i",
    settings=(
        Setting("first", "First wave", 10, "integer", minimum=1, maximum=1e9, help="Length of the first wave."),
        Setting("growth", "Growth", 2, "integer", minimum=1, maximum=100, help="How many times longer each wave is."),
        Setting("end", "End", 0.0, minimum=0.0, maximum=1.0, help="What is left of the learning rate then."),
    ),
    share=share,
)

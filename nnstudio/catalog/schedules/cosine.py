"""The learning rate falls along half a cosine (Loshchilov and Hutter 2017; PyTorch's CosineAnnealingLR)."""

from __future__ import annotations

import math

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """End + (1 - end) (1 + cos(pi t / length)) / 2, then end; another run of the same length starts again."""
    t, length = (float(moment), s[0]) if s[0] > 0 else (float(moment % total), float(total))
    part = min(t, length) / length
    return float(s[1] + (1.0 - s[1]) * (1.0 + math.cos(math.pi * part)) / 2.0)


entry = Schedule(
    key="cosine",
    label="Cosine",
    summary="Lowers the learning rate along half a wave: slowly, fast, slowly.",
    formula="rate(t) = rate * (end + (1 - end) (1 + cos(pi t/length)) / 2)",
    settings=(
        Setting("length", "Length", 0, "integer", minimum=0, maximum=1e9, help="Until the end; 0: the whole run."),
        Setting("end", "End", 0.0, minimum=0.0, maximum=1.0, help="What is left of the learning rate then."),
    ),
    share=share,
)

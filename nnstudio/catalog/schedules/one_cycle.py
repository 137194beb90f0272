"""One rise to the learning rate and a long fall (Smith and Topin 2018; PyTorch's OneCycleLR with its cosines)."""

from __future__ import annotations

import math

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import UNIT, WARM_UP, Schedule, in_updates


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """Half a cosine from 1 / start_division up to 1, another one down to that / end_division; then again."""
    last = max(1.0, float(total - 1))
    peak = s[0] * total - 1.0
    t = float(moment % total)
    first = 1.0 / s[1]
    if t <= peak:
        begin, end, part = first, 1.0, t / max(peak, 1e-12)
    else:
        begin, end, part = 1.0, first / s[2], (t - peak) / max(last - peak, 1e-12)
    return float(end + (begin - end) / 2.0 * (1.0 + math.cos(math.pi * part)))


entry = Schedule(
    key="one_cycle",
    label="One cycle",
    summary="Rises to the learning rate, then falls far below where it began; the run's length must be known. The "
    "momentum stays (PyTorch moves it the other way unless cycle_momentum=False).",
    formula="rate/start_division -> rate in the first part of the run, then -> rate/(start_division end_division)",
    settings=(
        Setting("rise", "Rising part", 0.3, minimum=0.0, maximum=1.0, help="Share of the run in which it rises."),
        Setting("start_division", "Start division", 25.0, minimum=1.0, maximum=1e9, help="It starts at rate / this."),
        Setting("end_division", "End division", 1e4, minimum=1.0, maximum=1e12, help="It ends at the start / this."),
        in_updates(UNIT),
        WARM_UP,
    ),
    share=share,
)

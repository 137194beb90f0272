"""One rise to the learning rate and a long fall (Smith and Topin 2018; PyTorch's OneCycleLR with its cosines).

Where it also moves the momentum, that falls while the rate rises: PyTorch's ``cycle_momentum``, which is on there.
"""

from __future__ import annotations

import math

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import UNIT, WARM_UP, Schedule, in_updates


@kernel
def _cycled(moment: int, total: int, rise: float, first: float, middle: float, last: float) -> float:
    """Half a cosine from ``first`` to ``middle``, in the share ``rise`` of the run, another one to ``last``; again."""
    t, peak, end = float(moment % total), rise * total - 1.0, max(1.0, float(total - 1))
    if t <= peak:
        return middle + (first - middle) / 2.0 * (1.0 + math.cos(math.pi * t / max(peak, 1e-12)))
    return last + (middle - last) / 2.0 * (1.0 + math.cos(math.pi * (t - peak) / max(end - peak, 1e-12)))


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """From 1 / start_division up to 1, then down to that / end_division."""
    return _cycled(moment, total, s[0], 1.0 / s[1], 1.0, 1.0 / s[1] / s[2])


@kernel
def momentum(moment: int, total: int, s: Block) -> float:
    """From the high momentum down to the low one, while the rate rises, and back."""
    return _cycled(moment, total, s[0], s[5], s[4], s[5])


entry = Schedule(
    key="one_cycle",
    label="One cycle",
    summary="Rises to the learning rate, then falls far below where it began; the run's length must be known.",
    formula="rate/start_division -> rate in the first part of the run, then -> rate/(start_division end_division)",
    settings=(
        Setting("rise", "Rising part", 0.3, minimum=0.0, maximum=1.0, help="Share of the run in which it rises."),
        Setting("start_division", "Start division", 25.0, minimum=1.0, maximum=1e9, help="It starts at rate / this."),
        Setting("end_division", "End division", 1e4, minimum=1.0, maximum=1e12, help="It ends at the start / this."),
        Setting(
            "cycle_momentum",
            "Moves the momentum",
            False,
            "switch",
            help="The momentum (beta 1) falls while the rate rises, then comes back, if the optimizer has one.",
        ),
        Setting("low_momentum", "Low momentum", 0.85, minimum=0.0, maximum=0.9999, help="At the peak of the rate."),
        Setting("high_momentum", "High momentum", 0.95, minimum=0.0, maximum=0.9999, help="At both ends of the run."),
        in_updates(UNIT),
        WARM_UP,
    ),
    share=share,
    momentum=momentum,
)

"""The learning rate rises in a straight line, then stays (PyTorch's LinearLR)."""

from __future__ import annotations

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """Start + (1 - start) t / length, and 1 from there on."""
    return float(s[0] + (1.0 - s[0]) * min(float(moment), s[1]) / s[1])


entry = Schedule(
    key="linear_warm_up",
    label="Linear warm-up",
    summary="Starts with a small part of the learning rate and rises to all of it in a straight line.",
    formula="rate(t) = rate * (start + (1 - start) min(t, length) / length)",
    settings=(
        Setting("start", "Start", 0.1, minimum=0.0, maximum=1.0, help="Share of the learning rate at first."),
        Setting("length", "Length", 5, "integer", minimum=1, maximum=1e9, help="Until the full learning rate."),
    ),
    share=share,
)

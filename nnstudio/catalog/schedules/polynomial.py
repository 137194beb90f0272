"""The learning rate falls along a power of the time that is left (PyTorch's PolynomialLR where end is 0)."""

from __future__ import annotations

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """End + (1 - end) (1 - t / length)^power, then end; another run of the same length starts again."""
    t, length = (float(moment), s[1]) if s[1] > 0 else (float(moment % total), float(total))
    left = 1.0 - min(t, length) / length
    return float(s[2] + (1.0 - s[2]) * left ** s[0])


entry = Schedule(
    key="polynomial",
    label="Polynomial",
    summary="Lowers the learning rate along a power of the time that is left; power 1 is a straight line.",
    formula="rate(t) = rate * (end + (1 - end) (1 - t/length)^power)",
    settings=(
        Setting("power", "Power", 1.0, minimum=0.0, maximum=100.0, help="1: a straight line; more: fast at first."),
        Setting("length", "Length", 0, "integer", minimum=0, maximum=1e9, help="Until the end; 0: the whole run."),
        Setting("end", "End", 0.0, minimum=0.0, maximum=1.0, help="What is left of the learning rate then."),
    ),
    share=share,
)

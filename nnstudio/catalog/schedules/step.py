"""The learning rate falls by a factor every so often (PyTorch's StepLR)."""

from __future__ import annotations

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """Factor^floor(t / every)."""
    return float(s[0] ** (moment // int(s[1])))


entry = Schedule(
    key="step",
    label="Step",
    summary="Lowers the learning rate by a factor every so often.",
    formula="rate(t) = rate * factor^floor(t / every)",
    settings=(
        Setting("factor", "Factor", 0.1, minimum=0.0, maximum=1.0, help="What each step leaves of the learning rate."),
        Setting("every", "Every", 30, "integer", minimum=1, maximum=1e9, help="From one step to the next."),
    ),
    share=share,
)

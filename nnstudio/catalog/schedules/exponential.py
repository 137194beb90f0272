"""The learning rate shrinks by the same factor each time (PyTorch's ExponentialLR)."""

from __future__ import annotations

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """Factor^t."""
    return float(s[0] ** moment)


entry = Schedule(
    key="exponential",
    label="Exponential",
    summary="Shrinks the learning rate by the same factor each time.",
    formula="rate(t) = rate * factor^t",
    settings=(Setting("factor", "Factor", 0.99, minimum=0.0, maximum=1.0, help="What each epoch leaves of the rate."),),
    share=share,
)

"""The learning rate stays as it is, after a warm-up if one is set."""

from __future__ import annotations

from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """All of it, always."""
    return 1.0


entry = Schedule(
    key="constant",
    label="Constant",
    summary="Leaves the learning rate as it is.",
    formula="rate(t) = rate",
    share=share,
)

"""The learning rate falls when the loss no longer does (PyTorch's ReduceLROnPlateau with a relative threshold)."""

from __future__ import annotations

import math

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.schedule import Schedule, State


@kernel
def share(moment: int, total: int, s: Block) -> float:
    """All that ``follow`` left."""
    return 1.0


def follow(
    state: State,
    loss: float,
    *,
    factor: float,
    patience: int,
    threshold: float,
    cooldown: int,
    least: float,
    monitor: str,
) -> State:
    """State: the share, the best loss, epochs without a better one, epochs of rest that are left."""
    left, best, bad, rest = state
    if loss < best * (1.0 - threshold):
        best, bad = loss, 0.0
    elif not math.isnan(loss):
        bad += 1.0
    if rest > 0:
        rest, bad = rest - 1.0, 0.0
    if bad > patience:
        left, rest, bad = max(left * factor, least), float(cooldown), 0.0
    return left, best, bad, rest


entry = Schedule(
    key="reduce_on_plateau",
    label="Reduce on plateau",
    summary="Lowers the learning rate whenever the loss has not fallen for a while.",
    formula="rate = max(rate factor, least) after more than patience epochs without a loss under best (1 - threshold)",
    settings=(
        Setting("factor", "Factor", 0.1, minimum=0.0, maximum=1.0, help="What each step leaves of the learning rate."),
        Setting("patience", "Patience", 10, "integer", minimum=0, maximum=1e9, help="Epochs without a better loss."),
        Setting("threshold", "Threshold", 1e-4, minimum=0.0, maximum=1.0, help="A better loss is lower by this part."),
        Setting("cooldown", "Cool-down", 0, "integer", minimum=0, maximum=1e9, help="Epochs of rest after each step."),
        Setting("least", "Least", 0.0, minimum=0.0, maximum=1.0, help="Share of the learning rate that always stays."),
        Setting(
            "monitor",
            "Watches",
            "auto",
            "choice",
            choices=("auto", "loss", "val_loss"),
            help="auto: the loss of validation where there is one.",
        ),
    ),
    share=share,
    follow=follow,
    begin=(1.0, math.inf, 0.0, 0.0),
)

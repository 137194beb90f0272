"""Stochastic gradient descent, with momentum and weight decay as PyTorch defines them."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.optimizer import Optimizer
from nnstudio.document import Array


def update(
    w: Array,
    g: Array,
    state: list[Array],
    step: int,
    *,
    learning_rate: float,
    momentum: float,
    nesterov: bool,
    weight_decay: float,
) -> None:
    """Add the decay: g += decay w; v = momentum v + g (v = g at the first step); w -= rate (g + momentum v | v)."""
    g = g + weight_decay * w
    if momentum:
        v = state[0]
        np.copyto(v, g if step == 1 else momentum * v + g)
        g = g + momentum * v if nesterov else v
    w -= learning_rate * g


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers; since v starts at 0, its first step needs no case of its own."""
    rate, momentum, nesterov, decay = s[0], s[1], s[2], s[3]
    rate_, momentum_, decay_ = like(w[0], rate), like(w[0], momentum), like(w[0], decay)
    if momentum == 0:
        for k in range(n):
            w[k] -= rate_ * (g[k] + decay_ * w[k])
    elif nesterov != 0:
        for k in range(n):
            e = g[k] + decay_ * w[k]
            v = momentum_ * state[k] + e
            state[k] = v
            w[k] -= rate_ * (e + momentum_ * v)
    else:
        for k in range(n):
            v = momentum_ * state[k] + g[k] + decay_ * w[k]
            state[k] = v
            w[k] -= rate_ * v


entry = Optimizer(
    key="sgd",
    label="SGD",
    summary="Steps straight downhill; with momentum it keeps some of its speed from step to step.",
    formula="v = momentum v + g + decay w;  w = w - rate v  (Nesterov: rate (g + decay w + momentum v))",
    settings=(
        Setting("learning_rate", "Learning rate", 0.01, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("momentum", "Momentum", 0.0, minimum=0.0, maximum=1.0, help="How much of the last step is kept."),
        Setting("nesterov", "Nesterov", False, "switch", help="Look ahead along the momentum before correcting."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="Pulls every weight towards 0."),
    ),
    state=("velocity",),
    momentum="momentum",
    update=update,
    step=step,
)

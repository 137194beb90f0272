"""Adagrad (Duchi et al. 2011): torch.optim.Adagrad."""

from __future__ import annotations

import math

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
    rate_decay: float,
    weight_decay: float,
    initial_accumulator: float,
    epsilon: float,
    epsilon_form: str,
) -> None:
    """H += g^2; w -= rate / (1 + (t - 1) rate decay) g / (sqrt(h) + eps). State keeps h less its initial value."""
    g = g + weight_decay * w
    h = state[0]
    h += g * g
    total = h + initial_accumulator
    root = np.sqrt(total + epsilon) if epsilon_form == "keras" else np.sqrt(total) + epsilon
    w -= learning_rate / (1.0 + (step - 1) * rate_decay) * g / root


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    decay = like(w[0], s[2])
    rate = like(w[0], s[0] / (1.0 + (step - 1) * s[1]))
    inside = like(w[0], s[3] + s[4] * (s[5] != 0))
    outside = like(w[0], s[4] * (s[5] == 0))
    for k in range(n):
        e = g[k] + decay * w[k]
        h = state[k] + e * e
        state[k] = h
        w[k] -= rate * e / (math.sqrt(h + inside) + outside)


entry = Optimizer(
    key="adagrad",
    label="Adagrad",
    summary="Gives every weight its own pace, which slows with all the gradients it has seen; for rare inputs.",
    formula="h = h + g^2;  w = w - rate / (1 + (t-1) rate decay) g / (sqrt(h) + eps)",
    settings=(
        Setting("learning_rate", "Learning rate", 0.01, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("rate_decay", "Rate decay", 0.0, minimum=0.0, maximum=1e6, help="Slows the rate from step to step."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="L2 penalty added to gradients."),
        Setting(
            "initial_accumulator",
            "Initial sum",
            0.0,
            minimum=0.0,
            maximum=1e6,
            help="What the sum of squares starts with; Keras has 0.1.",
        ),
        Setting("epsilon", "Epsilon", 1e-10, minimum=0.0, maximum=1.0, help="Keeps the division from blowing up."),
        Setting(
            "epsilon_form",
            "Epsilon form",
            "pytorch",
            "choice",
            choices=("pytorch", "keras"),
            help="Keras adds epsilon inside the root.",
        ),
    ),
    state=("squares",),
    update=update,
    step=step,
)

"""Adamax (Kingma and Ba 2014, section 7.1): torch.optim.Adamax."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
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
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float,
    epsilon_form: str,
) -> None:
    """M = b1 m + (1 - b1) g; u = max(b2 u, |g| + eps); w -= rate m / (1 - b1^t) / u."""
    g = g + weight_decay * w
    m, u = state
    m += (g - m) * (1.0 - beta1)
    keras = epsilon_form == "keras"
    np.maximum(beta2 * u, np.abs(g) + (0.0 if keras else epsilon), out=u)
    w -= learning_rate / (1.0 - beta1**step) * m / (u + (epsilon if keras else 0.0))


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    decay, beta2, fresh = like(w[0], s[4]), like(w[0], s[2]), like(w[0], 1.0 - s[1])
    inside, outside = like(w[0], s[3] * (s[5] == 0)), like(w[0], s[3] * (s[5] != 0))
    rate = like(w[0], s[0] / (1.0 - s[1] ** step))
    for k in range(n):
        e = g[k] + decay * w[k]
        m = state[k] + (e - state[k]) * fresh
        size = abs(e) + inside
        u = beta2 * state[stride + k]
        u = u if u > size else size
        state[k] = m
        state[stride + k] = u
        w[k] -= rate * m / (u + outside)


entry = Optimizer(
    key="adamax",
    label="Adamax",
    summary="Adam that measures gradients by the largest of late; calmer where gradients are rare.",
    formula="m = b1 m + (1-b1) g;  u = max(b2 u, |g| + eps);  w = w - rate m / (1-b1^t) / u",
    settings=(
        Setting("learning_rate", "Learning rate", 0.002, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("beta1", "Beta 1", 0.9, minimum=0.0, maximum=0.999999, help="Memory of the mean of gradients."),
        Setting("beta2", "Beta 2", 0.999, minimum=0.0, maximum=0.999999999, help="Memory of the largest of them."),
        Setting("epsilon", "Epsilon", 1e-8, minimum=0.0, maximum=1.0, help="Keeps the division from blowing up."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="L2 penalty added to gradients."),
        Setting(
            "epsilon_form",
            "Epsilon form",
            "pytorch",
            "choice",
            choices=("pytorch", "keras"),
            help="Keras adds epsilon to u where it divides.",
        ),
    ),
    state=("mean", "largest"),
    momentum="beta1",
    update=update,
    step=step,
)

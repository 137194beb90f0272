"""Adadelta (Zeiler 2012): torch.optim.Adadelta."""

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
    rho: float,
    epsilon: float,
    weight_decay: float,
) -> None:
    """V and u are running means of g^2 and d^2; d = sqrt(u + eps) / sqrt(v + eps) g; w -= rate d."""
    g = g + weight_decay * w
    v, u = state
    v *= rho
    v += (1.0 - rho) * g * g
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    u *= rho
    u += (1.0 - rho) * d * d
    w -= learning_rate * d


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    rate, rho, fresh = like(w[0], s[0]), like(w[0], s[1]), like(w[0], 1.0 - s[1])
    epsilon, decay = like(w[0], s[2]), like(w[0], s[3])
    for k in range(n):
        e = g[k] + decay * w[k]
        v = rho * state[k] + fresh * e * e
        u = state[stride + k]
        d = math.sqrt(u + epsilon) / math.sqrt(v + epsilon) * e
        state[k] = v
        state[stride + k] = rho * u + fresh * d * d
        w[k] -= rate * d


entry = Optimizer(
    key="adadelta",
    label="Adadelta",
    summary="Adagrad that forgets, and takes the size of its steps from its own past steps.",
    formula="v = rho v + (1-rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u = rho u + (1-rho) d^2;  w = w - rate d",
    settings=(
        Setting("learning_rate", "Learning rate", 1.0, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("rho", "Rho", 0.9, minimum=0.0, maximum=0.999999999, help="Memory of squares of gradients and steps."),
        Setting("epsilon", "Epsilon", 1e-6, minimum=1e-30, maximum=1.0, help="Keeps the division from blowing up."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="L2 penalty added to gradients."),
    ),
    state=("square", "steps"),
    update=update,
    step=step,
)

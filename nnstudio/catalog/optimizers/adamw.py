"""AdamW (Loshchilov and Hutter 2017): torch.optim.AdamW."""

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
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float,
    epsilon_form: str,
) -> None:
    """Take rate decay w off, then as Adam: m and v without bias, w -= rate m' / (sqrt(v') + eps)."""
    w *= 1.0 - learning_rate * weight_decay
    m, v = state
    m += (g - m) * (1.0 - beta1)
    v *= beta2
    v += (1.0 - beta2) * g * g
    root = math.sqrt(1.0 - beta2**step)
    if epsilon_form == "keras":
        epsilon /= root
    w -= learning_rate / (1.0 - beta1**step) * m / (np.sqrt(v) / root + epsilon)


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    kept = like(w[0], 1.0 - s[0] * s[4])
    beta2 = like(w[0], s[2])
    fresh1, fresh2 = like(w[0], 1.0 - s[1]), like(w[0], 1.0 - s[2])
    rate = like(w[0], s[0] / (1.0 - s[1] ** step))
    root = like(w[0], 1.0 / math.sqrt(1.0 - s[2] ** step))
    epsilon = like(w[0], s[3] / math.sqrt(1.0 - s[2] ** step) if s[5] != 0 else s[3])
    for k in range(n):
        m = state[k] + (g[k] - state[k]) * fresh1
        v = beta2 * state[stride + k] + fresh2 * g[k] * g[k]
        state[k] = m
        state[stride + k] = v
        w[k] = kept * w[k] - rate * m / (math.sqrt(v) * root + epsilon)


entry = Optimizer(
    key="adamw",
    label="AdamW",
    summary="Adam whose weight decay shrinks weights directly, not through the gradient; usual for large networks.",
    formula="w = w - rate decay w;  then as Adam: w = w - rate m/(1-b1^t) / (sqrt(v/(1-b2^t)) + eps)",
    settings=(
        Setting("learning_rate", "Learning rate", 0.001, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("beta1", "Beta 1", 0.9, minimum=0.0, maximum=0.999999, help="Memory of the mean of gradients."),
        Setting("beta2", "Beta 2", 0.999, minimum=0.0, maximum=0.999999999, help="Memory of their squares."),
        Setting("epsilon", "Epsilon", 1e-8, minimum=0.0, maximum=1.0, help="Keeps the division from blowing up."),
        Setting(
            "weight_decay",
            "Weight decay",
            0.01,
            minimum=0.0,
            maximum=1e6,
            help="The share of each weight that a step of rate 1 takes away.",
        ),
        Setting(
            "epsilon_form",
            "Epsilon form",
            "pytorch",
            "choice",
            choices=("pytorch", "keras"),
            help="Keras adds epsilon before v is freed of its bias.",
        ),
    ),
    state=("mean", "square"),
    momentum="beta1",
    update=update,
    step=step,
)

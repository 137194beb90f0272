"""Adam (Kingma and Ba 2014), with PyTorch's placing of epsilon and its L2 weight decay."""

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
    epsilon_form: str = "pytorch",
) -> None:
    """M = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= rate m' / (sqrt(v') + eps), m' and v' without bias."""
    g = g + weight_decay * w
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
    beta2, decay = like(w[0], s[2]), like(w[0], s[4])
    fresh1, fresh2 = like(w[0], 1.0 - s[1]), like(w[0], 1.0 - s[2])
    rate = like(w[0], s[0] / (1.0 - s[1] ** step))
    root = like(w[0], 1.0 / math.sqrt(1.0 - s[2] ** step))
    epsilon = like(w[0], s[3] / math.sqrt(1.0 - s[2] ** step) if s[5] != 0 else s[3])
    for k in range(n):
        e = g[k] + decay * w[k]
        m = state[k] + (e - state[k]) * fresh1
        v = beta2 * state[stride + k] + fresh2 * e * e
        state[k] = m
        state[stride + k] = v
        w[k] -= rate * m / (math.sqrt(v) * root + epsilon)


entry = Optimizer(
    key="adam",
    label="Adam",
    summary="Gives every weight its own pace from the mean and the spread of its gradients; a good first choice.",
    formula="m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  w = w - rate m/(1-b1^t) / (sqrt(v/(1-b2^t)) + eps)",
    settings=(
        Setting("learning_rate", "Learning rate", 0.001, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("beta1", "Beta 1", 0.9, minimum=0.0, maximum=0.999999, help="Memory of the mean of gradients."),
        Setting("beta2", "Beta 2", 0.999, minimum=0.0, maximum=0.999999999, help="Memory of their squares."),
        Setting("epsilon", "Epsilon", 1e-8, minimum=0.0, maximum=1.0, help="Keeps the division from blowing up."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="L2 penalty added to gradients."),
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

"""Nadam (Dozat 2016): torch.optim.NAdam; with a momentum decay of 1 it is Keras's Nadam."""

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
    momentum_decay: float,
) -> None:
    """As Adam, with the momentum of the next step and the gradient of this one in the place of m'."""
    g = g + weight_decay * w
    m, v = state
    m += (g - m) * (1.0 - beta1)
    v *= beta2
    v += (1.0 - beta2) * g * g
    mu, following, product = momenta(step, beta1, momentum_decay)
    root = np.sqrt(v / (1.0 - beta2**step)) + epsilon
    w -= learning_rate * (1.0 - mu) / (1.0 - product) * g / root
    w -= learning_rate * following / (1.0 - product * following) * m / root


@kernel
def momenta(step: int, beta1: float, momentum_decay: float) -> tuple[float, float, float]:
    """Give mu of this step, mu of the next, and the product of all mu until now, which is 0 once it is below 1e-20."""
    cooling = 0.96**momentum_decay
    share, product = 1.0, 1.0
    for _ in range(step):
        share *= cooling
        product *= beta1 * (1.0 - 0.5 * share)
        if product < 1e-20:
            break
    share = cooling**step
    mu = beta1 * (1.0 - 0.5 * share)
    return mu, beta1 * (1.0 - 0.5 * share * cooling), product


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    epsilon, decay, beta2 = like(w[0], s[3]), like(w[0], s[4]), like(w[0], s[2])
    fresh1, fresh2 = like(w[0], 1.0 - s[1]), like(w[0], 1.0 - s[2])
    mu, following, product = momenta(step, s[1], s[5])
    now = like(w[0], s[0] * (1.0 - mu) / (1.0 - product))
    ahead = like(w[0], s[0] * following / (1.0 - product * following))
    root = like(w[0], 1.0 / math.sqrt(1.0 - s[2] ** step))
    for k in range(n):
        e = g[k] + decay * w[k]
        m = state[k] + (e - state[k]) * fresh1
        v = beta2 * state[stride + k] + fresh2 * e * e
        state[k] = m
        state[stride + k] = v
        w[k] -= (now * e + ahead * m) / (math.sqrt(v) * root + epsilon)


entry = Optimizer(
    key="nadam",
    label="Nadam",
    summary="Adam that looks ahead along its momentum, as Nesterov does.",
    formula="mu_t = b1 (1 - 0.96^(t decay) / 2);  "
    "w = w - rate (mu_(t+1) m / (1 - mu_1..mu_(t+1)) + (1 - mu_t) g / (1 - mu_1..mu_t)) / (sqrt(v/(1-b2^t)) + eps)",
    settings=(
        Setting("learning_rate", "Learning rate", 0.002, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("beta1", "Beta 1", 0.9, minimum=0.0, maximum=0.9999, help="Memory of the mean of gradients."),
        Setting("beta2", "Beta 2", 0.999, minimum=0.0, maximum=0.999999999, help="Memory of their squares."),
        Setting("epsilon", "Epsilon", 1e-8, minimum=0.0, maximum=1.0, help="Keeps the division from blowing up."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="L2 penalty added to gradients."),
        Setting(
            "momentum_decay",
            "Momentum decay",
            0.004,
            minimum=0.0,
            maximum=1.0,
            help="How fast the momentum grows from half of beta 1 to all of it.",
        ),
    ),
    state=("mean", "square"),
    update=update,
    step=step,
)

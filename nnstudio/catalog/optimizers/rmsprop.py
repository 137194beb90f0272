"""RMSprop (Hinton 2012): torch.optim.RMSprop."""

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
    alpha: float,
    epsilon: float,
    weight_decay: float,
    momentum: float,
    centered: bool,
    epsilon_form: str,
) -> None:
    """V = a v + (1 - a) g^2; b = momentum b + g / (sqrt(v) + eps); w -= rate b."""
    g = g + weight_decay * w
    v, b, mean = state
    v *= alpha
    v += (1.0 - alpha) * g * g
    spread = v
    if centered:
        mean += (g - mean) * (1.0 - alpha)
        spread = v - mean * mean
    root = np.sqrt(spread + epsilon) if epsilon_form == "keras" else np.sqrt(spread) + epsilon
    np.copyto(b, momentum * b + g / root)
    w -= learning_rate * b


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    rate, alpha, fresh = like(w[0], s[0]), like(w[0], s[1]), like(w[0], 1.0 - s[1])
    inside, outside = like(w[0], s[2] * (s[6] != 0)), like(w[0], s[2] * (s[6] == 0))
    decay, momentum, centered = like(w[0], s[3]), like(w[0], s[4]), like(w[0], s[5])
    for k in range(n):
        e = g[k] + decay * w[k]
        v = alpha * state[k] + fresh * e * e
        state[k] = v
        mean = state[2 * stride + k] + (e - state[2 * stride + k]) * fresh
        state[2 * stride + k] = mean * centered
        b = momentum * state[stride + k] + e / (math.sqrt(v - centered * mean * mean + inside) + outside)
        state[stride + k] = b
        w[k] -= rate * b


entry = Optimizer(
    key="rmsprop",
    label="RMSprop",
    summary="Divides each gradient by its own recent size, so that steep and flat directions go at one pace.",
    formula="v = a v + (1-a) g^2;  b = momentum b + g / (sqrt(v) + eps);  w = w - rate b  "
    "(centered: v less the square of the mean of g)",
    settings=(
        Setting("learning_rate", "Learning rate", 0.01, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("alpha", "Alpha", 0.99, minimum=0.0, maximum=0.999999999, help="Memory of the squares of gradients."),
        Setting("epsilon", "Epsilon", 1e-8, minimum=0.0, maximum=1.0, help="Keeps the division from blowing up."),
        Setting("weight_decay", "Weight decay", 0.0, minimum=0.0, maximum=1e6, help="L2 penalty added to gradients."),
        Setting("momentum", "Momentum", 0.0, minimum=0.0, maximum=1.0, help="How much of the last step is kept."),
        Setting("centered", "Centered", False, "switch", help="Divide by the spread of gradients, not by their size."),
        Setting(
            "epsilon_form",
            "Epsilon form",
            "pytorch",
            "choice",
            choices=("pytorch", "keras"),
            help="Keras adds epsilon inside the root.",
        ),
    ),
    state=("square", "velocity", "mean"),
    momentum="momentum",
    update=update,
    step=step,
)

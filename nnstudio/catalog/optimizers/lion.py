"""Lion (Chen et al. 2023, algorithm 2)."""

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
    weight_decay: float,
) -> None:
    """Take rate decay w off; w -= rate sign(b1 m + (1 - b1) g); m = b2 m + (1 - b2) g."""
    w *= 1.0 - learning_rate * weight_decay
    m = state[0]
    w -= learning_rate * np.sign(beta1 * m + (1.0 - beta1) * g)
    m *= beta2
    m += (1.0 - beta2) * g


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    kept, rate, zero = like(w[0], 1.0 - s[0] * s[3]), like(w[0], s[0]), like(w[0], 0.0)
    beta1, fresh1 = like(w[0], s[1]), like(w[0], 1.0 - s[1])
    beta2, fresh2 = like(w[0], s[2]), like(w[0], 1.0 - s[2])
    for k in range(n):
        c = beta1 * state[k] + fresh1 * g[k]
        state[k] = beta2 * state[k] + fresh2 * g[k]
        w[k] = kept * w[k] - (rate if c > zero else (-rate if c < zero else zero))


entry = Optimizer(
    key="lion",
    label="Lion",
    summary="Steps of one size in the direction of momentum and gradient; takes a tenth of Adam's rate.",
    formula="w = w - rate (sign(b1 m + (1-b1) g) + decay w);  m = b2 m + (1-b2) g",
    settings=(
        Setting("learning_rate", "Learning rate", 0.0001, minimum=0.0, maximum=1e6, help="How far one step goes."),
        Setting("beta1", "Beta 1", 0.9, minimum=0.0, maximum=1.0, help="How much of a step is momentum."),
        Setting("beta2", "Beta 2", 0.99, minimum=0.0, maximum=0.999999999, help="Memory of the momentum."),
        Setting(
            "weight_decay",
            "Weight decay",
            0.0,
            minimum=0.0,
            maximum=1e6,
            help="The share of each weight that a step of rate 1 takes away.",
        ),
    ),
    state=("momentum",),
    momentum="beta1",
    update=update,
    step=step,
)

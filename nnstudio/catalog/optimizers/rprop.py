"""Resilient backpropagation (Riedmiller and Braun 1993): torch.optim.Rprop."""

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
    shrink: float,
    grow: float,
    least_step: float,
    greatest_step: float,
) -> None:
    """A step grows while g keeps its sign, and shrinks where it turns, which counts as g = 0; w -= sign(g) size."""
    before, size = state
    turned = g * before
    size[size == 0.0] = learning_rate  # not begun: no size that was ever used is 0
    size *= np.where(turned > 0.0, grow, np.where(turned < 0.0, shrink, 1.0))
    np.clip(size, least_step, greatest_step, out=size)
    np.copyto(before, np.where(turned < 0.0, 0.0, g))
    w -= np.sign(before) * size


@kernel
def step(w: Block, g: Block, state: Block, n: int, stride: int, step: int, s: Block) -> None:
    """The same on bare pointers."""
    rate, shrink, grow = like(w[0], s[0]), like(w[0], s[1]), like(w[0], s[2])
    least, most, zero, one = like(w[0], s[3]), like(w[0], s[4]), like(w[0], 0.0), like(w[0], 1.0)
    for k in range(n):
        turned = g[k] * state[k]
        size = rate if state[stride + k] == zero else state[stride + k]
        size *= grow if turned > zero else (shrink if turned < zero else one)
        size = least if size < least else size
        size = most if size > most else size
        e = zero if turned < zero else g[k]
        state[k] = e
        state[stride + k] = size
        w[k] -= size if e > zero else (-size if e < zero else zero)


entry = Optimizer(
    key="rprop",
    label="Rprop",
    summary="Looks only at the signs of gradients: while one keeps its sign, steps grow. For batches of all samples.",
    formula="size = size 1.2 if g keeps its sign, 0.5 size if it turns (then g = 0);  w = w - sign(g) size",
    settings=(
        Setting("learning_rate", "Learning rate", 0.01, minimum=0.0, maximum=1e6, help="The size of the first step."),
        Setting("shrink", "Shrink", 0.5, minimum=0.001, maximum=0.999, help="Factor where the sign turns."),
        Setting("grow", "Grow", 1.2, minimum=1.0, maximum=10.0, help="Factor while the sign stays."),
        Setting("least_step", "Least step", 1e-6, minimum=1e-30, maximum=1e6, help="No step is smaller."),
        Setting("greatest_step", "Greatest step", 50.0, minimum=1e-30, maximum=1e6, help="No step is larger."),
    ),
    state=("gradient", "size"),
    update=update,
    step=step,
)

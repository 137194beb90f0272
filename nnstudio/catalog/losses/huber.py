"""The Huber loss (1964): torch.nn.HuberLoss, Keras's Huber."""

# ruff: noqa: FURB136 -- min and max would swallow a NaN, and divergence with it
from __future__ import annotations

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.loss import Loss
from nnstudio.document import Array


def value(a: Array, y: Array, *, delta: float = 1.0) -> Array:
    """The mean of e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2), over the outputs of each sample."""
    size = np.abs(a - y)
    near = np.minimum(size, delta)
    return np.asarray(np.mean(near * (size - 0.5 * near), axis=-1))


def slope(a: Array, y: Array, *, delta: float = 1.0) -> Array:
    """The error between -delta and delta, over outputs."""
    return np.asarray(np.clip(a - y, -delta, delta) / a.shape[-1])


def side(a: Array, y: Array, *, delta: float = 1.0) -> Array:
    """On which smooth piece each output lies."""
    return np.asarray(np.sign(a - y) * (np.abs(a - y) > delta))


@kernel
def both(a: Block, y: Block, d: Block, neurons: int, lanes: int, count: int, share: float, s: Block, t: Block) -> float:
    """Sum the losses over lanes and write d = (the error between -delta and delta) / count, both times ``share``."""
    total = 0.0
    scale, zero = like(a[0], share / count), like(a[0], 0.0)
    delta, half = like(a[0], s[0]), like(a[0], 0.5)
    for i in range(neurons):
        row = zero
        for k in range(i * lanes, i * lanes + count):
            e = a[k] - y[k]
            size = abs(e)
            near = delta if size > delta else size
            row += near * (size - half * near)
            e = delta if e > delta else e
            e = -delta if e < -delta else e
            d[k] = e * scale
        for k in range(i * lanes + count, (i + 1) * lanes):
            d[k] = zero
        total += row
    return total * share


entry = Loss(
    key="huber",
    label="Huber",
    summary="Squared for small errors, straight for large ones: smooth at the target, and calm about outliers.",
    formula="L = mean_i e^2 / 2 if |e| <= delta, else delta (|e| - delta / 2),  e = a_i - y_i",
    slope_formula="dL/da_i = min(max(e, -delta), delta) / n",
    settings=(
        Setting("delta", "Delta", 1.0, minimum=1e-6, maximum=1e6, help="Errors beyond this count as straight lines."),
    ),
    tasks=frozenset({"regression", "classification"}),
    mean_over_outputs=True,
    side=side,
    value=value,
    slope=slope,
    both=both,
)

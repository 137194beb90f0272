"""Layer normalization (Ba, Kiros and Hinton 2016): torch.nn.LayerNorm over all neurons of the layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.normalization import (
    NEURONS,
    OWNS,
    ROOM,
    STRIDE,
    WIDTH,
    D,
    N,
    Normalization,
    Owned,
    Real,
    Z,
)
from nnstudio.catalog.own import Own

GAIN, SHIFT = OWNS, OWNS + 1


def center(z: Real, own: Owned, training: bool, *, epsilon: float = 1e-5) -> tuple[Real, Real]:
    """Mean and variance of each sample over the layer's neurons, (samples, 1)."""
    return z.mean(axis=1, keepdims=True), z.var(axis=1, keepdims=True)


def back(z: Real, d: Real, own: Owned, training: bool, *, epsilon: float = 1e-5) -> tuple[Real, dict[str, Real]]:
    """dL/dz = (e - mean of e - hat times mean of e hat) / s, e = d gain; means over the neurons."""
    mean, variance = center(z, own, training)
    s = np.sqrt(variance + epsilon)
    hat, e = (z - mean) / s, d * own["gain"]
    slopes = {"gain": (d * hat).sum(axis=0), "shift": d.sum(axis=0)}
    return (e - e.mean(axis=1, keepdims=True) - hat * (e * hat).mean(axis=1, keepdims=True)) / s, slopes


@kernel
def forward(
    plan: Any,
    base: Block,
    settings: Block,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """Write n for the vectors of samples ``low`` to ``high``, and keep their mean and 1 / s."""
    z, n, mean, neurons = plan[Z], plan[N], plan[ROOM], plan[NEURONS]
    inverse, one, size = mean + lanes, like(base[0], 1.0), like(base[0], neurons)
    first, last = low * plan[WIDTH], min(lanes, high * plan[WIDTH])
    epsilon = like(base[0], settings[0])
    for k in range(first, last):
        base[mean + k] = base[inverse + k] = like(base[0], 0.0)
    for j in range(neurons):
        start = z + j * lanes
        for k in range(first, last):
            base[mean + k] += base[start + k]
    for k in range(first, last):
        base[mean + k] /= size
    for j in range(neurons):
        start = z + j * lanes
        for k in range(first, last):
            base[inverse + k] += (base[start + k] - base[mean + k]) * (base[start + k] - base[mean + k])
    for k in range(first, last):
        base[inverse + k] = one / math.sqrt(base[inverse + k] / size + epsilon)
    for j in range(neurons):
        start, to, gain, shift = z + j * lanes, n + j * lanes, base[plan[GAIN] + j], base[plan[SHIFT] + j]
        for k in range(first, last):
            base[to + k] = (base[start + k] - base[mean + k]) * base[inverse + k] * gain + shift


@kernel
def slopes(
    plan: Any,
    base: Block,
    settings: Block,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """dL/dgain = sum of d hat, dL/dshift = sum of d, over samples, for the neurons ``low`` to ``high``."""
    mean, inverse = plan[ROOM], plan[ROOM] + lanes
    for j in range(low, high):
        start, here = plan[Z] + j * lanes, plan[D] + j * lanes
        gain, shift = like(base[0], 0.0), like(base[0], 0.0)
        for k in range(count):
            gain += base[here + k] * (base[start + k] - base[mean + k]) * base[inverse + k]
            shift += base[here + k]
        base[plan[STRIDE] + plan[GAIN] + j] = gain
        base[plan[STRIDE] + plan[SHIFT] + j] = shift


@kernel
def backward(
    plan: Any,
    base: Block,
    settings: Block,
    low: int,
    high: int,
    count: int,
    lanes: int,
    places: Any,
    moment: Any,
) -> None:
    """Turn d from dL/dn into dL/dz, for the vectors of samples ``low`` to ``high``."""
    z, d, mean, neurons = plan[Z], plan[D], plan[ROOM], plan[NEURONS]
    inverse, of_e, of_hat, size = mean + lanes, mean + 2 * lanes, mean + 3 * lanes, like(base[0], neurons)
    first, last = low * plan[WIDTH], min(lanes, high * plan[WIDTH])
    for k in range(first, last):
        base[of_e + k] = base[of_hat + k] = like(base[0], 0.0)
    for j in range(neurons):
        start, here, gain = z + j * lanes, d + j * lanes, base[plan[GAIN] + j]
        for k in range(first, last):
            base[here + k] *= gain
            base[of_e + k] += base[here + k]
            base[of_hat + k] += base[here + k] * (base[start + k] - base[mean + k])
    for k in range(first, last):
        base[of_e + k] /= size
        base[of_hat + k] *= base[inverse + k] * base[inverse + k] / size
    for j in range(neurons):
        start, here = z + j * lanes, d + j * lanes
        for k in range(first, last):
            away = base[start + k] - base[mean + k]
            base[here + k] = (base[here + k] - base[of_e + k] - away * base[of_hat + k]) * base[inverse + k]


def room(gains: int, lanes: int) -> int:
    """Mean, 1 / s and two sums for every sample."""
    return 4 * lanes


entry = Normalization(
    key="layer",
    label="Layer normalization",
    summary=(
        "Gives the neurons of the layer mean 0 and variance 1 within each sample, then a gain and a shift of their "
        "own; no sample depends on others, in training as in evaluation."
    ),
    formula="n = (z - mean) / sqrt(variance + epsilon) gain + shift",
    settings=(
        Setting(
            "epsilon", "Epsilon", 1e-5, minimum=0.0, help="Added to the variance, so that nothing is divided by 0."
        ),
    ),
    owns=(Own("gain", "gain", 1.0, "neuron"), Own("shift", "shift", 0.0, "neuron")),
    center=center,
    back=back,
    forward=forward,
    slopes=slopes,
    backward=backward,
    by="sample",
    room=room,
    line="LN",
)

"""Batch normalization (Ioffe and Szegedy 2015): torch.nn.BatchNorm1d, of images torch.nn.BatchNorm2d."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.catalog.elementary import like
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.kernel import Block, kernel
from nnstudio.catalog.normalization import (
    COUNT,
    NEURONS,
    OWNS,
    ROOM,
    STRIDE,
    TRAINING,
    D,
    N,
    Normalization,
    Owned,
    Real,
    Z,
    spread,
)
from nnstudio.catalog.own import Own

GAIN, SHIFT, MEAN, VARIANCE = OWNS, OWNS + 1, OWNS + 2, OWNS + 3


def _by_channel(z: Real, channels: int) -> Real:
    """Z as (samples and places, channels)."""
    return z.reshape(-1, channels)


def _batch(z: Real, own: Owned, training: bool) -> bool:
    """Whether the batch's own statistics count: in training, where a channel has more than one value."""
    return training and z.size > own["gain"].size


def center(z: Real, own: Owned, training: bool, *, epsilon: float = 1e-5, momentum: float = 0.1) -> tuple[Real, Real]:
    """Mean and variance of each channel: of the batch in training, else the running ones."""
    if not _batch(z, own, training):
        return spread(own["mean"], z), spread(own["variance"], z)
    values = _by_channel(z, own["gain"].size)
    return spread(values.mean(axis=0), z), spread(values.var(axis=0), z)


def back(
    z: Real, d: Real, own: Owned, training: bool, *, epsilon: float = 1e-5, momentum: float = 0.1
) -> tuple[Real, dict[str, Real]]:
    """dL/dz = gain / s (d - mean of d - hat times mean of d hat), s = sqrt(variance + epsilon); means of the batch."""
    mean, variance = center(z, own, training)
    s = np.sqrt(variance + epsilon)
    hat, channels = (z - mean) / s, own["gain"].size
    gain, shift = _by_channel(d * hat, channels).sum(axis=0), _by_channel(d, channels).sum(axis=0)
    if _batch(z, own, training):
        members = z.size // channels
        d = d - spread(shift / members, z) - hat * spread(gain / members, z)
    return np.asarray(spread(own["gain"], z) / s * d), {"gain": gain, "shift": shift}


def remember(z: Real, own: Owned, *, epsilon: float = 1e-5, momentum: float = 0.1) -> dict[str, Real]:
    """Running values move by ``momentum`` towards the batch's mean and unbiased variance."""
    if not _batch(z, own, True):
        return {"mean": own["mean"], "variance": own["variance"]}
    values = _by_channel(z, own["gain"].size)
    return {
        "mean": (1 - momentum) * own["mean"] + momentum * values.mean(axis=0),
        "variance": (1 - momentum) * own["variance"] + momentum * values.var(axis=0, ddof=1),
    }


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
    """Write n for the channels ``low`` to ``high``, and keep their mean, 1 / s and variance; spare lanes become 0."""
    z, n, room, channels = plan[Z], plan[N], plan[ROOM], plan[COUNT]
    sharing = plan[NEURONS] // channels
    members, zero, one = like(base[0], sharing * count), like(base[0], 0.0), like(base[0], 1.0)
    for c in range(low, high):
        mean, variance = base[plan[MEAN] + c], base[plan[VARIANCE] + c]
        if moment[TRAINING] != 0 and sharing * count > 1:
            total = zero
            for place in range(sharing):
                start = z + (place * channels + c) * lanes
                for k in range(count):
                    total += base[start + k]
            mean = total / members
            total = zero
            for place in range(sharing):
                start = z + (place * channels + c) * lanes
                for k in range(count):
                    total += (base[start + k] - mean) * (base[start + k] - mean)
            variance = total / members
        inverse = one / math.sqrt(variance + like(base[0], settings[0]))
        base[room + c], base[room + channels + c], base[room + 2 * channels + c] = mean, inverse, variance
        scale, shift = base[plan[GAIN] + c] * inverse, base[plan[SHIFT] + c]
        for place in range(sharing):
            start, to = z + (place * channels + c) * lanes, n + (place * channels + c) * lanes
            for k in range(count):
                base[to + k] = (base[start + k] - mean) * scale + shift
            for k in range(count, lanes):
                base[to + k] = zero


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
    """dL/dgain = sum of d hat, dL/dshift = sum of d, over samples and the places of a channel."""
    z, d, room, channels = plan[Z], plan[D], plan[ROOM], plan[COUNT]
    for c in range(low, high):
        mean, inverse = base[room + c], base[room + channels + c]
        gain, shift = like(base[0], 0.0), like(base[0], 0.0)
        for place in range(plan[NEURONS] // channels):
            start, here = z + (place * channels + c) * lanes, d + (place * channels + c) * lanes
            for k in range(count):
                gain += base[here + k] * (base[start + k] - mean)
                shift += base[here + k]
        base[plan[STRIDE] + plan[GAIN] + c] = gain * inverse
        base[plan[STRIDE] + plan[SHIFT] + c] = shift


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
    """Turn d from dL/dn into dL/dz, by the sums that ``slopes`` left."""
    z, d, room, channels = plan[Z], plan[D], plan[ROOM], plan[COUNT]
    sharing = plan[NEURONS] // channels
    members, zero = like(base[0], sharing * count), like(base[0], 0.0)
    for c in range(low, high):
        mean, inverse = base[room + c], base[room + channels + c]
        scale, of_d, of_hat = base[plan[GAIN] + c] * inverse, zero, zero
        if moment[TRAINING] != 0 and sharing * count > 1:
            of_d = base[plan[STRIDE] + plan[SHIFT] + c] / members
            of_hat = base[plan[STRIDE] + plan[GAIN] + c] / members * inverse
        for place in range(sharing):
            start, here = z + (place * channels + c) * lanes, d + (place * channels + c) * lanes
            for k in range(count):
                base[here + k] = scale * (base[here + k] - of_d - (base[start + k] - mean) * of_hat)
            for k in range(count, lanes):
                base[here + k] = zero


@kernel
def memory(
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
    """Move the running values; a batch that is not finite leaves no trace in them."""
    room, channels = plan[ROOM], plan[COUNT]
    members = plan[NEURONS] // channels * count
    if moment[TRAINING] == 0 or members < 2:
        return
    share, unbiased = like(base[0], settings[1]), like(base[0], members) / like(base[0], members - 1)
    rest = like(base[0], 1.0) - share
    for c in range(low, high):
        mean, variance = base[room + c], base[room + 2 * channels + c] * unbiased
        if math.isfinite(mean) and math.isfinite(variance):
            base[plan[MEAN] + c] = rest * base[plan[MEAN] + c] + share * mean
            base[plan[VARIANCE] + c] = rest * base[plan[VARIANCE] + c] + share * variance


def room(gains: int, lanes: int) -> int:
    """Mean, 1 / s and variance of every channel."""
    return 3 * gains


entry = Normalization(
    key="batch",
    label="Batch normalization",
    summary=(
        "Gives each neuron (of images each channel) mean 0 and variance 1 over the batch, then a gain and a shift of "
        "its own. A batch split by accumulation is measured part by part; where a part holds a single value of a "
        "neuron, and in evaluation, the running mean and variance count, which training keeps."
    ),
    formula="n = (z - mean) / sqrt(variance + epsilon) gain + shift",
    settings=(
        Setting(
            "epsilon", "Epsilon", 1e-5, minimum=0.0, help="Added to the variance, so that nothing is divided by 0."
        ),
        Setting(
            "momentum",
            "Momentum",
            0.1,
            minimum=0.0,
            maximum=1.0,
            help="How far the running mean and variance move towards those of each batch.",
        ),
    ),
    owns=(
        Own("gain", "gain", 1.0, "channel"),
        Own("shift", "shift", 0.0, "channel"),
        Own("mean", "running mean", 0.0, "channel", trained=False),
        Own("variance", "running variance", 1.0, "channel", trained=False),
    ),
    center=center,
    back=back,
    remember=remember,
    forward=forward,
    slopes=slopes,
    backward=backward,
    memory=memory,
    by="channel",
    room=room,
    line="BN",
)

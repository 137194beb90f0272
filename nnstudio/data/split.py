"""Parts rows into training and validation, the same way for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def split_rows(count: int, share: float, seed: int, classes: NDArray[Any] | None = None) -> tuple[Rows, Rows]:
    """Row numbers for training and for validation, each in rising order.

    ``classes`` (count,) int keeps each class's share alike in both parts (largest remainders), with at least one row
    of each in training. Without it rows are drawn evenly. At least one row stays in training.
    """
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(0x5711,)))
    groups = [np.arange(count)] if classes is None else [np.flatnonzero(classes == c) for c in np.unique(classes)]
    wanted = min(round(count * share), count - len(groups))
    exact = np.array([len(group) * share for group in groups])
    takes = np.minimum(np.floor(exact).astype(np.int64), [len(group) - 1 for group in groups])
    for place in np.argsort(-(exact - takes), kind="stable"):
        if takes.sum() >= wanted:
            break
        if takes[place] < len(groups[place]) - 1:
            takes[place] += 1
    held = [rng.permutation(group)[:take] for group, take in zip(groups, takes, strict=True)]
    validation = np.sort(np.concatenate(held)).astype(np.int64)
    training = np.setdiff1d(np.arange(count, dtype=np.int64), validation, assume_unique=True)
    return training, validation

"""The order of samples in an epoch, the same as the compiled loop's (``loop.set_order``), and where in it one is."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Progress, Training
from nnstudio.engine.draws import mixed

METRIC_OF = {"classification": "accuracy", "regression": "r2"}


def order_of(rows: NDArray[np.int64], shuffle: bool, seed: int, epoch: int) -> NDArray[np.int64]:
    """``rows`` in the order in which epoch ``epoch`` goes through them (Fisher and Yates)."""
    if not shuffle:
        return np.array(rows, dtype=np.int64)
    places = np.frombuffer(_shuffled(len(rows), seed, epoch), dtype=np.int64)
    return np.asarray(rows, dtype=np.int64)[places]


def identity_of(training: Training, samples: int, sums: int) -> NDArray[np.int64]:
    """What an epoch in progress depends on, with its samples and how many ``sums`` it adds up, int64 (5,)."""
    return np.array([training.batch_size, int(training.shuffle), training.seed, samples, sums], dtype=np.int64)


def begun(progress: Progress, identity: NDArray[np.int64]) -> bool:
    """Whether the epoch in progress goes on; where what it depends on has changed, it starts again."""
    kept = progress.state.get("epoch/identity")
    return kept is not None and np.array_equal(kept, identity) and "epoch/sums" in progress.state


def before_next_batch(progress: Progress, identity: NDArray[np.int64], batches: int) -> Progress:
    """``progress`` at the batch that comes next, of ``batches`` an epoch.

    An epoch that was halted at its very end still has its validation before it; its next batch is the next epoch's.
    """
    if not begun(progress, identity):
        return replace(progress, batch=0)
    return replace(progress, epoch=progress.epoch + 1, batch=0) if progress.batch >= batches else progress


@lru_cache(maxsize=2)  # the batches of an epoch share it
def _shuffled(count: int, seed: int, epoch: int) -> bytes:
    word = mixed(np.array([seed], dtype=np.int64).astype(np.uint64))
    key = mixed(word ^ np.uint64(epoch))
    places = np.arange(count, dtype=np.uint64)
    draws = mixed(key + places) >> np.uint64(32)
    others = ((draws * (places + np.uint64(1))) >> np.uint64(32)).tolist()
    order = list(range(count))
    for k in range(count - 1, 0, -1):
        other = others[k]
        order[k], order[other] = order[other], order[k]
    return np.array(order, dtype=np.int64).tobytes()

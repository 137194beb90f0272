"""The order of samples in an epoch, in plain NumPy: the same as the compiled loop's (``loop.set_order``)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.draws import mixed


def order_of(rows: NDArray[np.int64], shuffle: bool, seed: int, epoch: int) -> NDArray[np.int64]:
    """``rows`` in the order in which epoch ``epoch`` goes through them (Fisher and Yates)."""
    if not shuffle:
        return np.array(rows, dtype=np.int64)
    places = np.frombuffer(_shuffled(len(rows), seed, epoch), dtype=np.int64)
    return np.asarray(rows, dtype=np.int64)[places]


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

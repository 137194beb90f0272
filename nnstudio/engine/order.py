"""The order of samples in an epoch, in plain NumPy: the same as the compiled loop's (``loop.set_order``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.engine.draws import mixed


def order_of(rows: NDArray[np.int64], shuffle: bool, seed: int, epoch: int) -> NDArray[np.int64]:
    """``rows`` in the order in which epoch ``epoch`` goes through them (Fisher and Yates)."""
    order = [int(row) for row in rows]
    if shuffle and order:
        word = mixed(np.array([seed], dtype=np.int64).astype(np.uint64))
        key = mixed(word ^ np.uint64(epoch))
        places = np.arange(len(order), dtype=np.uint64)
        draws = mixed(key + places) >> np.uint64(32)
        others = (draws * (places + np.uint64(1))) >> np.uint64(32)
        for k in range(len(order) - 1, 0, -1):
            other = int(others[k])
            order[k], order[other] = order[other], order[k]
    return np.array(order, dtype=np.int64)

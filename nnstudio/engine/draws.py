"""What dropout draws, in plain NumPy: the same numbers as the compiled loop (``layers.draws``) has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def threshold(share: float) -> int:
    """A draw below it happens with the probability ``share`` (0 to 1)."""
    return min(int(share * 2.0**63), 2**63 - 1)


def kept(
    seed: int, epoch: int, layer: int, samples: NDArray[np.int64], neurons: int, share: float
) -> NDArray[np.float64]:
    """What dropout multiplies activations by, (samples, neurons): 0 for the ``share`` of them, else 1 / (1 - share).

    ``samples``: their numbers in the epoch's order. A draw depends on nothing but these five numbers.
    """
    words = np.array([seed], dtype=np.int64).astype(np.uint64)
    key = mixed(mixed(mixed(words) ^ np.uint64(epoch)) ^ np.uint64(layer))
    places = np.asarray(samples).astype(np.uint64)[:, np.newaxis] * np.uint64(0xD1B54A32D192ED03)
    places = places + np.arange(neurons, dtype=np.uint64) * np.uint64(0xAEF17502108EF2D9)
    draws = mixed(key + places) >> np.uint64(1)
    return np.where(draws >= np.uint64(threshold(share)), 1.0 / (1.0 - share), 0.0)


def mixed(z: Words) -> Words:
    """The next numbers of the SplitMix64 sequence (arrays of unsigned words wrap around silently)."""
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)

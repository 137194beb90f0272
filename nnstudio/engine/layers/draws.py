"""Random numbers by counting, compiled: each depends only on what it is for, so threads and pauses change none."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnstudio.engine.compiled import compiled


@compiled
def mixed(value: Any) -> Any:
    """The next number of the SplitMix64 sequence at ``value`` (Steele, Lea and Flood 2014)."""
    z = np.uint64(value) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def key_of(seed: int, epoch: int, layer: int) -> Any:
    """Where the draws of a layer begin in an epoch."""
    return mixed(mixed(mixed(np.uint64(seed)) ^ np.uint64(epoch)) ^ np.uint64(layer))


@compiled
def draw(key: Any, sample: int, neuron: int) -> Any:
    """One number below 2**63 for a neuron and one of the epoch's samples, after the ``key`` (see engine.draws)."""
    place = np.uint64(sample) * np.uint64(0xD1B54A32D192ED03) + np.uint64(neuron) * np.uint64(0xAEF17502108EF2D9)
    return mixed(key + place) >> np.uint64(1)

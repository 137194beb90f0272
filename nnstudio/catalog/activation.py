"""The face of an activation: what a neuron makes of its weighted input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.catalog.own import Own
from nnstudio.document import Array

Value = Callable[..., Array]


@dataclass(frozen=True, kw_only=True)
class Activation(Entry):
    """One activation f and its derivative, as NumPy functions for explanations and as kernels for the engine.

    ``value(z, **settings)`` and ``slope(z, **settings)`` take and return float64 arrays of any shape; the last axis
    holds the neurons, which only matters where ``elementwise`` is False (``slope`` is then the diagonal of the
    Jacobian). ``low`` and ``high`` bound the values. ``kinks`` are the places where f has no derivative,
    ``bends`` those where only a higher derivative jumps: differences across either say nothing about the slope.

    Kernels work on (neurons, lanes) blocks, one lane a sample:
    ``forward(z, a, neurons, lanes, s, t)`` writes a = f(z); ``backward(z, a, d, neurons, lanes, s, t)`` turns d from
    dL/da into dL/dz. ``s`` are the settings in their order, ``t`` four spare rows of lanes.

    ``flat``: its slope is 0 wherever it has one, so that nothing before it is trained.

    ``owns``: the value, if any, that a layer trains for the activation; it stands in the place of the setting of its
    name, which only says where it starts. ``own_slopes(z, d, **settings)`` -> name -> slope, from d = dL/da;
    ``own_backward(z, a, d, neurons, lanes, s, g)`` writes it to g[0].
    """

    value: Value
    slope: Value
    forward: Kernel
    backward: Kernel
    slope_formula: str
    range_text: str
    low: float
    high: float
    differentiable_text: str
    elementwise: bool = True
    flat: bool = False
    identity: bool = False  # a is z itself, and the engine needs no kernel
    kinks: tuple[float, ...] = ()
    bends: tuple[float, ...] = ()
    pull: Callable[..., Array] | None = None
    owns: tuple[Own, ...] = ()
    own_slopes: Callable[..., dict[str, Array]] | None = None
    own_backward: Kernel | None = None

    def pulled(self, z: Array, a: Array, d: Array, **settings: Any) -> Array:
        """dL/dz from ``d`` = dL/da, arrays (samples, neurons)."""
        if self.pull is not None:
            return self.pull(z, a, d, **settings)
        return np.asarray(d * self.slope(z, **settings))

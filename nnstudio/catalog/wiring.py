"""The face of a wiring: which neurons of two layers are joined, what their weights look like, and what they compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.entry import Entry
from nnstudio.document import Layer, Message, Part

Real: TypeAlias = NDArray[np.floating[Any]]
Whole: TypeAlias = NDArray[np.int64]


def fits_all(source: Layer, target: Layer, part: Part) -> Message | None:  # noqa: ARG001
    """For wirings that join any two layers."""
    return None


@dataclass(frozen=True, kw_only=True)
class Wiring(Entry):
    """One kind of synapses. All functions take ``(source, target, part)`` first.

    ``weight_shape(...)``: the shape of the weights, also for layers that do not fit (so that they can be mended);
    ``(0,)`` where there are none. ``fans(...)`` = (fan in, fan out) of one neuron.
    ``refusal(...)``: why those two layers cannot be joined so, naming both and what would be right, or None.
    ``target_shape(...)``: the shape that the target should have, None where any will do or none would.

    In plain NumPy, with x (samples, source neurons), d = dL/dz (samples, target neurons), weights of their shape:
    ``send(..., x, weights)`` -> what arrives at the target, ``slope(..., x, d, weights)`` -> dL/dw and
    ``back(..., x, d, weights)`` -> dL/dx.

    ``into(..., neuron)`` -> (source neurons, places in the flat weights) of all synapses that arrive at a target
    neuron; ``out_of(..., neuron)`` -> (target neurons, places) of those that leave a source neuron. The place is -1
    where a synapse has no weight. ``count(...)``: how many synapses there are.
    ``side(..., x)``, where ``send`` has kinks: an array that changes where x crosses one.
    """

    weight_shape: Callable[[Layer, Layer, Part], tuple[int, ...]]
    fans: Callable[[Layer, Layer, Part], tuple[int, int]]
    send: Callable[[Layer, Layer, Part, Real, Real], Real]
    slope: Callable[[Layer, Layer, Part, Real, Real, Real], Real]
    back: Callable[[Layer, Layer, Part, Real, Real, Real], Real]
    into: Callable[[Layer, Layer, Part, int], tuple[Whole, Whole]]
    out_of: Callable[[Layer, Layer, Part, int], tuple[Whole, Whole]]
    count: Callable[[Layer, Layer, Part], int]
    refusal: Callable[[Layer, Layer, Part], Message | None] = fits_all
    target_shape: Callable[[Layer, Layer, Part], tuple[int, ...] | None] = lambda *_: None
    side: Callable[[Layer, Layer, Part, Real], NDArray[Any]] | None = None
    line: str = ""  # a few words for the palette's card

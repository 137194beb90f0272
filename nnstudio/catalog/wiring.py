"""The face of a wiring: which neurons of two layers are joined, and what shape their weights have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.entry import Entry
from nnstudio.document import Layer, Part


@dataclass(frozen=True, kw_only=True)
class Wiring(Entry):
    """``weight_shape(source, target, part)``; ``fans(source, target, part)`` = (fan in, fan out) of one neuron."""

    weight_shape: Callable[[Layer, Layer, Part], tuple[int, ...]]
    fans: Callable[[Layer, Layer, Part], tuple[int, int]]

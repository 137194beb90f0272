"""What a layer owns beside its biases: which values its normalization and its activation bring along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nnstudio.document import Layer


@dataclass(frozen=True, slots=True)
class Own:
    """Values that every layer with a certain part owns.

    ``each``: what has one of them: the whole layer, every neuron, or every neuron but in images every channel.
    ``start``: what they are before any training, where the part has no setting of that name that says so.
    ``trained``: whether the optimizer moves them; others are kept by the part itself.
    """

    name: str
    label: str
    start: float
    each: Literal["layer", "neuron", "channel"]
    trained: bool = True

    def shape(self, layer: Layer) -> tuple[int, ...]:
        """The shape of these values of ``layer``; neuron n has the value ``n % size``."""
        if self.each == "layer":
            return ()
        return (layer.bias_count if self.each == "channel" else layer.size,)

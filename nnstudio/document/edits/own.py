"""Edits of the values that a layer owns beside its biases: gains, shifts, slopes, running statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both, in_present
from nnstudio.document.edits.structure import checked_neuron
from nnstudio.document.message import Message, StudioError
from nnstudio.document.parameters import Array


def _owned(document: Document, layer: int, name: str, neuron: int) -> tuple[Array, tuple[int, ...], str]:
    """The values called ``name``, the place of the neuron's own in them, and both in words; StudioError for none."""
    found = document.network.layer(layer)
    checked_neuron(found, neuron)
    values = document.parameters.own.get((layer, name))
    if values is None:
        known = ", ".join(document.parameters.own_of(layer)) or "none"
        raise StudioError('"{layer}" has no {name}; it has: {known}.', layer=found.name, name=name, known=known)
    if not values.ndim:
        return values, (), found.name
    return values, (neuron % values.size,), f"{found.name} {found.label(neuron)}"


@dataclass(frozen=True)
class SetOwn:
    """Set a neuron's own value called ``name`` (of values that many share, the shared one)."""

    layer: int
    name: str
    neuron: int
    value: float

    def describe(self, document: Document) -> Message:
        """The value and the neuron."""
        _, _, where = _owned(document, self.layer, self.name, self.neuron)
        return Message.of("Set {name} of {where}", name=self.name, where=where)

    def apply(self, document: Document) -> Document:
        """StudioError where the number is not finite, a variance below 0, or there is no such value."""
        present, place, _ = _owned(document, self.layer, self.name, self.neuron)
        if not np.isfinite(self.value) or (self.name == "variance" and self.value < 0):
            raise StudioError("{value} is no {name}; give a finite number.", value=self.value, name=self.name)
        values = np.array(present)
        values[place] = self.value
        return in_present(document, lambda parameters: parameters.with_own(self.layer, self.name, values))


@dataclass(frozen=True)
class SetFrozenOwn:
    """Hold a neuron's own value called ``name`` against training, or let it go."""

    layer: int
    name: str
    neuron: int
    frozen: bool

    def describe(self, document: Document) -> Message:
        """The value and the neuron."""
        _, _, where = _owned(document, self.layer, self.name, self.neuron)
        if self.frozen:
            return Message.of("Freeze {name} of {where}", name=self.name, where=where)
        return Message.of("Free {name} of {where}", name=self.name, where=where)

    def apply(self, document: Document) -> Document:
        """The value itself stays."""
        present, place, _ = _owned(document, self.layer, self.name, self.neuron)
        mask = np.array(document.parameters.frozen_own.get((self.layer, self.name), np.zeros(present.shape, np.bool_)))
        mask[place] = self.frozen
        return in_both(document, lambda parameters: parameters.with_frozen_own(self.layer, self.name, mask))

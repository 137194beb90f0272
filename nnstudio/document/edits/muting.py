"""Edits that switch parts of a network off to see what they do: single neurons, or a layer's activation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both
from nnstudio.document.edits.structure import checked_neuron
from nnstudio.document.message import Message, StudioError


@dataclass(frozen=True)
class Mute:
    """Let neurons of an input or hidden layer send 0, or what they compute again; ``neurons`` None means all."""

    layer: int
    neurons: tuple[int, ...] | None = None
    value: bool = True

    def describe(self, document: Document) -> Message:
        """The neuron, the layer, or how many."""
        layer = document.network.layer(self.layer)
        if self.neurons is None:
            known = {"layer": layer.name}
            return Message.of("Mute {layer}", **known) if self.value else Message.of("Unmute {layer}", **known)
        if len(self.neurons) == 1:
            one = {"layer": layer.name, "neuron": layer.label(self.neurons[0])}
            if self.value:
                return Message.of("Mute {layer} {neuron}", **one)
            return Message.of("Unmute {layer} {neuron}", **one)
        several = {"layer": layer.name, "count": len(self.neurons)}
        if self.value:
            return Message.of("Mute {count} neurons of {layer}", **several)
        return Message.of("Unmute {count} neurons of {layer}", **several)

    def apply(self, document: Document) -> Document:
        """Weights and biases stay (what an optimizer keeps of earlier slopes runs out as training goes on).

        StudioError for an output, whose answers the loss needs, or a neuron that is not there.
        """
        layer = document.network.layer(self.layer)
        if layer.kind == "output":
            raise StudioError('"{layer}" is an output: mute neurons of the layers before it instead.', layer=layer.name)
        before = document.parameters.muted.get(self.layer, np.zeros(layer.size, np.bool_))
        mask = np.array(before)
        if self.neurons is None:
            mask[:] = self.value
        else:
            for neuron in self.neurons:
                checked_neuron(layer, neuron)
            mask[list(self.neurons)] = self.value
        if np.array_equal(mask, before):
            return document
        return in_both(document, lambda parameters: parameters.with_muted(self.layer, mask))


@dataclass(frozen=True)
class Bypass:
    """Let a layer pass its weighted inputs on as they are (a = z), or through its activation again."""

    layer: int
    value: bool = True

    def describe(self, document: Document) -> Message:
        """The layer."""
        name = document.network.layer(self.layer).name
        return Message.of("Bypass {layer}", layer=name) if self.value else Message.of("Use {layer} again", layer=name)

    def apply(self, document: Document) -> Document:
        """The activation stays chosen; StudioError for an input, which has none."""
        layer = document.network.layer(self.layer)
        if layer.kind == "input":
            raise StudioError('"{layer}" is an input: it has no activation to bypass.', layer=layer.name)
        if layer.bypassed == self.value:
            return document
        return document.having(network=document.network.changed_layer(self.layer, bypassed=self.value))

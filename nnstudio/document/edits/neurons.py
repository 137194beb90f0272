"""Edits of single neurons at a place in their layer, and of many synapses at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both
from nnstudio.document.edits.pairs import uncoupled
from nnstudio.document.edits.structure import checked_size, shape_text
from nnstudio.document.edits.values import bundle
from nnstudio.document.message import Message, StudioError
from nnstudio.document.parameters import Array, BoolArray, Parameters, read_only


@dataclass(frozen=True, eq=False)
class InsertNeuron:
    """Put a new neuron before neuron number ``place`` of a layer; all others keep their weights.

    ``weights``: id of synapses that arrive or leave -> the new neuron's weights, one for each neuron of the other
    layer; those that are not given are zero. Its bias is ``bias``.
    """

    layer: int
    place: int
    weights: Mapping[int, Array] = field(default_factory=dict)
    bias: float = 0.0

    def describe(self, document: Document) -> Message:
        """The layer."""
        return Message.of("Add a neuron to {layer}", layer=document.network.layer(self.layer).name)

    def apply(self, document: Document) -> Document:
        """StudioError where there is no such place, or the layer would become too large."""
        layer = document.network.layer(self.layer)
        if not 0 <= self.place <= layer.size:
            raise StudioError(
                '"{layer}" has {size} neurons: a new one can have number 1 to {most}.',
                layer=layer.name,
                size=layer.size,
                most=layer.size + 1,
            )
        if len(layer.shape) > 1:
            raise StudioError(
                '"{layer}" is {shape}; no single neuron can be put in: add a map, or change the shape.',
                layer=layer.name,
                shape=shape_text(layer.shape),
            )
        checked_size(layer.size + 1, layer.name)
        coupled = {i for i, s in document.network.synapses.items() if s.wiring.key == "one_to_one"}
        document = uncoupled(document, self.layer)
        labels = layer.labels
        if self.place < len(labels):
            free = next(name for name in map(str, range(layer.size + 1, 2 * layer.size + 3)) if name not in labels)
            labels = (*labels[: self.place], free, *labels[self.place :])
        network = document.network.changed_layer(self.layer, shape=(layer.size + 1,), labels=labels)
        axes = {s.id: 1 for s in network.incoming[self.layer]} | {s.id: 0 for s in network.outgoing[self.layer]}

        def insert(values: NDArray[Any], axis: int, new: Any) -> NDArray[Any]:
            return read_only(np.insert(values, self.place, new, axis=axis), values.dtype.type)

        def grow(parameters: Parameters) -> Parameters:
            changed: dict[str, Any] = {}
            for one in fields(parameters):
                arrays: Mapping[Any, NDArray[Any]] = getattr(parameters, one.name)
                if one.name in ("own", "frozen_own"):
                    new = math.nan if one.name == "own" else False  # what is missing, catalog.initial fills in
                    changed[one.name] = {
                        key: insert(a, 0, new) if key[0] == self.layer and a.ndim else a for key, a in arrays.items()
                    }
                elif one.name in ("biases", "frozen_biases", "muted"):
                    new = self.bias if one.name == "biases" else False
                    changed[one.name] = {i: insert(a, 0, new) if i == self.layer else a for i, a in arrays.items()}
                else:
                    given: Mapping[int, Any] = self.weights if one.name == "weights" else {}
                    rest = one.name == "masks"  # of its synapses all exist (it has no counterpart), and none is held
                    changed[one.name] = {
                        i: insert(a, axes[i], given.get(i, rest and i not in coupled))
                        if i in axes and a.ndim == 2
                        else a
                        for i, a in arrays.items()
                    }
            return Parameters(**changed)

        return in_both(document.having(network=network), grow)


@dataclass(frozen=True, eq=False)
class Freeze:
    """Hold many synapses of a bundle against training, or let them go; ``chosen`` is bool (sources, targets)."""

    synapses: int
    chosen: BoolArray
    frozen: bool = True

    def describe(self, document: Document) -> Message:
        """How many."""
        found = bundle(document, self.synapses)
        a, b = document.network.layer(found.source).name, document.network.layer(found.target).name
        values = {"count": int(self.chosen.sum()), "a": a, "b": b}
        if self.frozen:
            return Message.of("Freeze {count} synapses {a} to {b}", **values)
        return Message.of("Free {count} synapses {a} to {b}", **values)

    def apply(self, document: Document) -> Document:
        """The values stay; StudioError where ``chosen`` has another shape than the weights."""
        shape = document.parameters.weights[bundle(document, self.synapses).id].shape
        if self.chosen.shape != shape:
            raise StudioError(
                "These weights have the shape {expected}, not {given}.", expected=shape, given=self.chosen.shape
            )
        before = document.parameters.frozen.get(self.synapses, np.zeros(shape, np.bool_))
        mask = (before | self.chosen) if self.frozen else (before & ~self.chosen)
        mask = mask & document.parameters.masks.get(self.synapses, np.True_)  # what is not there cannot be held
        return in_both(document, lambda parameters: parameters.with_frozen(self.synapses, mask))

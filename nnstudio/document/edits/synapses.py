"""Edits of single synapses: cut them, join two neurons, set many at once, and take a neuron out of its layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.document import Document, Position
from nnstudio.document.edits.edit import in_both, in_present
from nnstudio.document.edits.pairs import as_pairs, on_diagonal
from nnstudio.document.edits.sizes import RemoveNeuron
from nnstudio.document.edits.structure import (
    SINGLE,
    Connect,
    Remove,
    checked_neuron,
    new_layer,
    shape_text,
)
from nnstudio.document.edits.values import bundle, synapse_name
from nnstudio.document.message import Message, StudioError
from nnstudio.document.network import Synapses
from nnstudio.document.parameters import Array, BoolArray, Parameters, read_only

Chosen = Mapping[int, BoolArray]  # synapses id -> which of its weights, in their own shape
Whole = NDArray[np.int64]


def _names(document: Document, synapses: int) -> tuple[str, str]:
    found = bundle(document, synapses)
    return document.network.layer(found.source).name, document.network.layer(found.target).name


def _checked(document: Document, synapses: int, chosen: BoolArray) -> None:
    shape = document.parameters.weights[bundle(document, synapses).id].shape
    if chosen.shape != shape:
        raise StudioError("These weights have the shape {expected}, not {given}.", expected=shape, given=chosen.shape)


def _masked(parameters: Parameters, synapses: int, mask: BoolArray) -> Parameters:
    """Only the synapses of ``mask``; none that is gone stays held."""
    held = parameters.frozen.get(synapses)
    if held is not None and (held & ~mask).any():
        parameters = parameters.with_frozen(synapses, held & mask)
    return parameters.with_mask(synapses, mask)


@dataclass(frozen=True, eq=False)
class Prune:
    """Cut the chosen synapses; a bundle of which none is left goes altogether."""

    chosen: Chosen

    @property
    def count(self) -> int:
        """How many weights."""
        return sum(int(mask.sum()) for mask in self.chosen.values())

    def describe(self, document: Document) -> Message:
        """The one synapse, or how many."""
        count = self.count
        if len(self.chosen) == 1:
            key, mask = next(iter(self.chosen.items()))
            if mask.ndim == 4 and count == 1:
                row, column = (np.argwhere(mask)[0, :2] + 1).tolist()
                a, b = _names(document, key)
                return Message.of(
                    "Cut weight ({row}, {column}) of kernels {a} to {b}", row=row, column=column, a=a, b=b
                )
            if count == 1:
                places = np.argwhere(mask)[0].tolist()
                return Message.of("Cut {synapse}", synapse=synapse_name(document, key, places[0], places[-1]))
            a, b = _names(document, key)
            return Message.of("Prune {count} synapses {a} to {b}", count=count, a=a, b=b)
        return Message.of("Prune {count} synapses", count=count)

    def apply(self, document: Document) -> Document:
        """All others keep their weights; StudioError where a shape does not fit.

        A weight of a kernel goes wherever it is used.
        """
        for key, chosen in self.chosen.items():
            _checked(document, key, chosen)
            if not chosen.any():
                continue
            pairs = np.diag(chosen) if chosen.ndim == 1 else chosen
            if chosen.ndim != 4:
                document = as_pairs(document, key)
            shape = document.parameters.weights[key].shape
            mask = document.parameters.masks.get(key, np.ones(shape, np.bool_)) & ~pairs
            if mask.any():
                document = in_both(document, partial(_masked, synapses=key, mask=mask))
            else:
                document = Remove(synapses=frozenset({key})).apply(document)
        return document


@dataclass(frozen=True)
class Join:
    """Wire one neuron to one neuron: the synapse comes back, or the bundle grows, or a sparse one is made.

    ``weight``: that of the new synapse; None leaves a new bundle's to be drawn (0 in a bundle that exists).
    """

    source: int
    target: int
    source_neuron: int
    target_neuron: int
    weight: float | None = None

    def present(self, document: Document) -> Synapses | None:
        """The bundle between the two layers, where there is one."""
        outgoing = document.network.outgoing[self.source]
        return next((s for s in outgoing if s.target == self.target), None)

    def describe(self, document: Document) -> Message:
        """Both neurons."""
        a, b = document.network.layer(self.source), document.network.layer(self.target)
        ends = f"{a.name} {a.label(self.source_neuron)} → {b.name} {b.label(self.target_neuron)}"
        return Message.of("Wire {synapse}", synapse=ends)

    def apply(self, document: Document) -> Document:
        """StudioError says why where the two cannot be wired, or already are."""
        network = document.network
        a, b = network.layer(self.source), network.layer(self.target)
        checked_neuron(a, self.source_neuron)
        checked_neuron(b, self.target_neuron)
        place = (self.source_neuron, self.target_neuron)
        present = self.present(document)
        if present is None:
            key = network.next_id
            document = Connect(self.source, self.target, SINGLE).apply(document)
            mask = np.zeros((a.size, b.size), np.bool_)
        else:
            key = present.id
            document = as_pairs(document, key)
            shape = document.parameters.weights[key].shape
            mask = np.array(document.parameters.masks.get(key, np.ones(shape, np.bool_)))
            if mask[place]:
                name = synapse_name(document, key, *place)
                raise StudioError("{synapse}: there is already such a synapse.", synapse=name)
        mask[place] = True

        def join(parameters: Parameters) -> Parameters:
            parameters = parameters.with_mask(key, mask)
            if present is None and self.weight is None:
                return parameters
            weights = np.array(parameters.weights.get(key, np.zeros(mask.shape)))
            weights[place] = 0.0 if self.weight is None else self.weight
            return parameters.with_weights(key, weights)

        return in_both(document, join)


@dataclass(frozen=True, eq=False)
class SetChosen:
    """Give all chosen synapses the same weight."""

    chosen: Chosen
    value: float

    def describe(self, document: Document) -> Message:  # noqa: ARG002 (every edit is asked alike)
        """How many, and the weight."""
        count = sum(int(mask.sum()) for mask in self.chosen.values())
        return Message.of("Set {count} weights to {value}", count=count, value=self.value)

    def apply(self, document: Document) -> Document:
        """What does not exist stays away; StudioError where the value is not finite, or a shape does not fit."""
        _finite(np.array([self.value]))
        for key, chosen in self.chosen.items():
            _checked(document, key, chosen)
            weights = np.where(chosen, self.value, document.parameters.weights[key])
            document = in_present(document, partial(Parameters.with_weights, synapses=key, values=weights))
        return document


def _finite(values: Array) -> None:
    if not np.isfinite(values).all():
        raise StudioError("A weight or bias is a finite number, for example 0.25.")


@dataclass(frozen=True, eq=False)
class SetCells:
    """Set single weights of a bundle and biases of its target, all in one step.

    ``places`` (cells,) are where they stand in the flat weights, ``values`` (cells,) what they are to be; a NaN there
    means that there is to be no such synapse. ``neurons`` and ``biases`` (biases,) are the target's biases.
    """

    name: Message
    synapses: int
    places: Whole
    values: Array
    neurons: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    biases: Array = field(default_factory=lambda: np.zeros(0))

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """The name that was given."""
        return self.name

    def apply(self, document: Document) -> Document:
        """All other weights stay; StudioError where a value is infinite, or there is no such bias.

        A weight of a kernel that is cut goes wherever it is used. Neurons that had one counterpart each are wired pair
        by pair when one of these synapses goes.
        """
        found = bundle(document, self.synapses)
        gone = np.isnan(self.values)
        _finite(self.values[~gone])
        _finite(self.biases)
        if self.places.size:
            document = self._set(document, gone)
        if self.neurons.size:
            if found.target not in document.parameters.biases:
                raise StudioError('"{layer}" has no biases.', layer=document.network.layer(found.target).name)
            biases = np.array(document.parameters.biases[found.target])
            biases[self.neurons] = self.biases
            document = in_present(document, lambda parameters: parameters.with_bias(found.target, biases))
        return document

    def _set(self, document: Document, gone: BoolArray) -> Document:
        key, places, weights = self.synapses, self.places, document.parameters.weights[self.synapses]
        mask = document.parameters.masks.get(key, np.ones(weights.shape, np.bool_))
        new = np.array(mask)
        new.reshape(-1)[places] = ~gone
        put = np.where(gone, 0.0, self.values)
        if not new.any():
            return Remove(synapses=frozenset({key})).apply(document)
        if (new != mask).any():
            if weights.ndim != 4:
                document = as_pairs(document, key)
            shape = document.parameters.weights[key].shape
            if weights.ndim == 1:  # they have become a matrix
                new, mask = (on_diagonal(values, shape) for values in (new, mask))
                places = places * (shape[1] + 1)
            made = new & ~mask
            filled = np.zeros(shape)
            filled.reshape(-1)[places] = put

            def remask(parameters: Parameters) -> Parameters:
                there = np.where(made, filled, parameters.weights[key])
                return _masked(parameters, key, new).with_weights(key, there)

            document = in_both(document, remask)
        values = np.array(document.parameters.weights[key])
        values.reshape(-1)[places] = put
        return in_present(document, lambda parameters: parameters.with_weights(key, values))


@dataclass(frozen=True)
class TakeOut:
    """Take one neuron out of a hidden layer: it becomes a layer of one, with all its synapses, weights and its bias."""

    layer: int
    neuron: int
    position: Position

    def describe(self, document: Document) -> Message:
        """The layer and the neuron."""
        layer = document.network.layer(self.layer)
        return Message.of("Take neuron {neuron} out of {layer}", neuron=layer.label(self.neuron), layer=layer.name)

    def apply(self, document: Document) -> Document:
        """The network computes what it did before; StudioError where the neuron cannot stand alone."""
        network, layer = document.network, document.network.layer(self.layer)
        checked_neuron(layer, self.neuron)
        if layer.kind != "hidden":
            raise StudioError(
                '"{layer}" belongs to the data: only a neuron of a hidden layer can be taken out.', layer=layer.name
            )
        if len(layer.shape) > 1:
            raise StudioError(
                '"{layer}" is {shape}; no single neuron can be taken out: change the shape instead.',
                layer=layer.name,
                shape=shape_text(layer.shape),
            )
        around = (*network.incoming[self.layer], *network.outgoing[self.layer])
        for synapses in around:
            document = as_pairs(document, synapses.id)
        network = document.network
        alone = replace(
            layer,
            id=network.next_id,
            name=new_layer(document, "hidden", None, 1).name,
            shape=(1,),
            labels=layer.labels[self.neuron : self.neuron + 1],
        )
        network = network.with_layer(alone)
        copies: list[tuple[int, int, Any]] = []  # old bundle, new bundle, what of it belongs to the neuron
        for synapses in (*network.incoming[self.layer], *network.outgoing[self.layer]):
            here = slice(self.neuron, self.neuron + 1)
            arriving = synapses.target == self.layer
            part = (slice(None), here) if arriving else (here, slice(None))
            mask = document.parameters.masks.get(synapses.id)
            if mask is not None and not mask[part].any():
                continue  # no synapse of this bundle ends at the neuron
            copies.append((synapses.id, network.next_id, part))
            own = replace(synapses, target=alone.id) if arriving else replace(synapses, source=alone.id)
            network = network.with_synapses(replace(own, id=network.next_id))

        def move(parameters: Parameters) -> Parameters:
            changed: dict[str, Any] = {}
            for name in ("weights", "frozen", "masks"):
                arrays: Mapping[int, NDArray[Any]] = getattr(parameters, name)
                new = {made: read_only(arrays[i][part], arrays[i].dtype) for i, made, part in copies if i in arrays}
                changed[name] = {**arrays, **new}
            for name in ("biases", "frozen_biases", "muted"):
                arrays = getattr(parameters, name)
                if self.layer in arrays:
                    value = arrays[self.layer][self.neuron : self.neuron + 1]
                    changed[name] = {**arrays, alone.id: read_only(value, value.dtype)}
            for name in ("own", "frozen_own"):
                owned: Mapping[Any, NDArray[Any]] = getattr(parameters, name)
                here = slice(self.neuron, self.neuron + 1)
                changed[name] = dict(owned) | {
                    (alone.id, key): read_only(a[here] if a.ndim else a, a.dtype)
                    for (owner, key), a in owned.items()
                    if owner == self.layer
                }
            return replace(parameters, **changed)

        layout = {**document.layout, alone.id: self.position}
        document = in_both(document.having(network=network, layout=layout), move)
        if layer.size == 1:
            return Remove(layers=frozenset({self.layer})).apply(document)
        return RemoveNeuron(self.layer, self.neuron).apply(document)

"""Edits of values: single weights and biases, what is held, and what training brought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both, in_present
from nnstudio.document.edits.structure import checked_neuron
from nnstudio.document.message import Message, StudioError
from nnstudio.document.network import Synapses
from nnstudio.document.parameters import Array, Parameters
from nnstudio.document.training import Progress


def bundle(document: Document, synapses: int) -> Synapses:
    """The bundle with that id; StudioError where there is none."""
    found = document.network.synapses.get(synapses)
    if found is None:
        raise StudioError("There are no synapses number {id} in this network.", id=synapses)
    return found


def synapse_name(document: Document, synapses: int, source: int, target: int) -> str:
    """One synapse in words: where it comes from and where it goes."""
    found = bundle(document, synapses)
    a, b = document.network.layer(found.source), document.network.layer(found.target)
    return f"{a.name} {a.label(source)} → {b.name} {b.label(target)}"


Place = tuple[int, ...]


def _synapse(
    document: Document, synapses: int, source: int, target: int, place: Place | None = None
) -> tuple[Array, Place]:
    """The weights of a bundle and the place of one in them; StudioError where there is no synapse between those two.

    Only the catalog knows where the weights that a convolution shares stand: ``place`` names it.
    """
    found = bundle(document, synapses)
    checked_neuron(document.network.layer(found.source), source)
    checked_neuron(document.network.layer(found.target), target)
    weights = document.parameters.weights[synapses]
    if place is None and weights.ndim == 2:
        place = (source, target)
    elif place is None and weights.ndim == 1 and source == target < weights.size:
        place = (source,)
    mask = document.parameters.masks.get(synapses)
    if place is None or (mask is not None and not mask[place]):
        raise StudioError(
            "{synapse}: there is no such synapse.", synapse=synapse_name(document, synapses, source, target)
        )
    return weights, place


def _biases(document: Document, layer: int, neuron: int) -> Array:
    """The biases of a layer; StudioError where it has none, or not that neuron."""
    found = document.network.layer(layer)
    checked_neuron(found, neuron)
    if layer not in document.parameters.biases:
        raise StudioError('"{layer}" has no biases.', layer=found.name)
    return document.parameters.biases[layer]


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise StudioError("A weight or bias is a finite number, for example 0.25.")
    return float(value)


@dataclass(frozen=True)
class SetWeight:
    """Set the weight of one synapse."""

    synapses: int
    source: int
    target: int
    value: float
    place: Place | None = None

    def describe(self, document: Document) -> Message:
        """The synapse."""
        name = synapse_name(document, self.synapses, self.source, self.target)
        return Message.of("Set weight {synapse}", synapse=name)

    def apply(self, document: Document) -> Document:
        """StudioError where the value is not finite, or the object is not there."""
        present, place = _synapse(document, self.synapses, self.source, self.target, self.place)
        weights = np.array(present)
        weights[place] = _finite(self.value)
        return in_present(document, lambda parameters: parameters.with_weights(self.synapses, weights))


@dataclass(frozen=True)
class SetWeights:
    """Set all weights of a bundle at once."""

    synapses: int
    values: Array

    def describe(self, document: Document) -> Message:
        """Both layers."""
        found = bundle(document, self.synapses)
        a, b = document.network.layer(found.source), document.network.layer(found.target)
        return Message.of("Set weights {a} to {b}", a=a.name, b=b.name)

    def apply(self, document: Document) -> Document:
        """StudioError names the expected and the given shape, or a value that is not finite."""
        expected = document.parameters.weights[bundle(document, self.synapses).id].shape
        values = np.asarray(self.values, dtype=np.float64)
        if values.shape != expected:
            raise StudioError(
                "These weights have the shape {expected}, not {given}.", expected=expected, given=values.shape
            )
        if not np.isfinite(values).all():
            _finite(float("nan"))
        return in_present(document, lambda parameters: parameters.with_weights(self.synapses, values))


@dataclass(frozen=True)
class SetBias:
    """Set the bias of one neuron."""

    layer: int
    neuron: int
    value: float

    def describe(self, document: Document) -> Message:
        """The neuron."""
        layer = document.network.layer(self.layer)
        return Message.of("Set bias of {layer} {neuron}", layer=layer.name, neuron=layer.label(self.neuron))

    def apply(self, document: Document) -> Document:
        """StudioError where the value is not finite, or the object is not there."""
        biases = np.array(_biases(document, self.layer, self.neuron))
        biases[self.neuron % len(biases)] = _finite(self.value)
        return in_present(document, lambda parameters: parameters.with_bias(self.layer, biases))


@dataclass(frozen=True)
class SetFrozen:
    """Hold the weight of one synapse against training, or let it go."""

    synapses: int
    source: int
    target: int
    frozen: bool
    place: Place | None = None

    def describe(self, document: Document) -> Message:
        """The synapse."""
        name = synapse_name(document, self.synapses, self.source, self.target)
        return (
            Message.of("Freeze {synapse}", synapse=name) if self.frozen else Message.of("Free {synapse}", synapse=name)
        )

    def apply(self, document: Document) -> Document:
        """The value itself stays."""
        weights, place = _synapse(document, self.synapses, self.source, self.target, self.place)
        mask = np.array(document.parameters.frozen.get(self.synapses, np.zeros(weights.shape, np.bool_)))
        mask[place] = self.frozen
        return _holding(document, lambda parameters: parameters.with_frozen(self.synapses, mask))


@dataclass(frozen=True)
class SetFrozenBias:
    """Hold the bias of one neuron against training, or let it go."""

    layer: int
    neuron: int
    frozen: bool

    def describe(self, document: Document) -> Message:
        """The neuron."""
        layer = document.network.layer(self.layer)
        values = {"layer": layer.name, "neuron": layer.label(self.neuron)}
        if self.frozen:
            return Message.of("Freeze bias of {layer} {neuron}", **values)
        return Message.of("Free bias of {layer} {neuron}", **values)

    def apply(self, document: Document) -> Document:
        """The value itself stays."""
        biases = _biases(document, self.layer, self.neuron)
        mask = np.array(document.parameters.frozen_biases.get(self.layer, np.zeros(biases.shape, np.bool_)))
        mask[self.neuron % len(mask)] = self.frozen
        return _holding(document, lambda parameters: parameters.with_frozen_bias(self.layer, mask))


def _holding(document: Document, change: Any) -> Document:
    """What is held is held at Reset too: the masks belong to both sets of parameters."""
    parameters = change(document.parameters)
    if document.initial is document.parameters:
        return document.having(parameters=parameters, initial=parameters)
    return document.having(parameters=parameters, initial=change(document.initial))


@dataclass(frozen=True)
class SetSynapses:
    """Change settings of a bundle: wiring, initializer, L1, L2, whether it is trained."""

    synapses: int
    fields: tuple[tuple[str, Any], ...]

    def describe(self, document: Document) -> Message:
        """Both layers."""
        found = bundle(document, self.synapses)
        a, b = document.network.layer(found.source), document.network.layer(found.target)
        return Message.of("Change synapses {a} to {b}", a=a.name, b=b.name)

    def apply(self, document: Document) -> Document:
        """The weights stay: a new initializer counts from the next re-draw on. A new wiring starts with new weights.

        StudioError for a penalty below 0.
        """
        for name, value in self.fields:
            if name in ("l1", "l2") and not (isfinite(value) and value >= 0):
                raise StudioError("{name} is {value}; it must be 0 or more.", name=name.upper(), value=value)
        before = bundle(document, self.synapses)
        changed = replace(before, **dict(self.fields))
        document = document.having(network=document.network.with_synapses(changed))
        if changed.wiring == before.wiring:
            return document
        return in_both(document, lambda parameters: parameters.without_bundle(self.synapses))


@dataclass(frozen=True)
class Trained:
    """What a run brought: "Train 200 epochs" as one step."""

    parameters: Parameters
    progress: Progress

    def describe(self, document: Document) -> Message:
        """How many epochs (or batches) it were."""
        epochs = self.progress.epoch - document.progress.epoch
        if epochs == 0 and self.progress.updates - document.progress.updates == 1:
            return Message.of("Train one batch")
        if epochs == 0:
            return Message.of("Train {count} batches", count=self.progress.updates - document.progress.updates)
        return Message.of("Train {count} epochs", count=epochs)

    def apply(self, document: Document) -> Document:
        """Parameters and progress take the run's values."""
        return document.having(parameters=self.parameters, progress=self.progress)


@dataclass(frozen=True)
class Reset:
    """Go back to the initial weights and to epoch 0."""

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """Its name."""
        return Message.of("Reset to the initial weights")

    def apply(self, document: Document) -> Document:
        """The same initial weights, bit for bit."""
        return document.having(parameters=document.initial, progress=Progress())


@dataclass(frozen=True)
class Redraw:
    """Draw new initial weights from another seed, and go back to epoch 0."""

    seed: int

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """The seed."""
        return Message.of("Draw initial weights from seed {seed}", seed=self.seed)

    def apply(self, document: Document) -> Document:
        """Nothing but what is held keeps its value; the missing parameters are then drawn anew."""
        before = document.parameters
        held = Parameters(
            frozen=before.frozen,
            frozen_biases=before.frozen_biases,
            masks=before.masks,
            muted=before.muted,
            frozen_own=before.frozen_own,
        )
        return document.having(seed=self.seed, parameters=held, initial=held, progress=Progress())

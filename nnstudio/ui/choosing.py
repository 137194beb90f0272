"""Many synapses or neurons at once: which of them fit a rule, what they have in common, and edits of all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nnstudio.catalog.joints import place_of
from nnstudio.document import Array, Document, Message, Parameters
from nnstudio.document.edits import Edit, Freeze, Prune, RemoveNeuron, SetBias, SetFrozenBias, Several
from nnstudio.ui.selection import Chosen, NeuronRef, SynapseRef

Rule = Literal["weaker", "stronger", "positive", "negative", "frozen", "all"]


def pick(parameters: Parameters, bundles: Iterable[int], rule: Rule, value: float = 0.0) -> Chosen:
    """The synapses of ``bundles`` that fit a rule: |w| < value, |w| >= value, w > 0, w < 0, held, or all."""
    found = {}
    for i in bundles:
        weights = parameters.weights.get(i)
        if weights is None or not weights.size:
            continue
        if rule == "weaker":
            fits = np.abs(weights) < value
        elif rule == "stronger":
            fits = np.abs(weights) >= value
        elif rule == "positive":
            fits = weights > 0
        elif rule == "negative":
            fits = weights < 0
        elif rule == "frozen":
            fits = np.array(parameters.frozen.get(i, np.zeros(weights.shape, np.bool_)))
        else:
            fits = np.ones(weights.shape, np.bool_)
        mask = parameters.masks.get(i)
        found[i] = fits if mask is None else fits & mask
    return found


def counted(chosen: Chosen) -> int:
    """How many weights are chosen."""
    return sum(int(mask.sum()) for mask in chosen.values())


def values_of(parameters: Parameters, chosen: Chosen) -> Array:
    """The chosen weights in one row."""
    parts = [parameters.weights[i][mask] for i, mask in chosen.items() if i in parameters.weights]
    return np.concatenate(parts) if parts else np.zeros(0)


def held_count(parameters: Parameters, chosen: Chosen) -> int:
    """How many of the chosen synapses are held against training."""
    return sum(int((parameters.frozen[i] & mask).sum()) for i, mask in chosen.items() if i in parameters.frozen)


def freezing(chosen: Chosen, frozen: bool) -> Edit:
    """Hold all chosen synapses, or let them go, as one step."""
    count = counted(chosen)
    name = Message.of("Freeze {count} synapses", count=count)
    if not frozen:
        name = Message.of("Free {count} synapses", count=count)
    return Several(name, tuple(Freeze(i, mask, frozen) for i, mask in chosen.items()))


def weight_place(document: Document, ref: SynapseRef) -> tuple[int, ...] | None:
    """Where a synapse's weight stands among those of its bundle; None where it has none."""
    found = document.network.synapses.get(ref.synapses)
    if found is None:
        return None
    return place_of(document.network, document.parameters, found, ref.source, ref.target)


def cutting(document: Document, ref: SynapseRef) -> Edit | None:
    """Cut one synapse; None where it has no weight of its own."""
    place = weight_place(document, ref)
    if place is None:
        return None
    mask = np.zeros(document.parameters.weights[ref.synapses].shape, np.bool_)
    mask[place] = True
    return Prune({ref.synapses: mask})


@dataclass(frozen=True)
class Biases:
    """The biases of several neurons: their values, and how many of them are held."""

    refs: tuple[NeuronRef, ...]
    values: Array
    held: int


def biases_of(document: Document, parameters: Parameters, refs: Collection[NeuronRef]) -> Biases:
    """Those of the neurons that have one."""
    layers = document.network.layers
    having = tuple(sorted((r for r in refs if layers[r.layer].has_bias), key=lambda r: (r.layer, r.neuron)))
    own = [(ref, ref.neuron % layers[ref.layer].bias_count) for ref in having if ref.layer in parameters.biases]
    held = sum(bool(parameters.frozen_biases[ref.layer][n]) for ref, n in own if ref.layer in parameters.frozen_biases)
    return Biases(having, np.array([parameters.biases[ref.layer][n] for ref, n in own]), held)


def setting_biases(refs: Collection[NeuronRef], value: float) -> Edit:
    """Give several neurons the same bias, as one step."""
    name = Message.of("Set {count} biases to {value}", count=len(refs), value=value)
    return Several(name, tuple(SetBias(ref.layer, ref.neuron, value) for ref in refs))


def freezing_biases(refs: Collection[NeuronRef], frozen: bool) -> Edit:
    """Hold several biases, or let them go, as one step."""
    name = Message.of("Freeze {count} biases", count=len(refs))
    if not frozen:
        name = Message.of("Free {count} biases", count=len(refs))
    return Several(name, tuple(SetFrozenBias(ref.layer, ref.neuron, frozen) for ref in refs))


def removing_neurons(refs: Collection[NeuronRef]) -> Edit:
    """Take several neurons out, as one step: the last ones first, so that the numbers of the others stay true."""
    ordered = sorted(refs, key=lambda ref: (ref.layer, -ref.neuron))
    name = Message.of("Delete {count} neurons", count=len(ordered))
    return Several(name, tuple(RemoveNeuron(ref.layer, ref.neuron) for ref in ordered))


def synapses_of(document: Document, refs: Collection[NeuronRef]) -> Chosen:
    """All synapses that arrive at or leave from neurons, where no others share their weights."""
    network, found = document.network, {}
    for i, bundle in network.synapses.items():
        weights = document.parameters.weights.get(i)
        if weights is None or weights.ndim not in (1, 2) or not weights.size:
            continue
        mask = np.zeros(weights.shape, np.bool_)
        mask[[ref.neuron for ref in refs if ref.layer == bundle.source]] = True
        mask.T[[ref.neuron for ref in refs if ref.layer == bundle.target]] = True
        found[i] = mask & document.parameters.masks.get(i, np.True_)
    return found

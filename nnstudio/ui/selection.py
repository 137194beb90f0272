"""What the person looks at: the selected objects and the chosen sample. It is never part of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.catalog import initial
from nnstudio.catalog.joints import place_of
from nnstudio.document import BoolArray, Document, Part
from nnstudio.events import Event

Chosen = Mapping[int, BoolArray]  # synapses id -> which of its weights, in their own shape
NONE_CHOSEN: Chosen = {}


@dataclass(frozen=True, slots=True)
class NeuronRef:
    """One neuron: its layer's id and its number from 0."""

    layer: int
    neuron: int


@dataclass(frozen=True, slots=True)
class SynapseRef:
    """One synapse: the id of its bundle, and the neurons that it joins, counted from 0."""

    synapses: int
    source: int
    target: int


Memory = tuple[
    frozenset[int],
    frozenset[int],
    NeuronRef | None,
    SynapseRef | None,
    Chosen,
    frozenset[NeuronRef],
    tuple[frozenset[int], frozenset[int]],
]


class Selection:
    """Selected layers and bundles, one neuron or synapse or several, and the sample whose values are shown.

    ``changed`` tells of any change. Selecting a neuron also selects its layer; selecting synapses their bundles.
    ``notes`` and ``groups`` are those of the canvas; a selected group does not select its layers.
    ``chosen`` are several synapses, ``neurons`` several neurons: then no layer is selected as a whole.
    """

    def __init__(self) -> None:
        self.changed: Event[Selection] = Event()
        self.wiring = Part("full")  # what the next wire will be
        self.wiring_changed: Event[Part] = Event()
        self.matrix_wanted: Event[int] = Event()  # the weights of this bundle are to be shown as a matrix
        self.writing_wanted: Event[int] = Event()  # the text of this note is to be written where it lies
        self.layers: frozenset[int] = frozenset()
        self.synapses: frozenset[int] = frozenset()
        self.neuron: NeuronRef | None = None
        self.synapse: SynapseRef | None = None
        self.chosen: Chosen = NONE_CHOSEN
        self.neurons: frozenset[NeuronRef] = frozenset()
        self.notes: frozenset[int] = frozenset()
        self.groups: frozenset[int] = frozenset()
        self.unrolled: frozenset[int] = frozenset()  # bundles of images whose synapses are drawn one by one
        self.sample = 0  # row number in the data set

    def select(self, layers: Iterable[int] = (), synapses: Iterable[int] = ()) -> None:
        """Select exactly these layers and bundles."""
        self._set(frozenset(layers), frozenset(synapses), None, None)

    def select_annotations(
        self,
        notes: Iterable[int] = (),
        groups: Iterable[int] = (),
        layers: Iterable[int] = (),
        synapses: Iterable[int] = (),
    ) -> None:
        """Select exactly these notes and groups, and these layers and bundles beside them."""
        annotations = (frozenset(notes), frozenset(groups))
        self._set(frozenset(layers), frozenset(synapses), None, None, annotations=annotations)

    def select_neuron(self, ref: NeuronRef) -> None:
        """Select one neuron."""
        self._set(frozenset({ref.layer}), frozenset(), ref, None)

    def select_synapse(self, ref: SynapseRef) -> None:
        """Select one synapse."""
        self._set(frozenset(), frozenset({ref.synapses}), None, ref)

    def choose(self, chosen: Chosen) -> None:
        """Select several synapses: bundle id -> which of its weights. Bundles of which none is chosen are left out."""
        found = {i: mask for i, mask in chosen.items() if mask.any()}
        self._set(frozenset(), frozenset(found), None, None, found)

    def toggle_synapse(self, ref: SynapseRef, place: tuple[int, ...], shape: tuple[int, ...]) -> None:
        """Add one synapse, whose weight has a ``place`` in its bundle's, to several, or take it away."""
        mask = np.array(self.chosen.get(ref.synapses, np.zeros(shape, np.bool_)))
        mask[place] ^= True
        self.choose({**self.chosen, ref.synapses: mask})

    def select_neurons(self, refs: Iterable[NeuronRef]) -> None:
        """Select several neurons; one alone is selected as such."""
        found = frozenset(refs)
        if len(found) == 1:
            self.select_neuron(next(iter(found)))
        else:
            self._set(frozenset(), frozenset(), None, None, NONE_CHOSEN, found)

    @property
    def chosen_count(self) -> int:
        """How many synapses are chosen together."""
        return sum(int(mask.sum()) for mask in self.chosen.values())

    def toggle(
        self,
        layer: int | None = None,
        synapses: int | None = None,
        note: int | None = None,
        group: int | None = None,
    ) -> None:
        """Add one object to the selection, or take it away."""
        notes = self.notes if note is None else self.notes ^ {note}
        groups = self.groups if group is None else self.groups ^ {group}
        layers = self.layers if layer is None else self.layers ^ {layer}
        bundles = self.synapses if synapses is None else self.synapses ^ {synapses}
        self._set(layers, bundles, None, None, annotations=(notes, groups))

    def clear(self) -> None:
        """Select nothing."""
        self.select()

    def use_wiring(self, wiring: Part) -> None:
        """Choose what the next wire will be."""
        if wiring != self.wiring:
            self.wiring = wiring
            self.wiring_changed.emit(wiring)

    def unroll(self, synapses: int, on: bool) -> None:
        """Draw the synapses of a neuron of an image one by one, or as what they share."""
        unrolled = self.unrolled | {synapses} if on else self.unrolled - {synapses}
        if unrolled != self.unrolled:
            self.unrolled = unrolled
            self.changed.emit(self)

    def show_sample(self, row: int) -> None:
        """Choose the sample whose values neurons show."""
        if row != self.sample:
            self.sample = row
            self.changed.emit(self)

    def keep(self, document: Document) -> bool:
        """Drop what does not exist in ``document``; whether there was any. It is told of once, when all is dropped."""
        network, parameters = document.network, document.parameters
        masks = parameters.masks
        layers = self.layers & network.layers.keys()
        bundles = self.synapses & network.synapses.keys()
        neuron, synapse = self.neuron, self.synapse
        if neuron and (neuron.layer not in layers or neuron.neuron >= network.layers[neuron.layer].size):
            neuron = None
        if synapse:
            bundle = network.synapses.get(synapse.synapses)
            if bundle is None or (
                synapse.source >= network.layers[bundle.source].size
                or synapse.target >= network.layers[bundle.target].size
            ):
                synapse = None
        if synapse and not masks.get(synapse.synapses, np.True_).all():
            bundle = network.synapses[synapse.synapses]
            gone = place_of(network, parameters, bundle, synapse.source, synapse.target) is None
            synapse = None if gone else synapse
        chosen = {
            i: mask & masks[i] if i in masks and (mask & ~masks[i]).any() else mask
            for i, mask in self.chosen.items()
            if i in bundles and initial.weight_shape(network, network.synapses[i]) == mask.shape
        }
        chosen = {i: mask for i, mask in chosen.items() if mask.any()}
        if self.chosen:
            bundles = frozenset(chosen)
        neurons = frozenset(
            ref for ref in self.neurons if ref.layer in network.layers and ref.neuron < network.layers[ref.layer].size
        )
        annotations = (self.notes & document.notes.keys(), self.groups & document.groups.keys())
        return self._set(layers, bundles, neuron, synapse, chosen, neurons, annotations)

    @property
    def memory(self) -> Memory:
        """All that is selected, for ``recall``."""
        one, annotations = (self.neuron, self.synapse), (self.notes, self.groups)
        return (self.layers, self.synapses, *one, self.chosen, self.neurons, annotations)

    def recall(self, memory: Memory) -> None:
        """Select again what was selected when ``memory`` was taken."""
        self._set(*memory)

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.layers or self.synapses or self.neurons or self.notes or self.groups)

    def _set(
        self,
        layers: frozenset[int],
        synapses: frozenset[int],
        neuron: NeuronRef | None,
        synapse: SynapseRef | None,
        chosen: Chosen = NONE_CHOSEN,
        neurons: frozenset[NeuronRef] = frozenset(),
        annotations: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset()),
    ) -> bool:
        """Select exactly this and tell of it; whether it is another selection than before."""
        plain = (layers, synapses, neuron, synapse, neurons)
        same = plain == (self.layers, self.synapses, self.neuron, self.synapse, self.neurons)
        same = same and annotations == (self.notes, self.groups)
        if same and _equal(chosen, self.chosen):
            return False
        self.layers, self.synapses, self.neuron, self.synapse, self.neurons = plain
        self.notes, self.groups = annotations
        self.chosen = chosen
        self.changed.emit(self)
        return True


def _equal(a: Chosen, b: Chosen) -> bool:
    return a.keys() == b.keys() and all(a[i] is b[i] or np.array_equal(a[i], b[i]) for i in a)

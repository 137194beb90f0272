"""What the person looks at: the selected objects and the chosen sample. It is never part of the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nnstudio.document import Network, Part
from nnstudio.events import Event


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


class Selection:
    """Selected layers and bundles, at most one neuron or one synapse, and the sample whose values are shown.

    ``changed`` tells of any change. Selecting a neuron also selects its layer; selecting a synapse its bundle.
    """

    def __init__(self) -> None:
        self.changed: Event[Selection] = Event()
        self.wiring = Part("full")  # what the next wire will be
        self.wiring_changed: Event[Part] = Event()
        self.layers: frozenset[int] = frozenset()
        self.synapses: frozenset[int] = frozenset()
        self.neuron: NeuronRef | None = None
        self.synapse: SynapseRef | None = None
        self.sample = 0  # row number in the data set

    def select(self, layers: Iterable[int] = (), synapses: Iterable[int] = ()) -> None:
        """Select exactly these layers and bundles."""
        self._set(frozenset(layers), frozenset(synapses), None, None)

    def select_neuron(self, ref: NeuronRef) -> None:
        """Select one neuron."""
        self._set(frozenset({ref.layer}), frozenset(), ref, None)

    def select_synapse(self, ref: SynapseRef) -> None:
        """Select one synapse."""
        self._set(frozenset(), frozenset({ref.synapses}), None, ref)

    def toggle(self, layer: int | None = None, synapses: int | None = None) -> None:
        """Add one object to the selection, or take it away."""
        layers = self.layers if layer is None else self.layers ^ {layer}
        bundles = self.synapses if synapses is None else self.synapses ^ {synapses}
        self._set(layers, bundles, None, None)

    def clear(self) -> None:
        """Select nothing."""
        self.select()

    def use_wiring(self, wiring: Part) -> None:
        """Choose what the next wire will be."""
        if wiring != self.wiring:
            self.wiring = wiring
            self.wiring_changed.emit(wiring)

    def show_sample(self, row: int) -> None:
        """Choose the sample whose values neurons show."""
        if row != self.sample:
            self.sample = row
            self.changed.emit(self)

    def keep(self, network: Network) -> None:
        """Drop what no longer exists in ``network``."""
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
        self._set(layers, bundles, neuron, synapse)

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.layers or self.synapses)

    def _set(
        self,
        layers: frozenset[int],
        synapses: frozenset[int],
        neuron: NeuronRef | None,
        synapse: SynapseRef | None,
    ) -> None:
        if (layers, synapses, neuron, synapse) == (self.layers, self.synapses, self.neuron, self.synapse):
            return
        self.layers, self.synapses, self.neuron, self.synapse = layers, synapses, neuron, synapse
        self.changed.emit(self)

"""Several objects selected: how many, and what they have in common, changed for all at once."""

from __future__ import annotations

from collections.abc import Iterable

from nnstudio.catalog import activations, initializers
from nnstudio.document import Layer, Message, Part, Synapses
from nnstudio.document.edits import Edit, ResizeLayer, SetActivation, SetBiasRule, SetSynapses, Several
from nnstudio.document.edits.structure import LARGEST_LAYER
from nnstudio.session import Session
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import count_text
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.switch import Switch


class SeveralPage(Page):
    """Counts, and the fields that all selected layers or bundles share (empty where they differ)."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._layers: list[Layer] = []
        self._bundles: list[Synapses] = []
        self.facts = Facts()
        for key, name in (
            ("layers", tr("layers")),
            ("neurons", tr("neurons")),
            ("bundles", tr("bundles of synapses")),
            ("weights", tr("weights")),
            ("groups", tr("groups")),
            ("notes", tr("notes")),
        ):
            self.facts.add(key, name)
        self.box.addWidget(self.facts)
        form = Form()
        self.neurons = NumberField(None, integer=True, minimum=1, maximum=LARGEST_LAYER)
        self.neurons.setPlaceholderText(tr("different"))
        self._neurons_row = form.add("several.neurons", tr("Neurons"), self.neurons)
        self.neurons.value_committed.connect(self._resize)
        self.activation = Combo()
        self.activation.setPlaceholderText(tr("different"))
        self._activation_row = form.add("several.activation", tr("Activation"), self.activation)
        self.activation.chosen.connect(self._activate)
        self.bias = Switch()
        self._bias_row = form.add("several.bias", tr("Bias"), self.bias, stretch=False)
        self.bias.switched.connect(self._set_bias)
        self._layer_section = Section(tr("All selected layers"), form)
        self.box.addWidget(self._layer_section)
        wires = Form()
        self.initializer = Combo()
        self.initializer.setPlaceholderText(tr("different"))
        self._initializer_row = wires.add("several.initializer", tr("Initial weights"), self.initializer)
        self.initializer.chosen.connect(self._initialize)
        self.trainable = Switch(True)
        self._trainable_row = wires.add("several.trainable", tr("Trained"), self.trainable, stretch=False)
        self.trainable.switched.connect(self._train)
        self._bundle_section = Section(tr("All selected synapses"), wires)
        self.box.addWidget(self._bundle_section)
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:  # noqa: ARG002 (every page is asked alike)
        """How many."""
        return tr("{count} objects selected", count=sum(map(len, _selected(self.selection))))

    def show_reading(self, reading: Reading) -> None:
        """Counts and common values."""
        network = reading.document.network
        self._layers = [network.layers[i] for i in sorted(self.selection.layers) if i in network.layers]
        self._bundles = [network.synapses[i] for i in sorted(self.selection.synapses) if i in network.synapses]
        active = [layer for layer in self._layers if layer.kind != "input"]
        parameters = reading.parameters.weights
        weights = sum(parameters[s.id].size for s in self._bundles if s.id in parameters)
        self.facts.show_value("layers", _count(len(self._layers)))
        self.facts.show_value("neurons", _count(sum(layer.size for layer in self._layers)))
        self.facts.show_value("bundles", _count(len(self._bundles)))
        self.facts.show_value("weights", _count(weights))
        self.facts.show_value("groups", _count(len(self.selection.groups)))
        self.facts.show_value("notes", _count(len(self.selection.notes)))
        self._layer_section.setVisible(bool(self._layers))
        self._bundle_section.setVisible(bool(self._bundles))
        self._activation_row.setVisible(bool(active))
        self._bias_row.setVisible(bool(active))
        if not self.activation.keys:
            self.activation.set_entries(activations)
            self.initializer.set_entries(initializers)
        sizes = {layer.size for layer in self._layers}
        self.neurons.set_value(sizes.pop() if len(sizes) == 1 else None)
        self.activation.set_key(_common(layer.activation.key for layer in active))
        self.bias.set_on(bool(active) and all(layer.bias for layer in active))
        self.initializer.set_key(_common(bundle.initializer.key for bundle in self._bundles))
        self.trainable.set_on(bool(self._bundles) and all(bundle.trainable for bundle in self._bundles))

    def show_live(self, reading: Reading) -> None:
        """Nothing on this page moves while training."""

    def _all(self, name: Message, edits: Iterable[Edit], row: FormRow, merge: str | None = None) -> None:
        self.do(Several(name, tuple(edits)), row, merge)

    def _resize(self, size: int) -> None:
        name = Message.of("Resize {count} layers to {size} neurons", count=len(self._layers), size=int(size))
        edits = [ResizeLayer(layer.id, int(size)) for layer in self._layers]
        self._all(name, edits, self._neurons_row, self.neurons.merge_key and f"sizes {self.neurons.merge_key}")

    def _activate(self, key: str) -> None:
        chosen = [layer.id for layer in self._layers if layer.kind != "input"]
        name = Message.of("Use {activation} in {count} layers", activation=key, count=len(chosen))
        self._all(name, [SetActivation(layer, Part(key)) for layer in chosen], self._activation_row)

    def _set_bias(self, on: bool) -> None:
        chosen = [layer.id for layer in self._layers if layer.kind != "input"]
        name = Message.of("Add biases") if on else Message.of("Remove biases")
        self._all(name, [SetBiasRule(layer, bool(on)) for layer in chosen], self._bias_row)

    def _initialize(self, key: str) -> None:
        name = Message.of("Change the initial weights of {count} bundles", count=len(self._bundles))
        edits = [SetSynapses(bundle.id, (("initializer", Part(key)),)) for bundle in self._bundles]
        self._all(name, edits, self._initializer_row)

    def _train(self, on: bool) -> None:
        name = Message.of("Train {count} bundles", count=len(self._bundles))
        if not on:
            name = Message.of("Hold {count} bundles against training", count=len(self._bundles))
        edits = [SetSynapses(bundle.id, (("trainable", bool(on)),)) for bundle in self._bundles]
        self._all(name, edits, self._trainable_row)


def _selected(selection: Selection) -> tuple[frozenset[int], ...]:
    return (selection.layers, selection.synapses, selection.groups, selection.notes)


def _common(keys: Iterable[str]) -> str:
    found = set(keys)
    return found.pop() if len(found) == 1 else ""


def _count(number: int) -> str:
    return count_text(number) if number else ""

"""What can be done with single neurons and synapses, and with the places of several layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt

from nnstudio.catalog import initial
from nnstudio.catalog.joints import place_of
from nnstudio.document import Document, Message, Position
from nnstudio.document.edits import (
    Freeze,
    InsertNeuron,
    MoveLayers,
    RemoveNeuron,
    ResizeLayer,
    SetBias,
    SetFrozen,
    SetFrozenBias,
    SetWeight,
    Several,
    synapse_name,
)
from nnstudio.ui.canvas.arrange import Axis, Side, aligned, distributed
from nnstudio.ui.canvas.editing import Editing
from nnstudio.ui.canvas.near import words_rect
from nnstudio.ui.canvas.value_editor import ValueEditor
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

HANDLE = 7.0  # of the selected synapse, in view pixels


class FinerEditing(Editing):
    """Every operation is one named step of the session's history."""

    def __init__(self, *args: Any) -> None:
        self.value_editor: ValueEditor | None = None
        super().__init__(*args)

    # -- neurons --------------------------------------------------------------------------------------------------

    def insert_neuron(self, layer: int, place: int) -> None:
        """Add a neuron before number ``place``; its weights are drawn as for one that is added at the end."""
        document = self.session.document
        size = document.network.layer(layer).size
        grown = initial.fill(ResizeLayer(layer, size + 1).apply(document))
        network, parameters = document.network, grown.parameters
        weights = {i: w for i, w in parameters.weights.items() if w.ndim == 2}
        arriving = {s.id: weights[s.id][:, -1] for s in network.incoming[layer] if s.id in weights}
        leaving = {s.id: weights[s.id][-1, :] for s in network.outgoing[layer] if s.id in weights}
        biases = parameters.biases.get(layer)
        bias = float(biases[-1]) if biases is not None else 0.0
        if self.do(InsertNeuron(layer, place, {**arriving, **leaving}, bias)):
            self.selection.select_neuron(NeuronRef(layer, place))

    def remove_neuron(self, layer: int, neuron: int) -> None:
        """Take one neuron out; its neighbour is selected."""
        if self.do(RemoveNeuron(layer, neuron)):
            size = self.session.document.network.layer(layer).size
            self.selection.select_neuron(NeuronRef(layer, min(neuron, size - 1)))

    def pin(self, layer: int, neuron: int, pinned: bool) -> None:
        """Give a neuron of a wide layer a row that stays; this is no edit."""
        self.fold(self.folding.pin(layer, neuron, pinned))

    def is_bias_frozen(self, layer: int, neuron: int) -> bool:
        """Whether a bias is held against training."""
        mask = self.session.document.parameters.frozen_biases.get(layer)
        return mask is not None and bool(mask[neuron % len(mask)])

    def freeze_bias(self, layer: int, neuron: int, frozen: bool) -> None:
        """Hold the bias of a neuron, or let it go."""
        self.do(SetFrozenBias(layer, neuron, frozen))

    # -- synapses -------------------------------------------------------------------------------------------------

    def is_frozen(self, ref: SynapseRef) -> bool:
        """Whether a synapse is held against training."""
        mask = self.session.document.parameters.frozen.get(ref.synapses)
        place = weight_place(self.session.document, ref)
        return mask is not None and place is not None and bool(mask[place])

    def freeze(self, ref: SynapseRef, frozen: bool) -> None:
        """Hold the weight of one synapse, or let it go."""
        self.do(SetFrozen(*_ends(ref), frozen, weight_place(self.session.document, ref)))

    def choose_weaker(self, synapses: int, than: float) -> None:
        """Choose all synapses of a bundle whose weight is smaller than ``than``."""
        weights = self.parameters.weights.get(synapses)
        if weights is not None and weights.ndim == 2:
            exists = self.parameters.masks.get(synapses, np.True_)
            self.choose_synapses({synapses: (np.abs(weights) < than) & exists})

    @property
    def chosen_count(self) -> int:
        """How many synapses are chosen together."""
        return sum(int(mask.sum()) for mask in self.chosen.values())

    def freeze_chosen(self, frozen: bool) -> None:
        """Hold all chosen synapses, or let them go, as one step."""
        chosen: dict[int, NDArray[np.bool_]] = dict(self.chosen)
        if not chosen:
            return
        count = self.chosen_count
        name = Message.of("Freeze {count} synapses", count=count)
        if not frozen:
            name = Message.of("Free {count} synapses", count=count)
        self.do(Several(name, tuple(Freeze(i, mask, frozen) for i, mask in chosen.items())))

    def handle_point(self) -> QPointF | None:
        """Where the selected synapse carries its handle, in scene units; None where none is shown."""
        ref = self.selection.synapse
        bundle = self.shown.bundles.get(ref.synapses) if ref else None
        if ref is None or bundle is None or self.nearness.is_far or ref.synapses not in self.parameters.weights:
            return None
        place = bundle.place(ref.source, ref.target)
        return bundle.place_at(place, 0.5) if place is not None else None

    # -- values typed in place ------------------------------------------------------------------------------------

    def edit_weight(self, ref: SynapseRef) -> None:
        """Type the weight of a synapse, on its curve."""
        bundle, weights = self.scene.bundles.get(ref.synapses), self.parameters.weights.get(ref.synapses)
        place = bundle.place(ref.source, ref.target) if bundle else None
        own = weight_place(self.session.document, ref)
        if bundle is None or place is None or weights is None or own is None:
            return
        name = tr("Weight of {synapse}", synapse=synapse_name(self.session.document, *_ends(ref)))
        point = self.camera.to_view(bundle.place_at(place, 0.5))
        value = float(weights[own])
        self._edit_value(name, value, point, lambda new: self.do(SetWeight(*_ends(ref), new, own)))

    def edit_bias(self, ref: NeuronRef) -> None:
        """Type the bias of a neuron, below it."""
        item, biases = self.scene.layers[ref.layer], self.parameters.biases.get(ref.layer)
        if ref.neuron not in item.neurons:
            return
        if biases is None or not item.layer.has_bias:
            self.tell(tr("{layer} has no biases.", layer=item.layer.name))
            return
        name = tr("Bias of {layer}, neuron {label}", layer=item.layer.name, label=item.layer.label(ref.neuron))
        y = item.ys[item.neurons.index(ref.neuron)]
        point = self.camera.to_view(words_rect(item, y).center())
        value = float(biases[ref.neuron % len(biases)])
        self._edit_value(name, value, point, lambda new: self.do(SetBias(ref.layer, ref.neuron, new)))

    def _edit_value(self, name: str, value: float, point: QPointF, accept: Any) -> None:
        if self.value_editor is not None:
            self.value_editor.finish(keep=True)
        self.value_editor = ValueEditor(cast("CanvasView", self), name, value, point, accept)

    def value_editor_closed(self) -> None:
        """The value is no longer being typed."""
        editor, self.value_editor = self.value_editor, None
        if editor is not None and editor.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().update()

    # -- places ---------------------------------------------------------------------------------------------------

    def align(self, how: Side) -> None:
        """Line the selected layers up: their left, right, top or bottom edges, their center or middle lines."""
        cards = {i: item.rect for i, item in self.scene.layers.items() if i in self.selection.layers}
        if len(cards) > 1:
            self._move(Message.of("Align {count} layers", count=len(cards)), aligned(cards, how))

    def distribute(self, axis: Axis) -> None:
        """Put the selected layers evenly apart, "horizontal" or "vertical"."""
        cards = {i: item.rect for i, item in self.scene.layers.items() if i in self.selection.layers}
        if len(cards) > 2:
            self._move(Message.of("Distribute {count} layers", count=len(cards)), distributed(cards, axis))

    def _move(self, name: Message, places: dict[int, Position]) -> None:
        if any((self.scene.layers[i].x, self.scene.layers[i].y) != place for i, place in places.items()):
            self.do(Several(name, (MoveLayers(places),)))


def weight_place(document: Document, ref: SynapseRef) -> tuple[int, ...] | None:
    """Where a synapse's weight stands among those of its bundle; None where it has none."""
    found = document.network.synapses.get(ref.synapses)
    if found is None:
        return None
    return place_of(document.network, document.parameters, found, ref.source, ref.target)


def _ends(ref: SynapseRef) -> tuple[int, int, int]:
    return (ref.synapses, ref.source, ref.target)

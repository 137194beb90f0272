"""What can be done with single neurons and synapses, and with the places of several layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QPointF, QRectF, Qt

from nnstudio.catalog import initial
from nnstudio.catalog.fields import is_image
from nnstudio.document import Message, Position
from nnstudio.document.edits import (
    InsertMap,
    InsertNeuron,
    MoveLayers,
    RemoveMap,
    RemoveNeuron,
    ResizeLayer,
    SetBias,
    SetFrozenBias,
    SetWeight,
    Several,
    TakeOut,
    synapse_name,
)
from nnstudio.ui import choosing
from nnstudio.ui.canvas.arrange import Axis, Side, aligned, distributed
from nnstudio.ui.canvas.handles import open_point
from nnstudio.ui.canvas.many_editing import ManyEditing
from nnstudio.ui.canvas.near import words_rect
from nnstudio.ui.canvas.responses import image_side
from nnstudio.ui.canvas.value_editor import ValueEditor
from nnstudio.ui.choosing import weight_place
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import count_text, number_text, read_number

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

HANDLE = 7.0  # of the selected synapse, in view pixels


class FinerEditing(ManyEditing):
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

    def insert_map(self, layer: int, place: int) -> None:
        """Add a map before number ``place`` of an image; where another neuron stood in it is selected."""
        spot = self._spot(layer)
        if self.do(InsertMap(layer, place)):
            maps = self.session.document.network.layer(layer).shape[2]
            self.selection.select_neuron(NeuronRef(layer, spot * maps + place))

    def remove_map(self, layer: int, place: int) -> None:
        """Take one map out of an image; its neighbour is selected."""
        spot = self._spot(layer)
        if self.do(RemoveMap(layer, place)):
            maps = self.session.document.network.layer(layer).shape[2]
            self.selection.select_neuron(NeuronRef(layer, spot * maps + min(place, maps - 1)))

    def _spot(self, layer: int) -> int:
        """Which row and column of an image is looked at, as one number."""
        chosen = self.selection.neuron
        maps = self.session.document.network.layer(layer).shape[2]
        return chosen.neuron // maps if chosen is not None and chosen.layer == layer else 0

    def take_out(self, ref: NeuronRef) -> None:
        """Make one neuron of a hidden layer a layer of its own, below the one that it leaves."""
        item = self.scene.layers[ref.layer]
        place = snapped(item.x, item.rect.bottom() + 110)
        self.add(TakeOut(ref.layer, ref.neuron, place))
        for layer in self.selection.layers:
            self.make_visible(layer)

    def image_side(self, layer: int) -> tuple[int, int] | None:
        """(rows, columns) of an input in a row whose neurons are the pixels of an image; None of any other layer."""
        found = self.session.document.network.layer(layer)
        if found.kind != "input" or len(found.shape) > 1:
            return None
        return image_side(found.shape, found.labels, self.session.dataset)

    def pin(self, layer: int, neuron: int, pinned: bool) -> None:
        """Give a neuron of a wide layer a row that stays; this is no edit."""
        self.fold(self.folding.pin(layer, neuron, pinned))

    def ask_pin(self, layer: int, point: QPointF) -> None:
        """Type the number or the name of a neuron of a wide layer, of an image the number of a map, that is to stay."""
        found = self.session.document.network.layer(layer)
        maps = found.shape[2] if is_image(found) else 0
        item = self.scene.layers[layer]
        shown = {tile.channel for tile in item.maps.tiles} if item.maps else set(item.neurons)
        first = next((n for n in range(maps or found.size) if n not in shown), 0)

        def read(text: str) -> float:
            name = text.strip()
            return float(found.labels.index(name) + 1) if name in found.labels and not maps else read_number(text)

        def pin(number: float) -> bool:
            neuron = int(number) - 1
            if not number.is_integer() or not 0 <= neuron < (maps or found.size):
                values = {"layer": found.name, "count": count_text(maps or found.size), "given": number_text(number)}
                said = tr('"{layer}" has neurons 1 to {count}, not {given}.', **values)
                self.tell(tr('"{layer}" has maps 1 to {count}, not {given}.', **values) if maps else said)
                return False
            self.pin(layer, neuron, True)
            self.selection.select_neuron(NeuronRef(layer, neuron))
            return True

        name = tr("Number of the map to pin") if maps else tr("Number or name of the neuron to pin")
        self._edit_value(name, float(first + 1), point, pin, read)
        if self.value_editor is not None:
            self.value_editor.setModified(True)  # what stands there can be taken as it is

    def is_bias_frozen(self, layer: int, neuron: int) -> bool:
        """Whether a bias is held against training."""
        mask = self.session.document.parameters.frozen_biases.get(layer)
        return mask is not None and bool(mask[neuron % len(mask)])

    def freeze_bias(self, layer: int, neuron: int, frozen: bool) -> None:
        """Hold the bias of a neuron, or let it go."""
        self.do(SetFrozenBias(layer, neuron, frozen))

    # -- synapses -------------------------------------------------------------------------------------------------

    def handle_point(self) -> QPointF | None:
        """Where the selected synapse carries its handle, in scene units; None where none is shown."""
        ref = self.selection.synapse
        bundle = self.shown.bundles.get(ref.synapses) if ref else None
        if ref is None or bundle is None or self.nearness.is_far or ref.synapses not in self.parameters.weights:
            return None
        place = bundle.place(ref.source, ref.target)
        return open_point(self.shown, bundle, place) if place is not None else self.images.point_of(ref)

    # -- values typed in place ------------------------------------------------------------------------------------

    def edit_weight(self, ref: SynapseRef) -> None:
        """Type the weight of a synapse, on its curve."""
        bundle, weights = self.scene.bundles.get(ref.synapses), self.parameters.weights.get(ref.synapses)
        place = bundle.place(ref.source, ref.target) if bundle else None
        own = weight_place(self.session.document, ref)
        spot = open_point(self.scene, bundle, place) if bundle and place is not None else self.images.point_of(ref)
        if spot is None or weights is None or own is None:
            return
        name = tr("Weight of {synapse}", synapse=synapse_name(self.session.document, *_ends(ref)))
        point = self.camera.to_view(spot)
        value = float(weights[own])
        self._edit_value(name, value, point, lambda new: self.do(SetWeight(*_ends(ref), new, own)))

    def edit_chosen(self, point: QPointF | None = None) -> None:
        """Type the weight that all chosen synapses get, at a view point."""
        values = choosing.values_of(self.parameters, self.selection.chosen)
        if not values.size:
            return
        name = tr("Weight of {count} synapses", count=len(values))
        mean = round(float(values.mean()), 4)
        self._edit_value(name, mean, point or self.pointer_or_middle(), self.set_chosen)

    def edit_bias(self, ref: NeuronRef) -> None:
        """Type the bias of a neuron, below it; of one that is not drawn, where the pointer is."""
        item, biases = self.scene.layers[ref.layer], self.parameters.biases.get(ref.layer)
        pixel = self.images.pixel(ref)
        if biases is None or not item.layer.has_bias:
            self.tell(tr("{layer} has no biases.", layer=item.layer.name))
            return
        name = tr("Bias of {layer}, neuron {label}", layer=item.layer.name, label=item.layer.label(ref.neuron))
        if pixel is not None:
            point = self.camera.to_view(pixel.center())
        elif ref.neuron in item.neurons:
            point = self.camera.to_view(words_rect(item, item.ys[item.neurons.index(ref.neuron)]).center())
        else:
            point = self.pointer_or_middle()
        value = float(biases[ref.neuron % len(biases)])
        self._edit_value(name, value, point, lambda new: self.do(SetBias(ref.layer, ref.neuron, new)))

    def _edit_value(self, name: str, value: float, point: QPointF, accept: Any, read: Any = read_number) -> None:
        if self.value_editor is not None:
            self.value_editor.finish(keep=True)
        self.value_editor = ValueEditor(cast("CanvasView", self), name, value, point, accept, read)

    def value_editor_closed(self) -> None:
        """The value is no longer being typed."""
        editor, self.value_editor = self.value_editor, None
        if editor is not None and editor.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().update()

    # -- places ---------------------------------------------------------------------------------------------------

    def _selected_cards(self) -> dict[int, QRectF]:
        """The cards of the selected layers that are drawn."""
        chosen = self.selection.layers
        return {i: item.rect for i, item in self.scene.layers.items() if i in chosen and not item.inside}

    def align(self, how: Side) -> None:
        """Line the selected layers up: their left, right, top or bottom edges, their center or middle lines."""
        cards = self._selected_cards()
        if len(cards) > 1:
            self._move(Message.of("Align {count} layers", count=len(cards)), aligned(cards, how))

    def distribute(self, axis: Axis) -> None:
        """Put the selected layers evenly apart, "horizontal" or "vertical"."""
        cards = self._selected_cards()
        if len(cards) > 2:
            self._move(Message.of("Distribute {count} layers", count=len(cards)), distributed(cards, axis))

    def _move(self, name: Message, places: dict[int, Position]) -> None:
        if any((self.scene.layers[i].x, self.scene.layers[i].y) != place for i, place in places.items()):
            self.do(Several(name, (MoveLayers(places),)))


def _ends(ref: SynapseRef) -> tuple[int, int, int]:
    return (ref.synapses, ref.source, ref.target)

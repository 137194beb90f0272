"""A pressed mouse button, until it is known whether it is a click or a drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from nnstudio.catalog.fields import is_image
from nnstudio.document.edits import ReshapeLayer, ResizeLayer
from nnstudio.ui.canvas.gestures.choose import ChooseSynapses
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.gestures.move import MoveSelected
from nnstudio.ui.canvas.gestures.reroute import Reroute
from nnstudio.ui.canvas.gestures.resize import ResizeByEdge
from nnstudio.ui.canvas.gestures.resize_note import ResizeNote
from nnstudio.ui.canvas.gestures.rubber_band import RubberBand
from nnstudio.ui.canvas.gestures.scrub import Scrub
from nnstudio.ui.canvas.gestures.take_out import TakeOutNeuron
from nnstudio.ui.canvas.menus import activation_menu, problem_menu
from nnstudio.ui.canvas.scene import Hit
from nnstudio.ui.choosing import weight_place
from nnstudio.ui.selection import NeuronRef, SynapseRef

if TYPE_CHECKING:
    from nnstudio.ui.canvas.layer_item import LayerItem
    from nnstudio.ui.canvas.view import CanvasView

KEYS = Modifiers.ShiftModifier | Modifiers.ControlModifier | Modifiers.AltModifier
ADDING = Modifiers.ShiftModifier | Modifiers.ControlModifier


class Press(Gesture):
    """A click selects or presses a button; a drag moves layers, resizes one, or pulls up a rubber band."""

    def __init__(self, view: CanvasView, hit: Hit | None, point: QPointF, modifiers: Modifiers) -> None:
        super().__init__(view)
        self._hit = hit
        self._point = point
        self._modifiers = modifiers
        selection = view.selection
        grabbed = hit is not None and hit.kind == "layer" and hit.spot == "neuron" and hit.neuron is not None
        self._grabbed = (
            selection.neuron is not None
            and grabbed
            and hit is not None
            and (selection.neuron == NeuronRef(hit.id, hit.neuron or 0))
        )
        among = grabbed and hit is not None and NeuronRef(hit.id, hit.neuron or 0) in selection.neurons
        if hit and hit.kind == "note" and not modifiers & ADDING and hit.id not in selection.notes:
            selection.select_annotations({hit.id})
        if hit and hit.kind == "group" and not modifiers & ADDING and hit.id not in selection.groups:
            selection.select_annotations((), {hit.id})
        if hit and hit.kind == "layer" and not modifiers & ADDING and hit.id not in selection.layers and not among:
            selection.select({hit.id})

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Become a drag once the pointer has left the spot."""
        if (point - self._point).manhattanLength() < QApplication.startDragDistance():
            return
        view, hit = self.view, self._hit
        gesture: Gesture
        if hit is not None and hit.kind == "handle" and view.selection.synapse:
            gesture = Scrub(view, view.selection.synapse, self._point)
        elif hit is not None and hit.spot == "weight" and hit.synapse is not None and not self._modifiers & KEYS:
            view.selection.select_synapse(hit.synapse)
            gesture = Scrub(view, hit.synapse, self._point)
        elif hit is not None and hit.kind == "end":
            gesture = Reroute(view, hit.id, "source" if hit.end == "source" else "target", self._point)
        elif hit is not None and hit.kind == "note" and hit.spot == "corner":
            gesture = ResizeNote(view, hit.id, self._point)
        elif hit is not None and hit.kind in ("note", "group"):
            gesture = MoveSelected(view, hit, self._point)
        elif (hit is None or hit.kind != "layer") and self._modifiers & Modifiers.AltModifier:
            gesture = ChooseSynapses(view, self._point, self._modifiers)
        elif hit is None or hit.kind != "layer":
            gesture = RubberBand(view, self._point, self._modifiers)
        elif hit.spot == "edge":
            gesture = ResizeByEdge(view, hit.id, self._point)
        elif hit.spot in ("less", "more", "fold"):
            return
        elif self._grabbed and hit.neuron is not None and _can_be_taken_out(view.scene.layers[hit.id]):
            gesture = TakeOutNeuron(view, hit.id, hit.neuron)
        else:
            gesture = MoveSelected(view, hit, self._point)
        view.begin(gesture)
        gesture.move(point, modifiers)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """It was a click."""
        hit, selection = self._hit, self.view.selection
        adding = bool(self._modifiers & ADDING)
        if hit is None:
            if not adding:
                selection.clear()
        elif hit.spot == "badge":
            self.view.selection.select(*(((hit.id,), ()) if hit.kind == "layer" else ((), (hit.id,))))
            problem_menu(self.view, "layer" if hit.kind == "layer" else "synapses", hit.id, point)
        elif hit.kind == "layer":
            self._click_layer(hit, adding)
        elif hit.kind in ("end", "handle"):
            return
        elif hit.kind == "note":
            selection.toggle(note=hit.id) if adding else selection.select_annotations({hit.id})
        elif hit.kind == "group" and hit.spot == "fold":
            self.view.collapse({hit.id})
        elif hit.kind == "group":
            selection.toggle(group=hit.id) if adding else selection.select_annotations((), {hit.id})
        elif adding and hit.synapse is not None and (selection.synapse or selection.chosen):
            self._add_synapse(hit.synapse)
        elif adding:
            selection.toggle(synapses=hit.id)
        elif hit.synapse is not None and not self._modifiers & Modifiers.AltModifier:
            selection.select_synapse(hit.synapse)
        else:
            selection.select(synapses={hit.id})

    def _add_synapse(self, ref: SynapseRef) -> None:
        """One synapse more, or less, among several."""
        document, selection = self.view.session.document, self.view.selection
        refs = [ref]
        if selection.synapse is not None and selection.synapse != ref:
            refs.append(selection.synapse)
        for one in refs:
            place = weight_place(document, one)
            if place is not None:
                selection.toggle_synapse(one, place, document.parameters.weights[one.synapses].shape)

    def _click_layer(self, hit: Hit, adding: bool) -> None:
        view, selection = self.view, self.view.selection
        if hit.spot in ("less", "more"):
            layer = view.scene.layers[hit.id].layer
            more = 1 if hit.spot == "more" else -1
            if is_image(layer) and layer.shape[2] + more >= 1:
                view.do(ReshapeLayer(hit.id, (*layer.shape[:2], layer.shape[2] + more)))
            elif not is_image(layer) and layer.size + more >= 1:
                view.do(ResizeLayer(hit.id, layer.size + more))
        elif hit.spot == "fold":
            view.fold(view.folding.toggled(hit.id))
        elif adding and hit.spot == "neuron" and hit.neuron is not None and (selection.neuron or selection.neurons):
            present = selection.neurons | ({selection.neuron} if selection.neuron else set())
            selection.select_neurons(present ^ {NeuronRef(hit.id, hit.neuron)})
        elif adding:
            view.selection.toggle(layer=hit.id)
        elif hit.spot in ("neuron", "gap") and hit.neuron is not None:
            view.selection.select_neuron(NeuronRef(hit.id, hit.neuron))
        else:
            view.selection.select({hit.id})
            if hit.spot == "subtitle":
                activation_menu(view, hit.id)

    def cancel(self) -> None:
        """Nothing has happened yet."""

    @property
    def cursor(self) -> Qt.CursorShape | None:  # type: ignore[override]
        """The one that was there before."""
        return None


def _can_be_taken_out(item: LayerItem) -> bool:
    """Whether a drag of a neuron takes it out of its layer; that of a pixel moves the image."""
    return item.layer.kind == "hidden" and not item.maps

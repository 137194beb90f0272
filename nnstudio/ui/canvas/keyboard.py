"""The canvas by keyboard: walk through layers and neurons, nudge, wire, rename, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from nnstudio.ui.canvas.images import middle_neuron
from nnstudio.ui.canvas.quick_add import quick_add_menu
from nnstudio.ui.layer_drag import GRID
from nnstudio.ui.selection import NeuronRef

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

Key = Qt.Key
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}
PAGE, LOOK = 0.8, 64.0  # how far PageUp and PageDown look (of the view), and Ctrl with an arrow (view pixels)
LETTERS: dict[Qt.Key, Callable[[CanvasView], object]] = {
    Key.Key_A: lambda view: quick_add_menu(view, view.pointer_or_middle()),
    Key.Key_B: lambda view: view.bypass_selected(),
    Key.Key_F: lambda view: view.fit(),
    Key.Key_G: lambda view: view.collapse(),
    Key.Key_K: lambda view: view.freeze_selected(),
    Key.Key_M: lambda view: view.mute_selected(),
    Key.Key_U: lambda view: view.images.toggle(),
    Key.Key_Plus: lambda view: view.zoom_in(),
    Key.Key_Equal: lambda view: view.zoom_in(),
    Key.Key_Minus: lambda view: view.zoom_out(),
    Key.Key_0: lambda view: view.fit(),
    Key.Key_1: lambda view: view.zoom_reset(),
    Key.Key_PageUp: lambda view: view.pan(0, view.viewport().height() * PAGE),
    Key.Key_PageDown: lambda view: view.pan(0, -view.viewport().height() * PAGE),
}
OURS = (*LETTERS, Key.Key_C, Key.Key_Space, Key.Key_Escape, Key.Key_Return, Key.Key_Enter, *ARROWS)


def press(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key stands for; True where it stands for anything."""
    key = Key(event.key())
    if key in ARROWS and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.ControlModifier:
        view.pan(-LOOK * ARROWS[key][0], -LOOK * ARROWS[key][1])
        return True
    plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    if not plain:
        return False
    if key in ARROWS:
        _arrow(view, *ARROWS[key], fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
    elif key == Key.Key_Escape:
        _climb_out(view)
    elif key in (Key.Key_Return, Key.Key_Enter):
        _dive_in(view)
    elif key in (Key.Key_Delete, Key.Key_Backspace):
        view.delete_selected()
    elif key == Key.Key_F2:
        view.rename_selected()
    elif key == Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        view.start_join()
    elif key == Key.Key_C:
        view.start_connect()
    elif key in LETTERS:
        LETTERS[key](view)
    else:
        return False
    return True


def tab(view: CanvasView, forward: bool) -> bool:
    """Select the next layer, note or group; False after the last one: the focus goes on to the next widget."""
    document, selection = view.session.document, view.selection
    order = [*view.reading_order(), *sorted(document.groups), *sorted(document.notes)]
    if not order:
        return False
    present = selection.layers | selection.notes | selection.groups
    chosen = [thing for thing in order if thing in present]
    if not chosen:
        place = 0 if forward else len(order) - 1
    else:
        place = order.index(chosen[-1 if forward else 0]) + (1 if forward else -1)
    if not 0 <= place < len(order):
        return False
    thing = order[place]
    if thing in document.notes:
        selection.select_annotations({thing})
    elif thing in document.groups:
        selection.select_annotations((), {thing})
    else:
        selection.select({thing})
    view.make_visible(thing)
    return True


def _dive_in(view: CanvasView) -> None:
    """From a layer to its first neuron, from a neuron to its bias, from a synapse to its weight."""
    if view.chosen:
        view.edit_chosen()
    elif view.selection.neuron:
        view.edit_bias(view.selection.neuron)
    elif view.selection.synapse:
        view.edit_weight(view.selection.synapse)
    elif any(view.session.document.groups[group].collapsed for group in view.selection.groups):
        view.collapse(view.selection.groups)
    elif view.selection.notes or view.selection.groups:
        view.rename_selected()
    elif len(view.selection.layers) == 1 and view.selection.neuron is None:
        view.selection.select_neuron(NeuronRef(next(iter(view.selection.layers)), 0))


def _climb_out(view: CanvasView) -> None:
    """From a neuron to its layer, from a layer to nothing, from a tool to selecting."""
    selection = view.selection
    if view.tool != "select":
        view.tool = "select"
    elif selection.neuron:
        selection.select({selection.neuron.layer})
    elif view.chosen or selection.neurons:
        selection.clear()
    elif selection.synapse:
        selection.select((), {selection.synapse.synapses})
    else:
        selection.clear()


def _arrow(view: CanvasView, dx: int, dy: int, fine: bool) -> None:
    selection = view.selection
    if selection.neuron:
        _walk_neurons(view, selection.neuron, dx, dy)
    elif view.movable:
        step = 1.0 if fine else GRID
        view.nudge(dx * step, dy * step)
    else:
        tab(view, forward=dx + dy > 0)


def _walk_neurons(view: CanvasView, ref: NeuronRef, dx: int, dy: int) -> None:
    layer = view.session.document.network.layer(ref.layer)
    maps = view.scene.layers[ref.layer].maps
    beside_it = maps.step(ref.neuron, dx, dy) if maps else None
    if beside_it is not None:
        view.selection.select_neuron(NeuronRef(ref.layer, beside_it))
        return
    if dy and maps:
        return
    if dy:
        view.selection.select_neuron(NeuronRef(ref.layer, min(layer.size - 1, max(0, ref.neuron + dy))))
        return
    here = view.scene.layers[ref.layer]
    y = here.ys[here.neurons.index(ref.neuron)] if ref.neuron in here.neurons else here.y
    beside = [item for item in view.scene.layers.values() if (item.x - here.x) * dx > 0 and not item.inside]
    if beside:
        nearest = min(beside, key=lambda item: abs(item.x - here.x) + abs(item.y - here.y) * 0.5)
        beside_y = [(abs(height - y), neuron) for height, neuron in zip(nearest.ys, nearest.neurons, strict=True)]
        first = middle_neuron(nearest.layer.shape) if nearest.maps else 0
        view.selection.select_neuron(NeuronRef(nearest.id, min(beside_y, default=(0.0, first))[1]))
        view.make_visible(nearest.id)

"""The rows of the actions table for what the menus of single layers, wires and neurons hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from nnstudio.document import Layer, LayerKind
from nnstudio.document.edits import InsertLayer
from nnstudio.ui.actions.row import Row, on_canvas
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

GROUP = 4


def rows() -> Iterator[Row]:
    """For the Edit menu and the command palette."""
    yield from _layer_rows()
    yield from _neuron_rows()


def _layer_rows() -> Iterator[Row]:
    menu = tr("Layer")
    kinds: tuple[tuple[LayerKind, str], ...] = (
        ("input", tr("Add an input layer")),
        ("hidden", tr("Add a hidden layer")),
        ("output", tr("Add an output layer")),
    )
    for kind, text in kinds:
        yield Row(
            f"add_{kind}",
            "edit",
            GROUP,
            text,
            lambda w, kind=kind: w.canvas.add_layer(kind),  # type: ignore[misc]
            icon=kind,
            submenu=menu,
            enabled=on_canvas,
        )
    yield Row(
        "connect",
        "edit",
        GROUP,
        tr("Wire to another layer"),
        _connect,
        ("C",),
        "synapse",
        tr("Then arrows and Enter, or a click, choose the other layer"),
        submenu=menu,
        enabled=lambda w: on_canvas(w) and _can_wire(w),
    )
    yield Row(
        "insert_hidden",
        "edit",
        GROUP,
        tr("Insert a hidden layer into the wire"),
        _insert,
        icon="hidden",
        submenu=menu,
        enabled=lambda w: on_canvas(w) and len(w.selection.synapses) == 1,
    )
    yield Row(
        "whole_wire",
        "edit",
        GROUP,
        tr("Select the whole wire"),
        lambda w: w.selection.select((), w.selection.synapses),
        icon="select",
        submenu=menu,
        enabled=lambda w: on_canvas(w) and bool(w.selection.synapse or w.selection.chosen),
    )
    yield Row(
        "fold",
        "edit",
        GROUP,
        tr("Fold the layer up"),
        _fold,
        tip=tr("Draw the selected layers as small cards, or open them again"),
        submenu=menu,
        enabled=lambda w: on_canvas(w) and bool(w.selection.layers),
        text_now=lambda w: tr("Open the layer") if _folded(w) else tr("Fold the layer up"),
    )


def _neuron_rows() -> Iterator[Row]:
    menu = tr("Neuron")
    yield Row(
        "set_value",
        "edit",
        GROUP,
        tr("Set the bias or weight"),
        _set_value,
        icon="rename",
        tip=tr("Type the bias of the selected neuron, or the weight of the selected synapses (Enter on the canvas)"),
        submenu=menu,
        enabled=lambda w: on_canvas(w) and bool(w.selection.neuron or w.selection.synapse or w.selection.chosen),
    )
    yield Row(
        "join",
        "edit",
        GROUP,
        tr("Draw a synapse from the neuron"),
        _join,
        ("Shift+C",),
        "synapse",
        submenu=menu,
        enabled=lambda w: (layer := _of_neuron(w)) is not None and layer.kind != "output",
    )
    yield Row(
        "take_out",
        "edit",
        GROUP,
        tr("Take the neuron out as a layer of its own"),
        _take_out,
        submenu=menu,
        enabled=lambda w: (layer := _of_neuron(w)) is not None and layer.kind == "hidden" and _in_a_row(layer),
    )
    for key, below, text in (
        ("neuron_above", 0, tr("Add a neuron above")),
        ("neuron_below", 1, tr("Add a neuron below")),
    ):
        yield Row(
            key,
            "edit",
            GROUP,
            text,
            lambda w, below=below: _insert_neuron(w, below),  # type: ignore[misc]
            icon="plus",
            submenu=menu,
            enabled=lambda w: (layer := _of_neuron(w)) is not None and len(layer.shape) == 1,
        )
    yield Row(
        "pin",
        "edit",
        GROUP,
        tr("Pin the neuron: always show it"),
        _pin,
        submenu=menu,
        enabled=lambda w: _of_neuron(w) is not None,
        text_now=lambda w: tr("Unpin the neuron") if _pinned(w) else tr("Pin the neuron: always show it"),
    )


def _of_neuron(window: MainWindow) -> Layer | None:
    """The layer of the one selected neuron."""
    chosen = window.selection.neuron
    if chosen is None or not on_canvas(window):
        return None
    return window.session.document.network.layers.get(chosen.layer)


def _in_a_row(layer: Layer) -> bool:
    return len(layer.shape) == 1 and layer.size > 1


def _can_wire(window: MainWindow) -> bool:
    selection, layers = window.selection, window.session.document.network.layers
    if len(selection.layers) == 1:
        layer = layers.get(next(iter(selection.layers)))
        return layer is not None and layer.kind != "output"
    return len(selection.groups) == 1 and not selection.layers


def _connect(window: MainWindow) -> None:
    window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
    window.canvas.start_connect()


def _join(window: MainWindow) -> None:
    window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
    window.canvas.start_join()


def _insert(window: MainWindow) -> None:
    canvas, network = window.canvas, window.session.document.network
    bundle = next(iter(window.selection.synapses))
    ends = (canvas.scene.layers[layer] for layer in (network.synapses[bundle].source, network.synapses[bundle].target))
    a, b = ends
    canvas.add(InsertLayer(bundle, snapped((a.x + b.x) / 2, (a.y + b.y) / 2)))


def _folded(window: MainWindow) -> bool:
    layers = window.selection.layers
    return bool(layers) and layers <= window.canvas.folding.folded


def _fold(window: MainWindow) -> None:
    folding, layers = window.canvas.folding, window.selection.layers
    folded = folding.folded - layers if _folded(window) else folding.folded | layers
    window.canvas.fold(replace(folding, folded=folded))


def _set_value(window: MainWindow) -> None:
    selection, canvas = window.selection, window.canvas
    if selection.chosen:
        canvas.edit_chosen()
    elif selection.neuron is not None:
        canvas.edit_bias(selection.neuron)
    elif selection.synapse is not None:
        canvas.edit_weight(selection.synapse)


def _take_out(window: MainWindow) -> None:
    if window.selection.neuron is not None:
        window.canvas.take_out(window.selection.neuron)


def _insert_neuron(window: MainWindow, below: int) -> None:
    chosen = window.selection.neuron
    if chosen is not None:
        window.canvas.insert_neuron(chosen.layer, chosen.neuron + below)


def _pinned(window: MainWindow) -> bool:
    chosen = window.selection.neuron
    return isinstance(chosen, NeuronRef) and chosen.neuron in window.canvas.folding.pins(chosen.layer)


def _pin(window: MainWindow) -> None:
    chosen = window.selection.neuron
    if chosen is not None:
        window.canvas.pin(chosen.layer, chosen.neuron, not _pinned(window))

"""What can be added where the pointer is, or at the end of a wire that was dropped on the empty canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from nnstudio.catalog import activations, wirings
from nnstudio.catalog.joints import refusal
from nnstudio.document import Document, LayerKind, Message, Part, StudioError
from nnstudio.document.edits import AddLayer, Connect, Edit, ReshapeLayer, Several
from nnstudio.ui.canvas.menus import kind_text, pop_up
from nnstudio.ui.canvas.search_menu import Offer, SearchMenu
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

LEFT = 54.0  # from the end of a wire to the middle of the layer that is added there
KINDS: tuple[LayerKind, ...] = ("input", "hidden", "output")
IMAGES = ("convolution", "pooling")
ENDS: tuple[LayerKind, ...] = ("hidden", "output")


def quick_add_menu(view: CanvasView, point: QPointF) -> None:
    """All kinds of layers, to be added at a view point, and whatever of them fits what is typed: "12 relu"."""
    there = view.camera.to_scene(point)
    place = snapped(there.x(), there.y())

    def offers(size: int | None) -> Iterator[Offer]:
        for kind in KINDS:
            yield Offer(
                _named(kind_text(kind), _neurons(size)), partial(view.add, AddLayer(kind, place, None, size)), kind
            )
        yield Offer(tr("Note"), partial(view.add_note, point), "note", "N")
        for kind in ENDS:
            for key, entry in activations.items():
                edit = AddLayer(kind, place, None, size, Part(key))
                text = _named(kind_text(kind), _neurons(size), tr(entry.label))
                yield Offer(text, partial(view.add, edit), kind, first=False, words=key)

    _open(view, tr("Add a layer"), offers, point)


def wire_menu(view: CanvasView, source: int, point: QPointF) -> None:
    """A wire was dropped at a view point on the empty canvas: what may stand at its end, added and wired as one step.

    The kind of synapses that was chosen comes first, then the others that fit; what is typed finds activations, a
    number of neurons, and the layers that are there already.
    """
    there = view.camera.to_scene(point)
    place, document = snapped(there.x() + LEFT, there.y()), view.session.document
    network, chosen = document.network, view.selection.wiring
    image = len(network.layers[source].shape) == 3
    parts = (chosen, *(Part(key) for key in wirings if key != chosen.key))

    def offers(size: int | None) -> Iterator[Offer]:
        usual = {kind: next(wiring for wiring in parts if _fits(document, source, kind, wiring)) for kind in ENDS}
        for wiring in parts:
            label = tr(wirings[wiring.key].label)
            for kind in ENDS:
                made = _step(document, source, AddLayer(kind, place, None, size), wiring)
                if made is None:
                    continue
                text = _named(_wired(kind), made.count, "" if wiring is chosen else label)
                shown = wiring is usual[kind] or (image and kind == "hidden" and wiring.key in IMAGES)
                yield Offer(text, partial(view.add, made.edit), kind, first=shown, words=label)
        for kind in ENDS:
            for key, entry in activations.items():
                made = _step(document, source, AddLayer(kind, place, None, size, Part(key)), usual[kind])
                if made is not None:
                    text = _named(_wired(kind), made.count, tr(entry.label))
                    yield Offer(text, partial(view.add, made.edit), kind, first=False, words=key)
        for layer in network.layers.values():
            if refusal(network, source, layer.id, chosen) is None:
                edit = Connect(source, layer.id, chosen)
                yield Offer(tr("Wire to {layer}", layer=layer.name), partial(view.do, edit), "synapse", first=False)

    _open(view, tr("Add a layer at the end of the wire"), offers, point)


@dataclass(frozen=True)
class Step:
    """Adding a layer, wired; ``count`` says what the number that was typed stands for, if it counts."""

    edit: Edit
    count: str


def _wired(kind: LayerKind) -> str:
    return tr("Add Hidden here, wired") if kind == "hidden" else tr("Add Output here, wired")


def _fits(document: Document, source: int, kind: LayerKind, wiring: Part) -> bool:
    return _step(document, source, AddLayer(kind, (0.0, 0.0)), wiring) is not None


def _step(document: Document, source: int, adding: AddLayer, wiring: Part) -> Step | None:
    """The one step that adds a layer, wired from ``source`` so; None where such synapses do not fit there."""
    made, entry = document.network.next_id, wirings[wiring.key]
    try:
        network = adding.apply(document).network
    except StudioError:  # so many neurons cannot be
        return None
    start, new = network.layers[source], network.layers[made]
    step = Message.of("Add {kind} wired to {source}", kind=kind_text(adding.kind), source=start.name)
    wire = Connect(source, made, wiring)
    maps = replace(new, shape=(1, 1, adding.size)) if adding.size and wiring.key == "convolution" else new
    shape = entry.target_shape(start, maps, wiring) if new.kind == "hidden" else None
    if shape is not None and shape != new.shape:
        count = tr("{count} maps", count=adding.size) if maps is not new else ""
        return Step(Several(step, (adding, ReshapeLayer(made, shape), wire)), count)
    if entry.refusal(start, new, wiring) is not None:
        return None
    return Step(Several(step, (adding, wire)), _neurons(adding.size))


def _neurons(size: int | None) -> str:
    if size is None:
        return ""
    return tr("{count} neurons", count=size) if size != 1 else tr("1 neuron")


def _named(text: str, *details: str) -> str:
    """The text with what makes this layer another one: how many neurons, which activation, how it is wired."""
    found = ", ".join(detail for detail in details if detail)
    return tr("{layer}: {details}", layer=text, details=found) if found else text


def _open(view: CanvasView, title: str, offers: Callable[[int | None], Iterable[Offer]], point: QPointF) -> None:
    menu = SearchMenu(view, title, tr("Search, for example: 12 relu"), offers)
    view.menu = menu
    pop_up(view, menu, point)

"""The canvas for screen readers: layers, neurons, bundles and synapses with names, places and what is selected.

Every object is a small QObject of its own: Qt keeps the interface of an object as long as the object lives, while an
interface without one has no owner and brings PySide down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QAccessibleObject
from PySide6.QtWidgets import QAccessibleWidget

from nnstudio.catalog import activations
from nnstudio.ui.canvas.annotations import frame_rect
from nnstudio.ui.canvas.bundle_item import value_of
from nnstudio.ui.muting import muted_neurons, off_words
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.voices import speaks
from nnstudio.ui.widgets.numbers import count_text, signed

if TYPE_CHECKING:
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.canvas.view import CanvasView

Kind = Literal["layer", "neuron", "bundle", "synapse", "group", "note"]
Key = tuple[Kind, int, int, int]  # kind, id of layer, bundle, group or note, then neuron or source and target
Event = QAccessible.Event
Role = QAccessible.Role
MOST = 200  # synapses of a bundle that are told one by one: of more, the strongest


class Mark(QObject):
    """Stands for one object of the canvas."""

    def __init__(self, view: Surface, key: Key) -> None:
        super().__init__(view)
        self.view, self.key = view, key


class Voices:
    """The marks of one canvas. Nothing is made before somebody listens."""

    def __init__(self, view: Surface) -> None:
        speaks(type(view), CanvasVoice)
        self._view = view
        self._marks: dict[Key, Mark] = {}
        self._told: list[Key] = []

    def mark(self, key: Key) -> Mark:
        """The object that stands for ``key``."""
        if key not in self._marks:
            self._marks[key] = Mark(self._view, key)
        return self._marks[key]

    def top(self) -> list[Key]:
        """Layers from left to right, then the bundles between them, groups and notes."""
        scene = self._view.scene
        shown = [item for item in scene.layers.values() if not item.inside]
        order = sorted(shown, key=lambda item: (item.x, item.y))
        keys: list[Key] = [("layer", item.id, 0, 0) for item in order]
        keys += [("bundle", i, 0, 0) for i in scene.bundles]
        keys += [("group", i, 0, 0) for i in scene.annotations.groups]
        return [*keys, *(("note", i, 0, 0) for i in scene.annotations.notes)]

    def below(self, key: Key) -> list[Key]:
        """The neurons that a layer shows, the synapses that a bundle shows."""
        kind, of, _, _ = key
        scene = self._view.scene
        if kind == "layer" and of in scene.layers:
            card, walked = scene.layers[of], self._view.selection.neuron
            neurons = card.neurons  # of an image, which has thousands, the one that is walked to
            if card.maps and walked is not None and walked.layer == of:
                neurons = (walked.neuron,)
            return [("neuron", of, neuron, 0) for neuron in neurons]
        if kind != "bundle" or of not in scene.bundles:
            return []
        item = scene.bundles[of]
        pairs = list(zip(item.sources.tolist(), item.targets.tolist(), strict=True))
        weights = self._view.session.document.parameters.weights.get(of)
        if len(pairs) > MOST:
            size = np.abs(item.values(weights)) if weights is not None else np.zeros(len(pairs))
            pairs = [pairs[place] for place in sorted(np.argsort(-size, kind="stable")[:MOST].tolist())]
            chosen = self._view.selection.synapse
            ref = (chosen.source, chosen.target) if chosen and chosen.synapses == of else None
            if ref is not None and ref not in pairs:
                pairs.append(ref)
        return [("synapse", of, source, target) for source, target in pairs]

    def selected(self) -> Key | None:
        """What a reader should stand at: the innermost selected object."""
        selection = self._view.selection
        if selection.neuron is not None:
            return ("neuron", selection.neuron.layer, selection.neuron.neuron, 0)
        if selection.synapse is not None:
            return ("synapse", selection.synapse.synapses, selection.synapse.source, selection.synapse.target)
        if selection.layers:
            return ("layer", min(selection.layers), 0, 0)
        if selection.groups or selection.notes:
            return ("group", min(selection.groups), 0, 0) if selection.groups else ("note", min(selection.notes), 0, 0)
        return ("bundle", min(selection.synapses), 0, 0) if selection.synapses else None

    def tell_selection(self) -> None:
        """The selection is another one."""
        key = self.selected()
        if QAccessible.isActive() and key is not None and alive(self._view, key):
            what = Event.Focus if self._view.hasFocus() else Event.Selection
            QAccessible.updateAccessibility(QAccessibleEvent(self.mark(key), what))

    def tell_document(self) -> None:
        """Layers and bundles came, went or took another place."""
        if QAccessible.isActive():
            now = self.top()
            for key in set(now) - set(self._told):
                QAccessible.updateAccessibility(QAccessibleEvent(self.mark(key), Event.ObjectCreated))
            for key in set(self._told) - set(now):
                QAccessible.updateAccessibility(QAccessibleEvent(self.mark(key), Event.ObjectDestroyed))
            self._told = now
        for key in [key for key in self._marks if not alive(self._view, key)]:
            self._marks.pop(key).deleteLater()


class CanvasVoice(QAccessibleWidget):
    """The canvas itself: its layers and bundles come before the boxes that float over it."""

    def __init__(self, view: Surface) -> None:
        super().__init__(view, Role.Canvas)
        self._view = view

    def childCount(self) -> int:
        """All of them."""
        return len(self._view.voices.top()) + super().childCount()

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """One of them."""
        top = self._view.voices.top()
        return _voice(self._view, top[index]) if 0 <= index < len(top) else super().child(index - len(top))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Where a child stands, -1 where it is none."""
        top, mark = self._view.voices.top(), child.object()
        if isinstance(mark, Mark):
            return top.index(mark.key) if mark.key in top else -1
        place = super().indexOfChild(child)
        return place + len(top) if place >= 0 else place

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """What lies at a point of the screen."""
        key = _under(self._view, QPoint(x, y))
        return super().childAt(x, y) if key is None else _voice(self._view, key)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """What is selected, while the canvas has the keyboard."""
        key = self._view.voices.selected()
        focused = self._view.hasFocus() and key is not None and alive(self._view, key)
        return _voice(self._view, key) if focused and key is not None else None


class MarkVoice(QAccessibleObject):
    """A layer, neuron, bundle or synapse."""

    def __init__(self, mark: Mark) -> None:
        super().__init__(mark)
        self._mark = mark

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The layer of a neuron, the bundle of a synapse, else the canvas."""
        view, (kind, of, _, _) = self._mark.view, self._mark.key
        if kind in ("layer", "bundle", "group", "note"):
            return QAccessible.queryAccessibleInterface(view)
        return _voice(view, ("layer" if kind == "neuron" else "bundle", of, 0, 0))

    def childCount(self) -> int:
        """Neurons of a layer, synapses of a bundle."""
        return len(self._mark.view.voices.below(self._mark.key))

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """One of them."""
        below = self._mark.view.voices.below(self._mark.key)
        return _voice(self._mark.view, below[index]) if 0 <= index < len(below) else None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The one at a point of the screen."""
        view, key = self._mark.view, _under(self._mark.view, QPoint(x, y))
        # never itself: Qt asks on and on until there is none
        return _voice(view, key) if key is not None and key in view.voices.below(self._mark.key) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Where a child stands, -1 where it is none."""
        mark, below = child.object(), self._mark.view.voices.below(self._mark.key)
        return below.index(mark.key) if isinstance(mark, Mark) and mark.key in below else -1

    def text(self, what: QAccessible.Text) -> str:
        """The name says what it is and its numbers; the description its problems."""
        view, key = self._mark.view, self._mark.key
        if not alive(view, key):
            return ""
        if what == QAccessible.Text.Name:
            return spoken(view, key)
        kinds = {"layer": "layer", "bundle": "synapses"}
        described = what == QAccessible.Text.Description and key[0] in kinds
        return view.problem_text(kinds[key[0]], key[1]) if described else ""

    def role(self) -> QAccessible.Role:
        """Layers and bundles hold neurons and synapses."""
        kind = self._mark.key[0]
        if kind == "note":
            return Role.Note
        return Role.Grouping if kind in ("layer", "bundle", "group") else Role.ListItem

    def state(self) -> QAccessible.State:
        """Selected, focused, folded up, out of sight."""
        view, key = self._mark.view, self._mark.key
        state = QAccessible.State()
        if not alive(view, key):
            state.invalid = True
            return state
        state.selectable = state.focusable = True
        state.selected = is_selected(view, key)
        state.focused = view.hasFocus() and key == view.voices.selected()
        state.offscreen = not view.viewport().rect().intersects(_place(view, key))
        if key[0] == "layer":
            state.expandable = True
            state.collapsed = view.scene.layers[key[1]].folded
            state.expanded = not state.collapsed
        elif key[0] == "group":
            state.expandable = True
            state.collapsed = view.scene.annotations.groups[key[1]].collapsed
            state.expanded = not state.collapsed
        return state

    def rect(self) -> QRect:
        """Its place on the screen, in pixels."""
        view, key = self._mark.view, self._mark.key
        if not alive(view, key):
            return QRect()
        place = _place(view, key)
        return place.translated(view.viewport().mapToGlobal(QPoint(0, 0)))


def alive(view: Surface, key: Key) -> bool:
    """Whether the object still exists."""
    kind, of, i, j = key
    scene = view.scene
    if kind in ("layer", "neuron"):
        return of in scene.layers and (kind == "layer" or i < scene.layers[of].layer.size)
    if kind in ("group", "note"):
        return of in (scene.annotations.groups if kind == "group" else scene.annotations.notes)
    if of not in scene.bundles:
        return False
    item = scene.bundles[of]
    return kind == "bundle" or (i < item.source.layer.size and j < item.target.layer.size)


def is_selected(view: Surface, key: Key) -> bool:
    """Whether the person has chosen it."""
    kind, of, i, j = key
    selection = view.selection
    if kind == "layer":
        return of in selection.layers
    if kind == "bundle":
        return of in selection.synapses
    if kind in ("group", "note"):
        return of in (selection.groups if kind == "group" else selection.notes)
    if kind == "neuron":
        return selection.neuron == NeuronRef(of, i) or NeuronRef(of, i) in selection.neurons
    chosen = view.chosen.get(of)
    together = chosen is not None and chosen.ndim == 2 and i < chosen.shape[0] and j < chosen.shape[1]
    return selection.synapse == SynapseRef(of, i, j) or (together and chosen is not None and bool(chosen[i, j]))


def spoken(view: Surface, key: Key) -> str:
    """What an object is, in words."""
    kind, of, i, j = key
    if kind in ("group", "note"):
        return _annotation(view, kind == "group", of)
    if kind == "layer":
        layer = view.scene.layers[of].layer
        words = [tr("Layer {name}, {count} neurons", name=layer.name, count=count_text(layer.size))]
        known = activations.get(layer.activation.key)
        if layer.kind != "input":
            words.append(tr(known.label) if known else layer.activation.key)
        words.append(off_words(view.session.document, of))
    elif kind == "neuron":
        words = [tr("Neuron {name}", name=view.scene.layers[of].layer.label(i))]
        biases, values = view.parameters.biases.get(of), view.activity.values.get(of)
        if view.scene.layers[of].layer.has_bias and biases is not None and i < len(biases):
            words.append(tr("bias {value}", value=signed(float(biases[i]))))
        if values is not None and i < len(values):
            words.append(tr("activation {value}", value=signed(float(values[i]))))
        words.append(tr("muted") if i in muted_neurons(view.session.document, of) else "")
    else:
        item = view.scene.bundles[of]
        a, b = item.source.layer, item.target.layer
        if kind == "bundle":
            words = [tr("Synapses from {a} to {b}", a=a.name, b=b.name), count_text(item.total)]
        else:
            words = [tr("Synapse from {a} to {b}", a=a.label(i), b=b.label(j))]
            weight = value_of(item, view.parameters.weights.get(of), i, j)
            words.append("" if weight is None else tr("weight {value}", value=signed(weight)))
    return ", ".join(word for word in words if word)


def _annotation(view: Surface, group: bool, of: int) -> str:
    """A group with the names of its layers, or the text of a note."""
    if not group:
        return tr("Note: {words}", words=view.scene.annotations.notes[of].text)
    found, layers = view.scene.annotations.groups[of], view.scene.layers
    names = ", ".join(item.layer.name for i, item in layers.items() if i in found.layers)
    return tr("Group {name}: {layers}", name=found.name, layers=names)


def _voice(view: Surface, key: Key) -> QAccessibleInterface | None:
    return QAccessible.queryAccessibleInterface(view.voices.mark(key))


def _place(view: Surface, key: Key) -> QRect:
    """Where an object is drawn, in pixels of the view."""
    kind, of, i, j = key
    if kind in ("layer", "neuron"):
        item = view.scene.at(view.nearness.far)[of]
        rect = item.rect
        if kind == "neuron" and item.maps:
            rect = item.maps.pixel(i) or rect
        elif kind == "neuron" and i in item.neurons:
            rect = _around(QPointF(item.x, item.ys[item.neurons.index(i)]), item.radius)
    elif kind == "group":
        rect = frame_rect(view.scene.annotations.groups[of], view.scene.at(view.nearness.far))
    elif kind == "note":
        rect = QRectF(*view.scene.annotations.notes[of].rect)
    else:
        bundle = view.scene.bundles[of]
        place = bundle.place(i, j) if kind == "synapse" else None
        rect = bundle.bounds if place is None else _around(bundle.place_at(place, 0.5), 6.0)
    return view.camera.rect_to_view(rect).toAlignedRect()


def _around(point: QPointF, radius: float) -> QRectF:
    return QRectF(point - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius))


def _under(view: Surface, where: QPoint) -> Key | None:
    """The object at a point of the screen; None where a floating box or nothing is."""
    port = view.viewport()
    point = port.mapFromGlobal(where)
    if not port.rect().contains(point) or view.childAt(view.mapFromGlobal(where)) is not port:
        return None
    there = view.camera.to_scene(QPointF(point))
    hit = view.scene.hit(there, view.parameters, view.armed, view.camera.zoom, view.nearness)
    hit = cast("CanvasView", view).annotation_hit(there, hit)
    if hit is None:
        return None
    if hit.kind in ("note", "group"):
        return ("note" if hit.kind == "note" else "group", hit.id, 0, 0)
    if hit.kind == "layer":
        neuron = hit.neuron if hit.spot == "neuron" else None
        return ("layer", hit.id, 0, 0) if neuron is None else ("neuron", hit.id, neuron, 0)
    if hit.synapse is not None:
        return ("synapse", hit.id, hit.synapse.source, hit.synapse.target)
    return ("bundle", hit.id, 0, 0)


speaks(Mark, MarkVoice)

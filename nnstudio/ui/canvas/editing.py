"""What can be done on the canvas: the operations that menus, shortcuts and gestures share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QToolTip

from nnstudio.document import LayerKind, Message, StudioError
from nnstudio.document.edits import AddLayer, Edit, Remove, RemoveNeuron, RenameLayer
from nnstudio.events import Event
from nnstudio.ui.canvas.gestures import Gesture, Wire
from nnstudio.ui.canvas.overlays import TitleEditor
from nnstudio.ui.canvas.surface import Surface
from nnstudio.ui.layer_drag import free_place
from nnstudio.ui.text import message_text

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

Tool = Literal["select", "layer", "synapse"]


class Editing(Surface):
    """Every operation is one named step of the session's history."""

    def __init__(self, *args: Any) -> None:
        self.menu: QMenu | None = None
        self.title_editor: TitleEditor | None = None
        self.tool_changed: Event[Tool] = Event()
        self._tool: Tool = "select"
        super().__init__(*args)

    # -- tools and gestures ---------------------------------------------------------------------------------------

    @property
    def tool(self) -> Tool:
        """What the left button does: "select" and drag, add a "layer", or draw a "synapse" wire."""
        return self._tool

    @tool.setter
    def tool(self, tool: Tool) -> None:
        if tool != self._tool:
            self._tool = tool
            self.cancel_gesture()
            self.set_cursor(None)
            self.tool_changed.emit(tool)

    def set_cursor(self, shape: Qt.CursorShape | None) -> None:
        """Give the pointer a shape; None takes the tool's own."""
        own = Qt.CursorShape.ArrowCursor if self._tool == "select" else Qt.CursorShape.CrossCursor
        super().set_cursor(own if shape is None else shape)

    def begin(self, gesture: Gesture) -> None:
        """``gesture`` takes the pointer from now on."""
        self.gesture = gesture
        if gesture.cursor is not None:
            self.set_cursor(gesture.cursor)
        self.invalidate_strokes()

    def cancel_gesture(self) -> None:
        """End the gesture without a trace."""
        if self.gesture is not None:
            self.end_gesture(cancelled=True)

    def menu_closed(self) -> None:
        """The menu is gone; a wire that waited for its answer goes too."""
        self.menu = None
        if isinstance(self.gesture, Wire):
            self.end_gesture(cancelled=True)

    # -- doing ----------------------------------------------------------------------------------------------------

    def do(self, edit: Edit, merge: Hashable | None = None) -> bool:
        """Do ``edit``; a refusal is told in words next to the pointer. True where it was done."""
        return self.attempt(lambda: self.session.do(edit, merge))

    def attempt(self, work: Callable[[], object]) -> bool:
        """Do ``work``; a refusal is told in words. True where it was done."""
        try:
            work()
        except StudioError as error:
            self.tell(message_text(error.message))
            return False
        return True

    def tell(self, words: str) -> None:
        """Say something next to the pointer."""
        point = self.viewport().mapToGlobal(self.pointer_or_middle().toPoint())
        QToolTip.showText(point, words, self.viewport())

    def add(self, edit: Edit) -> None:
        """Do ``edit`` and select the layers that it brought."""
        before = self.session.document.network.layers.keys()
        if self.do(edit):
            self.selection.select(self.session.document.network.layers.keys() - before)

    def add_layer(self, kind: LayerKind) -> None:
        """Add a layer at a free place."""
        place = free_place(self.session.document, kind)
        self.add(AddLayer(kind, place))
        for layer in self.selection.layers:
            self.make_visible(layer)

    def delete_selected(self) -> None:
        """Delete the selected neuron, or the selected layers and bundles."""
        selection = self.selection
        if selection.neuron is not None:
            layer, neuron = selection.neuron.layer, selection.neuron.neuron
            if self.do(RemoveNeuron(layer, neuron)):
                selection.select({layer})
        elif not selection.empty:
            self.do(Remove(selection.layers, selection.synapses))

    def delete_synapses(self, synapses: int) -> None:
        """Delete one bundle."""
        self.do(Remove(synapses=frozenset({synapses})))

    def select_all(self) -> None:
        """Select every layer and bundle."""
        network = self.session.document.network
        self.selection.select(network.layers, network.synapses)

    # -- names ----------------------------------------------------------------------------------------------------

    def rename_selected(self) -> None:
        """Type another name for the one selected layer."""
        if len(self.selection.layers) == 1:
            self.rename(next(iter(self.selection.layers)))

    def rename(self, layer: int) -> None:
        """Type another name for a layer, on its card."""
        self.make_visible(layer)
        item = self.scene.at(self.nearness.far)[layer]
        self.editing = layer
        rect = self.camera.rect_to_view(item.title_rect)
        self.title_editor = TitleEditor(cast("CanvasView", self), layer, item.layer.name, rect)
        self.viewport().update()

    def rename_to(self, layer: int, name: str) -> bool:
        """Give a layer a name; False where it is refused."""
        present = self.session.document.network.layers.get(layer)
        if present is None or present.name == name.strip():
            return True
        return self.do(RenameLayer(layer, name))

    def title_editor_closed(self) -> None:
        """The name is no longer being typed."""
        editor, self.title_editor, self.editing = self.title_editor, None, None
        if editor is not None and editor.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().update()

    # -- wiring ---------------------------------------------------------------------------------------------------

    def start_connect(self, source: int | None = None) -> None:
        """Begin a wire at a layer (by default the selected one); a click, or arrows and Enter, choose its target."""
        if source is None:
            if len(self.selection.layers) != 1:
                return
            source = next(iter(self.selection.layers))
        layer = self.session.document.network.layer(source)
        if layer.kind == "output":
            refusal = Message.of('"{name}" is an output: no synapses leave from it.', name=layer.name)
            self.tell(message_text(refusal))
            return
        self.begin(Wire(cast("CanvasView", self), source, lasting=True))

    def layer_under(self, point: QPointF, margin: float) -> int | None:
        """The layer whose card holds a view point, else the nearest within ``margin`` view pixels."""
        return self.scene.layer_at(self.camera.to_scene(point), margin / self.camera.zoom, self.nearness.far)

    def wire_under(self, scene_point: QPointF) -> int | None:
        """The bundle into which a layer dropped at a scene point would be inserted."""
        if self.scene.layer_at(scene_point, far=self.nearness.far) is not None:
            return None
        return self.scene.wire_at(scene_point, self.camera.zoom)

    def reading_order(self) -> list[int]:
        """All layers that are drawn, from left to right, then from top to bottom."""
        shown = [item for item in self.scene.layers.values() if not item.inside]
        return [item.id for item in sorted(shown, key=lambda item: (item.x, item.y))]

    # -- places on screen -----------------------------------------------------------------------------------------

    def _pointer(self) -> QPointF | None:
        point = self.viewport().mapFromGlobal(QCursor.pos())
        return QPointF(point) if self.viewport().rect().contains(point) and self.underMouse() else None

    def pointer_or_middle(self) -> QPointF:
        """The pointer in view pixels, or the middle of the view where it is elsewhere."""
        return self._pointer() or QRectF(self.viewport().rect()).center()

    def layer_point(self, layer: int) -> QPoint:
        """The middle of a card's title in view pixels."""
        return self.camera.to_view(self.scene.at(self.nearness.far)[layer].title_rect.center()).toPoint()

    def neuron_point(self, layer: int, neuron: int) -> QPoint:
        """A shown neuron's centre in view pixels; KeyError where it is not drawn."""
        item = self.scene.layers[layer]
        pixel = item.maps.pixel(neuron) if item.maps else None
        if pixel is not None:
            return self.camera.to_view(pixel.center()).toPoint()
        if neuron not in item.neurons:
            raise KeyError(neuron)
        return self.camera.to_view(QPointF(item.x, item.ys[item.neurons.index(neuron)])).toPoint()

    def port_point(self, layer: int) -> QPoint:
        """A layer's output port in view pixels."""
        return self.camera.to_view(self.scene.at(self.nearness.far)[layer].out_port).toPoint()

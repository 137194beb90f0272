"""Drags a card of the palette onto the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from nnstudio.document import LayerKind, Part, Position
from nnstudio.document.edits import AddLayer, Edit, InsertLayer
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.layer_drag import snapped

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


class DropLayer(Gesture):
    """The new layer stands at the pointer as a ghost; over a wire a hidden layer is shown inserted there."""

    pans_at_edge = True

    def __init__(self, view: CanvasView, kind: LayerKind) -> None:
        super().__init__(view)
        self._kind: LayerKind = kind
        self.ghost = view.session.document.network.next_id

    def _edit(self, point: QPointF) -> Edit:
        camera = self.view.camera
        scene_point = camera.to_scene(point)
        place: Position = snapped(scene_point.x(), scene_point.y())
        self.chosen_bundle = None
        if self._kind == "hidden":
            self.chosen_bundle = self.view.wire_under(scene_point)
        if self.chosen_bundle is not None:
            return InsertLayer(self.chosen_bundle, place)
        return AddLayer(self._kind, place)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Show the network as it would be."""
        self.view.show_preview(self._edit(point))

    def release(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Add the layer and select it."""
        edit = self._edit(point)
        self.view.show_preview(None)
        self.view.add(edit)


class DropSynapses(Gesture):
    """The card of a wiring: dropped on a layer, a wire of that kind begins there."""

    pans_at_edge = True

    def __init__(self, view: CanvasView, wiring: Part) -> None:
        super().__init__(view)
        self._wiring = wiring
        layers = view.session.document.network.layers
        self.targets = frozenset(i for i, layer in layers.items() if layer.kind != "output")
        self.dimmed = frozenset(layers) - self.targets

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Point at the layer under the pointer."""
        over = self.view.layer_under(point, 6.0)
        self.chosen = over if over in self.targets else None
        self.view.viewport().update()

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Begin to wire."""
        self.move(point, modifiers)
        if self.chosen is not None:
            self.view.selection.use_wiring(self._wiring)
            self.view.start_connect(self.chosen)

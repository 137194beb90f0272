"""Drags one end of a bundle of synapses to another layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.catalog import joints
from nnstudio.document import Message
from nnstudio.document.edits import Connect, Remove, Several
from nnstudio.document.edits.structure import wiring_anew
from nnstudio.ui.canvas.bundle_item import curve_handle, curve_path
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.text import message_text
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

End = Literal["source", "target"]


class Reroute(Gesture):
    """Layers that the end may be dropped on light up; the wire keeps its wiring and draws new weights, in one step."""

    cursor = Qt.CursorShape.ClosedHandCursor
    pans_at_edge = True

    def __init__(self, view: CanvasView, synapses: int, end: End, start: QPointF) -> None:
        super().__init__(view)
        network = view.session.document.network
        self._bundle = network.synapses[synapses]
        self._end: End = end
        self._fixed = self._bundle.target if end == "source" else self._bundle.source
        self._present = self._bundle.source if end == "source" else self._bundle.target
        rest = network.without(synapses={synapses})
        wiring = self._bundle.wiring
        self._refusals = {layer: joints.refusal(rest, *self._pair(layer), wiring) for layer in network.layers}
        self.targets = frozenset(
            layer for layer, refusal in self._refusals.items() if refusal is None and layer != self._present
        )
        self.dimmed = frozenset(network.layers) - self.targets - {self._fixed, self._present}
        self._point = start
        self._over: int | None = None

    def _pair(self, layer: int) -> tuple[int, int]:
        return (layer, self._fixed) if self._end == "source" else (self._fixed, layer)

    @property
    def words(self) -> str:
        """Why the end cannot be dropped where it is; empty where it can."""
        refusal = self._refusals.get(self._over) if self._over is not None else None
        return message_text(refusal.message) if refusal else ""

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Point at what lies under the pointer."""
        self._point = point
        self._over = self.view.layer_under(point, 8.0)
        self.chosen = self._over if self._over in self.targets else None
        self.view.set_cursor(Qt.CursorShape.ForbiddenCursor if self.words else self.cursor)
        self.view.viewport().update()

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Wire it there; anywhere else nothing changes."""
        self.move(point, modifiers)
        if self.chosen is None:
            return
        network, bundle = self.view.session.document.network, self._bundle
        source, target = self._pair(self.chosen)
        name = Message.of(
            "Re-route {layer} to {other}", layer=network.layer(self._fixed).name, other=network.layer(self.chosen).name
        )
        new = network.next_id
        edits = (
            Remove(synapses=frozenset({bundle.id})),
            Connect(source, target, wiring_anew(bundle.wiring), bundle.initializer),
        )
        if self.view.do(Several(name, edits)):
            self.view.selection.select((), {new})

    def paint(self, painter: QPainter) -> None:
        """The wire in hand."""
        cards = self.view.scene.at(self.view.nearness.far)
        free = self.view.camera.to_scene(self._point)
        if self.chosen is not None:
            free = cards[self.chosen].out_port if self._end == "source" else cards[self.chosen].in_port
        held = cards[self._fixed].in_port if self._end == "source" else cards[self._fixed].out_port
        start, end = (free, held) if self._end == "source" else (held, free)
        refused = bool(self.words)
        style = Qt.PenStyle.DashLine if refused else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme.colors.q("error" if refused else "accent"), 2.5, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(curve_path(start, end, curve_handle(start.x(), end.x())))

    def paint_over(self, painter: QPainter) -> None:
        """The reason beside the pointer."""
        if self.words:
            inside = QRectF(self.view.viewport().rect())
            paint_bubble(painter, self._point, self.words, inside, theme.colors.q("error"), theme.colors)

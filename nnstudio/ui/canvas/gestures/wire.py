"""Draws synapses from one layer to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from nnstudio.catalog.joints import refusal
from nnstudio.document.edits import Connect
from nnstudio.ui.canvas.bundle_item import curve_handle, curve_path
from nnstudio.ui.canvas.gestures.gesture import Gesture, Modifiers
from nnstudio.ui.canvas.marks import paint_bubble
from nnstudio.ui.canvas.quick_add import wire_menu
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

KEYS_ON = (Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Down)
KEYS_BACK = (Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Up)


class Wire(Gesture):
    """Layers that may be wired light up; over another one the reason is told in words.

    A ``lasting`` wire hangs on the pointer until a click; arrows or Tab choose its target too, and Enter ends it.
    """

    cursor = Qt.CursorShape.CrossCursor
    pans_at_edge = True

    def __init__(self, view: CanvasView, source: int, start: QPointF | None = None, lasting: bool = False) -> None:
        super().__init__(view)
        self.lasting = lasting
        self.source = source
        network = view.session.document.network
        self._wiring = view.selection.wiring
        self._refusals = {layer: refusal(network, source, layer, self._wiring) for layer in network.layers}
        self.targets = frozenset(layer for layer, refusal in self._refusals.items() if refusal is None)
        self.dimmed = frozenset(network.layers) - self.targets - {source}
        self._start = start
        self._point = start or view.camera.to_view(view.scene.layers[source].out_port + QPointF(70, 0))
        self._over: int | None = None
        self._asking = False
        self._shut = ""  # the collapsed group under the pointer, where it is not clear which of its layers is meant

    @property
    def words(self) -> str:
        """Why the wire cannot end where it points; empty where it can."""
        if self._shut:
            return tr('Open the group "{name}" to choose one of its layers.', name=self._shut)
        refusal = self._refusals.get(self._over) if self._over is not None else None
        return message_text(refusal.message) if refusal else ""

    def _aim(self, layer: int | None) -> None:
        self._over = layer if layer in self._refusals else None
        self.chosen = layer if layer in self.targets else None
        self.view.set_cursor(Qt.CursorShape.ForbiddenCursor if self.words and layer != self.source else self.cursor)
        self.view.viewport().update()

    def move(self, point: QPointF, modifiers: Modifiers) -> None:  # noqa: ARG002
        """Point at what lies under the pointer."""
        if self._asking:
            return
        self._point = point
        layer, self._shut = self.view.layer_under(point, 8.0), ""
        gate = self.view.gate(point) if layer is None else None
        if gate is not None:
            layer = gate[1]
            self._shut = gate[0] if layer is None else ""
        self._aim(layer)

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Wire to the chosen layer, or offer a new one on the empty canvas."""
        self.move(point, modifiers)
        start, self._start = self._start, None
        if start and (point - start).manhattanLength() < QApplication.startDragDistance() and self.chosen is None:
            self.lasting = True  # a click on the port instead of a drag
            return
        self._finish(point)

    def press(self, point: QPointF, modifiers: Modifiers) -> None:
        """The click that ends a lasting wire."""
        self.move(point, modifiers)
        self._finish(point)

    def _finish(self, point: QPointF) -> None:
        self.lasting = False
        if self.chosen is not None:
            source, chosen = self.source, self.chosen
            self.view.end_gesture()
            if self.view.do(Connect(source, chosen, self._wiring)):
                self.view.selection.select({chosen})
        elif self._over is None and not self._shut:
            self._asking = self.lasting = True  # the wire stays in sight while the menu is open
            wire_menu(self.view, self.source, point)

    def key(self, event: QKeyEvent) -> bool:
        """Choose the target by keyboard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen is not None:
            self._finish(self._point)
            return True
        if event.key() not in KEYS_ON + KEYS_BACK:
            return False
        others = [layer for layer in self.view.reading_order() if layer != self.source]
        if others:
            step = 1 if event.key() in KEYS_ON else -1
            if self._over in others:
                layer = others[(others.index(self._over) + step) % len(others)]
            else:
                layer = self._first(others) if step > 0 else others[-1]
            self._point = self.view.camera.to_view(self.view.scene.layers[layer].in_port)
            self._aim(layer)
            self.view.make_visible(layer)
        return True

    def _first(self, others: list[int]) -> int:
        """The next layer to the right that may be wired, so that C and Enter are often enough."""
        x = self.view.scene.layers[self.source].x
        ahead = [layer for layer in others if self.view.scene.layers[layer].x >= x and layer in self.targets]
        return ahead[0] if ahead else others[0]

    def paint(self, painter: QPainter) -> None:
        """The wire in hand."""
        cards = self.view.scene.at(self.view.nearness.far)
        start = cards[self.source].out_port
        free = self.view.camera.to_scene(self._point)
        end = free if self.chosen is None else cards[self.chosen].in_port
        refused = bool(self.words) and self._over != self.source
        style = Qt.PenStyle.DashLine if refused else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme.colors.q("error" if refused else "accent"), 2.5, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(curve_path(start, end, curve_handle(start.x(), end.x())))

    def paint_over(self, painter: QPainter) -> None:
        """The reason beside the pointer."""
        if self.words and self._over != self.source:
            inside = QRectF(self.view.viewport().rect())
            paint_bubble(painter, self._point, self.words, inside, theme.colors.q("error"), theme.colors)

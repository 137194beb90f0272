"""The canvas widget: turns mouse, wheel, keys and drags into gestures and operations."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from nnstudio.ui.canvas import keyboard
from nnstudio.ui.canvas.annotation_menus import group_menu, note_menu
from nnstudio.ui.canvas.annotations import frame_rect
from nnstudio.ui.canvas.copying import Copying
from nnstudio.ui.canvas.cursors import shape_over
from nnstudio.ui.canvas.edge_pan import EdgePan
from nnstudio.ui.canvas.finer_editing import HANDLE
from nnstudio.ui.canvas.gestures import DropLayer, DropSynapses, Gesture, JoinNeurons, Pan, Press, Wire
from nnstudio.ui.canvas.handles import grabbed_end
from nnstudio.ui.canvas.layer_item import near
from nnstudio.ui.canvas.marks import BADGE, badge_scale
from nnstudio.ui.canvas.menus import bundle_menu, canvas_menu, layer_menu, neuron_menu, neurons_menu
from nnstudio.ui.canvas.pinch import pinched
from nnstudio.ui.canvas.quick_add import quick_add_menu
from nnstudio.ui.canvas.scene import Hit
from nnstudio.ui.canvas.tooltips import tooltip
from nnstudio.ui.layer_drag import dragged_kind, dragged_wiring
from nnstudio.ui.selection import NeuronRef

BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class CanvasView(Copying):
    """The network as a drawing that can be edited and that lives while it trains."""

    def __init__(self, *args: Any) -> None:
        self._space = self._panned = False
        super().__init__(*args)
        self.edge_pan = EdgePan(self, args[2])
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    # -- the pointer ----------------------------------------------------------------------------------------------

    def hit(self, point: QPointF) -> Hit | None:
        """What lies under a view point."""
        scene_point = self.camera.to_scene(point)
        handle = self.handle_point()
        if handle is not None and near(scene_point, handle, (HANDLE + 3) / self.camera.zoom):
            ref = self.selection.synapse
            return Hit("handle", ref.synapses if ref else 0, synapse=ref)
        end = grabbed_end(self, scene_point)
        if end is not None:
            return Hit("end", end[0], end=end[1])
        single = self.images.hit(scene_point)
        if single is not None:
            return single
        label = self.details.labels.at(scene_point) if self.nearness.near >= 0.5 else None
        if label is not None and label.ref.synapses in self.scene.bundles:
            return Hit("synapse", label.ref.synapses, "weight", synapse=label.ref)
        cards = self.scene.at(self.nearness.far)
        for layer in self.badges["layer"]:
            item = cards.get(layer)
            if item and near(item.badge, scene_point, BADGE * badge_scale(self.camera.zoom)):
                return Hit("layer", layer, "badge")
        for synapses in self.badges["synapses"]:
            bundle = self.scene.bundles.get(synapses)
            if bundle and near(bundle.middle, scene_point, BADGE * badge_scale(self.camera.zoom)):
                return Hit("bundle", synapses, "badge")
        found = self.scene.hit(scene_point, self.parameters, self.armed, self.camera.zoom, self.nearness)
        return self.annotation_hit(scene_point, found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.keyboard_focus = False
        if self.chooser is not None:
            self.chooser.finish(keep=True)
        point, modifiers, left = event.position(), event.modifiers(), event.button() == Qt.MouseButton.LeftButton
        event.accept()
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self.cancel_gesture()
            self._panned = True
            self.begin(Pan(self, point))
        elif self.gesture is not None:
            if self.gesture.lasting and left:
                self.gesture.press(point, modifiers)
            else:
                self.cancel_gesture()
        elif left:
            self._press(point, modifiers)

    def _press(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._point_at(point)
        hit = self.hit(point)
        on_layer = hit is not None and hit.kind == "layer"
        if hit and on_layer and self.scene.layers[hit.id].layer.kind != "output" and self._wires(hit):
            joins = self.tool == "synapse" and hit.spot == "neuron" and hit.neuron is not None
            gesture: Gesture = Wire(self, hit.id, point)
            if joins and hit.neuron is not None:
                gesture = JoinNeurons(self, NeuronRef(hit.id, hit.neuron), point)
            self.begin(gesture)
            gesture.move(point, modifiers)
        elif self.tool == "layer" and not on_layer:
            quick_add_menu(self, point)
        else:
            self.begin(Press(self, hit, point, modifiers))

    def _wires(self, hit: Hit) -> bool:
        return hit.spot == "port" or (self.tool == "synapse" and hit.spot not in ("less", "more", "badge"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the gesture on, or show what lies under the pointer."""
        if self.gesture is not None:
            self.gesture.move(event.position(), event.modifiers())
            self.edge_pan.follow(event.position(), event.modifiers())
        elif not event.buttons():
            self._point_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        gesture = self.gesture
        if gesture is None or (gesture.lasting and event.button() == Qt.MouseButton.LeftButton):
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            gesture.release(event.position(), event.modifiers())
            if self.gesture is gesture and not gesture.lasting:
                self.end_gesture()
            if self._space:
                self.set_cursor(Qt.CursorShape.OpenHandCursor)
            elif self.gesture is None:
                self._point_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename a layer, fold it up, type a weight or bias, or add a layer on the empty canvas."""
        if event.button() != Qt.MouseButton.LeftButton or self.gesture is not None:
            return
        hit = self.hit(event.position())
        if hit is not None and hit.synapse is not None:
            self.selection.select_synapse(hit.synapse)
            self.edit_weight(hit.synapse)
        elif hit is not None and hit.kind == "layer" and hit.spot == "neuron" and hit.neuron is not None:
            self.selection.select_neuron(NeuronRef(hit.id, hit.neuron))
            self.edit_bias(NeuronRef(hit.id, hit.neuron))
        elif hit is not None and hit.kind == "note":
            self.write_note(hit.id)
        elif hit is not None and hit.kind == "group":
            if hit.spot == "card" and self.session.document.groups[hit.id].collapsed:
                self.collapse({hit.id})
            elif hit.spot != "fold":
                self.rename_group(hit.id)
        elif hit is None or hit.kind == "bundle":
            quick_add_menu(self, event.position())
        elif hit.kind == "layer" and hit.spot == "title":
            self.rename(hit.id)
        elif hit.kind == "layer" and hit.spot == "card":
            self.fold(self.folding.toggled(hit.id))
        else:
            self.mousePressEvent(event)

    def _point_at(self, point: QPointF) -> None:
        """Hover: what is under the pointer stands out and shows its handles."""
        hit = self.hit(point)
        near = self.layer_under(point, 14.0)
        armed = frozenset({near} if near is not None else ())
        if armed != self.armed:
            self.armed = armed
            hit = self.hit(point)
            self.viewport().update()
        if hit != self.hover:
            self.hover = hit
            self.invalidate_strokes()
        if not self._space:
            self.set_cursor(shape_over(hit, self.tool))

    def viewportEvent(self, event: QEvent) -> bool:
        """Tool tips, and the pointer leaving; what moves by itself is there as soon as a hand comes."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.NativeGesture):
            self.glide.finish()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = "" if self.gesture else tooltip(self, self.hit(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if pinched(self, event):
            return True
        if event.type() == QEvent.Type.Leave and self.gesture is None and (self.hover or self.armed):
            self.hover, self.armed = None, frozenset()
            self.invalidate_strokes()
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of what is under the pointer, or of what is selected when asked for by keyboard."""
        if self.gesture is not None:
            self.cancel_gesture()
        elif event.reason() != QContextMenuEvent.Reason.Keyboard or not self._menu_by_keys():
            self._menu_at(QPointF(self.viewport().mapFromGlobal(event.globalPos())))

    def _menu_by_keys(self) -> bool:
        """The menu of what is selected, beside it; False where nothing with a menu is."""
        chosen, selection = self.selection.neuron, self.selection
        if chosen is not None:
            place = QPointF(self.layer_point(chosen.layer))
            if chosen.neuron in self.scene.layers[chosen.layer].neurons:
                place = QPointF(self.neuron_point(chosen.layer, chosen.neuron))
            neuron_menu(self, chosen.layer, chosen.neuron, place)
        elif selection.neurons:
            ref = min(selection.neurons, key=lambda ref: (ref.layer, ref.neuron))
            neurons_menu(self, QPointF(self.layer_point(ref.layer)))
        elif not selection.layers and min(selection.synapses, default=0) in self.scene.bundles:
            bundle = min(selection.synapses)
            place = self.handle_point() or self.scene.bundles[bundle].middle
            bundle_menu(self, bundle, self.camera.to_view(place))
        elif selection.layers:
            layer = next(iter(selection.layers))
            layer_menu(self, layer, QPointF(self.layer_point(layer)))
        elif selection.notes:
            note = min(selection.notes)
            note_menu(self, note, self.camera.to_view(QRectF(*self.session.document.notes[note].rect).center()))
        elif selection.groups:
            group = min(selection.groups)
            frame = frame_rect(self.session.document.groups[group], self.scene.at(self.nearness.far))
            group_menu(self, group, self.camera.to_view(frame.topLeft()))
        else:
            return False
        return True

    def _menu_at(self, point: QPointF) -> None:
        """The menu of what is at a view point."""
        hit = self.hit(point)
        if hit is None:
            canvas_menu(self, point)
        elif hit.kind == "layer" and hit.spot == "neuron" and hit.neuron is not None:
            ref = NeuronRef(hit.id, hit.neuron)
            if ref in self.selection.neurons:
                neurons_menu(self, point)
                return
            self.selection.select_neuron(ref)
            neuron_menu(self, hit.id, hit.neuron, point)
        elif hit.kind in ("note", "group"):
            self._annotation_menu(hit, point)
        elif hit.kind == "layer":
            if hit.id not in self.selection.layers or self.selection.neuron is not None:
                self.selection.select({hit.id})
            layer_menu(self, hit.id, point)
        else:
            if hit.id not in self.chosen:
                if hit.synapse is not None:
                    self.selection.select_synapse(hit.synapse)
                else:
                    self.selection.select((), {hit.id})
            bundle_menu(self, hit.id, point)

    def _annotation_menu(self, hit: Hit, point: QPointF) -> None:
        """The menu of a note or group."""
        selection = self.selection
        if hit.kind == "note":
            if hit.id not in selection.notes:
                selection.select_annotations({hit.id})
            note_menu(self, hit.id, point)
        else:
            if hit.id not in selection.groups:
                selection.select_annotations((), {hit.id})
            group_menu(self, hit.id, point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the pointer, otherwise the wheel scrolls (sideways with Shift)."""
        pixels, degrees = event.pixelDelta(), event.angleDelta()
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_to(self.camera.zoom * 1.0015 ** degrees.y(), event.position())
            return
        dx, dy = (pixels.x(), pixels.y()) if not pixels.isNull() else (degrees.x() * 0.5, degrees.y() * 0.5)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not dx:
            dx, dy = dy, 0
        self.pan(dx, dy)

    # -- drags from the palette -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A card of the palette comes in; anything else is the window's affair."""
        kind = dragged_kind(event.mimeData())
        if kind is not None:
            self.begin(DropLayer(self, kind))
        elif (wiring := dragged_wiring(event.mimeData())) is not None:
            self.begin(DropSynapses(self, wiring))
        else:
            event.ignore()
            return
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The ghost follows."""
        if isinstance(self.gesture, (DropLayer, DropSynapses)):
            self.gesture.move(event.position(), event.modifiers())
            self.edge_pan.follow(event.position(), event.modifiers())
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It left without being dropped."""
        event.accept()
        self.cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        """It was dropped."""
        gesture = self.gesture
        if isinstance(gesture, (DropLayer, DropSynapses)):
            self.end_gesture(cancelled=True)
            gesture.release(event.position(), event.modifiers())
            event.acceptProposedAction()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    # -- the keyboard ---------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys without a modifier that the canvas uses come here before any shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() in keyboard.OURS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Gesture first, then what the key stands for."""
        self.glide.finish()
        self.keyboard_focus = True
        if event.key() == Qt.Key.Key_Escape and self.gesture is not None:
            self.keyboard_focus = False
            self.cancel_gesture()
        elif self.gesture is not None and self.gesture.key(event):
            pass
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat() and self.gesture is None:
                self._space, self._panned = True, False
                self.set_cursor(Qt.CursorShape.OpenHandCursor)
        elif self.gesture is not None or not keyboard.press(self, event):
            self.keyboard_focus = self.keyboard_focus and not event.text()
            super().keyPressEvent(event)
        self.viewport().update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space that did not pan pauses, or goes on."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._space:
            super().keyReleaseEvent(event)
            return
        self._space = False
        self.set_cursor(None)
        if not self._panned and self.session.state == "running":
            self.session.pause()
        elif not self._panned and self.session.state == "paused":
            self.attempt(self.session.train)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from layer to layer, and from the last one on to the next widget."""
        self.keyboard_focus = True
        if isinstance(self.gesture, Wire):
            key = Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab
            return self.gesture.key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
        return keyboard.tab(self, forward) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The focus is shown where the keyboard brought it."""
        self.keyboard_focus = event.reason() in BY_KEYS
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Without the focus, no ring and no half-pressed Space."""
        self.keyboard_focus = self._space = False
        self.viewport().update()
        super().focusOutEvent(event)

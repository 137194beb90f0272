"""Two fingers on a touchpad or a touch screen: they zoom at the place between them, and move the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

Native = Qt.NativeGestureType
SMALLEST = 0.2  # the least factor of one event: a touchpad may tell of -1, and 1 - 1 would be no picture at all


def pinched(view: CanvasView, event: QEvent) -> bool:
    """Zoom or pan where ``event`` is a gesture of fingers; True where it was one."""
    if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
        kind = event.gestureType()
        if kind == Native.ZoomNativeGesture:
            view.zoom_to(view.camera.zoom * max(SMALLEST, 1.0 + event.value()), event.position())
        elif kind == Native.SmartZoomNativeGesture:
            view.fit()
        elif kind == Native.PanNativeGesture:
            view.pan(event.delta().x(), event.delta().y())
        else:
            return kind in (Native.BeginNativeGesture, Native.EndNativeGesture)
        return True
    if event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
        pinch = cast("QPinchGesture | None", event.gesture(Qt.GestureType.PinchGesture))
        if pinch is None:
            return False
        view.cancel_gesture()  # the first finger has begun one
        middle, before = pinch.centerPoint(), pinch.lastCenterPoint()
        if pinch.state() != Qt.GestureState.GestureStarted:
            view.pan(middle.x() - before.x(), middle.y() - before.y())
        at = QPointF(view.viewport().mapFromGlobal(middle))
        view.zoom_to(view.camera.zoom * max(SMALLEST, pinch.scaleFactor()), at)
        event.accept(pinch)
        return True
    return False

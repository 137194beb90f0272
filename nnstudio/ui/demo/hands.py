"""Hands for a window without a person: mouse, keys and drags as Qt's own events, and patience in the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Run the event loop until ``true()``; TimeoutError names ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        settle(10)


def settle(milliseconds: int = 80) -> None:
    """Let the window answer and paint.

    An event loop of its own, not QTest.qWait: that one keeps Python's lock while it waits, and workers starve.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def activate(window: QWidget) -> None:
    """Give ``window`` the keyboard; without it no shortcut is heard."""
    window.activateWindow()
    wait_until(window.isActiveWindow, 5, "the window becoming active")


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click with the left button, in the middle unless told where."""
    QTest.mouseMove(widget, at or widget.rect().center())
    QTest.mouseClick(widget, LEFT, NONE, at or widget.rect().center())
    settle(20)


def drag(widget: QWidget, start: QPoint, end: QPoint, stops: int = 6) -> None:
    """Press, move in ``stops`` steps, release."""
    QTest.mouseMove(widget, start)
    QTest.mousePress(widget, LEFT, NONE, start)
    for stop in range(1, stops + 1):
        share = stop / stops
        QTest.mouseMove(
            widget,
            QPoint(round(start.x() + (end.x() - start.x()) * share), round(start.y() + (end.y() - start.y()) * share)),
        )
        settle(5)
    QTest.mouseRelease(widget, LEFT, NONE, end)
    settle(20)


def drop(widget: QWidget, data: QMimeData, at: QPoint) -> bool:
    """Drag ``data`` into ``widget`` and drop it there; False where the widget would not take it."""
    actions, here = Qt.DropAction.CopyAction, QPointF(at)
    enter = QDragEnterEvent(at - QPoint(30, 20), actions, data, LEFT, NONE)
    QApplication.sendEvent(widget, enter)
    move = QDragMoveEvent(at, actions, data, LEFT, NONE)
    QApplication.sendEvent(widget, move)
    settle(20)
    if not move.isAccepted():
        return False
    event = QDropEvent(here, actions, data, LEFT, NONE)
    QApplication.sendEvent(widget, event)
    settle(20)
    return event.isAccepted()


def key(widget: QWidget, code: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press and release one key."""
    QTest.keyClick(widget, code, modifier)
    settle(20)

"""Somebody at the whole window who presses, drags, types and scrolls at random, with real events of the window."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.ui.dialogs import Answer, FileWish
from nnstudio.ui.main_window import MainWindow

Key, Modifier, Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton
PLAIN = [
    *(Key.Key_Tab, Key.Key_Backtab, Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Return),
    *(Key.Key_Escape, Key.Key_Space, Key.Key_Delete, Key.Key_Backspace, Key.Key_Home, Key.Key_End),
    *(Key.Key_PageUp, Key.Key_PageDown, Key.Key_Menu, Key.Key_F2, Key.Key_F6, Key.Key_F10, Key.Key_Alt),
    *(Key.Key_A, Key.Key_C, Key.Key_F, Key.Key_V, Key.Key_L, Key.Key_S, Key.Key_X, Key.Key_1, Key.Key_3, Key.Key_Comma),
    *(Key.Key_Minus, Key.Key_Plus, Key.Key_E),
]
MODIFIERS = [*[Modifier.NoModifier] * 6, Modifier.ShiftModifier, Modifier.ControlModifier, Modifier.AltModifier]
BUTTONS = [*[Button.LeftButton] * 8, Button.MiddleButton, Button.RightButton, Button.RightButton]
MOST_WEIGHTS = 20_000  # a network that grew beyond it is taken back by the keyboard, so that the test stays short
Event = Callable[[], object]


class WindowClosedError(Exception):
    """Somebody quit by the event before; the system would send none of the following to a window that is no more."""


class Person:
    """Answers every question at once, in any way; every path is in ``folder``."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        self.rng = random.Random(0)  # noqa: S311
        self.folder = folder
        self.files = files
        self.asked = 0

    def ask_path(self, _parent: QWidget, wish: FileWish, deliver: Callable[[Path], object]) -> None:
        self.asked += 1
        if self.rng.random() < 0.7:
            deliver(self.folder / f"kept.{wish.suffix}" if wish.saving else self.rng.choice(self.files))

    def ask_unsaved(self, _parent: QWidget, _name: str, deliver: Callable[[Answer], object]) -> None:
        self.asked += 1
        answers: list[Answer] = ["save", "discard", "cancel", "cancel"]
        deliver(self.rng.choice(answers))


class Crowd:
    """``event()`` does one thing; ``trail`` are the last ones in words."""

    def __init__(self, window: MainWindow, person: Person, seed: int) -> None:
        self.rng = person.rng = random.Random(seed)  # noqa: S311
        self.trail: deque[str] = deque(maxlen=25)
        self.counts: dict[str, int] = {}
        self.look_at(window)

    def look_at(self, window: MainWindow) -> None:
        """Sit down at a window, with nothing in hand."""
        self.window = window
        self._held: Button | None = None
        self._shortcuts = [
            keys[0]
            for row in window.acts.rows
            if row.key != "quit"  # the menu has it too
            for keys in window.acts[row.key].shortcuts()
            if keys.count()
        ]
        self._shortcuts += [QKeySequence("Alt+1")[0], QKeySequence("Alt+2")[0]]
        self.let_go()

    # -- where ----------------------------------------------------------------------------------------------------

    def target(self) -> QWidget:
        """The window that hears the next event: a menu that is open, else mostly the main window."""
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if popup is not None:
            return popup
        others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self.window]
        others = [w for w in others if w.windowHandle() is not None and w.windowType() != Qt.WindowType.ToolTip]
        return self.rng.choice(others) if others and self.rng.random() < 0.2 else self.window

    def point(self, widget: QWidget) -> QPoint:
        """Anywhere, in the middle of any control, or on what the canvas shows."""
        rng, canvas = self.rng, self.window.canvas
        point = QPoint(rng.randrange(max(1, widget.width())), rng.randrange(max(1, widget.height())))
        kind = rng.random()
        if widget is self.window and kind < 0.45 and canvas.isVisible() and canvas.scene.layers:
            point = canvas.viewport().mapTo(self.window, self._on_canvas())
        elif kind < 0.85:
            inside = widget.findChildren(QWidget)
            rng.shuffle(inside)
            seen = (w for w in inside if w.isVisible() and w.window() is widget and not w.visibleRegion().isEmpty())
            child = next(seen, None)
            if child is not None:
                point = child.mapTo(widget, child.visibleRegion().boundingRect().center())
        return QPoint(min(max(point.x(), 0), widget.width() - 1), min(max(point.y(), 0), widget.height() - 1))

    def _on_canvas(self) -> QPoint:
        canvas, rng = self.window.canvas, self.rng
        item = rng.choice(list(canvas.scene.layers.values()))
        spots = [
            *(item.out_port, item.in_port, item.title_rect.center(), item.subtitle_rect.center(), item.badge),
            *(item.button("more"), item.button("less"), QPointF(item.x, item.rect.bottom()), item.fold),
            *(QPointF(item.x, rng.choice(item.ys or (item.y,))), QPointF(item.x + rng.randrange(60, 200), item.y)),
        ]
        return canvas.camera.to_view(rng.choice(spots)).toPoint()

    # -- what -----------------------------------------------------------------------------------------------------

    def event(self) -> None:
        """One random event of the keyboard, the mouse or the wheel."""
        kinds = {
            "move": 5,
            "press": 4,
            "release": 4,
            "click": 4,
            "double": 1,
            "drag": 2,
            "key": 5,
            "shortcut": 2,
            "wheel": 2,
        }
        if self._held is not None:  # one hand: what is pressed is let go before anything else is pressed
            kinds = {"move": 5, "release": 4, "key": 2, "shortcut": 1, "wheel": 1}
        kind = self.rng.choices(list(kinds), list(kinds.values()))[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        widget = self.target()
        try:
            if kind in ("key", "shortcut"):
                self._key(kind, widget)
            else:
                self._mouse(kind, widget)
            self._take_back_growth()
        except WindowClosedError:
            self.trail.append("quit")

    def _take_back_growth(self) -> None:
        parameters = self.window.session.document.parameters
        if sum(weights.size for weights in parameters.weights.values()) > MOST_WEIGHTS:
            self.trail.append("undo: too large")
            self._type(self.window, Key.Key_Escape, Modifier.NoModifier)
            self._type(self.window, Key.Key_Z, Modifier.ControlModifier)

    def _handle(self, widget: QWidget) -> QWindow:
        """The system's window that hears of it.

        Of menus it is the main one: Qt passes on what happens there, and a menu may go between press and release.
        """
        if not self.window.open:
            raise WindowClosedError
        there = widget in QApplication.topLevelWidgets() and widget.isVisible()
        own = there and widget.windowType() != Qt.WindowType.Popup
        handle = (widget if own else self.window).windowHandle()
        assert handle is not None
        return handle

    def _there(self, widget: QWidget, at: QPoint) -> QPoint:
        """A point of a menu as the main window counts it."""
        return self.window.mapFromGlobal(widget.mapToGlobal(at)) if widget.windowType() == Qt.WindowType.Popup else at

    def _type(self, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        if self._handle(widget) != self.window.windowHandle():
            # QTest presses and releases each modifier by itself, at a window that may be gone after the first of them.
            modifiers = Modifier.NoModifier
        QTest.keyPress(self._handle(widget), key, modifiers)
        QTest.keyRelease(self._handle(widget), key, modifiers)

    def _click(self, widget: QWidget, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, at: QPoint) -> None:
        QTest.mousePress(self._handle(widget), button, modifiers, at)
        QTest.mouseRelease(self._handle(widget), button, modifiers, at)

    def _key(self, kind: str, widget: QWidget) -> None:
        if kind == "shortcut":
            keys = self.rng.choice(self._shortcuts)
            key, modifiers = keys.key(), keys.keyboardModifiers()
        else:
            key, modifiers = self.rng.choice(PLAIN), self.rng.choice(MODIFIERS)
        self.trail.append(f"{kind} {key} {modifiers}")
        self._type(widget, key, modifiers)

    def _mouse(self, kind: str, widget: QWidget) -> None:
        rng, at = self.rng, self.point(widget)
        button, modifiers = rng.choice(BUTTONS), rng.choice(MODIFIERS)
        below = widget.childAt(at)
        where = type(below).__name__ + " " + below.objectName() if below is not None else type(widget).__name__
        self.trail.append(f"{kind} {button} {modifiers} {where} {at.x()},{at.y()}")
        at = self._there(widget, at)
        if kind == "move":
            QTest.mouseMove(self._handle(widget), at)
        elif kind == "press":
            QTest.mousePress(self._handle(widget), button, modifiers, at)
            self._held = button
        elif kind == "release":
            QTest.mouseRelease(self._handle(widget), self._held or button, modifiers, at)
            self._held = None
        elif kind == "click":
            self._click(widget, button, modifiers, at)
        elif kind == "double":
            self._click(widget, button, modifiers, at)
            self._click(widget, button, modifiers, at)
        elif kind == "wheel":
            delta = QPoint(0, rng.choice([-120, 120])) if rng.random() < 0.8 else QPoint(120, 0)
            QTest.wheelEvent(self._handle(widget), QPointF(at), delta, QPoint(), modifiers)
        else:
            end = self._there(widget, self.point(widget))
            QTest.mousePress(self._handle(widget), button, modifiers, at)
            for share in (0.3, 1.0):
                QTest.mouseMove(self._handle(widget), at + (end - at) * share)
            QTest.mouseRelease(self._handle(widget), button, modifiers, end)

    def let_go(self) -> None:
        """Leave every button; who drags a panel while the window goes brings Qt down."""
        for button in set(BUTTONS):
            QTest.mouseRelease(self.window.windowHandle(), button, Modifier.NoModifier, QPoint(5, 5))

    def carry(self, drag: QDrag, *_: object) -> Qt.DropAction:
        """What the desktop does while something is dragged: over the canvas, and dropped there or not."""
        port, data = self.window.canvas.viewport(), drag.mimeData()
        at = QPoint(self.rng.randrange(port.width()), self.rng.randrange(port.height()))
        self._carried(port, data, at, QDragEnterEvent)
        self._carried(port, data, at, QDragMoveEvent)
        if self.rng.random() < 0.2:
            QApplication.sendEvent(port, QDragLeaveEvent())
            return Qt.DropAction.IgnoreAction
        event = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, Button.LeftButton, Modifier.NoModifier)
        QApplication.sendEvent(port, event)
        self.trail.append("dropped")
        return Qt.DropAction.CopyAction

    def _carried(
        self, port: QWidget, data: QMimeData, at: QPoint, kind: type[QDragEnterEvent | QDragMoveEvent]
    ) -> None:
        QApplication.sendEvent(port, kind(at, Qt.DropAction.CopyAction, data, Button.LeftButton, Modifier.NoModifier))

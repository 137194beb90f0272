from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, Connect
from nnstudio.session import Session
from nnstudio.ui.canvas import CanvasView
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.selection import Selection

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def session():
    session = Session()
    yield session
    session.close()


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture
def clock(qapp, session):
    clock = FrameClock(session)
    yield clock
    clock.stop()


@pytest.fixture
def view(qtbot, session, selection, clock):
    view = CanvasView(session, selection, clock)
    qtbot.addWidget(view)
    view._warming = True  # the rasterizer has tests of its own; QPainter draws here
    view.resize(1100, 680)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    return view


@pytest.fixture
def network(session, view):
    """4-8-6-3 on the canvas; gives the ids of its layers."""
    session.do(AddLayer("input", (-408, 0), size=4))
    session.do(AddLayer("hidden", (-144, 0)))
    session.do(AddLayer("hidden", (120, 0), size=6, activation=Part("relu")))
    session.do(AddLayer("output", (384, 0), size=3))
    ids = list(session.document.network.layers)
    for source, target in pairwise(ids):
        session.do(Connect(source, target))
    view.fit()
    return ids


class Hand:
    """Does with a view what a person does, with real events."""

    def __init__(self, view):
        self.view = view
        self.port = view.viewport()

    def at(self, x, y):
        """A scene point in view pixels."""
        return self.view.camera.to_view(QPointF(x, y)).toPoint()

    def move(self, *points):
        for point in points:
            QTest.mouseMove(self.port, point)
            QApplication.processEvents()

    def press(self, point, modifiers=NONE, button=LEFT):
        QTest.mousePress(self.port, button, modifiers, point)

    def release(self, point, modifiers=NONE, button=LEFT):
        QTest.mouseRelease(self.port, button, modifiers, point)

    def click(self, point, modifiers=NONE, button=LEFT):
        self.move(point)
        QTest.mouseClick(self.port, button, modifiers, point)

    def drag(self, start, end, modifiers=NONE, button=LEFT):
        self.move(start)
        self.press(start, modifiers, button)
        self.move(start + (end - start) / 2, end)
        self.release(end, modifiers, button)

    def key(self, key, modifiers=NONE):
        QTest.keyClick(self.view, key, modifiers)

    def enter(self, data, point):
        event = QDragEnterEvent(point, Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.port, event)
        return event.isAccepted()

    def over(self, data, point):
        event = QDragMoveEvent(point, Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.port, event)
        return event.isAccepted()

    def leave(self):
        QApplication.sendEvent(self.port, QDragLeaveEvent())

    def drop(self, data, point):
        self.enter(data, point)
        self.over(data, point)
        event = QDropEvent(QPointF(point), Qt.DropAction.CopyAction, data, LEFT, NONE)
        QApplication.sendEvent(self.port, event)
        return event.isAccepted()


@pytest.fixture
def hand(view):
    return Hand(view)


@pytest.fixture
def choose(view, qtbot):
    """Choose an entry of the menu that is open, by the beginning of its text."""

    def choose(text):
        qtbot.waitUntil(lambda: view.menu is not None)
        menu = view.menu
        action = next(action for action in menu.actions() if action.text().startswith(text))
        menu.setActiveAction(action)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: view.menu is None)

    return choose

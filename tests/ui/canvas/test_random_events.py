"""Hundreds of random events: nothing raises, and what is shown still follows from the document."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nnstudio.document import Source
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.layer_drag import layer_data, synapses_data

KEYS = [
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_C,
    Qt.Key.Key_F,
    Qt.Key.Key_Delete,
    Qt.Key.Key_F2,
    Qt.Key.Key_A,
    Qt.Key.Key_Space,
    Qt.Key.Key_X,
]
MODIFIERS = [
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
]
BUTTONS = [Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton]
COUNT = 350


def one_event(rng, view, session, hand):  # noqa: PLR0912
    port = view.viewport()

    def point():
        if view.scene.layers and rng.random() < 0.6:
            item = rng.choice(list(view.scene.layers.values()))
            spots = [
                item.out_port,
                item.in_port,
                item.title_rect.center(),
                item.subtitle_rect.center(),
                item.badge,
                item.button("more"),
                item.button("less"),
                QPointF(item.x, item.rect.bottom()),
                QPointF(item.x, rng.choice(item.ys or (item.y,))),
                QPointF(item.x + 90, item.y),
                item.fold,
            ]
            return view.camera.to_view(rng.choice(spots)).toPoint()
        return QPoint(rng.randrange(-20, port.width() + 20), rng.randrange(-20, port.height() + 20))

    kind = rng.choice(
        ["move"] * 4
        + ["press"] * 3
        + ["release"] * 3
        + [
            "double",
            "key",
            "key",
            "wheel",
            "drop",
            "menu",
            "undo",
            "redo",
            "copy",
            "paste",
            "duplicate",
            "tool",
            "close",
            "cut",
        ]
    )
    if kind == "move":
        QTest.mouseMove(port, point())
    elif kind == "press":
        QTest.mousePress(port, rng.choice(BUTTONS), rng.choice(MODIFIERS), point())
    elif kind == "release":
        QTest.mouseRelease(port, rng.choice(BUTTONS), rng.choice(MODIFIERS), point())
    elif kind == "double":
        QTest.mouseDClick(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point())
    elif kind == "key":
        widget = view.title_editor or view.value_editor or view.menu or view
        QTest.keyClick(widget, rng.choice(KEYS), rng.choice(MODIFIERS))
    elif kind == "wheel":
        where = QPointF(point())
        event = QWheelEvent(
            where,
            port.mapToGlobal(where),
            QPoint(),
            QPoint(0, rng.choice([-120, 120])),
            Qt.MouseButton.NoButton,
            rng.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(port, event)
    elif kind == "drop":
        data = synapses_data() if rng.random() < 0.2 else layer_data(rng.choice(["input", "hidden", "output"]))
        if rng.random() < 0.7:
            hand.drop(data, point())
        else:
            hand.enter(data, point())
            hand.over(data, point())
            hand.leave()
    elif kind == "menu":
        place = point()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, port.mapToGlobal(place))
        QApplication.sendEvent(port, event)
    elif kind in ("undo", "redo"):
        getattr(session, kind)()
    elif kind == "tool":
        view.tool = rng.choice(["select", "layer", "synapse"])
    elif kind == "close":
        if view.menu is not None:
            view.menu.close()
    else:
        getattr(view, kind)()


@pytest.mark.qt_log_ignore("Keyboard event not accepted")
@pytest.mark.parametrize("seed", [1, 2])
def test_random_events_while_training(view, session, selection, network, hand, seed):
    session.choose_data(Source("bundled", "iris"))
    session.train()
    rng = random.Random(seed)  # noqa: S311
    for step in range(COUNT):
        one_event(rng, view, session, hand)
        if step % 5 == 0:
            QApplication.processEvents()
    for button in set(BUTTONS):  # QTest goes on holding what was not let go, in all tests that follow
        QTest.mouseRelease(view.viewport(), button)
    if view.menu is not None:
        view.menu.close()
    view.cancel_gesture()
    if view.title_editor is not None:
        view.title_editor.finish(keep=False)
    if view.value_editor is not None:
        view.value_editor.finish(keep=False)
    view.viewport().grab()
    fresh = Scene()
    fresh.update(session.document, selection.neuron, view.folding)
    assert view.shown is view.scene
    assert view.scene.layers == fresh.layers
    assert view.scene.bundles == fresh.bundles
    assert selection.layers <= session.document.network.layers.keys()
    while session.history.can_undo:
        session.undo()
    assert not session.document.network.layers
    QToolTip.hideText()

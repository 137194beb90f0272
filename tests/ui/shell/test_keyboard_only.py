"""The whole window without a mouse: panes, tab order, shortcuts, a network made and wired, every gesture cancelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.document.edits import AddLayer, Connect
from nnstudio.ui.canvas import keyboard
from nnstudio.ui.layer_drag import layer_data
from nnstudio.ui.main_window import MainWindow
from nnstudio.ui.selection import SynapseRef
from tests.ui.canvas.conftest import Hand

Key, NONE, SHIFT, ALT = Qt.Key, *(Qt.KeyboardModifier(m) for m in (0, 0x02000000, 0x08000000))


@pytest.fixture
def wired(window: MainWindow, qtbot) -> MainWindow:
    for kind, x in (("input", -264.0), ("hidden", 0.0), ("output", 264.0)):
        window.session.do(AddLayer(kind, (x, 0.0), size=3))
    window.session.do(Connect(1, 2))
    window.canvas.fit()
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    return window


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), key, modifiers)


def pane_of(window: MainWindow) -> QWidget | None:
    """The part of the window that has the keyboard."""
    focus = QApplication.focusWidget()
    parts = (part for part in window._parts() if focus and (part is focus or part.isAncestorOf(focus)))
    return next(parts, None)


def test_every_action_has_a_name_a_tip_and_keys_of_its_own(window: MainWindow) -> None:
    actions = [action for action in window.findChildren(QAction) if action.text() and action.isVisible()]
    assert len(actions) > 40
    assert not [action.text() for action in actions if not action.toolTip().strip()]
    keys: Counter[str] = Counter()
    for action in {id(action): action for action in actions}.values():
        for sequence in action.shortcuts():
            keys[sequence.toString()] += 1
    assert not [key for key, count in keys.items() if count > 1]
    for row in window.acts.rows:
        told = window.acts[row.key].toolTip()
        assert not row.keys or window.acts[row.key].shortcut().toString(QKeySequence.SequenceFormat.NativeText) in told


def test_keys_of_the_canvas_are_no_shortcuts_of_the_window(window: MainWindow) -> None:
    ours = {QKeySequence(key).toString() for key in keyboard.OURS}
    window_keys = {keys.toString() for action in window.findChildren(QAction) for keys in action.shortcuts()}
    assert ours & window_keys == {"B", "C", "G", "K", "M"}  # bypass, wire, collapse, freeze and mute: the same in both


def test_f6_visits_every_pane_and_shift_f6_goes_back(wired: MainWindow) -> None:
    seen = [pane_of(wired)]
    for _ in range(30):
        press(Key.Key_F6)
        if pane_of(wired) is seen[0]:
            break
        seen.append(pane_of(wired))
    assert len(seen) == len(set(map(id, seen))) >= 6
    assert None not in seen
    parts = (wired.canvas, wired.late.inspector, wired.palette_panel, wired.top_bar)
    assert {id(part) for part in parts} <= {id(pane) for pane in seen}
    back = []
    for _ in seen:
        press(Key.Key_F6, SHIFT)
        back.append(pane_of(wired))
    assert [id(pane) for pane in back] == [id(pane) for pane in [*reversed(seen[1:]), seen[0]]]


def test_tab_goes_along_the_top_bar_from_left_to_right(wired: MainWindow) -> None:
    wired.top_bar.tools.buttons["select"].setFocus()
    places = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        if focus is None or not wired.top_bar.isAncestorOf(focus):
            break
        places.append(focus.mapTo(wired.top_bar, QPoint(0, 0)).x())
        press(Key.Key_Tab)
    assert len(places) >= 6
    assert all(a <= b for a, b in pairwise(places)), places


def test_a_network_is_made_and_wired_by_keys_alone(window: MainWindow, qtbot) -> None:
    canvas, session = window.canvas, window.session
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    for place in range(3):
        QTest.keyClick(canvas, Key.Key_A)
        for _ in range(place):
            QTest.keyClick(canvas.menu, Key.Key_Down)
        QTest.keyClick(canvas.menu, Key.Key_Return)
        qtbot.waitUntil(lambda: canvas.menu is None)
        for _ in range(4 * place):
            QTest.keyClick(canvas, Key.Key_Right)
    assert [layer.kind for layer in session.document.network.layers.values()] == ["input", "hidden", "output"]
    for source, target in ((1, 2), (2, 3)):
        window.selection.clear()
        while window.selection.layers != {source}:
            QTest.keyClick(canvas, Key.Key_Tab)
        QTest.keyClick(canvas, Key.Key_C)
        while canvas.gesture.chosen != target:
            QTest.keyClick(canvas, Key.Key_Right)
        QTest.keyClick(canvas, Key.Key_Return)
    assert [(s.source, s.target) for s in session.document.network.synapses.values()] == [(1, 2), (2, 3)]
    QTest.keyClick(canvas, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(session.document.network.synapses) == 1


def begin_wire(window: MainWindow, hand: Hand) -> None:
    start = window.canvas.port_point(1)
    hand.move(start)
    hand.press(start)
    hand.move(start + QPoint(40, 90))


def begin_move(window: MainWindow, hand: Hand) -> None:
    start = window.canvas.layer_point(2)
    hand.press(start)
    hand.move(start + QPoint(20, 20), start + QPoint(70, 60))


def begin_resize(window: MainWindow, hand: Hand) -> None:
    item = window.canvas.scene.layers[2]
    start = hand.at(item.x + 30, item.rect.bottom())
    hand.move(start)
    hand.press(start)
    hand.move(start + QPoint(0, 80), start + QPoint(0, 160))


def begin_band(window: MainWindow, hand: Hand) -> None:
    start = hand.at(-120, 250)
    hand.press(start)
    hand.move(start + QPoint(30, -40), start + QPoint(160, -300))


def begin_choice(window: MainWindow, hand: Hand) -> None:
    start = hand.at(-140, 250)
    hand.press(start, ALT)
    hand.move(start + QPoint(4, -100), start + QPoint(8, -280))


def begin_scrub(window: MainWindow, hand: Hand) -> None:
    window.selection.select_synapse(SynapseRef(4, 0, 0))
    start = window.canvas.camera.to_view(window.canvas.handle_point()).toPoint()
    hand.press(start)
    hand.move(start + QPoint(0, -20), start + QPoint(0, -50))


def begin_drop(window: MainWindow, hand: Hand) -> None:
    data = layer_data("hidden")
    hand.enter(data, hand.at(0, 200))
    hand.over(data, hand.at(20, 200))


def begin_lasting_wire(window: MainWindow, hand: Hand) -> None:
    window.selection.select({1})
    hand.key(Key.Key_C)
    hand.key(Key.Key_Right)


@pytest.mark.parametrize(
    "begin",
    [begin_wire, begin_move, begin_resize, begin_band, begin_choice, begin_scrub, begin_drop, begin_lasting_wire],
)
def test_escape_cancels_every_gesture(wired: MainWindow, begin: Callable[[MainWindow, Hand], None]) -> None:
    canvas, session = wired.canvas, wired.session
    canvas.zoom_reset()
    canvas.center_on(QPointF(0, 0))
    hand = Hand(canvas)
    before, count = session.document, session.history.index
    begin(wired, hand)
    assert canvas.gesture is not None
    hand.key(Key.Key_Escape)
    assert canvas.gesture is None
    assert canvas.shown is canvas.scene
    hand.release(hand.at(300, 300))
    assert session.document is before
    assert session.history.index == count

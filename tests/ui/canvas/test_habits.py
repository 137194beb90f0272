"""Habits that people bring: pinching, plain keys that look around, copies that stay fed, where a drop lands."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

from nnstudio.document import Document, Part
from nnstudio.document.edits import AddLayer, AddNote, Connect, MoveLayers, Remove, ReshapeLayer
from nnstudio.ui.canvas.clipboard import clipboard
from nnstudio.ui.canvas.handles import ends
from nnstudio.ui.canvas.scene import Scene

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
Native = Qt.NativeGestureType


def native(view, kind, value=0.0, delta=QPointF(), at=QPointF(300.0, 200.0)):  # noqa: B008 (values)
    device = QPointingDevice.primaryPointingDevice()
    where = QPointF(view.viewport().mapToGlobal(at))
    event = QNativeGestureEvent(kind, device, 2, at, where, where, value, delta, 1)
    QApplication.sendEvent(view.viewport(), event)


def step_name(session) -> str:
    return str(session.history.undo_name)


# -- looking around -----------------------------------------------------------------------------------------------


def test_a_pinch_on_the_touchpad_zooms_at_the_place_between_the_fingers(view, network, session):
    before, steps = session.document, len(session.history.entries)
    at = QPointF(300.0, 200.0)
    zoom, there = view.camera.zoom, view.camera.to_scene(at)
    native(view, Native.BeginNativeGesture)
    native(view, Native.ZoomNativeGesture, 0.2, at=at)
    native(view, Native.ZoomNativeGesture, 0.1, at=at)
    native(view, Native.EndNativeGesture)
    assert view.camera.zoom == pytest.approx(zoom * 1.2 * 1.1)
    now = view.camera.to_scene(at)
    assert (now.x(), now.y()) == pytest.approx((there.x(), there.y()), abs=1.0)  # to the pixel
    native(view, Native.ZoomNativeGesture, -3.0, at=at)  # however wild, there is still a picture
    assert view.camera.zoom > 0
    x = view.camera.x
    native(view, Native.PanNativeGesture, delta=QPointF(-40.0, 10.0))
    assert view.camera.x == pytest.approx(x - 40.0)
    native(view, Native.SmartZoomNativeGesture)
    assert view.camera.zoom == pytest.approx(zoom, rel=0.05)
    assert (session.document, len(session.history.entries)) == (before, steps)


def test_a_pinch_on_a_touch_screen_zooms_and_leaves_no_gesture_of_the_first_finger(view, network, hand, session):
    before, places = session.document, dict(session.document.layout)
    title = view.layer_point(network[1])
    hand.move(title)
    hand.press(title)
    hand.move(title + QPointF(40, 30).toPoint())  # the first finger drags a layer
    zoom = view.camera.zoom
    pinch = QPinchGesture()
    middle = QPointF(view.viewport().mapToGlobal(QPointF(400.0, 300.0)))
    pinch.setCenterPoint(middle)
    pinch.setLastCenterPoint(middle)
    pinch.setScaleFactor(1.3)
    QApplication.sendEvent(view.viewport(), QGestureEvent([pinch]))
    assert view.camera.zoom == pytest.approx(zoom * 1.3)
    assert view.gesture is None
    assert session.document is before
    assert dict(session.document.layout) == places


@pytest.mark.parametrize(
    ("key", "factor"), [(Qt.Key.Key_Plus, 1.25), (Qt.Key.Key_Equal, 1.25), (Qt.Key.Key_Minus, 0.8)]
)
def test_plus_and_minus_zoom(view, network, hand, key, factor):
    zoom = view.camera.zoom
    hand.key(key)
    assert view.camera.zoom == pytest.approx(zoom * factor)
    hand.key(Qt.Key.Key_1)
    assert view.camera.zoom == 1.0
    hand.key(Qt.Key.Key_0)
    assert view.camera.zoom == pytest.approx(zoom)


def test_the_keyboard_looks_elsewhere_without_moving_anything(view, network, hand, session, selection):
    selection.select({network[0]})
    before, x, y = session.document, view.camera.x, view.camera.y
    hand.key(Qt.Key.Key_Right, CTRL)
    assert (view.camera.x, view.camera.y) == (x - 64.0, y)
    hand.key(Qt.Key.Key_Up, CTRL)
    assert (view.camera.x, view.camera.y) == (x - 64.0, y + 64.0)
    hand.key(Qt.Key.Key_PageDown)
    assert view.camera.y < y - 400
    assert session.document is before


# -- where a drop lands -------------------------------------------------------------------------------------------


def cards(*places: tuple[float, float]) -> tuple[Scene, list[int]]:
    document = Document()
    for x, y in places:
        document = AddLayer("hidden", (x, y), size=3).apply(document)
    scene = Scene()
    scene.update(document)
    return scene, list(document.network.layers)


def test_the_card_that_holds_the_point_wins_then_the_nearest():
    scene, (left, right) = cards((0.0, 0.0), (120.0, 0.0))
    a, b = scene.layers[left].rect, scene.layers[right].rect
    assert 0 < b.left() - a.right() < 16
    gap = b.left() - a.right()
    assert scene.layer_at(QPointF(a.right() + 0.25 * gap, 0.0), 20) == left
    assert scene.layer_at(QPointF(a.right() + 0.75 * gap, 0.0), 20) == right
    assert scene.layer_at(QPointF(a.right() - 1, 0.0), 20) == left  # though the other's margin reaches it
    assert scene.layer_at(QPointF(a.right() + 0.5 * gap, 0.0)) is None
    assert scene.layer_at(QPointF(a.left() - 15, a.top() - 15), 20) is None  # round the corner it is further


def test_of_overlapping_cards_the_topmost_is_meant():
    scene, (below, above) = cards((0.0, 0.0), (60.0, 0.0))
    assert scene.layer_at(QPointF(30.0, 0.0)) == above
    assert scene.layer_at(QPointF(-30.0, 0.0)) == below


def test_a_wire_dropped_between_two_cards_takes_the_nearer_one(view, session, hand):
    session.do(AddLayer("input", (-300, 0), size=2))
    for y in (0.0, 300.0):
        session.do(AddLayer("hidden", (0.0, y), size=2))
    source, upper, lower = session.document.network.layers
    session.do(MoveLayers({lower: (0.0, view.scene.layers[upper].rect.height() + 10.0)}))
    view.fit()
    edge = view.scene.layers[upper].rect.bottom()
    hand.move(view.layer_point(source))
    hand.drag(view.port_point(source), hand.at(0, edge + 3))
    assert [(s.source, s.target) for s in session.document.network.synapses.values()] == [(source, upper)]


def test_from_afar_a_wire_is_dropped_on_the_card_as_wide_as_it_is_seen(view, session, hand):
    session.do(AddLayer("input", (-300, 0), size=2))
    session.do(AddLayer("hidden", (300, 0), size=2))
    source, target = session.document.network.layers
    view.camera.zoom = 0.3
    view.camera.center(QPointF(0, 0), view.viewport().size().toSizeF())
    near, seen = view.scene.layers[target].rect, view.scene.at(1.0)[target].rect
    assert seen.left() < near.left() - 12
    hand.move(view.layer_point(source))
    hand.drag(view.port_point(source), hand.at(seen.left() + 3, 0))
    assert len(session.document.network.synapses) == 1


def test_the_end_of_a_wire_lands_only_where_its_wiring_fits(view, session, hand, selection):
    session.do(AddLayer("input", (-400, 0), size=36))
    session.do(AddLayer("hidden", (0, 400), size=3))
    session.do(AddLayer("hidden", (300, 0), size=3))
    image, row, target = session.document.network.layers
    session.do(ReshapeLayer(image, (6, 6, 1)))
    session.do(Connect(image, target, Part("convolution")))
    view.fit()
    (bundle,) = session.document.network.synapses
    selection.select((), {bundle})
    before = session.document
    start = view.camera.to_view(ends(view, view.scene.bundles[bundle])["source"]).toPoint()
    hand.move(start)
    hand.press(start)
    hand.move(start + QPointF(20, 20).toPoint(), hand.at(0, 400))
    gesture = view.gesture
    assert gesture is not None
    assert row in gesture.dimmed
    assert "in no order that a window" in gesture.words
    hand.release(hand.at(0, 400))
    assert session.document is before


# -- copies -------------------------------------------------------------------------------------------------------


def test_a_copy_is_pasted_with_the_synapses_that_arrive(view, network, session, selection, hand, qtbot):
    selection.select({network[1]})
    assert view.fed
    view.copy()
    qtbot.waitUntil(lambda: view.can_paste)
    before = session.document
    view.paste(QPointF(300, 560), incoming=True)
    after = session.document
    (made,) = after.network.layers.keys() - before.network.layers.keys()
    (wire,) = after.network.incoming[made]
    (original,) = before.network.incoming[network[1]]
    assert wire.source == network[0]
    np.testing.assert_array_equal(after.parameters.weights[wire.id], before.parameters.weights[original.id])
    assert not after.network.outgoing[made]
    assert step_name(session) == "Paste Hidden 1"
    session.undo()
    assert session.document is before
    view.paste(QPointF(300, 560))
    (plain,) = session.document.network.layers.keys() - before.network.layers.keys()
    assert not session.document.network.incoming[plain]


def test_incoming_synapses_stay_behind_where_their_source_is_gone_or_another(view, network, session, selection):
    selection.select({network[2]})
    view.copy()
    assert view.has_sources
    session.do(Remove(frozenset({network[1]})))
    assert not view.has_sources
    before = session.document
    view.paste(QPointF(300, 560), incoming=True)
    assert len(session.document.network.synapses) == len(before.network.synapses)


def test_what_was_cut_comes_back_fed(view, network, session, selection):
    before = session.document
    selection.select({network[2]})
    view.cut()
    assert step_name(session) == "Cut Hidden 2"
    assert network[2] not in session.document.network.layers
    view.paste(QPointF(500, 300), incoming=True)
    (made,) = session.document.network.layers.keys() - before.network.layers.keys()
    assert [s.source for s in session.document.network.incoming[made]] == [network[1]]
    session.undo()
    session.undo()
    assert session.document is before


def test_a_duplicate_is_called_one_and_two_wires_of_it_are_as_before(view, network, session, selection):
    selection.select({network[1], network[2]})
    view.duplicate()
    assert step_name(session) == "Duplicate 2 layers"
    session.undo()
    selection.select({network[1], network[2]})
    before = session.document
    view.duplicate(incoming=True)
    made = session.document.network.layers.keys() - before.network.layers.keys()
    wires = [s for s in session.document.network.synapses.values() if s.target in made]
    assert sorted(s.source in made for s in wires) == [False, True]
    session.undo()
    session.do(AddNote("Here", (0.0, 300.0, 120.0, 60.0)))
    selection.select_annotations(session.document.notes)
    view.duplicate()
    assert step_name(session) == "Duplicate a note"
    assert clipboard.held is None or not clipboard.held.notes


def test_a_note_is_written_where_all_of_it_is_seen(view, network, hand, session):
    corner = view.viewport().rect().topRight()
    view.add_note(QPointF(corner))
    editor = view.note_editor
    assert editor is not None
    assert view.viewport().rect().contains(editor.geometry())
    QTest.keyClicks(editor, "In the corner")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    (note,) = session.document.notes.values()
    assert QRectF(view.viewport().rect()).contains(view.camera.rect_to_view(QRectF(*note.rect)))


def test_a_note_added_over_a_card_lies_beside_it(view, network, session):
    view.add_note(QPointF(view.layer_point(network[1])))
    QTest.keyClicks(view.note_editor, "Beside")
    QTest.keyClick(view.note_editor, Qt.Key.Key_Return, CTRL)
    (note,) = session.document.notes.values()
    rect = QRectF(*note.rect)
    assert not any(rect.intersects(item.rect) for item in view.scene.layers.values())
    assert QRectF(view.viewport().rect()).contains(view.camera.rect_to_view(rect))


def test_the_inspector_may_ask_for_a_note_to_be_written(view, network, session, selection):
    session.do(AddNote("Here", (-60.0, 260.0, 120.0, 60.0)))
    selection.writing_wanted.emit(max(session.document.notes))
    assert view.note_editor is not None
    assert view.note_editor.toPlainText() == "Here"
    QTest.keyClick(view.note_editor, Qt.Key.Key_Escape)

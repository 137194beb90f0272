"""What is dragged to the edge of the view takes the picture along; Esc leaves every gesture without a trace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from nnstudio.document.edits import AddNote, GroupLayers
from nnstudio.ui.canvas.annotations import frame_rect
from nnstudio.ui.canvas.handles import ends
from nnstudio.ui.selection import SynapseRef

# -- the edge of the view -----------------------------------------------------------------------------------------


@pytest.fixture
def time(view):
    """The clock of the movement at the edge, in seconds."""
    now = [0.0]
    view.edge_pan.now = lambda: now[0]
    return now


def held(view, time, seconds):
    """Hold the pointer where it is for so long."""
    for _ in range(round(seconds / 0.02)):
        time[0] += 0.02
        view.edge_pan._step()


def test_what_is_dragged_to_the_edge_takes_the_picture_along(view, network, session, hand, time):
    start = view.layer_point(network[3])
    edge = QPoint(view.viewport().width() - 2, start.y())
    x, before = view.camera.x, session.document.layout[network[3]]
    hand.move(start)
    hand.press(start)
    hand.move(start + QPoint(20, 0), edge)
    held(view, time, 0.28)
    assert view.camera.x == x  # it may only pass there
    held(view, time, 0.5)
    moved = x - view.camera.x
    assert 200 < moved < 500
    hand.release(edge)
    way = session.document.layout[network[3]][0] - before[0]
    assert way == pytest.approx((edge.x() - start.x() + moved) / view.camera.zoom, abs=24)
    held(view, time, 0.2)
    assert view.camera.x == x - moved
    session.undo()
    assert session.document.layout[network[3]] == before


def test_a_band_grows_beyond_the_view(view, network, hand, time, selection):
    start = hand.at(0, 330)
    edge = QPoint(1, 40)
    hand.move(start)
    hand.press(start)
    hand.move(start - QPoint(20, 20), edge)
    held(view, time, 0.6)
    assert view.gesture.rect.left() < view.camera.to_scene(QPointF(edge)).x() + 1
    assert network[0] in selection.layers
    hand.release(edge)


def test_a_weight_is_scrubbed_at_the_edge_without_moving_the_picture(view, network, hand, time, selection, session):
    bundle = next(iter(session.document.network.synapses))
    selection.select_synapse(SynapseRef(bundle, 1, 2))
    x, y = view.camera.x, view.camera.y
    handle = view.camera.to_view(view.handle_point()).toPoint()
    hand.move(handle)
    hand.press(handle)
    hand.move(handle - QPoint(0, 20), QPoint(handle.x(), 1))
    held(view, time, 0.6)
    assert (view.camera.x, view.camera.y) == (x, y)
    hand.release(QPoint(handle.x(), 1))


# -- Esc ----------------------------------------------------------------------------------------------------------


def begun(view, network, session, selection, hand, what):
    """Begin a gesture and drag it some way."""
    items = view.scene.layers
    bundle = next(iter(session.document.network.synapses))
    ends_at = {
        "move": (view.layer_point(network[1]), QPoint(60, 50)),
        "resize": (view.camera.to_view(QPointF(items[network[1]].x, items[network[1]].rect.bottom())), QPoint(0, 90)),
        "wire": (view.port_point(network[0]), QPoint(500, 10)),
        "band": (hand.at(-300, 320), QPoint(300, -300)),
        "note": (view.camera.to_view(QPointF(-20, 360)), QPoint(70, 30)),
        "note corner": (view.camera.to_view(QPointF(114, 394)), QPoint(70, 30)),
        "group": (
            view.camera.to_view(
                frame_rect(session.document.groups[max(session.document.groups)], items).topRight() + QPointF(0, 60)
            ),
            QPoint(40, 30),
        ),
        "pan": (hand.at(-300, 320), QPoint(50, 40)),
    }
    if what in ("scrub", "source end", "target end"):
        if what == "scrub":
            selection.select_synapse(SynapseRef(bundle, 1, 2))
            start = view.camera.to_view(view.handle_point())
        else:
            selection.select((), {bundle})
            start = view.camera.to_view(ends(view, view.scene.bundles[bundle])[what.split()[0]])
        start, way = start.toPoint(), QPoint(30, 60)
    elif what == "take out":
        start = view.neuron_point(network[1], 3)
        hand.click(start)
        way = QPoint(150, 40)
    else:
        start, way = ends_at[what]
        start = start.toPoint() if isinstance(start, QPointF) else start
    button = Qt.MouseButton.MiddleButton if what == "pan" else Qt.MouseButton.LeftButton
    hand.move(start)
    memory = selection.memory
    hand.press(start, button=button)
    hand.move(start + way / 2, start + way)
    return start + way, memory, button


GESTURES = ["move", "resize", "wire", "band", "note", "note corner", "group", "pan"]
GESTURES += ["scrub", "source end", "target end", "take out"]


@pytest.mark.parametrize("what", GESTURES)
def test_esc_leaves_every_gesture_without_a_trace(view, network, session, selection, hand, what):
    session.do(AddNote("Here", (-60.0, 330.0, 180.0, 70.0)))
    session.do(GroupLayers(frozenset({network[3]}), "Last"))
    view.fit()
    before, steps = session.document, len(session.history.entries)
    end, memory, button = begun(view, network, session, selection, hand, what)
    assert view.gesture is not None, what
    assert type(view.gesture).__name__ != "Press", what
    hand.key(Qt.Key.Key_Escape)
    assert view.gesture is None
    assert view.shown is view.scene
    hand.release(end, button=button)
    assert session.document is before
    assert len(session.history.entries) == steps
    if what == "band":
        assert selection.memory == memory
    assert view.menu is None

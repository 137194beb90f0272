"""A tidied layout is seen on its way, while everything is there already; a hand ends it, and it can be switched off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle

from nnstudio.document.edits import MoveLayers
from nnstudio.ui.canvas.glide import SECONDS
from nnstudio.ui.motion import motion


@pytest.fixture(autouse=True)
def lively():
    motion.reduced = False
    yield
    motion.reduced = False


@pytest.fixture
def untidy(view, session, network):
    """4-8-6-3 with its layers one below the other."""
    session.do(MoveLayers({layer: (0.0, 700.0 * k) for k, layer in enumerate(reversed(network))}))
    view.fit()
    return network


@pytest.fixture
def half_way(view, untidy):
    """The canvas in the middle of the movement."""
    seen = view.glide.places()
    time = [0.0]
    view.glide.now = lambda: time[0]
    view.tidy()
    time[0] = SECONDS / 2
    view.glide._step()
    return seen, time


def on_screen(view, scene):
    return {i: view.camera.to_view(QPointF(item.x, item.y)) for i, item in scene.layers.items()}


def test_the_layers_are_between_their_old_and_new_places(view, session, half_way):
    before, _ = half_way
    assert view.glide.under_way
    now, end = on_screen(view, view.shown), on_screen(view, view.scene)
    for i, start in before.items():
        whole = end[i] - start
        part = now[i] - start
        assert part.x() == pytest.approx(whole.x() * 7 / 8, abs=2)  # fast first, then slower
        assert part.y() == pytest.approx(whole.y() * 7 / 8, abs=2)
    tidy = {i: (item.x, item.y) for i, item in view.scene.layers.items()}
    assert tidy == dict(session.document.layout)


def test_it_is_one_step_and_nothing_waits_for_the_movement(view, session, untidy):
    before, count = session.document, len(session.history.entries)
    view.tidy()
    assert view.glide.under_way
    assert len(session.history.entries) == count + 1
    after = dict(session.document.layout)
    assert {i: (item.x, item.y) for i, item in view.scene.layers.items()} == after
    session.undo()
    assert session.document is before
    assert view.shown is view.scene
    view.glide._step()
    assert not view.glide.under_way
    assert view.shown is view.scene


def test_it_comes_to_its_end_by_itself(view, untidy, qtbot):
    view.tidy()
    assert view.shown is not view.scene
    qtbot.waitUntil(lambda: view.shown is view.scene and not view.glide.under_way)


@pytest.mark.parametrize("how", ["press", "wheel", "key"])
def test_whatever_the_person_does_ends_it(view, half_way, hand, how):
    if how == "press":
        hand.press(view.viewport().rect().center())
    elif how == "key":
        hand.key(Qt.Key.Key_Shift)
    else:
        at = QPointF(300.0, 200.0)
        event = QWheelEvent(
            at,
            QPointF(view.viewport().mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)
    assert not view.glide.under_way
    assert view.shown is view.scene


def test_calmer_where_the_person_wants_it(view, untidy, tmp_path):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    motion.toggle(settings)
    view.tidy()
    assert view.shown is view.scene
    assert not view.glide.under_way
    motion.reduced = False
    motion.remember(settings)
    assert motion.reduced
    motion.toggle(settings)
    motion.remember(settings)
    assert not motion.reduced


def test_calmer_where_the_desktop_wants_it(view, untidy, monkeypatch):
    class Calm(QProxyStyle):
        def styleHint(self, hint, option=None, widget=None, data=None):
            calm = hint == QStyle.StyleHint.SH_Widget_Animation_Duration
            return 0 if calm else super().styleHint(hint, option, widget, data)

    calm = Calm("Fusion")
    monkeypatch.setattr(QApplication, "style", staticmethod(lambda: calm))
    assert not motion.wanted
    view.tidy()
    assert view.shown is view.scene

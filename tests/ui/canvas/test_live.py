"""What the canvas shows while things change around it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nnstudio.document import Source
from nnstudio.document.edits import AddLayer, Connect, Remove, SetWeight
from nnstudio.engine import forward
from nnstudio.ui.canvas import CanvasView
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.theme import theme


@pytest.fixture
def iris(session, network):
    session.choose_data(Source("bundled", "iris"))
    return network


def picture(view):
    return view.viewport().grab().toImage()


def color_at(view, layer, neuron):
    point = view.neuron_point(layer, neuron)
    return picture(view).pixelColor(point)


def test_importing_the_canvas_is_cheap():
    code = (
        "import sys, nnstudio.ui.canvas, nnstudio.ui.palette;"
        "print(sorted({'numba', 'scipy', 'pyqtgraph', 'duckdb', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_neurons_take_the_colours_of_the_chosen_sample(view, session, selection, iris):
    for row in (0, 77, 140):
        selection.show_sample(row)
        answers = forward(session.document.network, session.document.parameters, session.dataset.inputs[[row]])
        view._refresh()
        for layer in iris:
            a = answers[layer].a[0]
            np.testing.assert_array_equal(view.activity.values[layer], a)
            strongest = int(np.argmax(np.abs(a)))
            share = a[strongest] / max(1.0, abs(a[strongest]))
            expected = theme.diverging(np.array([np.sign(share) * (0.15 + 0.85 * abs(share))]))[0, :3]
            seen = color_at(view, layer, strongest)
            assert np.abs(np.array([seen.red(), seen.green(), seen.blue()]) - expected).max() <= 3


def test_without_data_neurons_are_neutral(view, network):
    view._refresh()
    assert view.fills == {}
    seen = color_at(view, network[1], 0)
    raised = theme.colors.q("raised")
    assert abs(seen.red() - raised.red()) <= 2


def test_a_changed_weight_changes_the_picture(view, session, iris):
    before = picture(view)
    bundle = next(iter(view.scene.bundles))
    session.do(SetWeight(bundle, 0, 0, 5.0))
    assert picture(view) != before
    session.undo()
    assert picture(view) == before


def test_live_values_are_drawn_by_the_clock(view, session, selection, clock, iris, qtbot):
    view._refresh()
    before = dict(view.activity.values)
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch >= 2 or session.state != "running", timeout=60_000)
    session.pause()
    qtbot.waitUntil(lambda: not np.array_equal(view.activity.values[iris[2]], before[iris[2]]), timeout=10_000)
    np.testing.assert_array_equal(
        view.activity.values[iris[3]],
        forward(session.document.network, session.document.parameters, session.dataset.inputs[[0]])[iris[3]].a[0],
    )


def test_space_pauses_and_goes_on(view, session, iris, hand):
    session.train()
    hand.key(Qt.Key.Key_Space)
    assert session.state == "paused"
    hand.key(Qt.Key.Key_Space)
    assert session.state == "running"
    session.pause()


def test_the_rasterizer_comes_in_the_background(view, session, clock, network, qtbot):
    view._warming = False
    view._ticket.mark()
    qtbot.waitUntil(lambda: view._frame.rasterizer is not None, timeout=60_000)
    view.viewport().grab()


def test_both_themes(view, iris, selection):
    selection.select_neuron(NeuronRef(iris[1], 2))
    dark = picture(view)
    theme.use("light")
    try:
        light = picture(view)
        assert light.pixelColor(20, 20).lightness() > 200
        assert dark.pixelColor(20, 20).lightness() < 60
    finally:
        theme.use("dark")


def tooltip_at(view, point):
    event = QHelpEvent(QEvent.Type.ToolTip, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)
    return QToolTip.text()


def test_tool_tips_tell_values(view, session, iris, qtbot):
    view._refresh()
    value = view.activity.values[iris[1]][2]
    text = tooltip_at(view, view.neuron_point(iris[1], 2))
    assert text.startswith("Hidden 1, neuron 3: ")
    assert f"{abs(value):.3f}" in text
    bundle = view.scene.bundles[next(iter(view.scene.bundles))]
    point = view.camera.to_view(bundle.path(bundle.place(0, 7)).pointAtPercent(0.35)).toPoint()
    text = tooltip_at(view, point)
    assert "Input sepal length → Hidden 1 8: w = " in text
    assert "32 synapses" in text
    QToolTip.hideText()


def test_a_wide_bundle_says_how_much_of_it_is_drawn(view, session):
    session.do(AddLayer("input", (-200, 0), size=64))
    session.do(AddLayer("hidden", (200, 0), size=64))
    a, b = session.document.network.layers
    session.do(Connect(a, b))
    view.fit()
    bundle = next(iter(view.scene.bundles.values()))
    shown = len(bundle.source.neurons) * len(bundle.target.neurons)
    assert len(bundle.sources) == shown
    point = view.camera.to_view(bundle.path(bundle.place(0, 0)).pointAtPercent(0.5)).toPoint()
    assert f"{shown} of 4\u2009096 synapses are drawn" in tooltip_at(view, point)
    QToolTip.hideText()


def test_problems_are_badges_with_their_sentence(view, session, iris):
    assert view.badges["layer"] == {}
    session.do(Remove(synapses=frozenset({list(session.document.network.synapses)[1]})))
    assert set(view.badges["layer"]) == {iris[1], iris[2]}
    assert "leads nowhere" in view.problem_text("layer", iris[1])
    badge = view.camera.to_view(view.scene.layers[iris[1]].badge).toPoint()
    assert "leads nowhere" in tooltip_at(view, badge)
    reds = picture(view).pixelColor(badge - QPoint(5, 0))
    assert reds.red() > 200
    QToolTip.hideText()


def test_hover_shows_handles_and_lights_up_synapses(view, iris, hand):
    before = picture(view)
    hand.move(view.neuron_point(iris[1], 4))
    assert view.hover.neuron == 4
    assert view.armed == {iris[1]}
    assert picture(view) != before


def test_selection_made_elsewhere_is_shown(view, session, iris, selection):
    before = picture(view)
    bundle = next(iter(view.scene.bundles))
    selection.select_synapse(SynapseRef(bundle, 1, 1))
    chosen = picture(view)
    assert chosen != before
    selection.select((), {bundle})
    assert picture(view) != chosen


def test_an_opened_network_is_fitted(view, session, iris, tmp_path):
    session.save(tmp_path / "iris.nns")
    session.new()
    view.pan(9000, 9000)
    session.open(tmp_path / "iris.nns")
    assert view.camera.seen(view.viewport().size().toSizeF()).contains(view.scene.bounds)


def test_a_closed_canvas_listens_no_more(qtbot, session, selection, clock):
    other = CanvasView(session, selection, clock)
    qtbot.addWidget(other)
    events = (session.changed, session.live_changed, selection.changed, theme.changed)
    with_it = [len(event._listeners) for event in events]
    other.close()
    assert [len(event._listeners) for event in events] == [count - 1 for count in with_it]


def test_destroying_it_disconnects_too(qtbot, session, selection, clock):
    before = len(session.changed._listeners)
    other = CanvasView(session, selection, clock)
    other.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(session.changed._listeners) == before


def test_menus_do_not_pile_up(view, network, hand, qtbot):
    from PySide6.QtWidgets import QMenu

    for _ in range(5):
        hand.key(Qt.Key.Key_A)
        qtbot.waitUntil(lambda: view.menu is not None)
        QTest.keyClick(view.menu, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: view.menu is None)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(view.findChildren(QMenu)) == 0


def test_an_idle_canvas_is_not_painted(view, iris, qtbot, monkeypatch):
    painted = []
    keep = view.cards.keep
    monkeypatch.setattr(view.cards, "keep", lambda layers: (painted.append(1), keep(layers)))
    view.viewport().update()
    qtbot.waitUntil(lambda: bool(painted))
    for _ in range(10):
        QApplication.processEvents()
    count = len(painted)
    for _ in range(50):
        QApplication.processEvents()
    assert len(painted) == count


def test_the_minimap_follows_the_view(view, iris):
    before = view.minimap.grab().toImage()
    view.zoom_to(2.5)
    assert view.minimap.grab().toImage() != before

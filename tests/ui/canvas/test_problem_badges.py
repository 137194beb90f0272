"""Problems beside their object: a badge that can be hit, a menu of fixes, live while drawing; with real events."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document import Part, Source
from nnstudio.document.edits import AddLayer, ReshapeLayer, SetBias, SetSynapses, SetTraining
from nnstudio.engine import forward


def badge_point(view, layer):
    return view.camera.to_view(view.scene.layers[layer].badge).toPoint()


def test_a_badge_opens_the_fixes_and_each_is_one_step(view, session, network, hand, choose):
    session.do(AddLayer("hidden", (120, 300)))
    lonely = max(session.document.network.layers)
    view.fit()
    assert view.badges["layer"][lonely][0] == "error"
    hand.click(badge_point(view, lonely))
    assert view.menu is not None
    texts = [action.text() for action in view.menu.actions() if action.isEnabled() and action.text()]
    assert texts[:3] == ['Wire "Hidden 1" to "Hidden 3"', 'Remove "Hidden 3"', 'Wire "Hidden 3" to "Output"']
    choose('Remove "Hidden 3"')
    assert lonely not in session.document.network.layers
    session.undo()
    assert lonely in session.document.network.layers
    hand.click(badge_point(view, lonely))
    choose('Wire "Hidden 1"')
    assert session.document.network.incoming[lonely]


def test_a_badge_can_be_hit_from_afar(view, session, network, hand):
    session.do(AddLayer("hidden", (120, 300)))
    lonely = max(session.document.network.layers)
    view.zoom_to(0.2)
    view.center_on(view.scene.bounds.center())
    point = view.camera.to_view(view.scene.at(1.0)[lonely].badge).toPoint()
    hit = view.hit(QPointF(point))
    assert (hit.id, hit.spot) == (lonely, "badge")


def test_the_badge_of_a_wire_offers_a_shape_and_another_wiring(view, session, network, hand, choose):
    session.do(ReshapeLayer(network[0], (6, 6, 1)))
    key = next(iter(session.document.network.synapses))
    session.do(SetSynapses(key, (("wiring", Part("convolution")),)))
    hand.click(view.camera.to_view(view.scene.bundles[key].middle).toPoint())
    choose("Wire them fully")
    assert session.document.network.synapses[key].wiring.key == "full"
    assert not [problem for problem in session.problems if problem.where.kind == "synapses"]


def test_the_context_menu_of_the_keyboard_offers_fixes_too(view, session, network, qtbot, choose):
    session.do(AddLayer("hidden", (120, 300)))
    lonely = max(session.document.network.layers)
    view.selection.select({lonely})
    place = view.layer_point(lonely)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    choose('Remove "Hidden 3"')
    assert lonely not in session.document.network.layers


def test_problems_follow_a_gesture_while_it_is_drawn(view, session, network, hand):
    session.choose_data(Source("bundled", "iris"))
    view.fit()
    assert view.badges["layer"] == {}
    item = view.scene.layers[network[0]]
    start = view.camera.to_view(QPointF(item.x + 35, item.rect.bottom())).toPoint()
    hand.move(start)
    hand.press(start)
    hand.move(start + QPointF(0, 20).toPoint(), start + QPointF(0, 160).toPoint())
    assert view.gesture is not None
    assert view.shown.layers[network[0]].layer.size > 4
    assert "but the data has 4 input columns" in view.problem_text("layer", network[0])
    QTest.keyClick(view, Qt.Key.Key_Escape)
    hand.release(start)
    assert view.badges["layer"] == {}


def test_dead_neurons_are_found_after_training(view, session, network, qtbot):
    session.choose_data(Source("bundled", "iris"))
    session.do(SetTraining((("epochs", 1),)))
    dead = network[2]  # relu
    for neuron in (1, 4):
        session.do(SetBias(dead, neuron, -1000.0))
    told = []
    session.problems_changed.connect(told.append)
    session.train()
    qtbot.waitUntil(lambda: session.state != "running", timeout=60_000)
    qtbot.waitUntil(lambda: bool(session.problems), timeout=60_000)  # the first look asks for them
    assert told
    (problem,) = session.problems
    assert "2 of 6 neurons" in problem.text
    assert problem.severity == "warning"
    assert view.badges["layer"][dead][0] == "warning"
    before = session.document
    session.do(problem.fixes[1].edit)
    assert session.document.network.layers[dead].size == 4
    inputs = session.dataset.inputs[:20]
    old = forward(before.network, before.parameters, inputs)[network[3]].a
    new = forward(session.document.network, session.document.parameters, inputs)[network[3]].a
    np.testing.assert_allclose(old, new)
    session.undo()
    assert session.document is before

"""Every gesture with real events: one named step, and undo gives the identical document back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, ResizeLayer
from nnstudio.ui.layer_drag import layer_data, synapses_data
from nnstudio.ui.selection import NeuronRef, SynapseRef

SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def one_step(session):
    """Checks that exactly one step was made, and that undo and redo give identical documents."""
    before, count = session.document, len(session.history.entries)

    def check(name):
        after = session.document
        assert len(session.history.entries) == count + 1
        assert str(session.history.undo_name) == name
        session.undo()
        assert session.document is before
        session.redo()
        assert session.document is after
        return after

    return check


@pytest.fixture
def no_step(session):
    before, count = session.document, len(session.history.entries)

    def check():
        assert session.document is before
        assert len(session.history.entries) == count

    return check


# -- from the palette ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [("input", "Input"), ("hidden", "Hidden 1"), ("output", "Output")])
def test_dropping_a_card_adds_that_layer_on_the_grid(view, session, selection, hand, one_step, kind, name):
    assert hand.drop(layer_data(kind), hand.at(101, -37))
    after = one_step(f"Add {name}")
    (layer,) = after.network.layers.values()
    assert (layer.kind, layer.name) == (kind, name)
    assert after.layout[layer.id] == (96.0, -48.0)


def test_the_dropped_layer_is_selected(view, session, selection, hand):
    hand.drop(layer_data("hidden"), hand.at(0, 0))
    assert selection.layers == set(session.document.network.layers)


def test_while_dragging_a_ghost_is_shown_and_leaving_removes_it(view, network, hand, no_step):
    data = layer_data("output")
    assert hand.enter(data, hand.at(0, 250))
    assert hand.over(data, hand.at(0, 250))
    ghost = view.gesture.ghost
    assert ghost in view.shown.layers
    assert ghost not in view.scene.layers
    view.viewport().grab()
    hand.leave()
    assert view.gesture is None
    assert view.shown is view.scene
    no_step()


def test_a_layer_dropped_on_a_wire_is_inserted(view, network, session, hand, one_step):
    point = hand.at(258, 0)
    hand.drop(layer_data("hidden"), point)
    after = one_step("Insert Hidden 3")
    new = after.network.named("Hidden 3").id
    ends = {(s.source, s.target) for s in after.network.synapses.values()}
    assert (network[2], new) in ends
    assert (new, network[3]) in ends
    assert (network[2], network[3]) not in ends
    assert after.layout[new] == (264.0, 0.0)


def test_an_output_dropped_on_a_wire_is_only_added(view, network, session, hand, one_step):
    hand.drop(layer_data("output"), hand.at(252, 0))
    assert len(one_step("Add Output 2").network.synapses) == 3


def test_foreign_drags_are_left_to_the_window(view, hand, no_step):
    data = QMimeData()
    data.setText("a,b\n1,2")
    assert not hand.enter(data, QPoint(300, 300))
    assert view.gesture is None
    no_step()


def test_the_full_card_dropped_on_a_layer_begins_a_wire_there(view, network, session, hand, one_step):
    hand.drop(synapses_data(), view.layer_point(network[0]))
    assert view.gesture.source == network[0]
    hand.click(view.neuron_point(network[2], 0))
    after = one_step("Wire Input to Hidden 2")
    assert (network[0], network[2]) in {(s.source, s.target) for s in after.network.synapses.values()}
    assert view.gesture is None


# -- wiring -------------------------------------------------------------------------------------------------------


def test_dragging_from_a_port_wires(view, network, session, hand, one_step):
    hand.move(view.layer_point(network[0]))
    hand.drag(view.port_point(network[0]), view.neuron_point(network[2], 3))
    after = one_step("Wire Input to Hidden 2")
    new = max(after.network.synapses)
    assert after.parameters.weights[new].shape == (4, 6)


def test_valid_targets_light_up_and_others_step_back_and_say_why(view, network, hand, no_step):
    hand.move(view.layer_point(network[1]))
    hand.press(view.port_point(network[1]))
    hand.move(view.layer_point(network[1]) + QPoint(80, 100))
    assert view.gesture.targets == {network[3]}
    assert view.gesture.dimmed == {network[0], network[2]}
    assert view.gesture.words == ""
    hand.move(view.layer_point(network[0]))
    assert view.gesture.words == '"Input" is an input: its values come from the data, not from synapses.'
    assert view.viewport().cursor().shape() == Qt.CursorShape.ForbiddenCursor
    hand.move(view.layer_point(network[2]))
    assert view.gesture.words == '"Hidden 1" and "Hidden 2" are already wired.'
    view.viewport().grab()
    hand.move(view.layer_point(network[3]))
    assert view.gesture.chosen == network[3]
    assert view.gesture.words == ""
    hand.key(Qt.Key.Key_Escape)
    assert view.gesture is None
    hand.release(view.layer_point(network[3]))
    no_step()


def test_releasing_on_a_refused_layer_does_nothing(view, network, hand, no_step):
    hand.move(view.layer_point(network[0]))
    hand.drag(view.port_point(network[0]), view.layer_point(network[1]))
    assert view.gesture is None
    no_step()


def test_a_cycle_is_refused_in_words(view, network, hand, no_step):
    hand.move(view.layer_point(network[2]))
    hand.press(view.port_point(network[2]))
    hand.move(view.layer_point(network[1]))
    assert "cycle" in view.gesture.words
    hand.release(view.layer_point(network[1]))
    no_step()


@pytest.mark.parametrize(("entry", "name"), [("Add Hidden", "Hidden 3"), ("Add Output", "Output 2")])
def test_a_wire_dropped_on_the_empty_canvas_offers_a_wired_layer(
    view, network, session, hand, choose, one_step, entry, name
):
    hand.move(view.layer_point(network[0]))
    hand.drag(view.port_point(network[0]), hand.at(-250, 280))
    assert view.gesture is not None  # the wire stays in sight
    choose(entry)
    after = one_step(f"Add {name.split()[0]} wired to Input")
    new = after.network.named(name).id
    assert (network[0], new) in {(s.source, s.target) for s in after.network.synapses.values()}
    assert view.gesture is None


def test_closing_that_menu_leaves_no_trace(view, network, hand, qtbot, no_step):
    hand.move(view.layer_point(network[0]))
    hand.drag(view.port_point(network[0]), hand.at(-250, 280))
    QTest.keyClick(view.menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.menu is None)
    assert view.gesture is None
    no_step()


def test_with_the_synapse_tool_any_part_of_a_layer_starts_a_wire(view, network, session, hand, one_step):
    view.tool = "synapse"
    hand.drag(view.neuron_point(network[0], 1), view.layer_point(network[3]))
    one_step("Wire Input to Output")
    assert view.tool == "synapse"


def test_clicking_a_port_and_then_a_layer_wires_too(view, network, hand, one_step):
    hand.move(view.layer_point(network[0]))
    hand.click(view.port_point(network[0]))
    assert view.gesture.lasting
    hand.click(view.layer_point(network[3]))
    one_step("Wire Input to Output")


# -- moving, resizing, naming ----------------------------------------------------------------------------------------


def test_dragging_a_layer_moves_it_on_the_grid_as_one_step(view, network, session, hand, one_step):
    hand.drag(hand.at(-144, -230), hand.at(-103, -152))
    after = one_step("Move Hidden 1")
    assert after.layout[network[1]] == (-96.0, 72.0)
    assert after.layout[network[0]] == (-408, 0)


def test_several_selected_layers_move_together(view, network, session, selection, hand, one_step):
    selection.select({network[1], network[2]})
    hand.drag(view.layer_point(network[2]), view.layer_point(network[2]) + QPoint(48, 24))
    after = one_step("Move 2 layers")
    (xa, ya), (xb, yb) = after.layout[network[1]], after.layout[network[2]]
    assert (xb - xa, yb - ya) == (264, 0)
    assert selection.layers == {network[1], network[2]}


def test_escape_cancels_a_move_without_a_trace(view, network, hand, no_step):
    start = view.layer_point(network[1])
    hand.press(start)
    hand.move(start + QPoint(90, 0), start + QPoint(140, 30))
    assert view.shown is not view.scene
    assert view.shown.layers[network[1]].x != view.scene.layers[network[1]].x
    hand.key(Qt.Key.Key_Escape)
    hand.release(start + QPoint(140, 30))
    assert view.shown is view.scene
    no_step()


def test_alt_moves_freely(view, network, session, hand):
    view.zoom_reset()
    start = view.layer_point(network[2])
    hand.press(start, ALT)
    QTest.mouseMove(hand.port, start + QPoint(40, 0))
    hand.release(start + QPoint(31, 5), ALT)
    x, y = session.document.layout[network[2]]
    assert (x, y) == (pytest.approx(151), pytest.approx(5))


def test_plus_and_minus_change_the_number_of_neurons(view, network, session, hand, one_step):
    hand.move(view.layer_point(network[1]))
    hand.click(view.camera.to_view(view.scene.layers[network[1]].button("more")).toPoint())
    assert one_step("Resize Hidden 1 to 9 neurons").network.layers[network[1]].size == 9
    hand.move(view.layer_point(network[1]))
    hand.click(view.camera.to_view(view.scene.layers[network[1]].button("less")).toPoint())
    assert session.document.network.layers[network[1]].size == 8


def test_a_layer_of_one_cannot_shrink(view, session, hand):
    session.do(AddLayer("output", (0, 0), size=1))
    (layer,) = session.document.network.layers
    before = session.document
    hand.move(view.layer_point(layer))
    hand.click(view.camera.to_view(view.scene.layers[layer].button("less")).toPoint())
    assert session.document is before


def test_dragging_the_lower_edge_changes_the_number_of_neurons(view, network, session, hand, one_step):
    view.zoom_reset()
    rect = view.scene.layers[network[2]].rect
    start = hand.at(rect.center().x() + 30, rect.bottom())
    hand.drag(start, start + QPoint(0, 62))
    assert one_step("Resize Hidden 2 to 8 neurons").network.layers[network[2]].size == 8


def test_double_click_on_the_title_renames(view, network, session, hand, qtbot, one_step):
    point = view.layer_point(network[1])
    hand.move(point)
    QTest.mouseDClick(hand.port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    editor = view.title_editor
    assert editor.selectedText() == "Hidden 1"
    QTest.keyClicks(editor, "Features")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert one_step("Rename Hidden 1 to Features").network.layers[network[1]].name == "Features"
    assert view.title_editor is None


def test_escape_leaves_the_name(view, network, selection, hand, no_step):
    selection.select({network[1]})
    hand.key(Qt.Key.Key_F2)
    QTest.keyClicks(view.title_editor, "Other")
    QTest.keyClick(view.title_editor, Qt.Key.Key_Escape)
    assert view.title_editor is None
    no_step()


def test_a_taken_name_is_refused_and_can_be_corrected(view, network, session, selection, hand, qtbot):
    selection.select({network[1]})
    hand.key(Qt.Key.Key_F2)
    editor = view.title_editor
    qtbot.waitUntil(editor.hasFocus)
    QTest.keyClicks(editor, "Hidden 2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert view.title_editor is editor
    QTest.keyClicks(editor, "b")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.document.network.layers[network[1]].name == "Hidden 2b"


def test_clicking_the_subtitle_offers_the_activations(view, network, session, hand, choose, one_step):
    hand.click(view.camera.to_view(view.scene.layers[network[1]].subtitle_rect.center()).toPoint())
    choose("Sigmoid")
    assert one_step("Use sigmoid").network.layers[network[1]].activation == Part("sigmoid")


# -- selecting --------------------------------------------------------------------------------------------------------


def test_clicks_select_layers_and_the_empty_canvas_clears(view, network, selection, hand, no_step):
    hand.click(view.layer_point(network[1]))
    assert selection.layers == {network[1]}
    hand.click(view.layer_point(network[2]), CTRL)
    assert selection.layers == {network[1], network[2]}
    hand.click(view.layer_point(network[1]), SHIFT)
    assert selection.layers == {network[2]}
    hand.click(hand.at(-300, 290))
    assert selection.empty
    no_step()


def test_clicking_a_neuron_selects_it(view, network, selection, hand):
    hand.click(view.neuron_point(network[1], 2))
    assert selection.neuron == NeuronRef(network[1], 2)


def test_clicking_near_a_curve_selects_that_synapse(view, network, session, selection, hand):
    bundle = next(iter(view.scene.bundles.values()))
    place = bundle.place(0, 7)
    point = bundle.path(place).pointAtPercent(0.35)
    hand.click(view.camera.to_view(point).toPoint())
    assert selection.synapse == SynapseRef(bundle.id, 0, 7)
    assert selection.synapses == {bundle.id}
    view.viewport().grab()


def test_alt_click_selects_the_whole_bundle(view, network, selection, hand):
    bundle = next(iter(view.scene.bundles.values()))
    point = bundle.path(bundle.place(0, 7)).pointAtPercent(0.35)
    hand.click(view.camera.to_view(point).toPoint(), ALT)
    assert selection.synapses == {bundle.id}
    assert selection.synapse is None
    view.viewport().grab()


def test_the_rubber_band_selects_what_it_touches(view, network, selection, hand, no_step):
    hand.drag(hand.at(-240, 300), hand.at(180, -40))
    assert selection.layers == {network[1], network[2]}
    hand.drag(hand.at(330, 300), hand.at(420, 50), SHIFT)
    assert selection.layers == set(network[1:])
    no_step()


def test_escape_takes_the_rubber_band_back(view, network, selection, hand):
    selection.select({network[0]})
    start = hand.at(-240, 300)
    hand.press(start)
    hand.move(start + QPoint(200, -200), start + QPoint(300, -300))
    assert selection.layers != {network[0]}
    hand.key(Qt.Key.Key_Escape)
    assert selection.layers == {network[0]}


def test_a_click_on_the_gap_of_a_wide_layer_goes_into_it(view, session, selection, hand):
    session.do(AddLayer("hidden", (0, 0), size=140))
    (layer,) = session.document.network.layers
    view.fit()
    item = view.scene.layers[layer]
    gap = item.gaps[-1]
    assert sum(gap.count for gap in item.gaps) == 140 - len(item.neurons)
    assert gap.first not in item.neurons
    hand.click(hand.at(0, gap.y))
    assert selection.neuron == NeuronRef(layer, gap.first)
    assert gap.first in view.scene.layers[layer].neurons


# -- menus ------------------------------------------------------------------------------------------------------------


def test_double_click_on_the_empty_canvas_adds_a_layer(view, session, hand, choose, one_step):
    QTest.mouseDClick(hand.port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hand.at(48, 24))
    choose("Hidden")
    after = one_step("Add Hidden 1")
    assert list(after.layout.values()) == [(48.0, 24.0)]


def context(view, point):
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize(
    ("entry", "name"),
    [("Delete", "Delete Hidden 1"), ("Duplicate", "Duplicate Hidden 1"), ("Cut", "Cut Hidden 1")],
)
def test_the_menu_of_a_layer(view, network, hand, choose, one_step, entry, name):
    context(view, view.layer_point(network[1]))
    choose(entry)
    one_step(name)


def test_the_menu_of_synapses(view, network, session, hand, choose, one_step):
    bundle = next(iter(view.scene.bundles.values()))
    point = view.camera.to_view(bundle.path(bundle.place(0, 7)).pointAtPercent(0.5)).toPoint()
    context(view, point)
    choose("Insert")
    assert one_step("Insert Hidden 3").network.named("Hidden 3")


def test_the_menu_of_the_canvas(view, network, selection, hand, choose):
    context(view, hand.at(-300, 300))
    choose("Select all")
    assert selection.layers == set(network)


# -- looking around ---------------------------------------------------------------------------------------------------


def wheel(view, point, delta, modifiers=Qt.KeyboardModifier.NoModifier):
    position = QPointF(point)
    event = QWheelEvent(
        position,
        view.viewport().mapToGlobal(position),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_ctrl_wheel_zooms_at_the_pointer(view, network):
    point = view.neuron_point(network[1], 3)
    before = view.camera.to_scene(QPointF(point))
    wheel(view, point, 240, CTRL)
    after = view.camera.to_scene(QPointF(point))
    assert view.camera.zoom > 1.2
    assert (after - before).manhattanLength() < 1.5
    assert view.zoom_box.percent.text() == f"{round(view.camera.zoom * 100)} %"


def test_the_wheel_scrolls_and_with_shift_sideways(view, network):
    x, y = view.camera.x, view.camera.y
    wheel(view, QPoint(400, 300), -120)
    assert (view.camera.x, view.camera.y) == (x, y - 60)
    wheel(view, QPoint(400, 300), 120, SHIFT)
    assert (view.camera.x, view.camera.y) == (x + 60, y - 60)


def test_middle_drag_and_space_drag_pan(view, network, hand, no_step):
    x, y = view.camera.x, view.camera.y
    hand.drag(QPoint(500, 300), QPoint(560, 340), button=Qt.MouseButton.MiddleButton)
    assert (view.camera.x, view.camera.y) == (x + 60, y + 40)
    QTest.keyPress(view, Qt.Key.Key_Space)
    hand.drag(view.layer_point(network[1]), view.layer_point(network[1]) + QPoint(-60, -40))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert (view.camera.x, view.camera.y) == (x, y)
    no_step()


def test_zoom_box_and_fit(view, network, hand):
    for button, better in ((view.zoom_box.into, 1), (view.zoom_box.out, -1)):
        zoom = view.camera.zoom
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert (view.camera.zoom - zoom) * better > 0
    view.pan(5000, 0)
    QTest.mouseClick(view.zoom_box.fit, Qt.MouseButton.LeftButton)
    seen = view.camera.seen(view.viewport().size().toSizeF())
    assert all(seen.contains(item.bounds) for item in view.scene.layers.values())
    view.zoom_in()
    QTest.mouseClick(view.zoom_box.percent, Qt.MouseButton.LeftButton)
    assert view.camera.zoom == 1.0


def test_the_minimap_moves_the_view(view, network):
    view.zoom_to(2.0)
    before = view.camera.x
    QTest.mouseClick(view.minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 49))
    assert view.camera.x > before


def test_an_edit_while_dragging_ends_the_gesture(view, network, session, hand):
    start = view.layer_point(network[1])
    hand.press(start)
    hand.move(start + QPoint(90, 0))
    session.do(ResizeLayer(network[2], 7))
    assert view.gesture is None
    hand.release(start + QPoint(90, 0))
    assert session.document.layout[network[1]] == (-144, 0)

"""Groups collapsed to one card: their wires meet there, and the card is handled like what it stands for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from nnstudio import project
from nnstudio.document.edits import AddLayer, AddNote, CollapseGroups, Connect, GroupLayers
from nnstudio.ui.canvas.accessible import MarkVoice
from nnstudio.ui.canvas.annotations import fold_rect, frame_rect
from nnstudio.ui.canvas.group_card import chevron_of, name_rect
from nnstudio.ui.theme import theme
from tests.ui.canvas.described import anew, described

CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


def step_name(session) -> str:
    return str(session.history.undo_name)


def frame(view, group) -> QRectF:
    return frame_rect(view.session.document.groups[group], view.scene.at(view.nearness.far))


def on(view, point: QPointF) -> QPoint:
    return view.camera.to_view(point).toPoint()


def body(view, group) -> QPoint:
    """A point on the card of a collapsed group, below its name."""
    rect = frame(view, group)
    return on(view, rect.center() + QPointF(0, rect.height() * 0.2))


@pytest.fixture
def group(session, view, network):
    """The two hidden layers of 4-8-6-3 in an open group."""
    session.do(GroupLayers(frozenset(network[1:3]), "Middle"))
    view.fit()
    return max(session.document.groups)


@pytest.fixture
def shut(session, view, group):
    """The same, collapsed."""
    session.do(CollapseGroups(frozenset({group}), True))
    return group


# -- collapsing ---------------------------------------------------------------------------------------------------


def test_the_chevron_collapses_and_opens_each_in_one_step(view, session, group, hand, selection):
    before = session.document
    found = session.document.groups[group]
    hand.click(on(view, fold_rect(found, frame(view, group), view.camera.zoom).center()))
    assert session.document.groups[group].collapsed
    assert step_name(session) == 'Collapse the group "Middle"'
    assert selection.groups == {group}
    shut = session.document
    hand.click(on(view, chevron_of(frame(view, group))))
    assert not session.document.groups[group].collapsed
    assert step_name(session) == 'Open the group "Middle"'
    session.undo()
    assert session.document is shut
    session.undo()
    assert session.document is before


def test_its_layers_are_hidden_and_their_wires_meet_at_its_card(view, session, network, shut):
    scene = view.scene
    hidden = [scene.layers[layer] for layer in network[1:3]]
    assert [item.inside for item in hidden] == [shut, shut]
    assert {item.rect.getRect() for item in hidden} == {frame(view, shut).getRect()}
    ends = [(s.source, s.target) for s in session.document.network.synapses.values() if s.id in scene.bundles]
    assert ends == [(network[0], network[1]), (network[2], network[3])]  # none runs within the card
    assert all(not len(bundle.sources) for bundle in scene.bundles.values())  # drawn as ribbons
    ribbons = view.wires.layers(scene, 0.0, view.parameters.weights, theme.colors, {})[0][0]
    edges = {frame(view, shut).left(), frame(view, shut).right()}
    assert {float(ribbons.x1[0]), float(ribbons.x0[1])} == edges


def test_ribbons_of_one_card_lie_side_by_side(view, session, network, shut):
    session.do(Connect(network[0], network[2]))
    session.do(Connect(network[0], network[3]))
    ribbons = view.wires.layers(view.scene, 0.0, view.parameters.weights, theme.colors, {})[0][0]
    arriving = ribbons.y1[ribbons.x1 == frame(view, shut).left()]
    assert len(set(arriving.tolist())) == len(arriving) == 2


def test_the_scene_is_as_if_it_were_built_anew(view, session, network, group, clock, qtbot):
    def check() -> None:
        fresh = anew(view, clock)
        qtbot.addWidget(fresh)
        mine, theirs = described(view), described(fresh)
        for part, values in theirs.items():
            assert mine[part] == values, part

    for edit in (
        CollapseGroups(frozenset({group}), True),
        Connect(network[0], network[2]),
        CollapseGroups(frozenset({group}), False),
    ):
        session.do(edit)
        check()
    session.undo()
    check()
    session.redo()
    check()


def test_a_double_click_on_the_card_opens_it_and_on_its_name_renames(view, session, hand, shut):
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, body(view, shut))
    assert not session.document.groups[shut].collapsed
    session.undo()
    name = on(view, name_rect(frame(view, shut)).center())
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, name)
    editor = view.viewport().findChild(QLineEdit, "title_editor")
    editor.setText("Encoder")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.document.groups[shut].name == "Encoder"
    assert session.document.groups[shut].collapsed


def test_from_afar_there_is_no_chevron_to_be_hit_by_chance(view, session, shut):
    point = chevron_of(frame(view, shut))
    assert view.hit(view.camera.to_view(point)).spot == "fold"
    view.zoom_to(0.4)
    assert view.hit(view.camera.to_view(point)).spot == "card"
    view.viewport().grab()


def test_by_keyboard_g_collapses_and_enter_opens(view, session, hand, group, selection):
    selection.select_annotations(groups={group})
    hand.key(Qt.Key.Key_G)
    assert session.document.groups[group].collapsed
    hand.key(Qt.Key.Key_Return)
    assert not session.document.groups[group].collapsed
    selection.select(session.document.groups[group].layers)
    hand.key(Qt.Key.Key_G)  # of the layers' group
    assert session.document.groups[group].collapsed
    assert selection.groups == {group}


def test_tab_goes_past_layers_that_are_not_drawn(view, network, hand, shut, selection):
    view.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Tab)
        seen.append((selection.layers, selection.groups))
    assert seen == [({network[0]}, set()), ({network[3]}, set()), (set(), {shut})]


def test_the_menu_of_the_card(view, session, shut, choose):
    point = body(view, shut)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)
    choose("Open the group")
    assert not session.document.groups[shut].collapsed


# -- handling the card --------------------------------------------------------------------------------------------


def test_dragging_the_card_moves_its_layers_as_they_stand(view, session, network, hand, shut, selection):
    before = dict(session.document.layout)
    start = body(view, shut)
    hand.drag(start, start + QPoint(0, 120))
    after = session.document.layout
    ways = {(after[i][0] - before[i][0], after[i][1] - before[i][1]) for i in network[1:3]}
    (way,) = ways
    assert way[1] > 48
    assert step_name(session) == 'Move the group "Middle"'
    hand.key(Qt.Key.Key_Right, SHIFT)
    assert session.document.layout[network[1]][0] == after[network[1]][0] + 1
    session.undo()
    session.undo()
    assert dict(session.document.layout) == before


def test_delete_takes_the_layers_with_it(view, session, network, hand, shut, selection):
    before = session.document
    hand.click(body(view, shut))
    assert selection.groups == {shut}
    hand.key(Qt.Key.Key_Delete)
    assert list(session.document.network.layers) == [network[0], network[3]]
    assert not session.document.groups
    assert step_name(session) == 'Delete the group "Middle" with its layers'
    session.undo()
    assert session.document is before


def test_the_rubber_band_takes_the_card_as_a_whole(view, network, hand, shut, selection):
    rect = view.camera.rect_to_view(frame(view, shut))
    hand.drag(rect.topLeft().toPoint() - QPoint(8, 8), rect.center().toPoint())
    assert (selection.groups, selection.layers) == ({shut}, frozenset())


def test_a_copy_of_the_card_is_a_card(view, session, shut, selection):
    selection.select_annotations(groups={shut})
    view.duplicate()
    assert [group.collapsed for group in session.document.groups.values()] == [True, True]
    assert len(session.document.network.layers) == 6


def test_a_wire_dropped_on_the_card_arrives_at_its_first_layer(view, session, network, hand, shut):
    session.do(AddLayer("input", (-408, 300), size=2))
    view.fit()
    made = max(session.document.network.layers)
    hand.move(view.layer_point(made))
    hand.drag(view.port_point(made), body(view, shut))
    wires = [(s.source, s.target) for s in session.document.network.synapses.values()]
    assert wires[-1] == (made, network[1])


def test_where_it_is_not_clear_which_layer_is_meant_the_wire_says_so(view, session, network, hand, shut, selection):
    session.do(AddLayer("hidden", (0, 300), size=2))
    other = max(session.document.network.layers)
    session.do(GroupLayers(frozenset({network[1], network[2], other}), "Middle"))
    group = max(session.document.groups)
    session.do(CollapseGroups(frozenset({group}), True))
    session.do(AddLayer("input", (-408, 300), size=2))
    view.fit()
    made, before = max(session.document.network.layers), session.document
    hand.move(view.layer_point(made))
    start, end = view.port_point(made), body(view, group)
    hand.press(start)
    hand.move(start + QPoint(20, 0), end)
    assert view.gesture.words == 'Open the group "Middle" to choose one of its layers.'
    hand.release(end)
    assert (session.document, view.menu, view.gesture) == (before, None, None)


def test_c_wires_out_of_the_card(view, session, network, hand, shut, selection):
    session.do(AddLayer("output", (384, 300), size=2))
    made = max(session.document.network.layers)
    view.fit()
    hand.click(body(view, shut))
    hand.key(Qt.Key.Key_C)
    hand.move(view.layer_point(made))
    hand.click(view.layer_point(made))
    wires = [(s.source, s.target) for s in session.document.network.synapses.values()]
    assert wires[-1] == (network[2], made)


def test_tidying_keeps_the_layers_of_the_card_as_they_stand(view, session, network, shut):
    before = dict(session.document.layout)
    session.do(AddLayer("hidden", (0, 0), size=3))
    session.do(Connect(network[0], max(session.document.network.layers)))
    view.tidy()
    after = session.document.layout
    a, b = network[1:3]
    assert after[b][0] - after[a][0] == before[b][0] - before[a][0]
    assert after[b][1] - after[a][1] == before[b][1] - before[a][1]
    card = frame(view, shut)
    others = [item.rect for item in view.scene.layers.values() if not item.inside]
    assert not any(card.intersects(rect) for rect in others)


def test_it_is_saved_and_a_file_without_the_field_has_open_groups(session, view, network, shut, tmp_path):
    path = tmp_path / "shut.nns"
    session.save(path)
    assert project.load(path).groups == session.document.groups
    session.do(CollapseGroups(frozenset({shut}), False))
    session.save(path)
    assert not project.load(path).groups[shut].collapsed


def test_the_card_is_told_to_screen_readers(view, network, shut):
    keys = view.voices.top()
    assert ("layer", network[1], 0, 0) not in keys
    assert ("group", shut, 0, 0) in keys
    voice = MarkVoice(view.voices.mark(("group", shut, 0, 0)))
    assert (voice.state().collapsed, voice.state().expanded) == (1, 0)
    assert voice.rect().contains(view.viewport().mapToGlobal(body(view, shut)))


# -- the small map ------------------------------------------------------------------------------------------------


def test_the_small_map_shows_groups_and_notes(view, session, network, group, selection):
    minimap = view.minimap

    def color(point: QPointF) -> QColor:
        """What the map shows of a scene point."""
        minimap._due = True
        scale, middle = minimap._fit()
        return (
            minimap.grab()
            .toImage()
            .pixelColor((minimap.rect().center().toPointF() + (point - middle) * scale).toPoint())
        )

    panel = theme.colors.q("panel")
    note, between = QPointF(-100.0, -290.0), frame(view, group).center() - QPointF(0, 150)
    assert color(between) != panel  # the frame of the group
    session.do(AddNote("Here", (-200.0, -340.0, 200.0, 100.0)))
    assert color(note + QPointF(60, 40)) == theme.colors.q("raised")
    session.do(CollapseGroups(frozenset({group}), True))
    assert color(between) == panel
    card = frame(view, group)
    assert color(QPointF(card.left(), card.center().y())) != panel
    selection.select_annotations(groups={group})
    assert color(QPointF(card.left(), card.center().y())) != panel

"""Notes, groups and tidying on the canvas: real events, one named step each, undo gives all back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document.edits import AddLayer, AddNote, GroupLayers, MoveLayers, RemoveNotes
from nnstudio.ui.canvas.annotations import frame_rect, tab_rect

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
NOTE = (-144.0, 312.0, 216.0, 96.0)


def context(view, point):
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)


def step_name(session) -> str:
    return str(session.history.undo_name)


@pytest.fixture
def note(session, view, network):
    session.do(AddNote("Remember the\nmargin", NOTE))
    view.fit()
    return max(session.document.notes)


@pytest.fixture
def group(session, view, network):
    session.do(GroupLayers(frozenset(network[1:3]), "Middle"))
    view.fit()
    return max(session.document.groups)


def on_tab(view, group):
    """A point on the group's name, in view pixels."""
    found = view.session.document.groups[group]
    rect = tab_rect(found, frame_rect(found, view.scene.at(view.nearness.far)), view.camera.zoom)
    return view.camera.to_view(rect.center()).toPoint()


def in_note(view, note, x=0.4, y=0.5):
    left, top, width, height = view.session.document.notes[note].rect
    return view.camera.to_view(QPointF(left + x * width, top + y * height)).toPoint()


# -- notes --------------------------------------------------------------------------------------------------------


def test_a_note_is_written_from_the_quick_add_menu(view, network, session, hand, choose, selection, qtbot):
    point = hand.at(0, 260)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, point)
    before = session.document
    choose("Note")
    editor = view.note_editor
    assert editor is not None
    QTest.keyClicks(editor, "First line")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "second")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert view.note_editor is None
    (made,) = session.document.notes.values()
    assert made.text == "First line\nsecond"
    assert selection.notes == {made.id}
    left, top, width, height = made.rect
    assert QRectF(left, top, width, height).contains(view.camera.to_scene(QPointF(point)))
    assert step_name(session) == "Add a note"
    session.undo()
    assert session.document is before
    assert not selection.notes


def test_a_note_without_text_or_left_with_escape_is_none(view, network, session):
    before = session.document
    view.add_note()
    QTest.keyClick(view.note_editor, Qt.Key.Key_Return, CTRL)
    view.add_note()
    QTest.keyClicks(view.note_editor, "never mind")
    QTest.keyClick(view.note_editor, Qt.Key.Key_Escape)
    assert view.note_editor is None
    assert session.document is before


def test_what_is_being_written_ends_with_its_note_or_project(view, note, session):
    view.write_note(note)
    session.do(RemoveNotes(frozenset({note})))
    assert view.note_editor is None
    view.add_note()
    QTest.keyClicks(view.note_editor, "half a")
    session.do(MoveLayers({1: (-408.0, 24.0)}))
    assert view.note_editor is not None
    session.new()
    assert view.note_editor is None
    assert not session.document.notes


def test_a_double_click_writes_on_a_note_and_a_click_elsewhere_keeps_it(view, note, session, hand):
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, in_note(view, note))
    editor = view.note_editor
    assert editor.toPlainText() == "Remember the\nmargin"
    editor.selectAll()
    QTest.keyClicks(editor, "A text that is so long that it needs several lines, and more of them than fit. " * 3)
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert view.note_editor is None
    found = session.document.notes[note]
    assert found.text.startswith("A text that is so long")
    assert found.rect[3] > NOTE[3]
    assert step_name(session) == 'Change the note "Remember the"'
    session.undo()
    assert session.document.notes[note].rect == NOTE


def test_a_note_is_dragged_on_the_grid_and_resized_by_its_corner(view, note, session, hand):
    start = in_note(view, note)
    hand.drag(start, start + QPoint(round(72 * view.camera.zoom), 0))
    left, top, width, height = session.document.notes[note].rect
    assert (left - NOTE[0]) == pytest.approx(72, abs=14)
    assert (top, width, height) == NOTE[1:]
    assert step_name(session) == 'Move the note "Remember the"'
    session.undo()
    corner = view.camera.to_view(QPointF(NOTE[0] + NOTE[2] - 4, NOTE[1] + NOTE[3] - 4)).toPoint()
    hand.drag(corner, corner + QPoint(round(96 * view.camera.zoom), round(48 * view.camera.zoom)))
    left, top, width, height = session.document.notes[note].rect
    assert (left, top) == NOTE[:2]
    assert width == pytest.approx(NOTE[2] + 96, abs=24)
    assert height == pytest.approx(NOTE[3] + 48, abs=24)
    assert step_name(session) == 'Resize the note "Remember the"'
    session.undo()
    assert session.document.notes[note].rect == NOTE


def test_a_drag_left_with_escape_leaves_the_note_where_it_was(view, note, session, hand):
    before = session.document
    hand.move(in_note(view, note))
    hand.press(in_note(view, note))
    hand.move(in_note(view, note) + QPoint(40, 40), in_note(view, note) + QPoint(80, 40))
    assert view.shown.annotations.notes[note].rect != NOTE
    hand.key(Qt.Key.Key_Escape)
    assert session.document is before
    assert view.shown.annotations.notes[note].rect == NOTE


def test_a_note_is_copied_nudged_and_deleted_by_keyboard(view, note, session, selection, hand):
    hand.click(in_note(view, note))
    assert selection.notes == {note}
    assert "Remember the" in view.accessibleDescription()
    view.duplicate()
    assert len(session.document.notes) == 2
    assert selection.notes == session.document.notes.keys() - {note}
    hand.key(Qt.Key.Key_Delete)
    assert session.document.notes.keys() == {note}
    hand.click(in_note(view, note))
    for _ in range(3):
        hand.key(Qt.Key.Key_Right)
    assert session.document.notes[note].rect[0] == NOTE[0] + 72
    session.undo()
    assert session.document.notes[note].rect == NOTE
    view.copy()
    view.cut()
    assert not session.document.notes
    view.paste()
    assert [item.text for item in session.document.notes.values()] == ["Remember the\nmargin"]


def test_tab_reaches_groups_and_notes_after_the_layers_and_enter_writes(view, note, session, selection, hand):
    selection.select({view.reading_order()[-1]})
    hand.key(Qt.Key.Key_Tab)
    assert selection.notes == {note}
    hand.key(Qt.Key.Key_Return)
    assert view.note_editor is not None
    QTest.keyClick(view.note_editor, Qt.Key.Key_Escape)


def test_a_rubber_band_takes_layers_and_notes_and_they_move_as_one_step(view, note, network, session, selection, hand):
    card = view.scene.layers[network[1]].rect
    hand.drag(hand.at(card.left() - 30, card.top() - 30), hand.at(NOTE[0] + NOTE[2] / 2, NOTE[1] + NOTE[3] / 2))
    assert note in selection.notes
    assert network[1] in selection.layers
    before = session.document
    hand.drag(in_note(view, note), in_note(view, note) + QPoint(round(96 * view.camera.zoom), 0))
    way = session.document.notes[note].rect[0] - NOTE[0]
    assert way > 0
    for layer in selection.layers:
        assert session.document.layout[layer][0] - before.layout[layer][0] == pytest.approx(way)
    assert step_name(session).startswith("Move ")
    session.undo()
    assert session.document is before


# -- groups -------------------------------------------------------------------------------------------------------


def test_selected_layers_are_grouped_and_ungrouped(view, network, session, selection):
    selection.select(network[1:3])
    assert view.can_group
    view.group()
    (made,) = session.document.groups.values()
    assert made.layers == set(network[1:3])
    assert selection.groups == {made.id}
    assert not view.can_group
    assert step_name(session) == 'Group 2 layers as "Group 1"'
    view.ungroup()
    assert not session.document.groups
    assert selection.layers == set(network[1:3])


def test_a_selected_group_grows_by_the_layers_selected_with_it(view, group, network, session, selection):
    selection.select_annotations((), {group}, {network[0]})
    assert view.can_group
    view.group()
    (grown,) = session.document.groups.values()
    assert (grown.name, grown.layers) == ("Middle", set(network[:3]))


def test_dragging_the_frame_moves_all_its_layers(view, group, network, session, hand, selection):
    before = session.document
    start = on_tab(view, group)
    hand.drag(start, start + QPoint(0, round(96 * view.camera.zoom)))
    assert selection.groups == {group}
    ways = {i: session.document.layout[i][1] - before.layout[i][1] for i in network}
    assert ways[network[0]] == ways[network[3]] == 0
    assert ways[network[1]] == ways[network[2]] == pytest.approx(96, abs=16)
    assert step_name(session) == 'Move the group "Middle"'
    session.undo()
    assert session.document is before


def test_a_double_click_on_its_name_renames_a_group(view, group, session):
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, on_tab(view, group))
    editor = view.title_editor
    assert editor.accessibleName() == "Name of the group"
    QTest.keyClicks(editor, "Deep part")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.document.groups[group].name == "Deep part"
    assert step_name(session) == 'Rename the group "Middle" to "Deep part"'


def test_a_name_is_typed_inside_the_view_wherever_the_group_is(view, group, selection):
    view.camera.pan(-10.0, -on_tab(view, group).y())  # its name at the very top
    selection.select_annotations((), {group})
    view.rename_selected()
    assert view.viewport().rect().contains(view.title_editor.geometry())
    view.title_editor.finish(keep=False)


def test_deleting_a_group_keeps_its_layers_and_copying_it_copies_them(view, group, network, session, selection, hand):
    hand.click(on_tab(view, group))
    view.duplicate()
    assert len(session.document.groups) == 2
    assert len(session.document.network.layers) == 6
    session.undo()
    hand.click(on_tab(view, group))
    hand.key(Qt.Key.Key_Delete)
    assert not session.document.groups
    assert list(session.document.network.layers) == network


def test_the_menu_of_a_group_selects_its_layers(view, group, network, selection, choose):
    context(view, on_tab(view, group))
    choose("Select its layers")
    assert selection.layers == set(network[1:3])
    assert not selection.groups


def test_inside_a_frame_the_canvas_is_free(view, group, session, selection, hand):
    frame = frame_rect(session.document.groups[group], view.scene.layers)
    hit = view.hit(view.camera.to_view(QPointF(frame.center().x(), frame.bottom() - 11)))
    assert hit is None or hit.kind != "group"


def test_deleting_the_last_layer_of_a_group_takes_the_group_along_and_undo_brings_it_back(
    view, group, network, session
):
    view.selection.select(network[1:3])
    view.delete_selected()
    assert not session.document.groups
    session.undo()
    assert session.document.groups[group].layers == set(network[1:3])
    assert view.scene.annotations.groups.keys() == {group}


# -- tidying ------------------------------------------------------------------------------------------------------


def test_tidying_puts_the_network_into_columns_as_one_step(view, network, session):
    session.do(MoveLayers({network[0]: (900.0, 0.0), network[1]: (0.0, 0.0), network[2]: (12.0, 7.0)}))
    session.do(AddLayer("hidden", (30.0, 10.0)))
    before, count = session.document, len(session.history.entries)
    view.selection.clear()
    view.tidy()
    layout = session.document.layout
    assert [layout[i][0] for i in network] == sorted(layout[i][0] for i in network)
    items = list(view.scene.layers.values())
    for place, item in enumerate(items):
        assert not any(item.rect.intersects(other.rect) for other in items[place + 1 :])
    assert len(session.history.entries) == count + 1
    assert step_name(session) == "Tidy the layout"
    view.tidy()
    assert len(session.history.entries) == count + 1
    session.undo()
    assert session.document is before


def test_notes_go_along_with_the_layers_beside_them_and_cover_none(view, note, group, network, session):
    session.do(MoveLayers({network[0]: (900.0, 0.0), network[1]: (-36.0, 0.0), network[2]: (12.0, 7.0)}))
    view.tidy()
    rect = QRectF(*session.document.notes[note].rect)
    assert (rect.width(), rect.height()) == NOTE[2:]
    assert not any(rect.intersects(item.rect) for item in view.scene.layers.values())
    assert not rect.intersects(frame_rect(session.document.groups[group], view.scene.layers))
    assert step_name(session) == "Tidy the layout"
    session.undo()
    assert session.document.notes[note].rect == NOTE


def test_tidying_a_selection_leaves_the_others(view, network, session):
    session.do(MoveLayers({network[1]: (0.0, 0.0), network[2]: (0.0, 30.0)}))
    before = session.document.layout
    view.selection.select(network[1:3])
    view.tidy()
    after = session.document.layout
    assert (after[network[0]], after[network[3]]) == (before[network[0]], before[network[3]])
    assert after[network[1]][0] < after[network[2]][0]
    assert step_name(session) == "Tidy 2 layers"


def test_a_picture_with_notes_and_groups_shows_them_in_both_themes(view, note, group, session, selection):
    from nnstudio.ui.theme import theme

    present = theme.name
    seen = []
    for name in ("light", "dark"):
        theme.use(name)
        selection.select_annotations({note})
        chosen = view.viewport().grab().toImage()
        point = in_note(view, note, 0.9, 0.1)
        ratio = view.devicePixelRatioF()
        ground = chosen.pixelColor(round(point.x() * ratio), round(point.y() * ratio)).name()
        assert ground == theme.colors.raised
        seen.append(ground)
        selection.clear()
        assert view.viewport().grab().toImage() != chosen
    theme.use(present)
    assert len(set(seen)) == 2

"""Groups and notes in the inspector: what they are, edited as named steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.document.edits import AddNote, GroupLayers, Ungroup
from tests.ui.inspector.test_inspector import Studio

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    made.session.do(GroupLayers(frozenset({1, 2}), "Encoder"))
    made.session.do(AddNote("Remember\nthe margin", (0.0, 300.0, 200.0, 90.0)))
    yield made
    made.clock.stop()
    made.session.close()


def group_of(studio: Studio) -> int:
    return max(studio.session.document.groups)


def note_of(studio: Studio) -> int:
    return max(studio.session.document.notes)


def test_a_group_shows_its_name_its_layers_and_what_they_count(studio: Studio) -> None:
    studio.selection.select_annotations(groups={group_of(studio)})
    page = studio.panel.group_page
    assert studio.panel.page is page
    assert page.isVisible()
    assert studio.panel.heading.text() == "Group · Encoder"
    assert page.names.text() == "Input, Hidden 1"
    size = studio.session.document.network.layers[1].size
    shown = {key: page.facts.value(key) for key in ("layers", "neurons", "parameters", "within", "outside")}
    assert shown == {
        "layers": "2",
        "neurons": str(size + 3),
        "parameters": str(3 * size + 3),
        "within": "1",
        "outside": "1",
    }


def test_a_group_is_renamed_and_collapsed_as_named_steps(studio: Studio) -> None:
    group, before = group_of(studio), studio.session.document
    studio.selection.select_annotations(groups={group})
    name = studio.panel.group_page.name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Front")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert studio.session.document.groups[group].name == "Front"
    QTest.mouseClick(studio.panel.group_page.collapsed, Qt.MouseButton.LeftButton)
    assert studio.session.document.groups[group].collapsed
    assert str(studio.session.history.undo_name) == 'Collapse the group "Front"'
    studio.session.undo()
    assert not studio.panel.group_page.collapsed.isChecked()
    studio.session.undo()
    assert studio.session.document is before
    assert name.text() == "Encoder"


def test_a_name_without_letters_is_refused_beside_the_field(studio: Studio) -> None:
    before = studio.session.document
    studio.selection.select_annotations(groups={group_of(studio)})
    name = studio.panel.group_page.name
    name.setFocus()
    name.selectAll()
    QTest.keyClick(name, Qt.Key.Key_Space)
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert "1 to 80" in name.problem
    assert studio.session.document is before
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "Encoder"


def test_its_layers_are_selected_with_a_button(studio: Studio) -> None:
    studio.selection.select_annotations(groups={group_of(studio)})
    QTest.mouseClick(studio.panel.group_page.select_layers, Qt.MouseButton.LeftButton)
    assert studio.selection.layers == {1, 2}


def test_a_note_shows_its_text_and_asks_to_be_written(studio: Studio, qtbot: QtBot) -> None:
    asked: list[int] = []
    studio.selection.writing_wanted.connect(asked.append)
    studio.selection.select_annotations(notes={note_of(studio)})
    page = studio.panel.note_page
    assert studio.panel.page is page
    assert page.words.text() == "Remember\nthe margin"
    QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    assert asked == [note_of(studio)]


def test_several_of_them_are_counted(studio: Studio) -> None:
    studio.selection.select_annotations({note_of(studio)}, {group_of(studio)}, {3})
    page = studio.panel.several_page
    assert studio.panel.page is page
    assert studio.panel.heading.text() == "3 objects selected"
    assert [page.facts.value(key) for key in ("layers", "groups", "notes")] == ["1", "1", "1"]


def test_what_is_gone_gives_way_to_the_network(studio: Studio) -> None:
    studio.selection.select_annotations(groups={group_of(studio)})
    studio.session.do(Ungroup(frozenset({group_of(studio)})))
    assert studio.panel.page is studio.panel.network_page

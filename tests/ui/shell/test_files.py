"""Files: open, save, recent, dropped, and the question about unsaved changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from nnstudio.document.edits import AddLayer

TABLE = "a,b,kind\n" + "".join(f"{i},{i * 2},{'left' if i % 2 else 'right'}\n" for i in range(20))


@pytest.fixture
def saved(window, person, tmp_path: Path) -> Path:
    path = tmp_path / "first.nns"
    window.session.do(AddLayer("input", (0.0, 0.0)))
    person.path = path
    window.acts["save"].trigger()
    person.wishes.clear()
    return path


def test_save_asks_once_then_knows_the_file(window, person, saved: Path) -> None:
    assert saved.is_file()
    assert window.session.path == saved
    window.session.do(AddLayer("output", (300.0, 0.0)))
    window.acts["save"].trigger()
    assert person.wishes == []
    assert not window.session.edited


def test_save_as_adds_the_ending_and_suggests_a_name(window, person, tmp_path: Path) -> None:
    person.path = tmp_path / "plain"
    window.acts["save_as"].trigger()
    assert (tmp_path / "plain.nns").is_file()
    assert person.wishes[0].start.name == "network.nns"
    assert person.wishes[0].saving


def test_unsaved_changes_cancel_discard_save(window, person, saved: Path, tmp_path: Path) -> None:
    window.session.do(AddLayer("output", (300.0, 0.0)))
    document = window.session.document
    person.answer = "cancel"
    window.acts["new"].trigger()
    assert person.questions == ["first.nns"]
    assert window.session.document is document
    person.answer = "save"
    window.acts["new"].trigger()
    assert not window.session.document.network.layers
    assert window.session.path is None
    window.files.open_path(saved)
    assert len(window.session.document.network.layers) == 2
    window.session.undo()
    window.session.do(AddLayer("hidden", (300.0, 0.0)))
    person.answer = "discard"
    window.acts["new"].trigger()
    assert not window.session.document.network.layers


def test_closing_asks_and_obeys(window, person, saved: Path, qtbot) -> None:
    window.session.do(AddLayer("output", (300.0, 0.0)))
    person.answer = "cancel"
    assert not window.close()
    assert window.isVisible()
    assert window.open
    person.answer = "save"
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not window.open


def test_who_quits_twice_closes_once(window, person, saved: Path, qtbot) -> None:
    window.session.do(AddLayer("output", (300.0, 0.0)))
    person.answer = "discard"
    with qtbot.captureExceptions() as faults:
        window.close()
        window.close()  # before the first has come to its end
        qtbot.waitUntil(lambda: not window.isVisible())
        QApplication.processEvents()
        window.close_now()
    assert not faults
    assert not window.open


def test_bad_file_is_a_notice_and_the_document_stays(window, saved: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.nns"
    bad.write_bytes(b"this is not a zip file")
    document = window.session.document
    window.files.open_path(bad)
    assert window.session.document is document
    assert window.notices.isVisible()
    assert window.notices.words.text()
    window.acts["zoom_in"].trigger()
    assert not window.notices.isVisible()


def test_saving_into_nowhere_is_a_notice(window, person, tmp_path: Path) -> None:
    window.session.do(AddLayer("input", (0.0, 0.0)))
    person.path = tmp_path / "no such folder" / "x.nns"
    window.acts["save"].trigger()
    assert window.notices.isVisible()
    assert window.session.edited


def test_recent_files_newest_first_and_only_those_that_exist(window, person, saved: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.nns"
    person.path = second
    window.acts["save_as"].trigger()
    window.menus.show_recent()
    assert [action.text() for action in window.menus.recent.actions()] == ["second.nns", "first.nns"]
    window.menus.recent.actions()[1].trigger()
    assert window.session.path == saved
    second.unlink()
    window.menus.show_recent()
    assert [action.text() for action in window.menus.recent.actions()] == ["first.nns"]


def drop(window, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), actions, data, buttons, keys)
    enter.ignore()
    window.dragEnterEvent(enter)
    if enter.isAccepted():
        window.dropEvent(QDropEvent(QPointF(300, 300), actions, data, buttons, keys))
    return enter.isAccepted()


def test_dropping_a_project_opens_it(window, saved: Path, qtbot) -> None:
    window.session.new()
    assert drop(window, saved)
    qtbot.waitUntil(lambda: window.session.path == saved)


def test_dropping_a_table_uses_it_as_data(window, tmp_path: Path, qtbot) -> None:
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    assert drop(window, table)
    qtbot.waitUntil(lambda: window.session.dataset is not None)
    assert window.session.document.data.name.startswith("table")
    assert window.workspace == "data"
    assert "16 train / 4 validation" in window.status.data.text()
    assert window.files.suggestion.name == "table.nns"


def test_dropping_anything_else_is_refused(window, tmp_path: Path) -> None:
    other = tmp_path / "picture.png"
    other.write_bytes(b"x")
    assert not drop(window, other)


def test_a_bad_table_is_a_notice(window, person, tmp_path: Path, qtbot) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    person.path = empty
    window.acts["open_data"].trigger()
    qtbot.waitUntil(window.notices.isVisible)
    assert window.session.document.data is None
    assert window.workspace == "build"

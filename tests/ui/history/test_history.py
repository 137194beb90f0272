"""The list of steps follows the session, and a click or Enter goes to a step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.document.edits import AddLayer, MoveLayers, RenameLayer
from nnstudio.session import Session
from nnstudio.ui.history import HistoryPanel
from nnstudio.ui.history.steps import WHEN
from nnstudio.ui.theme import theme

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    yield made
    made.close()


@pytest.fixture
def panel(session: Session, qtbot) -> HistoryPanel:
    panel = HistoryPanel(session)
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def three(session: Session) -> Session:
    for place in range(3):
        session.do(AddLayer("hidden", (place * 200.0, 0.0)))
    return session


def rows(panel: HistoryPanel, role: int = Qt.ItemDataRole.DisplayRole) -> list[str]:
    return [panel.steps.index(row).data(role) for row in range(panel.steps.rowCount())]


def test_every_step_is_named_and_the_present_one_marked(panel: HistoryPanel, three: Session) -> None:
    assert rows(panel) == ["Start", "Add Hidden 1", "Add Hidden 2", "Add Hidden 3"]
    three.undo()
    assert rows(panel, WHEN) == ["done", "done", "present", "undone"]
    assert rows(panel, SPOKEN)[2:] == ["Add Hidden 2, where you are", "Add Hidden 3, undone"]
    assert panel.list.currentIndex().row() == 2


def test_a_click_goes_there(panel: HistoryPanel, three: Session, qtbot) -> None:
    place = panel.list.visualRect(panel.steps.index(1)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert three.history.index == 1
    assert len(three.document.network.layers) == 1
    assert rows(panel, WHEN) == ["done", "present", "undone", "undone"]


def test_arrows_and_enter_go_there(panel: HistoryPanel, three: Session) -> None:
    panel.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert three.history.index == 3
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert three.history.index == 1
    QTest.keyClick(panel.list, Qt.Key.Key_End)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert three.history.index == 3


def test_a_new_step_drops_those_undone(panel: HistoryPanel, three: Session) -> None:
    three.jump(1)
    three.do(RenameLayer(1, "Middle"))
    assert len(rows(panel)) == 3
    assert rows(panel)[-1].startswith("Rename")
    assert rows(panel, WHEN) == ["done", "done", "present"]


def test_steps_that_merge_stay_one(panel: HistoryPanel, three: Session) -> None:
    for x in (10.0, 20.0, 30.0):
        three.do(MoveLayers({1: (x, 0.0)}), merge="drag")
    assert len(rows(panel)) == 5
    three.new()
    assert rows(panel) == ["Start"]


def test_hidden_it_does_nothing_and_catches_up(panel: HistoryPanel, session: Session) -> None:
    panel.hide()
    session.do(AddLayer("input", (0.0, 0.0)))
    assert panel.steps.rowCount() == 1
    panel.show()
    assert rows(panel) == ["Start", "Add Input"]


def test_both_themes_paint_what_is_undone_paler(panel: HistoryPanel, three: Session) -> None:
    three.undo()
    before = theme.name
    try:
        for name in ("light", "dark"):
            theme.use(name)  # type: ignore[arg-type]
            image = panel.list.viewport().grab().toImage()
            rect = panel.list.visualRect(panel.steps.index(2))
            edge = image.pixelColor(rect.left() + 18, rect.center().y())
            assert edge == theme.colors.q("accent"), name
    finally:
        theme.use(before)

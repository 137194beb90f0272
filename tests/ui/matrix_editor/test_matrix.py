"""The weights of a bundle as a spreadsheet: typing, ranges, copy and paste, cutting, filling; one step each."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from nnstudio.document import Part, Source, StudioError
from nnstudio.document.edits import AddLayer, Connect, Freeze, Prune, SetSynapses, SetTraining
from nnstudio.session import Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.matrix_editor import MatrixPanel
from nnstudio.ui.matrix_editor.cells_text import cells_text, read_cells
from nnstudio.ui.selection import Selection, SynapseRef
from nnstudio.ui.theme import theme

Key, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BUNDLE = 3


@pytest.fixture
def session():
    session = Session()
    yield session
    session.close()


@pytest.fixture
def selection():
    return Selection()


@pytest.fixture
def panel(qtbot, session, selection):
    """Input 3 to Hidden 1 with 4 neurons."""
    session.do(AddLayer("input", (0, 0), size=3))
    session.do(AddLayer("hidden", (264, 0), size=4))
    session.do(Connect(1, 2))
    clock = FrameClock(session)
    panel = MatrixPanel(session, selection, clock)
    qtbot.addWidget(panel)
    panel.resize(700, 400)
    panel.show()
    qtbot.waitExposed(panel)
    panel.table.setFocus()
    yield panel
    clock.stop()


@pytest.fixture
def one_step(session):
    def check(name, before):
        after = session.document
        assert str(session.history.undo_name) == name
        session.undo()
        assert session.document is before
        session.redo()
        assert session.document is after
        return after

    return check


def click(table, row, column, modifiers=NONE):
    point = table.visualRect(table.cells.index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, point)


def select(table, top, left, bottom, right):
    click(table, top, left)
    click(table, bottom, right, SHIFT)
    assert table.block() == (top, left, bottom, right)


def editor_of(table):
    return next(line for line in table.viewport().findChildren(QLineEdit) if line.isVisible())


def weights(session):
    return session.document.parameters.weights[BUNDLE]


# -- what is shown ------------------------------------------------------------------------------------------------


def test_rows_are_sources_columns_targets_and_biases_stand_on_top(panel, session):
    model = panel.cells
    assert (model.rowCount(), model.columnCount()) == (4, 4)
    header = [model.headerData(row, Qt.Orientation.Vertical) for row in range(4)]
    assert header == ["bias", "1", "2", "3"]
    assert model.value(2, 3) == weights(session)[1, 3]
    assert model.sentence(2, 3).startswith("Input 2 → Hidden 1 4: ")
    assert model.sentence(0, 1) == "bias of Hidden 1 2: 0"


def test_what_does_not_exist_is_shown_as_absent(panel, session):
    mask = np.zeros((3, 4), np.bool_)
    mask[1, 3] = True
    before = panel.table.viewport().grab().toImage()
    session.do(Prune({BUNDLE: mask}))
    index = panel.cells.index(2, 3)
    assert panel.cells.data(index) == ""
    assert "no synapse" in panel.cells.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert panel.table.viewport().grab().toImage() != before


def test_both_themes_are_painted(panel):
    try:
        theme.use("light")
        light = panel.table.viewport().grab().toImage()
        theme.use("dark")
        assert panel.table.viewport().grab().toImage() != light
    finally:
        theme.use("dark")


def test_the_selection_is_followed_both_ways(panel, selection, session):
    selection.select_synapse(SynapseRef(BUNDLE, 2, 1))
    current = panel.table.currentIndex()
    assert (current.row(), current.column()) == (3, 1)
    click(panel.table, 1, 0)
    assert selection.synapse == SynapseRef(BUNDLE, 0, 0)
    session.do(AddLayer("output", (528, 0), size=2))
    session.do(Connect(2, 4))
    selection.select((), {5})
    assert panel.bundle == 5
    assert panel.cells.columnCount() == 2
    panel.show_bundle(BUNDLE)
    assert panel.cells.columnCount() == 4


def test_without_a_matrix_the_panel_says_what_to_do(panel, session):
    session.do(SetSynapses(BUNDLE, (("wiring", Part("pooling")),)))
    assert panel.empty.isVisible()
    assert not panel.table.isVisible()
    session.undo()
    assert panel.table.isVisible()


# -- typing -------------------------------------------------------------------------------------------------------


def test_a_weight_is_typed_and_enter_goes_on_below(panel, session, one_step):
    before = session.document
    click(panel.table, 1, 2)
    QTest.keyClick(panel.table, Key.Key_0)
    line = editor_of(panel.table)
    QTest.keyClicks(line, ",25")
    QTest.keyClick(line, Key.Key_Return)
    assert weights(session)[0, 2] == 0.25
    assert (panel.table.currentIndex().row(), panel.table.currentIndex().column()) == (2, 2)
    one_step("Set weight Input 1 → Hidden 1 3", before)


def test_a_bias_is_typed(panel, session, one_step):
    before = session.document
    click(panel.table, 0, 1)
    QTest.keyClick(panel.table, Key.Key_F2)
    line = editor_of(panel.table)
    line.selectAll()
    QTest.keyClicks(line, "-1.5")
    QTest.keyClick(line, Key.Key_Tab)
    after = one_step("Set bias of Hidden 1 2", before)
    assert after.parameters.biases[2][1] == -1.5


def test_what_is_no_number_is_told_and_nothing_changes(panel, session):
    before = session.document
    click(panel.table, 1, 2)
    QTest.keyClick(panel.table, Key.Key_Return)
    line = editor_of(panel.table)
    line.selectAll()
    QTest.keyClicks(line, "many")
    QTest.keyClick(line, Key.Key_Return)
    assert session.document is before
    assert '"many" is not a number' in panel.problem.text()
    assert panel.problem.isVisible()


def test_leaving_a_cell_as_it_was_is_no_step(panel, session):
    before = session.document
    click(panel.table, 1, 2)
    QTest.keyClick(panel.table, Key.Key_F2)
    QTest.keyClick(editor_of(panel.table), Key.Key_Return)
    assert session.document is before


def test_ctrl_enter_fills_the_selected_cells(panel, session):
    select(panel.table, 1, 1, 2, 3)
    QTest.keyClick(panel.table, Key.Key_F2)
    line = editor_of(panel.table)
    line.selectAll()
    QTest.keyClicks(line, "0.5")
    QTest.keyClick(line, Key.Key_Return, CONTROL)
    assert (weights(session)[0:2, 1:4] == 0.5).all()
    assert (weights(session)[:, 0] != 0.5).all()


# -- ranges -------------------------------------------------------------------------------------------------------


def test_delete_cuts_the_selected_synapses(panel, session, one_step):
    before = session.document
    select(panel.table, 1, 0, 2, 1)
    QTest.keyClick(panel.table, Key.Key_Delete)
    after = one_step("Cut 4 synapses Input to Hidden 1", before)
    assert after.parameters.masks[BUNDLE].sum() == 8
    QTest.keyClick(panel.table, Key.Key_Delete)
    assert session.document is after  # they are gone already


def test_copy_and_paste_give_the_same_numbers(panel, session, one_step):
    select(panel.table, 0, 0, 3, 3)
    QTest.keyClick(panel.table, Key.Key_C, CONTROL)
    text = QGuiApplication.clipboard().text()
    values = np.array([[float(cell) for cell in line.split("\t")] for line in text.split("\n")])
    np.testing.assert_array_equal(values[1:], weights(session))
    QGuiApplication.clipboard().setText(cells_text(values * 2 + 1))
    before = session.document
    click(panel.table, 0, 0)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    after = one_step("Paste 4 × 4 cells Input to Hidden 1", before)
    np.testing.assert_array_equal(after.parameters.weights[BUNDLE], before.parameters.weights[BUNDLE] * 2 + 1)
    np.testing.assert_array_equal(after.parameters.biases[2], np.ones(4))
    assert panel.table.block() == (0, 0, 3, 3)


def test_a_block_with_decimal_commas_and_gaps_is_pasted(panel, session):
    QGuiApplication.clipboard().setText("0,5\t\r\n-1,25\t3\r\n")
    click(panel.table, 2, 2)
    panel.table.paste()
    assert weights(session)[1:, 2:].tolist() == [[0.5, 0.0], [-1.25, 3.0]]
    assert np.argwhere(~session.document.parameters.masks[BUNDLE]).tolist() == [[1, 3]]


def test_one_number_fills_the_range(panel, session):
    QGuiApplication.clipboard().setText("7")
    select(panel.table, 1, 0, 3, 0)
    panel.table.paste()
    assert weights(session)[:, 0].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\t2\n3\tfour", 'row 2, column 2 is "four"'),
        ("1\t2\n3", "row 2 has 1 cells where others have 2"),
        ("1\t2\t3\t4\t5", "do not fit"),
        ("", "no cells to paste"),
    ],
)
def test_a_bad_paste_says_why_in_a_sentence_and_nothing_changes(panel, session, text, words):
    before = session.document
    QGuiApplication.clipboard().setText(text)
    click(panel.table, 1, 0)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    assert session.document is before
    assert words in panel.problem.text()
    assert panel.problem.text().endswith(".")


def test_fill_down_and_to_the_right(panel, session):
    select(panel.table, 1, 1, 3, 2)
    QTest.keyClick(panel.table, Key.Key_D, CONTROL)
    w = weights(session)
    assert (w[:, 1:3] == w[0, 1:3]).all()
    select(panel.table, 1, 0, 1, 3)
    QTest.keyClick(panel.table, Key.Key_R, CONTROL)
    assert (weights(session)[0] == w[0, 0]).all()
    assert str(session.history.undo_name) == "Fill 4 cells Input to Hidden 1"


def test_cut_copies_first(panel, session):
    value = weights(session)[0, 0]
    click(panel.table, 1, 0)
    QTest.keyClick(panel.table, Key.Key_X, CONTROL)
    assert float(QGuiApplication.clipboard().text()) == value
    assert not session.document.parameters.masks[BUNDLE][0, 0]
    assert str(session.history.undo_name) == "Cut Input 1 → Hidden 1 1"


def test_cells_are_frozen_from_the_menu(panel, session):
    select(panel.table, 0, 0, 1, 1)
    menu = panel.table.make_menu()
    next(action for action in menu.actions() if action.text() == "Freeze").trigger()
    menu.deleteLater()
    assert np.argwhere(session.document.parameters.frozen[BUNDLE]).tolist() == [[0, 0], [0, 1]]
    assert session.document.parameters.frozen_biases[2].tolist() == [True, True, False, False]
    assert str(session.history.undo_name) == "Freeze 4 cells"
    assert "frozen" in panel.cells.sentence(1, 1)


# -- text of cells ------------------------------------------------------------------------------------------------


def test_text_of_cells_gives_back_the_same_bits():
    values = np.random.default_rng(0).normal(size=(5, 3)) * 10.0 ** np.arange(-150, 150, 100)
    values[2, 1] = np.nan
    np.testing.assert_array_equal(read_cells(cells_text(values)), values)


def test_quoted_cells_of_spreadsheets_are_read():
    np.testing.assert_array_equal(read_cells('"1,5"\t"2"\n'), [[1.5, 2.0]])
    with pytest.raises(StudioError, match="row 1, column 1"):
        read_cells("nan\t1")


# -- large, and live ----------------------------------------------------------------------------------------------


def test_a_large_matrix_paints_only_what_is_seen(panel, session, selection):
    session.do(AddLayer("hidden", (0, 600), size=1024))
    session.do(AddLayer("hidden", (264, 600), size=1024))
    session.do(Connect(4, 5))
    read = []
    block = panel.cells.block

    def counted(*place):
        found = block(*place)
        read.append(found.size)
        return found

    panel.cells.block = counted
    selection.select((), {6})
    QApplication.processEvents()
    panel.table.viewport().grab()
    assert panel.cells.rowCount() == 1025
    assert 0 < max(read) < 400
    read.clear()
    bar = panel.table.verticalScrollBar()
    for place in range(0, bar.maximum(), bar.maximum() // 10):
        bar.setValue(place)
        panel.table.viewport().grab()
    assert len(read) >= 10
    assert max(read) < 400


def test_values_live_while_training_and_edits_act_between_batches(panel, session, qtbot):
    session.do(AddLayer("output", (528, 0), size=3, activation=Part("softmax")))
    session.do(Connect(2, 4))
    session.choose_data(Source("bundled", "iris"))
    session.do(SetTraining((("epochs", 5_000_000),)))
    panel.show_bundle(BUNDLE)
    session.do(Freeze(BUNDLE, np.eye(4, dtype=np.bool_)))
    first = panel.cells.value(2, 0)
    session.train()
    assert "next batch" in panel.note.text()
    qtbot.waitUntil(lambda: panel.cells.value(2, 0) != first, timeout=60_000)
    click(panel.table, 1, 0)
    QTest.keyClick(panel.table, Key.Key_F2)
    line = editor_of(panel.table)
    line.selectAll()
    QTest.keyClicks(line, "1.75")
    QTest.keyClick(line, Key.Key_Return)
    assert session.state == "running"
    epoch, deadline = session.live.epoch, time.monotonic() + 60
    while session.live.epoch <= epoch + 1 and time.monotonic() < deadline:
        QApplication.processEvents()
    session.pause()
    assert weights(session)[0, 0] == 1.75
    assert weights(session)[1, 0] != first
    assert "next batch" not in panel.note.text()


def test_a_range_is_kept_while_the_values_move(panel, session):
    model = panel.table.selectionModel()
    chosen = QItemSelection(panel.cells.index(1, 1), panel.cells.index(3, 2))
    model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    panel._draw_live()
    assert panel.table.block() == (1, 1, 3, 2)

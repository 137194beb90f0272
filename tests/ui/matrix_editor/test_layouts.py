"""Spreadsheets of counterparts and of kernels: typed, copied, pasted, frozen, chosen; with real events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from nnstudio.catalog.joints import place_of
from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer, SetSynapses
from nnstudio.session import Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.matrix_editor import MatrixPanel
from nnstudio.ui.selection import Selection, SynapseRef

Key, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EDGE = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]


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
    clock = FrameClock(session)
    panel = MatrixPanel(session, selection, clock)
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    panel.show()
    qtbot.waitExposed(panel)
    panel.table.setFocus()
    yield panel
    clock.stop()


@pytest.fixture
def kernels(session, panel):
    """6 x 6 x 2 - convolution - 6 x 6 x 3; gives the id of the bundle."""
    for k, (kind, shape) in enumerate((("input", (6, 6, 2)), ("hidden", (6, 6, 3)))):
        session.do(AddLayer(kind, (264.0 * k, 0.0)))
        session.do(ReshapeLayer(k + 1, shape))
    session.do(Connect(1, 2, Part("convolution")))
    return 3


@pytest.fixture
def pairs(session, panel):
    """4 neurons and their 4 counterparts; gives the id of the bundle."""
    session.do(AddLayer("input", (0.0, 0.0), size=4))
    session.do(AddLayer("hidden", (264.0, 0.0), size=4))
    session.do(Connect(1, 2, Part("one_to_one")))
    return 3


def click(table, row, column, modifiers=NONE):
    index = table.cells.index(row, column)
    table.scrollTo(index)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, table.visualRect(index).center())


def type_in(panel, row, column, text):
    click(panel.table, row, column)
    QTest.keyClick(panel.table, Key.Key_F2)
    line = next(line for line in panel.table.viewport().findChildren(QLineEdit) if line.isVisible())
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Key.Key_Return)


def changed(before, after, bundle):
    """The places of weights that are others than before."""
    return np.argwhere(before.parameters.weights[bundle] != after.parameters.weights[bundle]).tolist()


def test_a_kernel_is_a_block_and_its_bias_stands_above_it(panel, session, kernels):
    model = panel.cells
    assert (model.rowCount(), model.columnCount()) == (1 + 2 * 3, 3 * 3)
    assert panel.note.text() == "2 × 3 kernels of 3 × 3"
    weights = session.document.parameters.weights[kernels]
    for own in range(2):
        for out in range(3):
            block = model.block(1 + 3 * own, 3 * out, 3 + 3 * own, 3 * out + 2)
            np.testing.assert_array_equal(block, weights[:, :, own, out])
    assert model.exists(0, 3)
    assert not model.exists(0, 4)
    assert not model.index(0, 4).flags() & Qt.ItemFlag.ItemIsEditable
    assert model.headerData(3, Qt.Orientation.Horizontal) == "map 2"
    whole = model.headerData(5, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert whole == "Hidden 1 map 2, column 3"
    assert model.headerData(4, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole) == "Input map 2, row 1"
    assert model.sentence(5, 7).startswith("Input 2 → Hidden 1 3 (2, 2): ")
    assert model.sentence(0, 3) == "bias of Hidden 1 map 2: 0"
    picture = panel.table.viewport().grab().toImage()
    assert not picture.isNull()


def test_a_weight_and_a_bias_of_a_kernel_are_typed(panel, session, kernels):
    before = session.document
    type_in(panel, 1 + 3 + 2, 2 * 3 + 1, "0,5")
    after = session.document
    assert changed(before, after, kernels) == [[2, 1, 1, 2]]
    assert str(session.history.undo_name) == "Set weight Input 2 → Hidden 1 3 (3, 2)"
    type_in(panel, 0, 6, "-2")
    assert session.document.parameters.biases[2].tolist() == [0.0, 0.0, -2.0]
    session.undo()
    session.undo()
    assert session.document is before


def test_an_edge_filter_of_another_program_is_pasted_into_one_kernel(panel, session, kernels):
    QGuiApplication.clipboard().setText("\r\n".join("\t".join(f"{x:g}" for x in row) for row in EDGE))
    before = session.document
    click(panel.table, 4, 3)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    after = session.document
    np.testing.assert_array_equal(after.parameters.weights[kernels][:, :, 1, 1], EDGE)
    assert all(place[2:] == [1, 1] for place in changed(before, after, kernels))
    assert str(session.history.undo_name) == "Paste 3 × 3 cells Input to Hidden 1"
    session.undo()
    assert session.document is before


def test_all_of_it_is_copied_and_pasted_back(panel, session, kernels):
    before = session.document
    panel.table.selectAll()
    QTest.keyClick(panel.table, Key.Key_C, CONTROL)
    text = QGuiApplication.clipboard().text()
    assert text.split("\n")[0].split("\t") == ["0.0", "", "", "0.0", "", "", "0.0", "", ""]
    QGuiApplication.clipboard().setText(text.replace("0.0\t\t", "1.5\t\t"))
    click(panel.table, 0, 0)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    after = session.document
    assert changed(before, after, kernels) == []
    assert after.parameters.biases[2].tolist() == [1.5, 1.5, 1.5]


def test_weights_of_a_kernel_are_cut_and_come_back(panel, session, kernels):
    before = session.document
    QGuiApplication.clipboard().setText("1\t\t2")
    click(panel.table, 1, 0)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    assert session.document.parameters.weights[kernels][0, :, 0, 0].tolist() == [1.0, 0.0, 2.0]
    assert np.argwhere(~session.document.parameters.masks[kernels]).tolist() == [[0, 1, 0, 0]]
    assert panel.cells.sentence(1, 1).endswith("no synapse")
    type_in(panel, 1, 1, "3")
    assert session.document.parameters.masks[kernels].all()
    assert session.document.parameters.weights[kernels][0, 1, 0, 0] == 3.0
    session.undo()
    session.undo()
    assert session.document is before
    QGuiApplication.clipboard().setText("1\t1")
    click(panel.table, 0, 0)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    assert session.document is before
    assert "one bias" in panel.problem.text()
    click(panel.table, 0, 0)
    click(panel.table, 3, 2, SHIFT)
    QTest.keyClick(panel.table, Key.Key_Delete)
    after = session.document
    assert not after.parameters.masks[kernels][:, :, 0, 0].any()
    assert after.parameters.masks[kernels].sum() == 45
    assert all(place[2:] == [0, 0] for place in changed(before, after, kernels))


def test_a_chosen_weight_of_a_kernel_is_shown_on_the_canvas_and_the_other_way_round(panel, session, selection, kernels):
    click(panel.table, 6, 8)  # source map 2, target map 3, row 3, column 3
    ref = selection.synapse
    document = session.document
    bundle = document.network.synapses[kernels]
    assert place_of(document.network, document.parameters, bundle, ref.source, ref.target) == (2, 2, 1, 2)
    other = SynapseRef(kernels, (2 * 6 + 2) * 2, (3 * 6 + 2) * 3 + 1)  # one row above it: row 1, column 2
    selection.select_synapse(other)
    current = panel.table.currentIndex()
    assert (current.row(), current.column()) == (1, 3 + 1)


def test_the_weights_of_one_kernel_are_frozen(panel, session, kernels):
    click(panel.table, 0, 3)
    click(panel.table, 3, 5, SHIFT)
    menu = panel.table.make_menu()
    next(action for action in menu.actions() if action.text() == "Freeze").trigger()
    menu.deleteLater()
    held = np.argwhere(session.document.parameters.frozen[kernels])
    assert (held[:, 2:] == [0, 1]).all()
    assert len(held) == 9
    assert session.document.parameters.frozen_biases[2].tolist() == [False, True, False]
    assert str(session.history.undo_name) == "Freeze 10 cells"


def test_groups_say_which_maps_they_join(panel, session, kernels):
    session.do(ReshapeLayer(2, (6, 6, 4)))
    session.do(SetSynapses(kernels, (("wiring", Part.of("convolution", groups=2)),)))
    model = panel.cells
    assert (model.rowCount(), model.columnCount()) == (4, 12)
    assert model.sentence(1, 9).startswith("Input 2 → Hidden 1 4 (1, 1): ")
    assert "of a group" in model.headerData(1, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)


def test_counterparts_are_a_row_below_their_biases(panel, session, selection, pairs):
    model = panel.cells
    weights = session.document.parameters.weights[pairs]
    assert panel.note.text() == "4 pairs"
    np.testing.assert_array_equal(model.block(0, 0, 1, 3), [np.zeros(4), weights])
    assert model.sentence(1, 2).startswith("Input 3 → Hidden 1 3: ")
    click(panel.table, 1, 2)
    assert selection.synapse == SynapseRef(pairs, 2, 2)
    selection.select_synapse(SynapseRef(pairs, 1, 1))
    assert panel.table.currentIndex().column() == 1
    QGuiApplication.clipboard().setText("1\t2\t3\t4\n5\t6\t7\t8")
    before = session.document
    click(panel.table, 0, 0)
    QTest.keyClick(panel.table, Key.Key_V, CONTROL)
    after = session.document
    assert after.parameters.biases[2].tolist() == [1, 2, 3, 4]
    assert after.parameters.weights[pairs].tolist() == [5, 6, 7, 8]
    session.undo()
    assert session.document is before


def test_a_counterpart_that_is_cut_leaves_single_pairs(panel, session, pairs):
    weights = session.document.parameters.weights[pairs]
    click(panel.table, 1, 1)
    QTest.keyClick(panel.table, Key.Key_Delete)
    after = session.document
    assert after.network.synapses[pairs].wiring.key == "sparse"
    np.testing.assert_array_equal(after.parameters.weights[pairs], np.diag([weights[0], 0, *weights[2:]]))
    assert (panel.cells.rowCount(), panel.cells.columnCount()) == (5, 4)  # now a matrix
    session.undo()
    assert (panel.cells.rowCount(), panel.cells.columnCount()) == (2, 4)

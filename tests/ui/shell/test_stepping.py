"""The five grains of a step in the whole window: keys, the list under the arrow, the Trace panel, undo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document.edits import SetTraining
from nnstudio.session import Walking
from tests.ui.shell.test_actions import build_xor

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def ready(window, engine, qtbot):
    build_xor(window.session)
    window.session.do(SetTraining((("batch_size", 4), ("epochs", 5))))
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas)
    return window


def present(window) -> Walking:
    assert window.session.walks.present is not None
    return window.session.walks.present


def rest(window, qtbot) -> None:
    qtbot.waitUntil(lambda: window.session.state != "running")


def test_keys_walk_to_the_update_and_undo_takes_it_back(ready, qtbot) -> None:
    window, before = ready, ready.session.document
    assert not window.build.trace_dock.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not window.late.trace.visibleRegion().isEmpty())
    assert QApplication.focusWidget() is window.canvas, "the next key goes where it went before"
    assert window.late.trace.page.title == "Input: the sample's inputs"
    assert window.selection.layers == {1}
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert window.late.trace.page.title == "Hidden 1: weighted inputs"
    QTest.keyClick(window, Qt.Key.Key_F9, SHIFT)
    assert present(window).place == 0
    assert not window.acts["step_back"].isEnabled()
    QTest.keyClick(window, Qt.Key.Key_F9, CONTROL)
    assert window.late.trace.page.title == "Input → Hidden 1: slopes of the weights"
    assert window.selection.synapses == {4}
    QTest.keyClick(window, Qt.Key.Key_F7, CONTROL)
    assert window.late.trace.page.title == "Mean of the slopes"
    assert window.session.document is before
    QTest.keyClick(window, Qt.Key.Key_F7)
    rest(window, qtbot)
    assert window.late.trace.page.title == "Update 1"
    after = window.session.document
    assert after.progress.updates == 1
    assert not np.array_equal(after.parameters.weights[4], before.parameters.weights[4])
    assert window.acts["undo"].text() == "Undo: Train one batch"
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.session.document.parameters is before.parameters
    assert window.late.trace.page.title == ""
    QTest.keyClick(window, Qt.Key.Key_F8)
    rest(window, qtbot)
    assert window.session.document.progress.epoch == 1


def test_the_list_under_the_arrow_and_the_button_that_repeats(ready, qtbot) -> None:
    window = ready
    step = window.top_bar.transport.step_button
    assert [key for key, button in step.buttons.items() if button.isVisible()] == ["step_batch"]
    step.arrow.setFocus()
    QTest.keyClick(step.arrow, Qt.Key.Key_Space)
    qtbot.waitUntil(step.menu.isVisible)
    assert [action.text() for action in step.menu.actions()] == [
        "Step one operation",
        "Step one sample",
        "Step one micro-batch",
        "Step one batch",
        "Step one epoch",
    ]
    QTest.keyClick(step.menu, Qt.Key.Key_Down)
    QTest.keyClick(step.menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.walks.present is not None)
    assert present(window).operation.kind == "slopes"
    assert [key for key, button in step.buttons.items() if button.isVisible()] == ["step_sample"]
    place = present(window).place
    QTest.mouseClick(step.buttons["step_sample"], Qt.MouseButton.LeftButton)
    assert present(window).place == 2 * place + 1
    for button in (*step.buttons.values(), step.arrow):
        assert button.accessibleName()
        assert button.toolTip()


def test_the_panel_comes_with_its_keys_and_is_among_the_panes(ready, qtbot) -> None:
    window = ready
    QTest.keyClick(window.canvas, Qt.Key.Key_T, CONTROL)
    qtbot.waitUntil(lambda: not window.late.trace.visibleRegion().isEmpty())
    assert window.build.trace_dock in window.build.tabifiedDockWidgets(window.build.inspector_dock)
    QTest.mouseClick(window.late.trace.buttons[1], Qt.MouseButton.LeftButton)
    assert present(window).place == 0
    assert window.late.trace.operations.currentRow() == 0
    window.late.trace.table.setFocus()
    at = window.late.trace.table.visualRect(window.late.trace.table.rows.index(0, 0)).center()
    QTest.mouseClick(window.late.trace.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert window.selection.neuron is not None
    window.acts["reset_layout"].trigger()
    assert not window.build.trace_dock.isVisible()


def test_where_it_cannot_train_the_problems_say_why(window) -> None:
    window.acts["step_operation"].trigger()
    assert window.session.walks.present is None
    assert not window.build.trace_dock.isVisible()
    assert window.problems.isVisible()

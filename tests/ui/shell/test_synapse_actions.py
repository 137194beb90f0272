"""Single synapses, the matrix and muting from the window: menu, keys, command palette, inspector."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document.edits import AddLayer, Connect
from nnstudio.ui.commands import commands
from nnstudio.ui.selection import NeuronRef, SynapseRef

Key, CONTROL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def wired(window):
    """Input 3, Hidden 1 with 4 and Output 2, wired; gives the bundles."""
    for place, (kind, size) in enumerate((("input", 3), ("hidden", 4), ("output", 2))):
        window.session.do(AddLayer(kind, (264.0 * place, 0.0), size=size))
    for a, b in pairwise(window.session.document.network.layers):
        window.session.do(Connect(a, b))
    window.activateWindow()
    window.canvas.setFocus()
    return list(window.session.document.network.synapses)


def test_ctrl_m_opens_the_matrix_of_what_is_selected(window, wired, qtbot) -> None:
    window.selection.select_synapse(SynapseRef(wired[1], 2, 1))
    QTest.keyClick(window.canvas, Key.Key_M, CONTROL)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.late.matrix.table)
    assert window.late.matrix.bundle == wired[1]
    current = window.late.matrix.table.currentIndex()
    assert (current.row(), current.column()) == (3, 1)
    assert not window.late.matrix.visibleRegion().isEmpty()


def test_the_inspector_opens_it_too(window, wired, qtbot) -> None:
    window.selection.select((), {wired[0]})
    window.late.inspector.bundle_page.edit_matrix.click()
    qtbot.waitUntil(lambda: not window.late.matrix.visibleRegion().isEmpty())
    assert window.late.matrix.bundle == wired[0]


def test_shortcuts_of_the_window_do_not_take_the_matrix_its_keys(window, wired, qtbot) -> None:
    window.show_matrix(wired[0])
    table = window.late.matrix.table
    qtbot.waitUntil(lambda: QApplication.focusWidget() is table)
    window.selection.select({1})
    table.setCurrentIndex(table.cells.index(1, 0))
    QTest.keyClick(table, Key.Key_D, CONTROL)  # Duplicate elsewhere
    QTest.keyClick(table, Key.Key_R, CONTROL)  # Reset elsewhere
    assert len(window.session.document.network.layers) == 3
    QTest.keyClick(table, Key.Key_Delete)
    assert set(window.session.document.network.layers) == {1, 2, 3}
    assert not window.session.document.parameters.masks[wired[0]][0, 0]
    QTest.keyClick(table, Key.Key_Z, CONTROL)
    assert wired[0] not in window.session.document.parameters.masks


def test_the_command_palette_has_them(window, wired) -> None:
    texts = {command.text: command for command in commands(window)}
    for text in ("Select synapses…", "Select the positive synapses", "Edit as a matrix"):
        assert texts[text].possible
    assert not texts["Mute"].possible
    texts["Select the negative synapses"].run()
    weights = window.session.document.parameters.weights
    for key in wired:
        np.testing.assert_array_equal(window.selection.chosen[key], weights[key] < 0)
    texts = {command.text: command for command in commands(window)}
    texts["Prune the selected synapses"].run()
    assert all((window.session.document.parameters.weights[key] >= 0).all() for key in wired)


def test_ctrl_shift_a_opens_the_chooser_over_the_canvas(window, wired, qtbot) -> None:
    QTest.keyClick(window.canvas, Key.Key_A, CONTROL | SHIFT)
    box = window.canvas.chooser
    qtbot.waitUntil(box.number.hasFocus)
    box.number.selectAll()
    QTest.keyClicks(box.number, "1000")
    assert box.count.text() == "20 of 20 synapses"
    QTest.keyClick(box.number, Key.Key_Return)
    qtbot.waitUntil(window.canvas.hasFocus)
    assert window.selection.chosen_count == 20  # the focus that comes back selects nothing else


def test_letters_mute_bypass_and_freeze(window, wired) -> None:
    window.selection.select({2})
    QTest.keyClick(window.canvas, Key.Key_M)
    QTest.keyClick(window.canvas, Key.Key_B)
    document = window.session.document
    assert document.parameters.muted[2].all()
    assert document.network.layers[2].bypassed
    window.acts.refresh()
    assert window.acts["mute"].text() == "Unmute"
    assert window.acts["bypass"].text() == "Use the activation again"
    window.selection.select_synapse(SynapseRef(wired[0], 0, 0))
    window.acts["freeze"].trigger()
    assert window.session.document.parameters.frozen[wired[0]][0, 0]
    assert window.acts["freeze"].text() == "Free"


def test_the_inspector_mutes_and_bypasses(window, wired) -> None:
    window.selection.select({2})
    page = window.late.inspector.layer_page
    assert not page.bypassed.isHidden()
    QTest.mouseClick(page.muted, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.bypassed, Qt.MouseButton.LeftButton)
    assert window.session.document.parameters.muted[2].all()
    assert window.session.document.network.layers[2].bypassed
    window.session.undo()
    assert not page.bypassed.isChecked()
    window.selection.select_neuron(NeuronRef(2, 1))
    page = window.late.inspector.neuron_page
    assert page.muted.isChecked()
    QTest.mouseClick(page.muted, Qt.MouseButton.LeftButton)
    assert window.session.document.parameters.muted[2].tolist() == [True, False, True, True]
    window.selection.select({3})
    assert window.late.inspector.layer_page._bias_row.rows["layer.muted"].isHidden()


def test_the_page_of_several_synapses(window, wired) -> None:
    weights = window.session.document.parameters.weights[wired[0]]
    chosen = weights > 0
    window.selection.choose({wired[0]: chosen})
    page = window.late.inspector.synapses_page
    assert window.late.inspector.page is page
    count = int(chosen.sum())
    assert page.facts.value("count") == f"{count} of 12"
    assert page.facts.value("bundles") == "Input → Hidden 1"
    page.weight.setFocus()
    QTest.keyClicks(page.weight, "0,5")
    QTest.keyClick(page.weight, Key.Key_Return)
    assert (window.session.document.parameters.weights[wired[0]][chosen] == 0.5).all()
    assert str(window.session.history.undo_name) == f"Set {count} weights to 0.5"
    assert page.weight.value == 0.5
    page.freeze.click()
    np.testing.assert_array_equal(window.session.document.parameters.frozen[wired[0]], chosen)
    assert not page.freeze.isEnabled()
    page.free.click()
    assert not window.session.document.parameters.frozen[wired[0]].any()
    page.prune.click()
    np.testing.assert_array_equal(window.session.document.parameters.masks[wired[0]], ~chosen)
    assert window.selection.empty


def test_the_page_of_several_neurons(window, wired) -> None:
    refs = {NeuronRef(2, 0), NeuronRef(2, 3), NeuronRef(1, 1)}
    window.selection.select_neurons(refs)
    page = window.late.inspector.neurons_page
    assert window.late.inspector.page is page
    assert page.facts.value("count") == "3"
    assert page.facts.value("layers") == "Input, Hidden 1"
    page.bias.setFocus()
    page.bias.selectAll()
    QTest.keyClicks(page.bias, "-0.25")
    QTest.keyClick(page.bias, Key.Key_Return)
    assert window.session.document.parameters.biases[2].tolist() == [-0.25, 0, 0, -0.25]
    page.mute.click()
    assert str(window.session.history.undo_name) == "Mute 3 neurons"
    assert page.mute.text() == "Unmute"
    page.freeze.click()
    assert window.session.document.parameters.frozen_biases[2].tolist() == [True, False, False, True]
    page.synapses.click()
    assert window.selection.chosen_count == 2 * 3 + 2 * 2 + 2
    window.session.undo()
    window.selection.select_neurons(refs)
    page.delete.click()
    assert [layer.size for layer in window.session.document.network.layers.values()] == [2, 2, 2]

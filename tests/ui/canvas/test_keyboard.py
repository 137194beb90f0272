"""The canvas without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from nnstudio.ui.canvas import CanvasView
from nnstudio.ui.selection import NeuronRef

Key = Qt.Key


def test_tab_goes_from_layer_to_layer(view, network, selection, hand):
    for layer in network:
        hand.key(Key.Key_Tab)
        assert selection.layers == {layer}
    hand.key(Key.Key_Backtab)
    assert selection.layers == {network[2]}
    assert view.keyboard_focus
    view.viewport().grab()


def test_after_the_last_layer_tab_leaves_the_canvas(qtbot, session, selection, clock, network, view):
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    canvas, field = CanvasView(session, selection, clock), QLineEdit()
    canvas._warming = True
    row.addWidget(canvas)
    row.addWidget(field)
    window.show()
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    selection.select({network[3]})
    QTest.keyClick(canvas, Key.Key_Tab)
    assert not canvas.hasFocus()


def test_arrows_nudge_and_one_undo_takes_them_all_back(view, network, session, selection, hand):
    before = session.document
    selection.select({network[1], network[2]})
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down):
        hand.key(key)
    assert session.document.layout[network[1]] == (-96.0, 24.0)
    assert session.document.layout[network[2]] == (168.0, 24.0)
    session.undo()
    assert session.document is before


def test_shift_nudges_finely(view, network, session, selection, hand):
    selection.select({network[1]})
    hand.key(Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert session.document.layout[network[1]] == (-145.0, 0.0)


def test_enter_goes_into_a_layer_arrows_walk_and_escape_climbs_out(view, network, selection, hand):
    selection.select({network[1]})
    hand.key(Key.Key_Return)
    assert selection.neuron == NeuronRef(network[1], 0)
    hand.key(Key.Key_Down)
    hand.key(Key.Key_Down)
    assert selection.neuron == NeuronRef(network[1], 2)
    hand.key(Key.Key_Right)
    assert selection.neuron == NeuronRef(network[2], 1)
    hand.key(Key.Key_Left)
    hand.key(Key.Key_Left)
    assert selection.neuron.layer == network[0]
    hand.key(Key.Key_Escape)
    assert (selection.neuron, selection.layers) == (None, {network[0]})
    hand.key(Key.Key_Escape)
    assert selection.empty


def test_walking_through_a_wide_layer_shows_every_neuron(view, session, selection, hand):
    from nnstudio.document.edits import AddLayer

    session.do(AddLayer("hidden", (0, 0), size=64))
    (layer,) = session.document.network.layers
    rect = view.scene.layers[layer].rect
    selection.select_neuron(NeuronRef(layer, 0))
    for neuron in range(1, 64):
        hand.key(Key.Key_Down)
        assert selection.neuron == NeuronRef(layer, neuron)
        assert neuron in view.scene.layers[layer].neurons
        assert view.scene.layers[layer].rect == rect
    hand.key(Key.Key_Down)
    assert selection.neuron == NeuronRef(layer, 63)


def test_c_and_enter_wire_to_the_next_layer(view, network, session, selection, hand):
    selection.select({network[0]})
    hand.key(Key.Key_C)
    hand.key(Key.Key_Right)  # the first that may be wired: Hidden 2
    assert view.gesture.chosen == network[2]
    hand.key(Key.Key_Return)
    assert str(session.history.undo_name) == "Wire Input to Hidden 2"
    assert selection.layers == {network[2]}


def test_while_wiring_by_keys_refusals_are_told(view, network, session, selection, hand):
    count = len(session.history.entries)
    selection.select({network[1]})
    hand.key(Key.Key_C)
    told = set()
    for _ in network[1:]:
        hand.key(Key.Key_Tab)
        told.add(view.gesture.words)
    assert len(told) == 3
    hand.key(Key.Key_Escape)
    assert view.gesture is None
    assert len(session.history.entries) == count


def test_an_output_cannot_begin_a_wire(view, network, selection, hand):
    selection.select({network[3]})
    hand.key(Key.Key_C)
    assert view.gesture is None


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_delete(view, network, session, selection, hand, key):
    before = session.document
    selection.select({network[1]})
    hand.key(key)
    assert str(session.history.undo_name) == "Delete Hidden 1"
    assert selection.empty
    session.undo()
    assert session.document is before


def test_delete_with_a_neuron_selected_takes_out_that_neuron_only(view, network, session, selection, hand):
    selection.select_neuron(NeuronRef(network[1], 2))
    hand.key(Key.Key_Delete)
    assert str(session.history.undo_name) == "Delete neuron 3 of Hidden 1"
    assert session.document.network.layers[network[1]].size == 7
    assert selection.layers == {network[1]}


def test_f_fits(view, network, hand):
    view.pan(4000, 0)
    hand.key(Key.Key_F)
    assert view.camera.seen(view.viewport().size().toSizeF()).contains(view.scene.bounds)


def test_a_opens_quick_add(view, session, hand, choose):
    hand.key(Key.Key_A)
    choose("Output")
    assert [layer.kind for layer in session.document.network.layers.values()] == ["output"]


def test_copy_paste_duplicate_cut(view, network, session, selection, hand):
    selection.select({network[1], network[2]})
    view.copy()
    assert view.can_paste
    assert "Hidden 1: 8 · " in QApplication.clipboard().text()
    view.paste(view.camera.to_view(view.scene.layers[network[2]].rect.center()))
    network_now = session.document.network
    assert str(session.history.undo_name) == "Paste 2 layers"
    assert len(network_now.layers) == 6
    assert len(network_now.synapses) == 4  # the one between the two came along
    copies = selection.layers
    assert {network_now.layers[i].size for i in copies} == {8, 6}
    view.duplicate()
    assert len(session.document.network.layers) == 8
    view.cut()
    assert len(session.document.network.layers) == 6
    view.paste()
    assert len(session.document.network.layers) == 8


def test_paste_puts_the_copy_at_the_point(view, network, session, selection):
    selection.select({network[1]})
    view.copy()
    view.paste(view.camera.to_view(view.camera.to_scene(view.viewport().rect().center().toPointF())))
    (new,) = selection.layers
    item = view.scene.layers[new]
    middle = view.camera.to_scene(view.viewport().rect().center().toPointF())
    assert abs(item.x - middle.x()) <= 12
    assert abs(item.y - middle.y()) <= 12


def test_other_programs_clipboard_is_not_pasted(view, network, session, selection):
    selection.select({network[1]})
    view.copy()
    QApplication.clipboard().setText("something else")
    assert not view.can_paste
    count = len(session.history.entries)
    view.paste()
    assert len(session.history.entries) == count


def test_select_all(view, network, session, selection):
    view.select_all()
    assert selection.layers == set(network)
    assert selection.synapses == set(session.document.network.synapses)


def test_plain_keys_come_before_shortcuts_of_the_window(view):
    for key, ours in ((Key.Key_Space, True), (Key.Key_C, True), (Key.Key_F5, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(view, event)
        assert event.isAccepted() == ours
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    event.ignore()
    QApplication.sendEvent(view, event)
    assert not event.isAccepted()


def test_what_is_selected_is_told_to_screen_readers(view, network, selection):
    assert view.accessibleName() == "Network canvas"
    assert view.accessibleDescription() == "4 layers, 3 wires; nothing selected"
    selection.select({network[1]})
    assert view.accessibleDescription() == "Hidden 1 selected"
    selection.select_neuron(NeuronRef(network[1], 2))
    assert view.accessibleDescription() == "Hidden 1, neuron 3 selected"

"""Every action is in a menu, says what it does, and does it or cannot be chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu

from nnstudio.document import Source, Stop
from nnstudio.document.edits import AddLayer, Connect, SetTraining


def all_entries(menu: QMenu) -> list[QAction]:
    found = []
    for action in menu.actions():
        if action.menu() is not None:
            found += all_entries(action.menu())
        elif not action.isSeparator():
            found.append(action)
    return found


def build_xor(session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(AddLayer("hidden", (264.0, 0.0)))
    session.do(AddLayer("output", (528.0, 0.0)))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.choose_data(Source("generator", "xor"))


def test_every_action_is_in_a_menu_with_text_and_keys(window) -> None:
    entries = [action for menu in window.menus.menus.values() for action in all_entries(menu)]
    for row in window.acts.rows:
        action = window.acts[row.key]
        assert action in entries, row.key
        assert action.text()
        assert action.toolTip()
    without_keys = {row.key for row in window.acts.rows if not row.keys and not row.submenu}
    # The canvas has keys of its own for what matters.
    own = {"choose_positive", "choose_negative", "prune", "unroll", "reduce_motion"}
    assert without_keys == {"reset_layout", "log", "about"} | own


def test_no_two_actions_share_keys(window) -> None:
    entries = [action for menu in window.menus.menus.values() for action in all_entries(menu)]
    keys = [keys.toString() for action in entries for keys in action.shortcuts()]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)


def test_undo_and_redo_name_their_steps(window) -> None:
    undo, redo = window.acts["undo"], window.acts["redo"]
    assert not undo.isEnabled()
    assert not redo.isEnabled()
    window.session.do(AddLayer("hidden", (0.0, 0.0)))
    assert undo.text() == "Undo: Add Hidden 1"
    assert "Ctrl+Z" in undo.toolTip()
    undo.trigger()
    assert not window.session.document.network.layers
    assert redo.text() == "Redo: Add Hidden 1"
    assert undo.text() == "Undo"
    redo.trigger()
    assert window.session.document.network.layers


def test_edit_actions_work_on_the_selection(window) -> None:
    session = window.session
    build_xor(session)
    for key in ("cut", "copy", "duplicate", "delete", "rename"):
        assert not window.acts[key].isEnabled(), key
    window.selection.select(layers=[2])
    window.acts["duplicate"].trigger()
    assert len(session.document.network.of_kind("hidden")) == 2
    window.acts["copy"].trigger()
    assert window.acts["paste"].isEnabled()
    window.acts["paste"].trigger()
    assert len(session.document.network.of_kind("hidden")) == 3
    window.acts["delete"].trigger()
    assert len(session.document.network.of_kind("hidden")) == 2
    window.acts["select_all"].trigger()
    assert window.selection.layers == set(session.document.network.layers)
    window.acts["cut"].trigger()
    assert not session.document.network.layers
    window.acts["paste"].trigger()
    assert len(session.document.network.layers) == 4


def test_zoom_actions(window, qtbot) -> None:
    build_xor(window.session)
    before = window.canvas.camera.zoom
    window.acts["zoom_in"].trigger()
    assert window.canvas.camera.zoom > before
    window.acts["zoom_out"].trigger()
    window.acts["zoom_out"].trigger()
    assert window.canvas.camera.zoom < before
    window.acts["zoom_one"].trigger()
    assert window.canvas.camera.zoom == pytest.approx(1.0)
    window.acts["fit"].trigger()
    assert window.canvas.camera.zoom <= 1.0


def test_train_pause_step_stop_reset_redraw(engine, window, qtbot) -> None:
    session, acts = window.session, window.acts
    build_xor(session)
    session.do(SetTraining((("epochs", 1_000_000),)))
    start = session.document.parameters
    assert not acts["stop"].isEnabled()
    assert not acts["reset"].isEnabled()

    acts["step_batch"].trigger()
    qtbot.waitUntil(lambda: session.state == "paused")
    assert session.document.progress.updates == 1
    acts["step_epoch"].trigger()
    qtbot.waitUntil(lambda: session.state == "paused")
    assert session.document.progress.epoch == 1

    acts["train"].trigger()
    assert acts["train"].text() == "Pause"
    assert window.top_bar.transport.train_button.text() == "Pause"
    assert not acts["step_epoch"].isEnabled()
    assert window.status.state.text() == "training"
    qtbot.waitUntil(lambda: session.live.epoch > 20 and bool(window.status.speed.text()))
    assert window.status.speed.text().endswith("samples/s")
    acts["train"].trigger()
    assert acts["train"].text() == "Train"
    assert window.status.state.text() == "paused"
    assert session.document.progress.epoch > 20

    acts["train"].trigger()
    acts["stop"].trigger()
    assert session.state == "finished"
    acts["reset"].trigger()
    assert session.document.parameters.equals(start)
    assert session.document.progress.epoch == 0
    assert not acts["reset"].isEnabled()
    acts["redraw"].trigger()
    assert not session.document.parameters.equals(start)


def test_keys_reach_the_transport(engine, window, qtbot) -> None:
    build_xor(window.session)
    window.session.do(SetTraining((("epochs", 1_000_000),)))
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state == "running")
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.state == "paused")
    QTest.keyClick(window.canvas, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: window.session.state == "paused")
    QTest.keyClick(window.canvas, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.session.state == "finished")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ((("epochs", 30),), "finished: all epochs done"),
        ((("epochs", 100_000), ("stop", Stop("loss", target=0.5))), "finished: the target is reached"),
        (
            (("epochs", 100_000), ("stop", Stop("loss", patience=3, least_change=1.0))),
            "finished: no better for too long",
        ),
        ((("epochs", 10_000_000), ("stop", Stop(seconds=0.05))), "finished: the time is over"),
    ],
)
def test_the_status_says_why_a_run_ended(engine, window, qtbot, fields, word) -> None:
    build_xor(window.session)
    window.session.do(SetTraining(fields))
    window.acts["train"].trigger()
    qtbot.waitUntil(lambda: window.session.state == "finished", timeout=30_000)
    assert window.status.state.text() == word


def test_train_with_problems_points_at_them(window) -> None:
    window.acts["train"].trigger()
    assert window.session.state == "idle"
    assert all(row.isVisible() for row in window.problems.rows)
    assert not window.notices.isVisible()
    window.problems.rows[0].fix.click()
    assert window.session.document.network.of_kind("input")


def test_help_windows_open_and_close(window, qtbot) -> None:
    for key, name in (("keys", "shortcutsWindow"), ("about", "aboutWindow")):
        window.acts[key].trigger()
        opened = window.findChild(QDialog, name)
        assert opened is not None
        assert opened.isVisible()
        assert not opened.isModal()
        opened.close()


def test_shortcuts_window_lists_every_key(window) -> None:
    from PySide6.QtWidgets import QLabel

    from nnstudio.ui.help_windows import ShortcutsWindow

    sheet = ShortcutsWindow(window.acts, window)
    texts = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for row in window.acts.rows:
        for keys in window.acts[row.key].shortcuts():
            assert keys.toString(QKeySequence.SequenceFormat.NativeText) in texts
    sheet.close()

"""Panels that wait to be asked for: hidden at first, brought to the front, remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar

from nnstudio.document.edits import AddLayer


def tab_bars(window) -> list[QTabBar]:
    inside = window.build.rect()
    return [bar for bar in window.build.findChildren(QTabBar) if bar.isVisible() and inside.intersects(bar.geometry())]


def test_history_comes_with_its_keys_and_has_the_focus(window, qtbot) -> None:
    dock = window.build.history_dock
    assert not dock.isVisible()
    assert not tab_bars(window)
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.late.history.list)
    assert dock in window.build.tabifiedDockWidgets(window.build.inspector_dock)
    window.session.do(AddLayer("input", (0.0, 0.0)))
    QTest.keyClick(window.late.history.list, Qt.Key.Key_Home)
    QTest.keyClick(window.late.history.list, Qt.Key.Key_Return)
    assert not window.session.document.network.layers


def test_the_menu_shows_it_in_front_and_hides_it(window, qtbot) -> None:
    dock = window.build.history_dock
    dock.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not window.late.history.visibleRegion().isEmpty())
    dock.toggleViewAction().trigger()
    assert not dock.isVisible()
    qtbot.waitUntil(lambda: not window.late.inspector.visibleRegion().isEmpty())
    window.acts["history"].trigger()
    window.acts["reset_layout"].trigger()
    assert not dock.isVisible()
    qtbot.waitUntil(lambda: not tab_bars(window))


def test_it_is_remembered(window, make_window, qtbot) -> None:
    window.acts["history"].trigger()
    qtbot.waitUntil(lambda: len(tab_bars(window)) == 1)
    window.close_now()
    other = make_window()
    other.load_rest()
    other.show()
    qtbot.waitUntil(lambda: not other.late.history.visibleRegion().isEmpty())
    assert other.build.history_dock in other.build.tabifiedDockWidgets(other.build.inspector_dock)


def test_the_outline_deletes_and_chooses_as_the_canvas_does(window, qtbot) -> None:
    for place in range(3):
        window.session.do(AddLayer("hidden", (place * 300.0, 0.0)))
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    tree = window.late.outline.tree
    qtbot.waitUntil(lambda: QApplication.focusWidget() is tree)
    QTest.keyClick(tree, Qt.Key.Key_Home)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    assert window.selection.layers == {2}
    QTest.keyClick(tree, Qt.Key.Key_Right)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert window.session.document.network.layers[2].size == 7
    assert str(window.session.history.undo_name).startswith("Delete neuron")
    window.selection.select({3})
    assert tree.currentIndex().data() == "Hidden 3"
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert 3 not in window.session.document.network.layers
    QTest.keyClick(tree, Qt.Key.Key_L)  # seeks a row here, and is no tool
    assert window.canvas.tool == "select"
    QTest.keyClick(tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert 3 in window.session.document.network.layers

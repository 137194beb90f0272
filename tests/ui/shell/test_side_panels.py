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
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.history.list)
    assert dock in window.build.tabifiedDockWidgets(window.build.inspector_dock)
    window.session.do(AddLayer("input", (0.0, 0.0)))
    QTest.keyClick(window.history.list, Qt.Key.Key_Home)
    QTest.keyClick(window.history.list, Qt.Key.Key_Return)
    assert not window.session.document.network.layers


def test_the_menu_shows_it_in_front_and_hides_it(window, qtbot) -> None:
    dock = window.build.history_dock
    dock.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not window.history.visibleRegion().isEmpty())
    dock.toggleViewAction().trigger()
    assert not dock.isVisible()
    qtbot.waitUntil(lambda: not window.inspector.visibleRegion().isEmpty())
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
    qtbot.waitUntil(lambda: not other.history.visibleRegion().isEmpty())
    assert other.build.history_dock in other.build.tabifiedDockWidgets(other.build.inspector_dock)

"""The assembled window: every part is there, named, and closes without a trace."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from nnstudio.document.edits import AddLayer, Connect


def test_all_panels_are_there(window) -> None:
    assert window.canvas.isVisible()
    assert window.build.palette_dock.panel is window.palette_panel
    assert window.build.inspector_dock.panel is window.late.inspector
    assert len(window.late.plots) == 5
    for key, panel in window.late.plots.items():
        assert window.build.plot_docks[key].panel is panel
        assert panel.isVisible()
    widths = [dock.width() for dock in window.build.plot_docks.values()]
    assert min(widths) > 200
    assert window.build.palette_dock.width() < window.canvas.width()


def test_title_follows_file_and_edits(window, person, tmp_path) -> None:
    assert window.windowTitle() == "untitled.nns[*] — nnstudio"
    assert not window.isWindowModified()
    window.session.do(AddLayer("input", (0.0, 0.0)))
    assert window.isWindowModified()
    person.path = tmp_path / "mine.nns"
    window.acts["save"].trigger()
    assert window.windowTitle() == "mine.nns[*] — nnstudio"
    assert not window.isWindowModified()
    assert not window.acts["save"].isEnabled()
    window.session.undo()
    assert window.isWindowModified()


def test_workspaces_switch_and_keep_the_network(window, qtbot) -> None:
    window.session.do(AddLayer("input", (0.0, 0.0)))
    document = window.session.document
    qtbot.mouseClick(window.top_bar.workspaces.buttons["data"], Qt.MouseButton.LeftButton)
    assert window.late.data.isVisible()
    assert not window.canvas.isVisible()
    assert not window.acts["fit"].isEnabled()
    assert window.menus.workspaces["data"].isChecked()
    window.menus.workspaces["build"].trigger()
    assert window.canvas.isVisible()
    assert window.session.document is document
    assert window.top_bar.workspaces.buttons["build"].isChecked()


def test_every_control_has_a_name(window) -> None:
    for button in window.top_bar.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text(), button
        assert button.toolTip(), button.accessibleName()
    for part in (window.top_bar.transport, window.status, window.problems, window.canvas):
        assert part.accessibleName()


def test_f6_goes_round_the_panes(window, qtbot) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas)
    visited: list[QWidget] = []
    for _ in range(20):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        visited.append(QApplication.focusWidget())
        if visited[-1] is window.canvas:
            break
    assert visited[-1] is window.canvas
    assert len(visited) >= 4
    assert any(window.top_bar.isAncestorOf(widget) for widget in visited)
    assert any(window.late.inspector.isAncestorOf(widget) or widget is window.late.inspector for widget in visited)
    QTest.keyClick(window.canvas, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is visited[-2]


def test_top_bar_fits_narrow_and_wide(window, qtbot) -> None:
    bar = window.top_bar

    def nothing_overlaps() -> None:
        assert bar.width() == width
        shown = [button for button in bar.findChildren(QAbstractButton) if button.isVisible()]
        spans = sorted((b.mapTo(bar, b.rect().topLeft()).x(), b.mapTo(bar, b.rect().topRight()).x()) for b in shown)
        assert len(spans) >= 13
        assert spans[0][0] >= 0
        assert spans[-1][1] <= width
        assert all(start >= end - 1 for (_, end), (start, _) in pairwise(spans))

    for width in (1680, 1300, 1000, 900, 820):
        window.resize(width, 800)
        qtbot.waitUntil(nothing_overlaps, timeout=2000)


def test_tools_are_chosen_by_button_and_key(window, qtbot) -> None:
    qtbot.mouseClick(window.top_bar.tools.buttons["synapse"], Qt.MouseButton.LeftButton)
    assert window.canvas.tool == "synapse"
    assert window.acts["tool_synapse"].isChecked()
    window.canvas.tool = "select"
    assert window.top_bar.tools.buttons["select"].isChecked()


def test_status_tells_sizes(window) -> None:
    session = window.session
    session.do(AddLayer("input", (0.0, 0.0), size=4))
    session.do(AddLayer("hidden", (200.0, 0.0), size=8))
    session.do(AddLayer("output", (400.0, 0.0), size=3))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    assert window.status.network.text() == "4 → 8 → 3 · 67 parameters"
    assert window.status.state.text() == "idle"


def test_the_palette_leads_to_the_synapse_tool_and_to_the_data(window, qtbot) -> None:
    qtbot.mouseClick(window.palette_panel.cards["full"], Qt.MouseButton.LeftButton)
    assert window.canvas.tool == "synapse"
    qtbot.mouseClick(window.palette_panel.cards["data"], Qt.MouseButton.LeftButton)
    assert window.workspace == "data"

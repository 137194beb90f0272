"""What the window remembers: theme, layout, workspace."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from nnstudio.ui.theme import DARK, LIGHT, theme


@pytest.fixture(autouse=True)
def keep_theme(qapp):
    name, palette, sheet = theme.name, qapp.palette(), qapp.styleSheet()
    yield
    theme.use(name)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.mark.parametrize(("mode", "colors"), [("dark", DARK), ("light", LIGHT)])
def test_theme_repaints_everything(window, mode, colors, qtbot) -> None:
    window.menus.modes[mode].trigger()
    assert theme.name == mode
    qtbot.wait(1)
    picture = window.grab().toImage()
    ratio = picture.devicePixelRatio()

    def color_at(widget, x, y):
        point = widget.mapTo(window, widget.rect().topLeft())
        return picture.pixelColor(round((point.x() + x) * ratio), round((point.y() + y) * ratio)).name()

    assert color_at(window.top_bar, 3, 3) == colors.panel
    assert color_at(window.status, 3, 12) == colors.raised
    assert color_at(window.palette_panel, 3, window.palette_panel.height() - 4) == colors.panel
    assert color_at(window.late.plots["loss"], 3, 40) == colors.panel
    assert QApplication.palette().color(QPalette.ColorRole.Window).name() == colors.panel


def test_theme_is_remembered(window, settings, make_window) -> None:
    window.menus.modes["light"].trigger()
    assert settings.value("appearance/mode") == "light"
    window.menus.modes["dark"].trigger()
    window.close_now()
    other = make_window()
    assert other.appearance.mode == "dark"
    assert other.menus.modes["dark"].isChecked()
    assert theme.name == "dark"


def test_layout_is_remembered(window, make_window, qtbot) -> None:
    window.build.inspector_dock.close()
    window.build.plot_docks["loss"].close()
    qtbot.wait(1)
    window.show_workspace("data")
    window.close_now()
    other = make_window()
    other.load_rest()
    other.show()
    assert other.workspace == "data"
    other.show_workspace("build")
    assert not other.build.inspector_dock.isVisible()
    assert not other.build.plot_docks["loss"].isVisible()
    assert other.build.palette_dock.isVisible()
    other.acts["reset_layout"].trigger()
    assert other.build.inspector_dock.isVisible()
    assert other.build.plot_docks["loss"].isVisible()


def test_a_broken_layout_is_ignored(settings, make_window, qtbot) -> None:
    from PySide6.QtCore import QByteArray

    settings.setValue("layout/panels", QByteArray(b"nonsense"))
    settings.setValue("layout/geometry", QByteArray(b"nonsense"))
    settings.setValue("layout/workspace", "runs")
    settings.setValue("appearance/mode", "purple")
    window = make_window()
    window.load_rest()
    window.show()
    assert window.workspace == "build"
    assert window.appearance.mode == "system"
    assert window.build.inspector_dock.isVisible()


def test_floating_panels_go_with_their_workspace(window, qtbot) -> None:
    dock = window.build.plot_docks["loss"]
    dock.toggle_floating()
    qtbot.waitUntil(dock.isVisible)
    assert dock.isFloating()
    window.show_workspace("data")
    assert not dock.isVisible()
    window.show_workspace("build")
    assert dock.isVisible()
    dock.toggle_floating()
    assert not dock.isFloating()


def test_panel_menu_floats_and_closes(window, qtbot) -> None:
    from PySide6.QtWidgets import QMenu

    dock = window.build.plot_docks["loss"]
    dock.head.more.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert "Float" in texts
    assert any("PNG" in text for text in texts)
    close = next(action for action in menu.actions() if action.text() == "Close")
    menu.close()
    close.trigger()
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()


def test_sizes_survive_a_start_in_the_data_workspace(window, make_window, qtbot) -> None:
    inspector, loss = window.build.inspector_dock.width(), window.build.plot_docks["loss"].height()
    window.show_workspace("data")
    window.close_now()
    second = make_window()
    second.show()
    second.close_now()  # closed without ever having shown the network
    third = make_window()
    third.show()
    third.resize(1680, 1050)  # the offscreen screen is smaller, and a remembered size is cut to it
    third.show_workspace("build")
    qtbot.waitUntil(lambda: abs(third.build.inspector_dock.width() - inspector) < 4)
    assert abs(third.build.plot_docks["loss"].height() - loss) < 4


def test_sizes_are_given_while_a_panel_is_out_of_its_place(window, qtbot) -> None:
    """Somebody drags it while the layout is reset: Qt warns where it is given a size too."""
    build = window.build
    window.show()
    qtbot.waitExposed(window)
    build.removeDockWidget(build.palette_dock)
    build._give_sizes()
    window.acts["reset_layout"].trigger()
    assert build.palette_dock.isVisible()

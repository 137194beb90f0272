"""The menu bar: the rows of the actions table, and the parts that depend on the window: files, panels, themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from nnstudio.ui.actions import Menu
from nnstudio.ui.icons import set_icon
from nnstudio.ui.style import Mode
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow


class Menus:
    """Builds the menu bar of a window and keeps its changing parts up to date."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.menus: dict[Menu, QMenu] = {}
        bar = window.menuBar()
        titles: tuple[tuple[Menu, str], ...] = (
            ("file", tr("&File")),
            ("edit", tr("&Edit")),
            ("view", tr("&View")),
            ("train", tr("&Train")),
            ("help", tr("&Help")),
        )
        for key, title in titles:
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            self.menus[key] = menu
            self._fill(key, menu)
        self.modes: dict[Mode, QAction] = {}
        self.workspaces: dict[str, QAction] = {}
        self.recent = QMenu(tr("Open recent"), window)
        self._add_recent()
        self._add_view_parts()

    def _fill(self, key: Menu, menu: QMenu) -> None:
        group = None
        for row, action in self._window.acts.of_menu(key):
            if group is not None and row.group != group:
                menu.addSeparator()
            group = row.group
            inner = menu
            if row.submenu:
                name = f"menu_{key}_{row.submenu}"
                inner = menu.findChild(QMenu, name) or menu.addMenu(row.submenu)
                inner.setObjectName(name)
            inner.addAction(action)

    def _add_recent(self) -> None:
        self.menus["file"].insertMenu(self._window.acts["open_data"], self.recent)
        set_icon(self.recent, "recent")
        self.menus["file"].aboutToShow.connect(self.show_recent)
        self.show_recent()

    def show_recent(self) -> None:
        """List the recent files anew."""
        self.recent.clear()
        files = self._window.files
        for path in files.recent:
            action = self.recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: files.open_path(path))
        self.recent.setToolTipsVisible(True)
        self.recent.setEnabled(not self.recent.isEmpty())

    def _add_view_parts(self) -> None:
        window, view = self._window, self.menus["view"]
        before = window.acts["reset_layout"]
        places = QActionGroup(window)
        for place, (key, text, tip, _icon) in enumerate(window.workspace_rows()):
            action = QAction(text, window)
            action.setObjectName(f"action_workspace_{key}")
            action.setShortcut(f"Alt+{place + 1}")
            action.setCheckable(True)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, key=key: window.show_workspace(key))
            places.addAction(action)
            view.insertAction(before, action)
            self.workspaces[key] = action
        view.insertSeparator(before)
        panels = QMenu(tr("Panels"), window)
        set_icon(panels, "layout")
        for dock in window.build.docks:
            panels.addAction(dock.toggleViewAction())
        view.insertMenu(before, panels)
        themes = QMenu(tr("Theme"), window)
        set_icon(themes, "theme")
        choice = QActionGroup(window)
        modes: tuple[tuple[Mode, str], ...] = (
            ("system", tr("As the system")),
            ("light", tr("Light")),
            ("dark", tr("Dark")),
        )
        for mode, text in modes:
            action = themes.addAction(text)
            action.setObjectName(f"action_theme_{mode}")
            action.setCheckable(True)
            action.setChecked(window.appearance.mode == mode)
            action.triggered.connect(lambda _checked=False, mode=mode: window.appearance.use(mode))
            choice.addAction(action)
            self.modes[mode] = action
        view.insertMenu(before, themes)
        view.insertSeparator(before)

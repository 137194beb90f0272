"""Everything a person can do from a menu, as QActions that know when they are possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from nnstudio.ui.actions import about, arrange, edit, file, layers, synapses, tools, train, view
from nnstudio.ui.actions.row import Menu, Row
from nnstudio.ui.icons import set_icon

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

MODULES = (file, edit, tools, layers, synapses, arrange, view, train, about)  # in the order of the menus


def rows() -> Iterator[Row]:
    """All actions in the order of the menus (recent files, panels, themes and workspaces are made by the menus)."""
    for module in MODULES:
        yield from module.rows()


class Actions(QObject):
    """The QActions of all rows by key; ``refresh`` brings their texts and enabled states up to date."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.rows = tuple(rows())
        self._by_key: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        self._ready = False
        for row in self.rows:
            action = QAction(row.text, window)
            action.setObjectName(f"action_{row.key}")
            action.setShortcuts([QKeySequence(keys) for keys in row.keys])
            action.setCheckable(row.checked is not None)
            action.triggered.connect(self._runner(row))
            window.addAction(action)
            self._by_key[row.key] = action
            self._show(row, action)
        self._ready = True

    def __getitem__(self, key: str) -> QAction:
        """The action called ``key``."""
        return self._by_key[key]

    def icon_name(self, key: str) -> str:
        """The name of the icon that an action has at present."""
        return self._icons.get(key, "")

    def of_menu(self, menu: Menu) -> Iterator[tuple[Row, QAction]]:
        """The actions of one menu, in order."""
        for row in self.rows:
            if row.menu == menu:
                yield row, self._by_key[row.key]

    def refresh(self) -> None:
        """Look again at the window for what is possible and what it is called."""
        for row in self.rows:
            action = self._by_key[row.key]
            enabled = row.enabled(self._window)
            if action.isEnabled() != enabled:
                action.setEnabled(enabled)
            if row.checked is not None:
                action.setChecked(row.checked(self._window))
            if row.text_now or row.icon_now:
                self._show(row, action)

    def _show(self, row: Row, action: QAction) -> None:
        icon = row.icon_now(self._window) if row.icon_now and self._ready else row.icon
        if icon and self._icons.get(row.key) != icon:
            self._icons[row.key] = icon
            set_icon(action, icon)
        text = row.text_now(self._window) if row.text_now and self._ready else row.text
        if self._ready and action.text() == text:
            return
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = row.tip or text.removesuffix("…")
        action.setToolTip(f"{tip}  ({keys})" if keys else tip)
        action.setIconText(row.short or text)
        action.setText(text)

    def _runner(self, row: Row) -> Callable[[bool], None]:
        def run(_checked: bool = False) -> None:
            with self._window.guarded():
                row.run(self._window)
            if self._window.open:
                self.refresh()

        return run

"""Remembers where the window and its panels were, and which workspace was shown."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

from nnstudio.ui.build_workspace import BuildWorkspace
from nnstudio.ui.settings import text


class LayoutMemory:
    """Writes the layout to the settings when the window closes, and reads it when it opens."""

    def __init__(self, settings: QSettings, window: QMainWindow, build: BuildWorkspace) -> None:
        self._settings, self._window, self._build = settings, window, build

    def save(self, workspace: str) -> None:
        """Remember the present layout."""
        self._settings.setValue("layout/geometry", self._window.saveGeometry())
        self._settings.setValue("layout/panels", self._build.layout_bytes())
        self._settings.setValue("layout/workspace", workspace)
        self._settings.sync()

    def restore(self) -> str:
        """Go back to the remembered layout, where there is one, and return the remembered workspace."""
        geometry = self._settings.value("layout/geometry")
        if isinstance(geometry, QByteArray) and not geometry.isEmpty():
            self._window.restoreGeometry(geometry)
        panels = self._settings.value("layout/panels")
        if isinstance(panels, QByteArray) and not panels.isEmpty():
            self._build.restore_layout(panels)
        return text(self._settings, "layout/workspace", "build")

    def forget(self) -> None:
        """Every panel back in its first place."""
        self._settings.remove("layout/panels")
        self._build.arrange()

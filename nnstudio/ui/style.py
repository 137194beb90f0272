"""Puts the theme on the whole application: palette, style sheet, and the choice between system, light and dark."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from nnstudio.ui.fonts import use_fonts
from nnstudio.ui.settings import text
from nnstudio.ui.stylesheet import style_sheet
from nnstudio.ui.theme import Colors, ThemeName, theme

Mode = Literal["system", "light", "dark"]
MODES: tuple[Mode, ...] = ("system", "light", "dark")


def palette(colors: Colors) -> QPalette:
    """The palette of one theme; disabled text keeps enough contrast to be read."""
    made = QPalette()
    role = QPalette.ColorRole
    for key, value in {
        role.Window: colors.panel,
        role.WindowText: colors.text,
        role.Base: colors.background,
        role.AlternateBase: colors.raised,
        role.Text: colors.text,
        role.PlaceholderText: colors.faint,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.error,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Accent: colors.accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Light: colors.raised,
        role.Midlight: colors.raised,
        role.Mid: colors.line,
        role.Dark: colors.line,
        role.Shadow: colors.background,
    }.items():
        made.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(colors.faint))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colors.line))
    return made


class Appearance(QObject):
    """Keeps the application in the chosen theme; in mode "system" it follows the desktop."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        # A desktop that does not tell its colour scheme still has a window colour, until we replace it.
        self._desktop_is_dark = app.palette().color(QPalette.ColorRole.Window).lightness() < 128
        fusion = QStyleFactory.create("Fusion")
        app.setStyle(fusion)
        use_fonts(app)
        saved = text(settings, "appearance/mode", "system")
        self.mode: Mode = next((mode for mode in MODES if mode == saved), "system")
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._applied = ""
        self.use(self.mode)

    def use(self, mode: Mode) -> None:
        """Choose a mode, remember it, and repaint everything in it."""
        self.mode = mode
        self._settings.setValue("appearance/mode", mode)
        hints = self._app.styleHints()
        if mode == "system":
            hints.unsetColorScheme()
        else:  # native title bars and dialogs follow where the desktop lets them; our own palette does not depend on it
            hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        self._follow()

    def _follow(self) -> None:
        name = self._wanted()
        if name == self._applied:
            return
        self._applied = name
        theme.use(name)
        self._app.setPalette(palette(theme.colors))
        self._app.setStyleSheet(style_sheet(theme.name, theme.colors))

    def _wanted(self) -> ThemeName:
        if self.mode != "system":
            return self.mode
        scheme = self._app.styleHints().colorScheme()
        if scheme is Qt.ColorScheme.Unknown:
            return "dark" if self._desktop_is_dark else "light"
        return "dark" if scheme is Qt.ColorScheme.Dark else "light"

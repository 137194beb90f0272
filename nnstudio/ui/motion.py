"""Whether things may move by themselves: as the desktop has it, unless the person wants it calmer."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QStyle

from nnstudio.ui.settings import text

KEY = "appearance/reduce_motion"


class Motion:
    """``reduced`` is what the person chose here; ``wanted`` also asks the desktop."""

    def __init__(self) -> None:
        self.reduced = False

    def remember(self, settings: QSettings) -> None:
        """Take what was chosen in an earlier session."""
        self.reduced = text(settings, KEY) == "yes"

    def toggle(self, settings: QSettings) -> None:
        """Choose the other, and remember it."""
        self.reduced = not self.reduced
        settings.setValue(KEY, "yes" if self.reduced else "no")

    @property
    def wanted(self) -> bool:
        """Whether a change may be shown as a movement."""
        return not self.reduced and QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


motion = Motion()

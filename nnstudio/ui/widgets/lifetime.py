"""Subscriptions that end with the widget that made them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget


class Subscriptions:
    """Disconnect functions that are called when ``widget`` is destroyed, or by ``end``."""

    def __init__(self, widget: QWidget, *disconnects: Callable[[], None]) -> None:
        self._disconnects = list(disconnects)
        widget.destroyed.connect(self.end)

    def end(self, *_: object) -> None:
        """Hear nothing more; calling it twice is harmless."""
        while self._disconnects:
            self._disconnects.pop()()

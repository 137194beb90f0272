"""Who speaks to screen readers for what is no ordinary widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Maker = Callable[[Any], QAccessibleInterface]
_makers: dict[type[QObject], Maker] = {}  # one for the process: Qt keeps one list of factories


def speaks(kind: type[QObject], make: Maker) -> None:
    """From now on ``make`` gives the interface of every object of ``kind``; each is asked for once."""
    if not _makers:
        QAccessible.installFactory(_factory)
    _makers[kind] = make


def _factory(_name: str, thing: QObject) -> QAccessibleInterface | None:
    make = next((_makers[kind] for kind in type(thing).__mro__ if kind in _makers), None)
    return None if make is None else make(thing)


class ButtonVoice(QAccessibleWidget):
    """A widget that is painted as something else but does one thing, as a button does."""

    def __init__(self, widget: QWidget, press: Callable[[], object]) -> None:
        super().__init__(widget, QAccessible.Role.Button)
        self._press = press

    def actionNames(self) -> list[str]:
        """It can be pressed and focused."""
        return ["Press", *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Press it."""
        if name == "Press":
            self._press()
        else:
            super().doAction(name)

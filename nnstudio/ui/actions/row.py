"""What an action is: text, keys, icon, what it calls, when it is possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

Menu = Literal["file", "edit", "view", "train", "help"]


@dataclass(frozen=True)
class Row:
    """One action. ``keys`` are standard keys or texts like "Shift+F5"; ``enabled`` and ``text_now`` look at the window.

    ``group`` puts a line between an action and the one before it where the two differ.
    """

    key: str
    menu: Menu
    group: int
    text: str
    run: Callable[[MainWindow], object]
    keys: tuple[QKeySequence.StandardKey | str, ...] = ()
    icon: str = ""
    tip: str = ""
    short: str = ""  # what a button says
    enabled: Callable[[MainWindow], bool] = lambda _window: True
    text_now: Callable[[MainWindow], str] | None = None
    icon_now: Callable[[MainWindow], str] | None = None
    checked: Callable[[MainWindow], bool] | None = None
    submenu: str = ""  # the title of the menu within the menu that it stands in


def on_canvas(window: MainWindow) -> bool:
    """Whether the canvas is shown."""
    return window.workspace == "build"

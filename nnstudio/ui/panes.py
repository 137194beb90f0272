"""Moving the keyboard focus from one part of the window to the next (F6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


class Panes:
    """The parts of the window in the order in which F6 visits them; ``parts`` is asked anew each time."""

    def __init__(self, parts: Callable[[], Sequence[QWidget]]) -> None:
        self._parts = parts

    def move(self, step: int) -> None:
        """Give the focus to the next part (or the one before) that is visible and can take it."""
        parts = [(part, target) for part in self._parts() if part.isVisible() and (target := first_focus(part))]
        if not parts:
            return
        now = QApplication.focusWidget()
        here = next((i for i, (part, _) in enumerate(parts) if now and (part is now or part.isAncestorOf(now))), None)
        place = (0 if step > 0 else -1) if here is None else here + step
        parts[place % len(parts)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)


def first_focus(part: QWidget) -> QWidget | None:
    """The widget of ``part`` that takes the focus first: itself, or the first inside it."""
    wanted = Qt.FocusPolicy.TabFocus.value
    for widget in (part, *part.findChildren(QWidget)):
        if widget.focusPolicy().value & wanted and widget.isEnabled() and widget.isVisible():
            return widget
    return None

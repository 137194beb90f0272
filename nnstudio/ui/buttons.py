"""Buttons of the bars: those of an action, and rows of joined ones of which one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QWidget

from nnstudio.ui.icons import set_icon

ICON = QSize(18, 18)
Choice = tuple[str, str, str, str]  # key, text, tool tip, icon (empty: the text is shown)


class ActionButton(QPushButton):
    """A button that does what an action does: its icon and its short text, in the middle.

    ``color`` is the named colour of the icon.
    """

    def __init__(self, action: QAction, icon: Callable[[], str], parent: QWidget, color: str = "text") -> None:
        super().__init__(parent)
        self._action, self._icon, self._color = action, icon, color
        self._compact = False
        self._shown_icon = ""
        self.setObjectName(action.objectName().replace("action", "button"))
        self.setIconSize(ICON)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda _checked=False: action.trigger())
        action.changed.connect(self._mirror)
        self._mirror()

    def set_compact(self, compact: bool) -> None:
        """Show only the icon."""
        if compact != self._compact:
            self._compact = compact
            self._mirror()

    def _mirror(self) -> None:
        action = self._action
        self.setEnabled(action.isEnabled())
        self.setToolTip(action.toolTip())
        self.setAccessibleName(action.text().removesuffix("…"))
        text = "" if self._compact else action.iconText()
        if self.text() != text:
            self.setText(text)
        icon = self._icon()
        if icon != self._shown_icon:
            self._shown_icon = icon
            set_icon(self, icon, self._color)


def action_button(action: QAction, parent: QWidget) -> QToolButton:
    """A button that does what ``action`` does and shows its icon."""
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setIconSize(ICON)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def name_it() -> None:
        button.setAccessibleName(action.text().removesuffix("…"))

    action.changed.connect(name_it)
    name_it()
    return button


def flat_button(icon: str, name: str, run: Callable[[], object], parent: QWidget, size: int = 14) -> QToolButton:
    """A small button without a frame."""
    button = QToolButton(parent)
    button.setProperty("flat", True)
    button.setIconSize(QSize(size, size))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(name)
    button.setAccessibleName(name)
    set_icon(button, icon, "dim")
    button.clicked.connect(lambda _checked=False: run())
    return button


class Segments(QWidget):
    """Joined buttons; where ``choose`` is given, exactly one of them is chosen at a time."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, QToolButton] = {}

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """One button for each action."""
        for action in actions:
            self._add(action.objectName(), action_button(action, self))
        self._round()

    def add_choices(self, choices: Sequence[Choice], choose: Callable[[str], object]) -> None:
        """Buttons that can be chosen; ``choose`` is told of the key that was clicked."""
        for key, text, tip, icon in choices:
            button = QToolButton(self)
            button.setText(text)
            if icon:
                button.setIconSize(ICON)
                set_icon(button, icon, on="on_accent")
            button.setToolTip(tip)
            button.setAccessibleName(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, key=key: choose(key))
            self._group.addButton(button)
            self._add(key, button)
        self._round()

    def show_chosen(self, key: str) -> None:
        """Mark one button as chosen, without telling anyone."""
        self.buttons[key].setChecked(True)

    def _add(self, key: str, button: QToolButton) -> None:
        self._row.addWidget(button)
        self.buttons[key] = button

    def _round(self) -> None:
        all_buttons = list(self.buttons.values())
        for place, button in enumerate(all_buttons):
            where = "first" if place == 0 else "last" if place == len(all_buttons) - 1 else "middle"
            button.setProperty("segment", where if len(all_buttons) > 1 else None)

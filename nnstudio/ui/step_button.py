"""The Step button of the transport, with a list of the grains under its arrow; it repeats the one chosen last."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from nnstudio.ui.actions import STEPS, Actions
from nnstudio.ui.buttons import ActionButton
from nnstudio.ui.icons import set_icon
from nnstudio.ui.text import tr

FIRST = "step_batch"
APART = "step_epoch"  # has a button of its own


class StepButton(QWidget):
    """One button of the five is seen; the arrow beside it opens the list."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons = {key: ActionButton(actions[key], partial(actions.icon_name, key), self) for key in STEPS}
        self.arrow = QToolButton(self)
        self.arrow.setObjectName("stepGrains")
        self.arrow.setProperty("flat", True)
        self.arrow.setIconSize(QSize(12, 12))
        self.arrow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.arrow.setToolTip(tr("How far a step goes: operation, sample, micro-batch, batch or epoch"))
        self.arrow.setAccessibleName(tr("How far a step goes"))
        set_icon(self.arrow, "chevron-down", "dim")
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        for key in STEPS:
            self.menu.addAction(actions[key])
            if key != APART:
                actions[key].triggered.connect(partial(self._repeat, key))
        self.arrow.clicked.connect(self.show_grains)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addWidget(self.arrow)
        self._repeat(FIRST)

    def _repeat(self, key: str, _checked: bool = False) -> None:
        for name, button in self.buttons.items():
            button.setVisible(name == key)

    def show_grains(self) -> None:
        """Open the list, its first grain chosen; the window goes on meanwhile."""
        self.menu.popup(self.arrow.mapToGlobal(self.arrow.rect().bottomLeft()))
        self.menu.setActiveAction(self.menu.actions()[0])

    def set_compact(self, compact: bool) -> None:
        """Show only the icon."""
        for button in self.buttons.values():
            button.set_compact(compact)

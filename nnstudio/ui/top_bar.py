"""The bar at the head of the window: file, tools, undo, transport, and the choice of workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QLayout, QSizePolicy, QWidget

from nnstudio.session import Session
from nnstudio.ui.actions import Actions
from nnstudio.ui.buttons import Choice, Segments
from nnstudio.ui.text import tr
from nnstudio.ui.transport import TransportBar

HEIGHT = 46
LONGEST_NAME = 220  # logical pixels
SHORTEST_NAME = 110
MARGIN, GAP = 14, 12
LEVELS = (0, 1, 2, 3, 4)  # of shortening


class TopBar(QWidget):
    """One row across the window; ``tools`` and ``workspaces`` are the choices, and what is told of the one chosen."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        tools: tuple[Sequence[Choice], Callable[[str], object]],
        workspaces: tuple[Sequence[Choice], Callable[[str], object]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._whole_name = ""
        self._shown: tuple[str, str, bool, int] | None = None
        self._name = QLabel(self)
        self._name.setObjectName("fileName")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._edited = QLabel(tr("edited"), self)
        self._edited.setObjectName("edited")
        keep = self._edited.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._edited.setSizePolicy(keep)
        self.tools = Segments(tr("Tools"), self)
        self.tools.add_choices(*tools)
        self.history = Segments(tr("History"), self)
        self.history.add_actions([actions["undo"], actions["redo"]])
        self.transport = TransportBar(session, actions, self)
        self.workspaces = Segments(tr("Workspace"), self)
        self.workspaces.add_choices(*workspaces)

        left = QWidget(self)
        self._left = QHBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(12)
        self._left.addWidget(self._name)
        self._left.addWidget(self._edited)
        self._left.addWidget(self.tools)
        self._left.addWidget(self.history)
        self._left.addStretch(1)
        right = QWidget(self)
        end = QHBoxLayout(right)
        end.setContentsMargins(0, 0, 0, 0)
        end.addStretch(1)
        end.addWidget(self.workspaces)
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            side.setMinimumWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.setSpacing(GAP)
        row.addWidget(left, 1)
        row.addWidget(self.transport)
        row.addWidget(right, 1)
        self._sides = ((left, self._left), (right, end))
        groups = (self.tools, self.history, self.transport, self.workspaces)
        buttons = [button for group in groups for button in _buttons(group.layout())]
        for one, other in pairwise(buttons):  # from left to right, as they are seen
            QWidget.setTabOrder(one, other)

    def show_file(self, name: str, tip: str, edited: bool) -> None:
        """The name of the project, its whole path, and whether it has unsaved changes."""
        shown = (name, tip, edited, self.transport.counter_width)
        if shown == self._shown:
            return
        self._shown = shown
        self._whole_name = name
        self._name.setToolTip(tip)
        self._name.setAccessibleName(name)
        self._edited.setVisible(edited)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten what can be shortened where the window is narrow."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for level in LEVELS:
            self._apply(level)
            if self._needed() <= self.width():
                break

    def _apply(self, level: int) -> None:
        self.transport.set_compact(level)
        self._name.setVisible(level < 3)  # the title of the window says it too
        longest = LONGEST_NAME if level < 2 else SHORTEST_NAME
        shown = self._name.fontMetrics().elidedText(self._whole_name, Qt.TextElideMode.ElideMiddle, longest)
        self._name.setText(shown)
        self._edited.setMaximumWidth(16777215 if level < 2 else 0)

    def _needed(self) -> int:
        """The width under which something would be cut off."""
        for side, row in self._sides:
            row.invalidate()
            side.setMinimumWidth(row.minimumSize().width())
        ends = sum(side.minimumWidth() for side, _ in self._sides)
        return ends + self.transport.needed_width() + 2 * MARGIN + 2 * GAP


def _buttons(layout: QLayout | None) -> Iterator[QAbstractButton]:
    """The buttons of a layout and of those within it, in their order."""
    items = [layout.itemAt(place) for place in range(layout.count())] if layout is not None else []
    for item in items:
        inside = item.widget() if item else None
        if isinstance(inside, QAbstractButton):
            yield inside
        elif item is not None:
            yield from _buttons(inside.layout() if inside is not None else item.layout())

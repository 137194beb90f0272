"""The bar at the head of the window: file, tools, undo, transport, and the choice of workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from nnstudio.session import Session
from nnstudio.ui.actions import Actions
from nnstudio.ui.buttons import Segments
from nnstudio.ui.text import tr
from nnstudio.ui.transport import TransportBar

HEIGHT = 46
LONGEST_NAME = 220  # pixels
NARROW, NARROWEST = 1360, 1080  # widths under which the transport gets shorter


class TopBar(QWidget):
    """One row across the window."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        workspaces: Sequence[tuple[str, str, str]],
        choose: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._name = QLabel(self)
        self._name.setObjectName("fileName")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._edited = QLabel(tr("edited"), self)
        self._edited.setObjectName("edited")
        keep = self._edited.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._edited.setSizePolicy(keep)
        self.history = Segments(tr("History"), self)
        self.history.add_actions([actions["undo"], actions["redo"]])
        self.transport = TransportBar(session, actions, self)
        self.workspaces = Segments(tr("Workspace"), self)
        self.workspaces.add_choices(workspaces, choose)

        left = QWidget(self)
        self._left = QHBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(12)
        self._left.addWidget(self._name)
        self._left.addWidget(self._edited)
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
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(12)
        row.addWidget(left, 1)
        row.addWidget(self.transport)
        row.addWidget(right, 1)
        self._sides = (left, right)

    def show_file(self, name: str, tip: str, edited: bool) -> None:
        """The name of the project, its whole path, and whether it has unsaved changes."""
        shown = self._name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, LONGEST_NAME)
        self._name.setText(shown)
        self._name.setToolTip(tip)
        self._name.setAccessibleName(name)
        self._edited.setVisible(edited)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten what can be shortened where the window is narrow."""
        super().resizeEvent(event)
        width = event.size().width()
        self.transport.set_compact(0 if width >= NARROW else 1 if width >= NARROWEST else 2)
        self._edited.setMaximumWidth(16777215 if width >= NARROW else 0)
        for side in self._sides:  # the parts at both ends must never be cut off
            layout = side.layout()
            if layout is not None:
                side.setMinimumWidth(layout.minimumSize().width())

"""The panel of the named steps: what was done, where the person stands, what can be done again."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from nnstudio.session import Session
from nnstudio.ui.history.steps import StepRow, Steps
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.lifetime import Subscriptions


class HistoryPanel(QWidget):
    """A click or Enter on a step goes there; every step between is undone or done again at once."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("history")
        self.setAccessibleName(self.title)
        self._session = session
        self._stale = True
        self.steps = Steps(session, self)
        self.list = QListView(self)
        self.list.setObjectName("historyList")
        self.list.setAccessibleName(tr("Steps, oldest first"))
        self.list.setModel(self.steps)
        self.list.setItemDelegate(StepRow(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.list.clicked.connect(self._jump)
        self.list.activated.connect(self._jump)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 4)
        box.addWidget(self.list)
        self.setFocusProxy(self.list)
        self._subscriptions = Subscriptions(
            self, session.changed.connect(self._changed), theme.changed.connect(lambda _name: self.update())
        )

    @property
    def title(self) -> str:
        """The panel's name."""
        return tr("History")

    def _changed(self, _change: object) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Show the steps as they are now, the present one in sight."""
        self._stale = False
        self.steps.refresh()
        present = self.steps.index(self.steps.present)
        self.list.setCurrentIndex(present)
        self.list.scrollTo(present)

    def _jump(self, index: QModelIndex) -> None:
        if index.isValid():
            self._session.jump(index.row())

"""The panel of the walk through an update: its operations, and the present one with every number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnstudio.session import Session, Walking
from nnstudio.ui.buttons import ActionButton
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.trace.pages import Page, operation_name, place_text
from nnstudio.ui.trace.sample_pages import sample_page
from nnstudio.ui.trace.table import EMPTY, PageTable
from nnstudio.ui.trace.update_pages import end_page
from nnstudio.ui.widgets.labels import dim
from nnstudio.ui.widgets.lifetime import Subscriptions
from nnstudio.ui.widgets.numbers import tabular

LIST_ROWS = 6
LIST_ROW = 22
MARGIN = 12
NARROW = 330  # logical pixels
Buttons = Sequence[tuple[QAction, Callable[[], str]]]


class TracePanel(QWidget):
    """Follows ``session.walks``; what an operation is about is selected on the canvas while the panel is seen.

    ``buttons`` are the actions under the numbers, with the names of their icons.
    """

    def __init__(self, session: Session, selection: Selection, buttons: Buttons) -> None:
        super().__init__()
        self.setObjectName("trace")
        self.setAccessibleName(self.title)
        self._session, self._selection = session, selection
        self._stale = True
        self._filling = False
        self._listed: tuple[object, int] | None = None  # the walk and sample that the list shows
        self.page = EMPTY
        self._empty = dim(tr("Step by one operation (F9) to see every number of the next update, before it is made."))
        self._where = dim()
        self.operations = _operations_list(self)
        self.operations.currentRowChanged.connect(self._chosen)
        self._title = QLabel()
        self._title.setProperty("strong", True)
        self._title.setWordWrap(True)
        self._words = dim()
        self._formula = QLabel()
        self._worked = QLabel()
        self._result = QLabel()
        self._card = _card(self._formula, self._worked, self._result)
        self.table = PageTable(self)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _before: self._row_chosen(index))
        self.table.clicked.connect(self._row_chosen)
        self.table.activated.connect(self._row_chosen)
        self.buttons = [ActionButton(action, icon, self) for action, icon in buttons]
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.buttons:
            button.setObjectName(f"trace_{button.objectName()}")  # the transport has such buttons too
            row.addWidget(button)
        row.addStretch(1)
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(MARGIN, 10, MARGIN, 0)
        box.setSpacing(8)
        for widget in (self._empty, self._where, self.operations, self._title, self._words, self._card):
            box.addWidget(widget)
        box.addWidget(self.table, 1)
        box.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(_scrolled(body), 1)
        outer.addLayout(row)
        self.setFocusProxy(self.operations)
        self._subscriptions = Subscriptions(
            self,
            session.walks.changed.connect(self._walked),
            theme.changed.connect(lambda _name: self.update()),
        )

    @property
    def title(self) -> str:
        """The panel's name."""
        return tr("Trace")

    @property
    def worked(self) -> str:
        """The line in which one row's numbers stand in the formula."""
        return self._worked.text()

    def _walked(self, _walking: Walking | None) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words on the two buttons in the middle where there is room for them; the others show their icons."""
        super().resizeEvent(event)
        for place, button in enumerate(self.buttons):
            button.set_compact(self.width() < NARROW or place not in (1, 2))

    def refresh(self) -> None:
        """Show the present operation."""
        self._stale = False
        walking = self._session.walks.present
        self._empty.setVisible(walking is None)
        for widget in (self._where, self.operations, self._title, self._words, self._card):
            widget.setVisible(walking is not None)
        if walking is None:
            self._listed = None
            self._show(EMPTY)
            return
        self._where.setText(place_text(walking))
        self._list(walking)
        operation = walking.operation
        self._show(sample_page(walking) if operation.of_sample else end_page(walking))
        if operation.of_sample:
            self._selection.show_sample(walking.walk.row(operation))
        self._selection.select(*self.page.concerns)

    def _show(self, page: Page) -> None:
        self.page = page
        self._title.setText(page.title)
        self._words.setText(page.words)
        self._result.setText(page.result)
        self._result.setVisible(bool(page.result))
        self._formula.setText(page.formula)
        self._card.setVisible(bool(page.formula))
        self._filling = True
        self.table.show_page(page)
        self._filling = False
        self._work_out(page.first)

    def _work_out(self, row: int) -> None:
        text = self.page.worked(row) if row < self.page.rows else ""
        self._worked.setText(text)
        self._worked.setVisible(bool(text))

    def _row_chosen(self, index: QModelIndex) -> None:
        if self._filling or not index.isValid():
            return
        self._work_out(index.row())
        ref = self.page.ref(index.row())
        if isinstance(ref, NeuronRef):
            self._selection.select_neuron(ref)
        elif isinstance(ref, SynapseRef):
            self._selection.select_synapse(ref)

    # -- the list of operations -------------------------------------------------------------------------------------

    def _list(self, walking: Walking) -> None:
        first, names = self._around(walking)
        self._filling = True
        if self._listed != (walking.walk, first):
            self._listed = (walking.walk, first)
            self.operations.clear()
            self.operations.addItems(names)
            for row in range(len(names)):
                self.operations.item(row).setSizeHint(QSize(80, LIST_ROW))
        self.operations.setCurrentRow(walking.place - first)
        self._filling = False

    @staticmethod
    def _around(walking: Walking) -> tuple[int, list[str]]:
        """The place of the first operation that is listed, and their names: a sample's, or those of the batch's end."""
        walk, operation = walking.walk, walking.operation
        network = walk.network
        if operation.of_sample:
            place = walk.of_sample.index(replace(operation, part=0, place=0))
            return walking.place - place, [operation_name(one, network) for one in walk.of_sample]
        first = walking.last + 1 - len(walk.at_the_end)
        if operation.kind == "average" and operation.part < len(walk.parts) - 1:
            return walking.place, [operation_name(operation, network)]
        ends = [walk.operation(first - 1), *walk.at_the_end]
        return first - 1, [operation_name(one, network) for one in ends]

    def _chosen(self, row: int) -> None:
        if self._filling or row < 0 or self._listed is None:
            return
        walking = self._session.walks.present
        if walking is not None:
            self._session.walks.look_at(self._around(walking)[0] + row)
            now = self._session.walks.present
            if now is walking:  # the update is not made by looking at it
                self.refresh()


def _operations_list(parent: QWidget) -> QListWidget:
    made = QListWidget(parent)
    made.setObjectName("traceOperations")
    made.setAccessibleName(tr("Operations"))
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setUniformItemSizes(True)
    made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    made.setFixedHeight(LIST_ROWS * LIST_ROW + 6)
    return made


def _card(formula: QLabel, *rest: QLabel) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(10, 8, 10, 8)
    inside.setSpacing(5)
    formula.setProperty("role", "dim")
    for label in (formula, *rest):
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFont(tabular(label.font()))
        inside.addWidget(label)
    return card


def _scrolled(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(body)
    area.viewport().setAutoFillBackground(False)
    body.setAutoFillBackground(False)
    return area

"""The numbers of an operation as a table: a row a neuron or a synapse, what comes out in the last column."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.trace.pages import Page
from nnstudio.ui.widgets.labels import tone_of
from nnstudio.ui.widgets.numbers import tabular

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 22
LEAST_ROWS = 4  # in sight, however low the panel is
EMPTY = Page("", "")


class PageModel(QAbstractTableModel):
    """The rows of a page; texts are made when they are looked at."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.page = EMPTY

    def show_page(self, page: Page) -> None:
        """Show another page."""
        self.beginResetModel()
        self.page = page
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """The number of rows."""
        return 0 if parent.isValid() else self.page.rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """A name, and the numbers."""
        return 0 if parent.isValid() or not self.page.columns else 1 + len(self.page.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, alignment, tone and what is read out."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.page.worked(row) or None
        if column == 0:
            return self.page.label(row) if role == Qt.ItemDataRole.DisplayRole else None
        title, values = self.page.columns[column - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.page.cell(row, column - 1)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.page.label(row)}: {title} {self.page.cell(row, column - 1)}"
        if role == Qt.ItemDataRole.ForegroundRole and column == len(self.page.columns):
            return QBrush(theme.colors.q(tone_of(float(values[row]))))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.page.columns[section - 1][0] if section and self.page.columns else self.page.head


class PageTable(QTableView):
    """One row is current: it is the one that is worked out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("traceTable")
        self.setAccessibleName(tr("Numbers of the operation"))
        self.rows = PageModel(self)
        self.setModel(self.rows)
        self.setFont(tabular(QFont(self.font())))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(44)
        self.setMinimumHeight(LEAST_ROWS * ROW_HEIGHT + 30)

    def show_page(self, page: Page) -> None:
        """Show another page with its first row in sight; columns share the width, longer numbers scroll."""
        self.rows.show_page(page)
        header = self.horizontalHeader()
        self.setVisible(bool(page.rows))
        if not page.rows:
            return
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setCurrentIndex(self.rows.index(page.first, 0))
        self.scrollTo(self.currentIndex())

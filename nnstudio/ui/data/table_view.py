"""Two tables that scroll as one: facts about each column above, the cells below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnstudio.ui.data.table_models import FACT_ROWS, NOTE_ROW, ROLE_ROW, RULE_ROW, TONE, CellsModel, FactsModel
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import tabular

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 24
SIDE_WIDTH = 108
NARROWEST, WIDEST, ROOMY = 92, 220, 168
_SHEET = """
QTableView { border: none; border-radius: 0; selection-background-color: transparent; }
QHeaderView::section { padding: 0 10px; }
QHeaderView::section:vertical { font-weight: 400; border-bottom: none; }
"""


class TableView(QFrame):
    """``menu_wanted(column, fact row, place on screen)``, ``role_wanted(column, role)``, ``column_chosen(column)`` and
    ``row_chosen(row)`` tell what the person does, with mouse or keyboard.
    """

    menu_wanted = Signal(int, int, QPoint)
    role_wanted = Signal(int, str)
    column_chosen = Signal(int)
    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts_model, self.cells_model = FactsModel(self), CellsModel(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.facts = _FactsTable(self)
        self.facts.setModel(self.facts_model)
        self.cells = _plain_table(QTableView())
        self.cells.setModel(self.cells_model)
        self.cells.setAccessibleName(tr("Cells of the table"))
        self.cells.horizontalHeader().hide()
        self.cells.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.cells.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.cells.setItemDelegate(_CellDelegate(self.cells))
        box.addWidget(self.facts)
        box.addWidget(self.cells, 1)
        upper, lower = self.facts.horizontalScrollBar(), self.cells.horizontalScrollBar()
        upper.valueChanged.connect(lower.setValue)
        lower.valueChanged.connect(upper.setValue)
        self._fitting = False
        self._by_hand = False
        self.facts.horizontalHeader().sectionResized.connect(self._resized)
        self.facts.horizontalHeader().sectionClicked.connect(self.choose_column)
        self.cells.selectionModel().currentRowChanged.connect(self._row_moved)
        self.facts.selectionModel().currentColumnChanged.connect(
            lambda current, _before: self.column_chosen.emit(current.column())
        )

    def _resized(self, column: int, _old: int, new: int) -> None:
        self.cells.setColumnWidth(column, new)
        self._by_hand = self._by_hand or not self._fitting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is, unless the person chose widths."""
        super().resizeEvent(event)
        if not self._by_hand:
            self.fit_columns()

    def fit_columns(self) -> None:
        """Give every column the width of its facts, within limits; where there is room, a little more."""
        self._fitting = True
        self._fit()
        self._fitting = self._by_hand = False

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        model = self.facts_model
        widths = []
        for number in range(model.columnCount()):
            texts = [str(model.data(model.index(row, number)) or "") for row in range(NOTE_ROW)]
            texts.append(str(model.headerData(number, Qt.Orientation.Horizontal)) + "  ")
            needed = [
                metrics.horizontalAdvance(text) + (46 if row <= RULE_ROW else 28) for row, text in enumerate(texts)
            ]
            widths.append(min(max(*needed, NARROWEST), WIDEST))
        spare = self.width() - SIDE_WIDTH - sum(widths) - 12
        more = max(spare // len(widths), 0) if widths else 0
        for number, width in enumerate(widths):
            self.facts.setColumnWidth(number, max(width, min(width + more, ROOMY)))
            self.cells.setColumnWidth(number, self.facts.columnWidth(number))

    def show_note_row(self, shown: bool) -> None:
        """The row of notes takes room only where there is a note."""
        self.facts.setRowHidden(NOTE_ROW, not shown)
        rows = FACT_ROWS if shown else FACT_ROWS - 1
        self.facts.setFixedHeight(rows * ROW_HEIGHT + 33)

    def choose_column(self, column: int) -> None:
        """Make a column the current one."""
        row = max(self.facts.currentIndex().row(), 0)
        self.facts.setCurrentIndex(self.facts_model.index(row, column))

    def show_row(self, row: int) -> None:
        """Mark a row as the one that is looked at."""
        if 0 <= row < self.cells_model.rowCount() and self.cells.currentIndex().row() != row:
            model = self.cells.selectionModel()
            model.blockSignals(True)
            self.cells.setCurrentIndex(self.cells_model.index(row, max(self.cells.currentIndex().column(), 0)))
            model.blockSignals(False)
            self.cells.viewport().update()

    def _row_moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(current.row())


class _FactsTable(QTableView):
    """The facts; Enter, Space or a click on role, kind or rule opens its menu, I, T and X set the role."""

    def __init__(self, owner: TableView) -> None:
        super().__init__(owner)
        self._owner = owner
        _plain_table(self)
        self.setAccessibleName(tr("Columns: role, kind, missing cells and statistics"))
        self.setItemDelegate(_FactDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setFixedHeight(32)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        self.clicked.connect(self._clicked)

    def _header_menu(self, place: QPoint) -> None:
        column = self.horizontalHeader().logicalIndexAt(place)
        if column >= 0:
            self._owner.menu_wanted.emit(column, ROLE_ROW, self.horizontalHeader().mapToGlobal(place))

    def _clicked(self, index: QModelIndex) -> None:
        if index.row() <= RULE_ROW:
            self._open_menu(index)

    def _open_menu(self, index: QModelIndex) -> None:
        place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        self._owner.menu_wanted.emit(index.column(), index.row(), place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row, else that of the role."""
        index = self.currentIndex() if event.reason() == event.Reason.Keyboard else self.indexAt(event.pos())
        if index.isValid():
            row = index.row() if index.row() <= RULE_ROW else ROLE_ROW
            self._owner.menu_wanted.emit(index.column(), row, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Menus and roles by keyboard."""
        index = self.currentIndex()
        roles = {Qt.Key.Key_I: "input", Qt.Key.Key_T: "target", Qt.Key.Key_X: "ignored"}
        key = Qt.Key(event.key())
        if index.isValid() and key in roles and not event.modifiers():
            self._owner.role_wanted.emit(index.column(), roles[key])
        elif index.isValid() and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F2}:
            self._open_menu(self.model().index(min(index.row(), RULE_ROW), index.column()))
        else:
            super().keyPressEvent(event)


def _plain_table(table: QTableView) -> QTableView:
    table.setStyleSheet(_SHEET)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.setMouseTracking(True)
    table.setCornerButtonEnabled(False)
    side = table.verticalHeader()
    side.setMinimumSectionSize(ROW_HEIGHT)
    side.setDefaultSectionSize(ROW_HEIGHT)
    side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    side.setFixedWidth(SIDE_WIDTH)
    side.setHighlightSections(False)
    table.horizontalHeader().setHighlightSections(False)
    return table


class _ToneDelegate(QStyledItemDelegate):
    """Text in its tone over a quiet line."""

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> QRect:
        colors, rect = theme.colors, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.q("accent", 0.16))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.q("accent", 0.07))
        painter.setPen(QPen(colors.q("grid"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setFont(tabular(option.font))
        painter.setPen(colors.q(index.data(TONE) or "text"))
        return rect.adjusted(10, 0, -10, 0)

    def _write(self, painter: QPainter, rect: QRect, index: Index) -> None:
        text = painter.fontMetrics().elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), text)


class _CellDelegate(_ToneDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        painter.save()
        self._write(painter, self._ground(painter, option, index), index)
        painter.restore()


class _FactDelegate(_ToneDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One fact; roles stand in a pill, what can be changed has a small arrow."""
        painter.save()
        rect = self._ground(painter, option, index)
        colors, row = theme.colors, index.row()
        text = str(index.data() or "")
        if row <= RULE_ROW and text:
            tone = index.data(TONE)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if row == ROLE_ROW:
                font = QFont(painter.font())
                font.setWeight(QFont.Weight.DemiBold)
                painter.setFont(font)
                width = painter.fontMetrics().horizontalAdvance(text) + 16
                pill = QRectF(rect.left() - 2, rect.top() + 3, min(width, rect.width()), rect.height() - 6)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colors.q(tone, 0.18))
                painter.drawRoundedRect(pill, 9, 9)
                painter.setPen(colors.q(tone))
                painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)
            else:
                self._write(painter, rect.adjusted(0, 0, -12, 0), index)
            painter.setPen(QPen(colors.q("faint"), 1.4))
            x, y = rect.right() - 3, rect.center().y() + 1
            painter.drawPolyline([QPoint(x - 3, y - 2), QPoint(x, y + 1), QPoint(x + 3, y - 2)])
        else:
            self._write(painter, rect, index)
        table = self.parent()
        if isinstance(table, QTableView) and table.hasFocus() and table.currentIndex() == index:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(colors.q("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(0, 0, -2, -2))
        painter.restore()

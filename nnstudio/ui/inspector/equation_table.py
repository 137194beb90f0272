"""The worked equation as a table whose weights and bias are edited in place."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.ui.icons import pixmap
from nnstudio.ui.inspector.equation import Place
from nnstudio.ui.inspector.equation_rows import Row
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import tabular

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT = 22
NARROWEST = 46  # pixels of a column of numbers; it grows with its numbers


class EquationModel(QAbstractTableModel):
    """The rows; numbers change in place, the table is rebuilt only where its rows are others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> bool:
        """Show ``rows``; True where the table was rebuilt."""
        same = [(r.kind, r.place) for r in rows] == [(r.kind, r.place) for r in self.rows]
        if same:
            if rows != self.rows:
                self.rows = rows
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 3))
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """The number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, x, w, x·w."""
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The texts, their alignment and tooltips."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(cell for cell in row.cells if cell)
        return row if role == ROW else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Weights and the bias can be edited."""
        row = self.rows[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled
        if row.kind != "header":
            flags |= Qt.ItemFlag.ItemIsSelectable
        if index.column() == edit_column(row):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags


def edit_column(row: Row) -> int | None:
    """The column of the number that can be edited in a row."""
    return {"term": 2, "bias": 3, "own": 3}.get(row.kind)


class EquationTable(QTableView):
    """Double-click or Enter edits the weight or bias of a row, Space freezes it, the menu offers both.

    ``weight_edited(place, value)``, ``bias_edited(value)``, ``freeze_wanted(place or None, bool)``,
    ``synapse_wanted(place)``, ``own_edited(name, value)`` and ``own_freeze_wanted(name, bool)`` tell what the person
    wants; the caller may ``refuse`` an edit.
    """

    weight_edited = Signal(object, float)
    bias_edited = Signal(float)
    own_edited = Signal(str, float)
    own_freeze_wanted = Signal(str, bool)
    freeze_wanted = Signal(object, bool)
    synapse_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Worked equation of the neuron"))
        self.rows_model = EquationModel(self)
        self.setModel(self.rows_model)
        self._delegate = _EquationDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setStyleSheet(
            "QTableView { background: transparent; border: none; border-radius: 0;"
            " selection-background-color: transparent; }"
        )
        self.setShowGrid(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.hide()
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            header.resizeSection(column, NARROWEST)
        self.doubleClicked.connect(lambda index: self.edit_row(index.row()))
        self._hovered = -1
        self.setFixedHeight(0)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show another state of the equation."""
        current = self.currentIndex().row()
        if self.rows_model.show_rows(rows):
            for number, row in enumerate(rows):
                columns = 3 if row.kind not in {"header", "term"} else 1
                if self.columnSpan(number, 0) != columns:
                    self.setSpan(number, 0, 1, columns)
            self.setFixedHeight(len(rows) * ROW_HEIGHT)
            self._fit_columns(rows, grow=False)
            if 0 <= current < len(rows):
                self.setCurrentIndex(self.rows_model.index(current, 0))
        else:
            self._fit_columns(rows)

    def _fit_columns(self, rows: tuple[Row, ...], *, grow: bool = True) -> None:
        """Room for the widest number of each column; while numbers move, columns only grow."""
        advance = self.fontMetrics().horizontalAdvance
        for column in (1, 2, 3):
            mark = 14 if any(row.frozen and edit_column(row) == column for row in rows) else 0
            width = max(max(advance(row.cells[column]) for row in rows) + 14 + mark, NARROWEST)
            if width != self.columnWidth(column) and not (grow and width < self.columnWidth(column)):
                self.setColumnWidth(column, width)

    def row(self, number: int) -> Row:
        """The row with that number."""
        return self.rows_model.rows[number]

    def edit_row(self, number: int) -> None:
        """Open the number field of a row that has one."""
        if 0 <= number < len(self.rows_model.rows):
            column = edit_column(self.row(number))
            if column is not None:
                self.setCurrentIndex(self.rows_model.index(number, column))
                if self.state() != self.State.EditingState:
                    self.edit(self.rows_model.index(number, column))

    @property
    def field(self) -> NumberField | None:
        """The open number field."""
        return self._delegate.field

    def refuse(self, sentence: str) -> None:
        """Say at the open field why its number was not taken."""
        if self.field is not None:
            self.field.refuse(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or F2 edits, Space freezes."""
        number = self.currentIndex().row()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2} and number >= 0:
            self.edit_row(number)
        elif event.key() == Qt.Key.Key_Space and number >= 0:
            self._toggle(number)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard starts at the first row that can be edited."""
        super().focusInEvent(event)
        current = self.currentIndex().row()
        useless = current < 0 or edit_column(self.row(current)) is None
        if useless and event.reason() != Qt.FocusReason.MouseFocusReason:
            for number, row in enumerate(self.rows_model.rows):
                if edit_column(row) is not None:
                    self.setCurrentIndex(self.rows_model.index(number, 0))
                    break

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a row."""
        number = self.indexAt(event.pos()).row()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            number = self.currentIndex().row()
        if number >= 0 and edit_column(self.row(number)) is not None:
            menu = self.row_menu(number)
            menu.popup(event.globalPos())

    def row_menu(self, number: int) -> QMenu:
        """The menu of a row that can be edited."""
        row = self.row(number)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        edit = {"term": tr("Edit weight"), "bias": tr("Edit bias")}.get(row.kind, tr("Edit value"))
        menu.addAction(edit).triggered.connect(partial(self.edit_row, number))
        freeze = tr("Let it be trained") if row.frozen else tr("Freeze against training")
        menu.addAction(freeze).triggered.connect(partial(self._toggle, number))
        if row.place is not None:
            menu.addAction(tr("Select this synapse")).triggered.connect(partial(self._want, row.place))
        return menu

    def _toggle(self, number: int, _checked: bool = False) -> None:
        row = self.row(number)
        if row.own:
            self.own_freeze_wanted.emit(row.own, not row.frozen)
        elif edit_column(row) is not None:
            self.freeze_wanted.emit(row.place, not row.frozen)

    def _want(self, place: Place, _checked: bool = False) -> None:
        self.synapse_wanted.emit(place)

    def commit_number(self, row: Row, value: float) -> None:
        """Tell of an edited weight, of the bias, or of another value of the neuron's."""
        place = row.place
        if row.own:
            self.own_edited.emit(row.own, value)
        elif place is None:
            self.bias_edited.emit(value)
        else:
            self.weight_edited.emit(place, value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the pointer."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """All rows at once, like a page of arithmetic: many times faster than a delegate that paints cell by cell."""
        rows = self.rows_model.rows
        painter = QPainter(self.viewport())
        plain = tabular(self.font())
        strong = QFont(plain)
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(plain)
        metrics = painter.fontMetrics()
        colors = {tone: theme.colors.q(tone) for row in rows for tone in row.tones}
        edges = [self.columnViewportPosition(column) + self.columnWidth(column) for column in range(4)]
        current = self.currentIndex().row() if self.hasFocus() else -1
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for number, row in enumerate(rows):
            y = number * ROW_HEIGHT
            editable = edit_column(row)
            if number == current or (number == self._hovered and editable is not None):
                shade = theme.colors.q("accent", 0.20 if number == current else 0.10)
                painter.fillRect(QRect(-4, y, edges[3] + 8, ROW_HEIGHT), shade)
            if row.kind in {"z", "n"}:
                painter.setPen(QPen(theme.colors.q("line"), 1))
                painter.drawLine(0, y, edges[3], y)
            painter.setFont(strong if row.kind == "a" else plain)
            room = (edges[0] if row.kind in {"header", "term"} else edges[2]) - 4
            name = row.cells[0]
            if metrics.horizontalAdvance(name) > room:
                name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.setPen(colors[row.tones[0]])
            painter.drawText(0, y, room, ROW_HEIGHT, left, name)
            for column in (1, 2, 3):
                text = row.cells[column]
                if text:
                    painter.setPen(colors[row.tones[column]])
                    painter.drawText(
                        edges[column - 1] - 20, y, edges[column] - edges[column - 1] + 20, ROW_HEIGHT, right, text
                    )
            if row.frozen and editable is not None:
                x = edges[editable] - metrics.horizontalAdvance(row.cells[editable]) - 16
                mark = pixmap("frozen", theme.colors.accent, 12, self.devicePixelRatioF())
                painter.drawPixmap(x, y + (ROW_HEIGHT - 12) // 2, mark)
        painter.end()

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(240, len(self.rows_model.rows) * ROW_HEIGHT)


class _EquationDelegate(QStyledItemDelegate):
    """Opens number fields; the table itself paints its rows."""

    def __init__(self, table: EquationTable) -> None:
        super().__init__(table)
        self._table = table
        self.field: NumberField | None = None

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A number field for a weight or the bias."""
        row: Row = index.data(ROW)
        field = NumberField(row.value, step=0.1, parent=parent)
        names = {"term": tr("Weight"), "bias": tr("Bias")}
        field.setAccessibleName(names.get(row.kind, row.cells[0]))
        field.setStyleSheet("QLineEdit { padding: 0 3px; min-height: 0; border-radius: 4px; }")
        field.value_committed.connect(partial(self._table.commit_number, row))
        field.destroyed.connect(self._closed)
        field.installEventFilter(self)
        self.field = field
        return field

    def _closed(self, *_: object) -> None:
        if self.field is self.sender():
            self.field = None

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The exact number, not the rounded text."""
        row: Row = index.data(ROW)
        if isinstance(editor, NumberField):
            editor.set_value(row.value)
            editor.selectAll()

    def setModelData(self, _editor: QWidget, _model: QAbstractItemModel, _index: Index) -> None:
        """Nothing: the field tells of its number itself."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Wide enough for a number, over the cell's right end."""
        rect = QRect(option.rect)
        rect.setLeft(rect.right() - 84)
        editor.setGeometry(rect)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter and Tab confirm, Escape gives up; a refused number keeps its field open."""
        if not isinstance(editor, NumberField):
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
                number = self._table.currentIndex().row()
                if not editor.commit():
                    editor.point_out()
                    return True
                self._close(editor)
                if key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
                    self._table.edit_row(number + (1 if key == Qt.Key.Key_Tab else -1))
                return True
            if key == Qt.Key.Key_Escape:
                editor.restore()
                self._close(editor)
                return True
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            left = event.reason() not in {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
            if left and self.field is editor and editor.commit():
                self._close(editor)
        return False

    def _close(self, editor: NumberField) -> None:
        if self.field is not editor:
            return  # closing takes the focus away, which leads here once more
        self.field = None
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)

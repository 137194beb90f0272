"""The spreadsheet: typing, ranges, copy and paste as in any other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnstudio.document import Array, Message, StudioError
from nnstudio.ui.icons import set_icon
from nnstudio.ui.matrix_editor.cells_text import cells_text, read_cells
from nnstudio.ui.matrix_editor.model import MatrixModel
from nnstudio.ui.matrix_editor.painting import paint_cells
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import tabular

Index = QModelIndex | QPersistentModelIndex
Whole = NDArray[np.int64]
Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
ROW_HEIGHT, COLUMN_WIDTH, SIDE_WIDTH = 24, 74, 112
OURS = (Key.Key_C, Key.Key_V, Key.Key_X, Key.Key_A, Key.Key_D, Key.Key_R)
_SHEET = """
QTableView { border: none; border-radius: 0; selection-background-color: transparent; }
QHeaderView::section { padding: 0 8px; }
QHeaderView::section:vertical { font-weight: 400; }
QLineEdit { border-radius: 0; padding: 0 4px; }
"""


class MatrixTable(QTableView):
    """``freeze_wanted(frozen)`` and ``complained(sentence)`` tell whoever holds the table."""

    freeze_wanted = Signal(bool)
    complained = Signal(object)  # a StudioError

    def __init__(self, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = model
        self.setModel(model)
        self.setObjectName("matrixTable")
        self.setAccessibleName(tr("Weights: a row for each source neuron, a column for each target neuron"))
        self.setStyleSheet(_SHEET)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(True)
        self.setItemDelegate(_CellDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        for header, size in ((self.verticalHeader(), ROW_HEIGHT), (self.horizontalHeader(), COLUMN_WIDTH)):
            header.setMinimumSectionSize(size)
            header.setDefaultSectionSize(size)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(True)
        self.verticalHeader().setFixedWidth(SIDE_WIDTH)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setFixedHeight(28)

    # -- the range ------------------------------------------------------------------------------------------------

    def block(self) -> tuple[int, int, int, int] | None:
        """(top, left, bottom, right) of the selected cells, ends included; the current cell where none is selected."""
        parts = self.selectionModel().selection()
        if parts.isEmpty():
            current = self.currentIndex()
            return (current.row(), current.column()) * 2 if current.isValid() else None
        ranges = [parts.at(i) for i in range(parts.count())]
        return (
            min(part.top() for part in ranges),
            min(part.left() for part in ranges),
            max(part.bottom() for part in ranges),
            max(part.right() for part in ranges),
        )

    def select_cell(self, row: int, column: int) -> None:
        """Make one cell the current one and bring it into sight."""
        index = self.cells.index(row, column)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _places(self, block: tuple[int, int, int, int]) -> tuple[Whole, Whole]:
        top, left, bottom, right = block
        rows, columns = np.mgrid[top : bottom + 1, left : right + 1]
        return rows.ravel(), columns.ravel()

    # -- what is done with it -------------------------------------------------------------------------------------

    def copy(self) -> None:
        """The selected cells as text for any program."""
        block = self.block()
        if block is not None:
            QGuiApplication.clipboard().setText(cells_text(self.cells.block(*block)))

    def cut(self) -> None:
        """Copy, then cut the synapses."""
        if self.block() is not None:
            self.copy()
            self.cut_synapses()

    def paste(self) -> None:
        """The copied block at the current cell (one number into all selected ones), as one step or not at all."""
        block = self.block()
        if block is None:
            return
        try:
            values = read_cells(QGuiApplication.clipboard().text())
            self._paste(block, values)
        except StudioError as error:
            self.complained.emit(error)

    def _paste(self, block: tuple[int, int, int, int], values: Array) -> None:
        top, left, bottom, right = block
        high, wide = bottom - top + 1, right - left + 1
        if high % values.shape[0] == 0 and wide % values.shape[1] == 0:
            values = np.tile(values, (high // values.shape[0], wide // values.shape[1]))
        high, wide = values.shape
        model = self.cells
        if top + high > model.rowCount() or left + wide > model.columnCount():
            raise StudioError(
                "Nothing was pasted: {rows} × {columns} cells do not fit here, there is room for {high} × {wide}.",
                rows=high,
                columns=wide,
                high=model.rowCount() - top,
                wide=model.columnCount() - left,
            )
        source, target = model.source, model.target
        rows, columns = self._places((top, left, top + high - 1, left + wide - 1))
        name = None
        if values.size > 1 and source is not None and target is not None:
            name = Message.of(
                "Paste {rows} × {columns} cells {a} to {b}", rows=high, columns=wide, a=source.name, b=target.name
            )
        if model.set_arrays(rows, columns, values.ravel(), name):
            self._select(top, left, top + high - 1, left + wide - 1)

    def _select(self, top: int, left: int, bottom: int, right: int) -> None:
        model = self.cells
        if model.rowCount() > bottom and model.columnCount() > right:
            chosen = QItemSelection(model.index(top, left), model.index(bottom, right))
            self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def cut_synapses(self) -> None:
        """The synapses of the selected cells are no more; biases become 0."""
        block = self.block()
        if block is not None:
            rows, columns = self._places(block)
            self._put(rows, columns, np.where(rows < self.cells.top, 0.0, np.nan))

    def fill(self, value: float | None = None) -> None:
        """Give all selected cells one value, by default that of the current cell."""
        block, current = self.block(), self.currentIndex()
        if block is None or not current.isValid():
            return
        number = self.cells.value(current.row(), current.column()) if value is None else value
        rows, columns = self._places(block)
        self._put(rows, columns, np.full(len(rows), number), self._fill_name(len(rows)))

    def fill_along(self, down: bool) -> None:
        """Copy the first row down, or the first column to the right."""
        block = self.block()
        if block is None:
            return
        values = self.cells.block(*block)
        values[:] = values[:1, :] if down else values[:, :1]
        rows, columns = self._places(block)
        self._put(rows, columns, values.ravel(), self._fill_name(len(rows)))

    def _put(self, rows: Whole, columns: Whole, values: Array, name: Message | None = None) -> None:
        """Set cells; those that stand for nothing stay out of it."""
        self.cells.set_arrays(rows, columns, np.where(self.cells.blanks(rows, columns), np.nan, values), name)

    def _fill_name(self, count: int) -> Message | None:
        source, target = self.cells.source, self.cells.target
        if count == 1 or source is None or target is None:
            return None
        return Message.of("Fill {count} cells {a} to {b}", count=count, a=source.name, b=target.name)

    # -- drawing --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """All cells that are seen, in few strokes: a full window holds a thousand."""
        painter = QPainter(self.viewport())
        try:
            if self.cells.bundle is not None:
                paint_cells(painter, self, event.rect())
        finally:
            painter.end()

    # -- keys and menu --------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys that a spreadsheet needs come here before any shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            ours = event.modifiers() == Control and event.key() in OURS
            plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if ours or event.key() == Key.Key_Delete or (plain and event.text().isprintable() and event.text()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste, cut, fill; anything printable begins to type."""
        keys = QKeySequence.StandardKey
        if event.matches(keys.Copy):
            self.copy()
        elif event.matches(keys.Paste):
            self.paste()
        elif event.matches(keys.Cut):
            self.cut()
        elif event.key() in (Key.Key_Delete, Key.Key_Backspace):
            self.cut_synapses()
        elif event.modifiers() == Control and event.key() in (Key.Key_D, Key.Key_R):
            self.fill_along(down=event.key() == Key.Key_D)
        elif event.key() in (Key.Key_Return, Key.Key_Enter) and not event.modifiers():
            index = self.currentIndex()
            if index.flags() & Qt.ItemFlag.ItemIsEditable and self.state() != self.State.EditingState:
                self.edit(index)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the selected cells."""
        if self.block() is None:
            return
        menu = self.make_menu()
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def make_menu(self) -> QMenu:
        """The menu of the selected cells."""
        menu = QMenu(self)
        menu.setAccessibleName(tr("Cells"))
        rows: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
            (tr("Copy"), "Ctrl+C", "copy", self.copy),
            (tr("Paste"), "Ctrl+V", "paste", self.paste),
            (tr("Fill with the current cell"), "", "", self.fill),
            (tr("Fill down"), "Ctrl+D", "", lambda: self.fill_along(down=True)),
            (tr("Fill to the right"), "Ctrl+R", "", lambda: self.fill_along(down=False)),
            (tr("Freeze"), "", "frozen", lambda: self.freeze_wanted.emit(True)),
            (tr("Free"), "", "", lambda: self.freeze_wanted.emit(False)),
            (tr("Cut the synapses"), "Del", "delete", self.cut_synapses),
        )
        for place, (text, keys, icon, run) in enumerate(rows):
            if place in (2, 5, 7):
                menu.addSeparator()
            action = menu.addAction(f"{text}\t{keys}" if keys else text)
            if icon:
                set_icon(action, icon)
            action.triggered.connect(lambda _checked=False, run=run: run())
        return menu


class _CellDelegate(QStyledItemDelegate):
    """The line in which a cell is typed; cells themselves are painted by the table, all at once."""

    def __init__(self, table: MatrixTable) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002
        """A line with the whole number selected."""
        line = QLineEdit(parent)
        line.setFont(tabular(self._table.font()))
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.setAccessibleName(self._table.cells.sentence(index.row(), index.column()))
        return line

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Enter goes on to the cell below; with Ctrl what was typed fills the selected cells; Tab to the right."""
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Key.Key_Return, Key.Key_Enter):
                fill = event.modifiers() == Control
                block = self._table.block()
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QStyledItemDelegate.EndEditHint.NoHint)
                if fill and block is not None and block[:2] != block[2:]:
                    self._table.fill()
                elif not fill:
                    self._step(1, 0)
                return True
            if event.key() in (Key.Key_Tab, Key.Key_Backtab):
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QStyledItemDelegate.EndEditHint.NoHint)
                self._step(0, 1 if event.key() == Key.Key_Tab else -1)
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _step(self, down: int, right: int) -> None:
        current, model = self._table.currentIndex(), self._table.cells
        following = model.index(current.row() + down, current.column() + right)
        if following.isValid():
            self._table.setCurrentIndex(following)

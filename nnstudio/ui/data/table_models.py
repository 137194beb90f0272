"""The table as models: one row of facts about each column, and the cells themselves, read only where they are seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nnstudio.data import Statistics, Table
from nnstudio.document import Column, DataRecipe
from nnstudio.ui.data.recipes import LEFT_OUT, VALIDATION
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.labels import Tone
from nnstudio.ui.widgets.numbers import count_text, number_text

Index = QModelIndex | QPersistentModelIndex
TONE = Qt.ItemDataRole.UserRole + 1
ROLE_ROW, KIND_ROW, RULE_ROW = 0, 1, 2
FACT_ROWS = 11
NOTE_ROW = 10


def role_text(role: str) -> str:
    """A column's role in words."""
    return {"input": tr("input"), "target": tr("target"), "ignored": tr("ignored")}[role]


def kind_text(kind: str) -> str:
    """A column's kind in words."""
    return {"numeric": tr("numbers"), "categorical": tr("categories")}[kind]


def rule_text(rule: str) -> str:
    """What happens to missing cells, in words."""
    return {
        "mean": tr("fill: mean"),
        "median": tr("fill: median"),
        "most_frequent": tr("fill: most frequent"),
        "drop_row": tr("leave row out"),
    }[rule]


class FactsModel(QAbstractTableModel):
    """Role, kind, rule for missing cells and statistics: eleven rows, one column for each of the table's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.recipe: DataRecipe | None = None
        self.notes: Mapping[str, tuple[str, Tone]] = {}

    def show_table(self, table: Table | None, recipe: DataRecipe | None, notes: Mapping[str, tuple[str, Tone]]) -> None:
        """Show another table, or the same one under another recipe. ``notes``: column -> sentence and tone."""
        if table is not self.table:
            self.beginResetModel()
            self.table, self.recipe, self.notes = table, recipe, notes
            self.endResetModel()
        else:
            self.recipe, self.notes = recipe, notes
            if table is not None:
                self.dataChanged.emit(self.index(0, 0), self.index(FACT_ROWS - 1, len(table.columns) - 1))
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(table.columns) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """The facts."""
        return 0 if parent.isValid() or self.table is None else FACT_ROWS

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The table's columns."""
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def column(self, number: int) -> Column | None:
        """What the recipe says of a column."""
        if self.table is None or self.recipe is None:
            return None
        name = self.table.columns[number].name
        return next((column for column in self.recipe.columns if column.name == name), None)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of columns above, names of facts at the left."""
        if self.table is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
                return self.table.columns[section].name
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                tr("role"),
                tr("kind"),
                tr("missing cells"),
                tr("missing"),
                tr("distinct"),
                tr("minimum"),
                tr("maximum"),
                tr("mean"),
                tr("std"),
                tr("most frequent"),
                tr("note"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A fact as text, its tone, and its full text as tooltip."""
        if self.table is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == TONE:
            return self._tone(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self._text(index.row(), index.column())
            if index.row() <= RULE_ROW and text:
                return tr("{choice}: click, or press Enter, to change", choice=text)
            return text or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.row() in {0, 1, 2, NOTE_ROW} else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: int, number: int) -> str:
        column = self.column(number)
        if self.table is None:
            return ""
        if row <= RULE_ROW:
            if column is None:
                return ""
            if row == ROLE_ROW:
                return role_text(column.role)
            if row == KIND_ROW:
                return kind_text(column.kind)
            return "" if column.role == "ignored" else rule_text(column.missing)
        facts = self.table.columns[number].statistics
        top = "" if facts.top is None else f"{facts.top} ({count_text(facts.top_count)})"
        note = self.notes.get(self.table.columns[number].name)
        return (
            count_text(facts.missing),
            count_text(facts.distinct),
            _number(facts.minimum),
            _number(facts.maximum),
            _mean(facts),
            _number(facts.std),
            top,
            note[0] if note else "",
        )[row - 3]

    def _tone(self, row: int, number: int) -> Tone:
        column = self.column(number)
        ignored = column is None or column.role == "ignored"
        if row == NOTE_ROW and self.table is not None:
            note = self.notes.get(self.table.columns[number].name)
            return note[1] if note else "dim"
        if row == ROLE_ROW and column is not None:
            roles: dict[str, Tone] = {"input": "positive", "target": "accent", "ignored": "faint"}
            return roles[column.role]
        if row == 3 and self.table is not None and self.table.columns[number].statistics.missing:
            return "warning"
        return "faint" if ignored else "text"


class CellsModel(QAbstractTableModel):
    """The cells, as they were read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self._roles: list[str] = []
        self._parts: NDArray[np.int8] = np.zeros(0, dtype=np.int8)

    def show_table(self, table: Table | None, recipe: DataRecipe | None, parts: NDArray[np.int8]) -> None:
        """Show another table, or the same one under another recipe; ``parts`` says what each row is used for."""
        roles = {column.name: column.role for column in recipe.columns} if recipe else {}
        names = [column.name for column in table.columns] if table else []
        if table is not self.table:
            self.beginResetModel()
            self.table, self._parts = table, parts
            self._roles = [roles.get(name, "ignored") for name in names]
            self.endResetModel()
        else:
            self._parts = parts
            self._roles = [roles.get(name, "ignored") for name in names]
            if table is not None and table.rows:
                self.dataChanged.emit(self.index(0, 0), self.index(table.rows - 1, len(names) - 1))
                self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, table.rows - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The table's rows."""
        return 0 if parent.isValid() or self.table is None else self.table.rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The table's columns."""
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line of the file at the left, with a mark where the row is for validation."""
        if self.table is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.table.columns[section].name if role == Qt.ItemDataRole.DisplayRole else None
        part = int(self._parts[section]) if section < len(self._parts) else LEFT_OUT
        if role == Qt.ItemDataRole.DisplayRole:
            mark = tr("val") if part == VALIDATION else "–" if part == LEFT_OUT else ""
            return f"{mark} {self.table.lines[section]}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return (tr("left out"), tr("for training"), tr("for validation"))[part]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell as text; a dash where it is missing."""
        if self.table is None or not index.isValid():
            return None
        column = self.table.columns[index.column()]
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            if row in column.refused:
                return column.refused[row]
            value = column.values[row]
            if column.kind == "numeric":
                return "—" if np.isnan(value) else number_text(float(value))
            return "—" if value is None else str(value)
        if role == TONE:
            if row in column.refused:
                return "error"
            missing = np.isnan(column.values[row]) if column.kind == "numeric" else column.values[row] is None
            if missing:
                return "warning"
            left_out = row < len(self._parts) and self._parts[row] == LEFT_OUT
            return "faint" if left_out or self._roles[index.column()] == "ignored" else "text"
        if role == Qt.ItemDataRole.ToolTipRole and row in column.refused:
            return tr("This is no finite number, so it counts as missing.")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.kind == "numeric" else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def _mean(facts: Statistics) -> str:
    """The mean, where a rest of rounding beside the spread counts as 0."""
    if facts.mean is not None and facts.std is not None and abs(facts.mean) < facts.std * 1e-12:
        return "0"
    return _number(facts.mean)


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value, 4)

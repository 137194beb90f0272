"""The steps of the session's history as a list, and how a row of it is painted."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnstudio.session import Session
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme

ROW = 28
LINE_X = 18  # where the line of steps runs
Index = QModelIndex | QPersistentModelIndex
When = Literal["done", "present", "undone"]
WHEN = Qt.ItemDataRole.UserRole


class Steps(QAbstractListModel):
    """One row a step, oldest first; those behind the present one are undone and can be done again."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._names: list[str] = []
        self.present = 0

    def refresh(self) -> None:
        """Take over the session's history as it is now; rows that stay keep their place."""
        history = self._session.history
        names = [message_text(entry.name) for entry in history.entries]
        pairs = zip(names, self._names, strict=False)
        same = next((i for i, (new, old) in enumerate(pairs) if new != old), min(len(names), len(self._names)))
        if same < len(self._names):
            self.beginRemoveRows(QModelIndex(), same, len(self._names) - 1)
            del self._names[same:]
            self.endRemoveRows()
        if same < len(names):
            self.beginInsertRows(QModelIndex(), same, len(names) - 1)
            self._names = names
            self.endInsertRows()
        self.present = history.index
        self.dataChanged.emit(self.index(0), self.index(len(names) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """How many steps there are, with the start."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, and where it stands to the present."""
        row = index.row()
        when: When = "done" if row < self.present else "present" if row == self.present else "undone"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[row]
        if role == WHEN:
            return when
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = self._names[row]
            if when == "present":
                return tr("{step}, where you are", step=name)
            return tr("{step}, undone", step=name) if when == "undone" else name
        return None


class StepRow(QStyledItemDelegate):
    """Paints a step as a knot on a line: filled where done, in the accent where the person is, hollow where undone."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are of one height."""
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        colors, when = theme.colors, index.data(WHEN)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = rect.adjusted(6, 1, -6, -1)
        if option.state & QStyle.StateFlag.State_MouseOver or when == "present":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.q("accent", 0.13) if when == "present" else colors.q("raised"))
            painter.drawRoundedRect(body, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colors.q("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body, 6, 6)
        middle = QPointF(rect.left() + LINE_X + 0.5, rect.center().y() + 0.5)
        painter.setPen(QPen(colors.q("line"), 1.5))
        if index.row() > 0:
            painter.drawLine(QPointF(middle.x(), rect.top()), middle)
        if index.row() + 1 < index.model().rowCount():
            painter.drawLine(middle, QPointF(middle.x(), rect.bottom() + 1))
        size = 5.0 if when == "present" else 3.5
        painter.setPen(QPen(colors.q({"done": "dim", "present": "accent", "undone": "faint"}[when]), 1.5))
        painter.setBrush(colors.q({"done": "dim", "present": "accent", "undone": "panel"}[when]))
        painter.drawEllipse(middle, size, size)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if when == "present" else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colors.q("faint" if when == "undone" else "text"))
        place = rect.adjusted(LINE_X + 16, 0, -12, 0)
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.restore()

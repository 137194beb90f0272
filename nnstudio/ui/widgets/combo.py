"""Combos: a choice among catalog entries with their formulas, or among a few named values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QWidget,
)

from nnstudio.catalog.entry import Entry
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

_NOTE = Qt.ItemDataRole.UserRole + 1
_WARNED = Qt.ItemDataRole.UserRole + 2


class Combo(QComboBox):
    """A choice by key. ``chosen`` carries the key that the person picked; ``set_key`` tells nobody."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: list[str] = []
        self._key = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setItemDelegate(_NotedDelegate(self))
        self.setMaxVisibleItems(16)
        self.activated.connect(self._pick)

    @property
    def key(self) -> str:
        """The present key, "" where it is none of the choices."""
        return self._key

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys in the order shown."""
        return tuple(self._keys)

    def set_choices(self, choices: Iterable[tuple[str, str, str, str]]) -> None:
        """Offer these (key, label, note shown beside it, tooltip)."""
        self.blockSignals(True)
        self.clear()
        self._keys = []
        for key, label, note, tip in choices:
            self._keys.append(key)
            self.addItem(label)
            row = self.count() - 1
            self.setItemData(row, note, _NOTE)
            self.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.blockSignals(False)
        self.set_key(self._key)

    def set_entries(self, entries: Mapping[str, Entry], unfit: Callable[[str], str] | None = None) -> None:
        """Offer catalog entries with their formulas. ``unfit`` says why a key does not fit here, or ""."""
        choices = []
        reasons = {}
        for key, entry in entries.items():
            reasons[key] = unfit(key) if unfit else ""
            tip = "\n".join(line for line in (tr(entry.summary), entry.formula, reasons[key]) if line)
            choices.append((key, tr(entry.label), entry.formula, tip))
        self.set_choices(choices)
        for row, key in enumerate(self._keys):
            self.setItemData(row, bool(reasons[key]), _WARNED)

    def set_key(self, key: str) -> None:
        """Show ``key`` without telling anyone."""
        self._key = key
        index = self._keys.index(key) if key in self._keys else -1
        if index != self.currentIndex():
            self.blockSignals(True)
            self.setCurrentIndex(index)
            self.blockSignals(False)
            self.update()
        self.setToolTip(self.itemData(index, Qt.ItemDataRole.ToolTipRole) or "" if index >= 0 else "")

    def _pick(self, index: int) -> None:
        if 0 <= index < len(self._keys) and self._keys[index] != self._key:
            self.set_key(self._keys[index])
            self.chosen.emit(self._key)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """A name too long for the box ends in three dots instead of in half a letter."""
        super().initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width() - 4
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with the focus, so that scrolling a form past it changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """As wide as its widest row needs, formulas included."""
        delegate = self.itemDelegate()
        option = QStyleOptionViewItem()
        option.font = self.font()
        model = self.model()
        widths = [delegate.sizeHint(option, model.index(row, 0)).width() for row in range(self.count())]
        self.view().setMinimumWidth(min(560, max([self.width(), *widths])))
        super().showPopup()


class _NotedDelegate(QStyledItemDelegate):
    """A label at the left and a faint note at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for both."""
        size = super().sizeHint(option, index)
        note = index.data(_NOTE) or ""
        width = option.fontMetrics.horizontalAdvance(str(index.data() or ""))
        width += option.fontMetrics.horizontalAdvance(note) + 24 if note else 0
        return QSize(width + 28, max(28, size.height()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The row."""
        colors = theme.colors
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, colors.q("accent") if selected else colors.q("panel"))
        painter.setFont(option.font)
        inner = rect.adjusted(12, 0, -12, 0)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        warned = bool(index.data(_WARNED))
        tone = "on_accent" if selected else "faint" if warned else "text"
        painter.setPen(colors.q(tone))
        painter.drawText(inner, left, str(index.data() or ""))
        note = index.data(_NOTE) or ""
        if note:
            painter.setPen(colors.q("on_accent" if selected else "faint" if warned else "dim"))
            room = inner.width() - option.fontMetrics.horizontalAdvance(str(index.data() or "")) - 16
            painter.drawText(inner, right, option.fontMetrics.elidedText(note, Qt.TextElideMode.ElideRight, room))
        painter.restore()

"""The command palette (Ctrl+K): everything that can be done, found by a few letters and done with Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QIcon, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from nnstudio.ui.icons import icon, set_icon
from nnstudio.ui.matching import Match, find_letters
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

WIDTH = 620
MOST_ROWS = 11
ROW = 34
ICON = 18
SHADOW = 14
MATCH = Qt.ItemDataRole.UserRole
COMMAND = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Command:
    """One entry: what it is called, of what ``kind`` it is, its ``keys``, whether it is possible, and what it does."""

    text: str
    kind: str
    run: Callable[[], object]
    keys: str = ""
    icon: str = ""
    possible: bool = True


class Commands(QAbstractListModel):
    """The entries that fit what was typed, best first; those that are not possible now come last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: tuple[Command, ...] = ()
        self.shown: list[tuple[Command, Match]] = []

    def fill(self, commands: Iterable[Command]) -> None:
        """Other entries."""
        self._all = tuple(commands)

    def find(self, query: str) -> None:
        """Show what fits ``query``: by its text, or with its kind in front of it."""
        found: list[tuple[float, int, Command, Match]] = []
        for place, command in enumerate(self._all):
            match = find_letters(query, command.text)
            if match is None:
                wide = find_letters(query, f"{command.text} {command.kind}")
                match = wide and Match(wide.score + 5, frozenset(i for i in wide.places if i < len(command.text)))
            if match is not None:
                score = match.score if query.strip() else 0.0
                found.append((score if command.possible else score + 100, place, command, match))
        found.sort(key=lambda row: row[:2])
        self.beginResetModel()
        self.shown = [(command, match) for _score, _place, command, match in found]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """How many fit."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the delegate paints and the screen reader speaks."""
        command, match = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.text
        if role == MATCH:
            return match
        if role == COMMAND:
            return command
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(command)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is not possible now cannot be chosen."""
        if not self.shown[index.row()][0].possible:
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


def spoken(command: Command) -> str:
    """One entry in words."""
    words = [command.text.removesuffix("…"), command.kind, command.keys]
    if not command.possible:
        words.append(tr("not possible now"))
    return ", ".join(word for word in words if word)


class CommandRow(QStyledItemDelegate):
    """Paints an entry: icon, text with the found letters in the accent, kind, keys."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are of one height."""
        return QSize(WIDTH // 2, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        command, match = index.data(COMMAND), index.data(MATCH)
        colors = theme.colors
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if command.possible and state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.q("accent", 0.17))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 7, 7)
        inner = rect.adjusted(11, 0, -12, 0)
        if command.icon:
            place = QRect(inner.left(), inner.center().y() - ICON // 2 + 1, ICON, ICON)
            mode = QIcon.Mode.Normal if command.possible else QIcon.Mode.Disabled
            icon(command.icon, "dim").paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)
        inner.setLeft(inner.left() + ICON + 11)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        small = QFont(option.font)
        small.setPixelSize(12)
        painter.setFont(small)
        painter.setPen(colors.q("dim" if command.possible else "faint"))
        right = middle | int(Qt.AlignmentFlag.AlignRight)
        if command.keys:
            painter.drawText(inner, right, command.keys)
            inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(command.keys) - 14)
        kind_width = painter.fontMetrics().horizontalAdvance(command.kind)
        font: QFont = option.font
        room = inner.width() - kind_width - 12
        width = self._text(painter, font, command, match, inner.adjusted(0, 0, -kind_width - 12, 0), room)
        painter.setFont(small)
        painter.setPen(colors.q("faint"))
        painter.drawText(inner.adjusted(width + 10, 1, 0, 0), middle, command.kind)
        painter.restore()

    def _text(self, painter: QPainter, font: QFont, command: Command, match: Match, place: QRect, room: int) -> int:
        """Draw the text with its found letters; its width in pixels."""
        colors = theme.colors
        painter.setFont(font)
        words = painter.fontMetrics().elidedText(command.text, Qt.TextElideMode.ElideRight, room)
        layout = QTextLayout(words, font)
        found = QTextCharFormat()
        found.setForeground(colors.q("accent" if command.possible else "dim"))
        found.setFontWeight(QFont.Weight.DemiBold)
        marks = []
        for letter in match.places:
            if letter < len(words) and (words == command.text or letter < len(words) - 1):
                mark = QTextLayout.FormatRange()
                mark.start, mark.length, mark.format = letter, 1, found
                marks.append(mark)
        layout.setFormats(marks)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(room + 40)
        layout.endLayout()
        painter.setPen(colors.q("text" if command.possible else "faint"))
        top = place.top() + (place.height() - line.height()) / 2
        layout.draw(painter, QRectF(place.left(), top, 0, 0).topLeft())
        return round(line.naturalTextWidth())


class CommandPalette(QWidget):
    """Lies over the whole of ``parent`` while it is open; ``commands`` is asked each time, ``otherwise`` is the widget
    that takes the focus at the end where the one before cannot."""

    def __init__(self, parent: QWidget, commands: Callable[[], Sequence[Command]], otherwise: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("commandPalette")
        self.setAccessibleName(tr("Commands"))
        self._window, self._commands, self._otherwise = parent, commands, otherwise
        self._before: QWidget | None = None
        self._card = QFrame(self)
        self._card.setObjectName("commandCard")
        box = QVBoxLayout(self._card)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(6)
        self.field = QLineEdit(self._card)
        self.field.setPlaceholderText(tr("Type a command, a layer or a data set"))
        self.field.setAccessibleName(tr("Search commands"))
        self.field.setClearButtonEnabled(False)
        set_icon(self.field.addAction(icon("search", "dim"), QLineEdit.ActionPosition.LeadingPosition), "search", "dim")
        self.model = Commands(self)
        self.list = QListView(self._card)
        self.list.setObjectName("commandList")
        self.list.setAccessibleName(tr("Commands found"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(CommandRow(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setMouseTracking(True)
        self.nothing = QLabel(tr("Nothing is called that."), self._card)
        self.nothing.setProperty("role", "dim")
        self.nothing.setContentsMargins(12, 6, 12, 10)
        box.addWidget(self.field)
        box.addWidget(self.list)
        box.addWidget(self.nothing)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._run)
        self.list.entered.connect(self._point_at)
        self.list.selectionModel().currentChanged.connect(self._speak)
        parent.installEventFilter(self)
        self.hide()

    # -- opening and closing --------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Open, or close again."""
        if self.isVisible():
            self.leave()
        else:
            self.come()

    def come(self) -> None:
        """Open with everything listed."""
        self._before = QApplication.focusWidget()
        self.model.fill(self._commands())
        self.field.clear()
        self._find("")
        self.setGeometry(self._window.rect())
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def leave(self) -> None:
        """Close, and give the focus back to where it was."""
        before, self._before = self._before, None
        self.hide()
        target = before if before is not None and isValid(before) and before.isVisible() else self._otherwise
        target.setFocus(Qt.FocusReason.PopupFocusReason)

    def refresh(self) -> None:
        """What is possible has changed: list anew where it is open, with the same entry chosen."""
        if not self.isVisible():
            return
        chosen = self.list.currentIndex().data()
        self.model.fill(self._commands())
        self._find(self.field.text())
        for row, (command, _match) in enumerate(self.model.shown):
            if command.text == chosen and command.possible:
                self.list.setCurrentIndex(self.model.index(row))

    # -- finding and doing ----------------------------------------------------------------------------------------

    def _find(self, query: str) -> None:
        self.model.find(query)
        count = self.model.rowCount()
        self.list.setVisible(count > 0)
        self.nothing.setVisible(count == 0)
        self._place()
        if count and self.model.shown[0][0].possible:
            self.list.setCurrentIndex(self.model.index(0))
        self.list.scrollToTop()
        self._speak()

    def _point_at(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.list.setCurrentIndex(index)

    def _move(self, step: int) -> None:
        rows = [row for row, (command, _match) in enumerate(self.model.shown) if command.possible]
        if not rows:
            return
        now = self.list.currentIndex()
        if abs(step) == 1:  # round and round
            place = rows.index(now.row()) + step if now.isValid() else 0
            row = rows[place % len(rows)]
        else:
            row = rows[min(max((rows.index(now.row()) if now.isValid() else 0) + step, 0), len(rows) - 1)]
        self.list.setCurrentIndex(self.model.index(row))

    def _run(self, index: QModelIndex) -> None:
        command = index.data(COMMAND) if index.isValid() else None
        if isinstance(command, Command) and command.possible:
            self.leave()
            command.run()

    def _speak(self, *_: object) -> None:
        """The focus stays in the field, so the field tells the screen reader what is chosen."""
        index = self.list.currentIndex()
        words = tr("{count} found", count=self.model.rowCount())
        if index.isValid():
            words = f"{index.data(Qt.ItemDataRole.AccessibleTextRole)}. {words}"
        self.field.setAccessibleDescription(words)

    # -- events ---------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field that move in the list, and the size of the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
            self._place()
        elif watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: MOST_ROWS - 1,
            Qt.Key.Key_PageUp: 1 - MOST_ROWS,
        }
        if key in steps:
            self._move(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it closes it."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.leave()

    def _place(self) -> None:
        """In the middle of the upper part, as high as its rows need."""
        rows = max(1, min(MOST_ROWS, self.model.rowCount()))
        room = max(3, (self.height() - 200) // ROW)
        self.list.setFixedHeight(min(rows, room) * ROW)
        self._card.setFixedWidth(min(WIDTH, self.width() - 40))
        self._card.adjustSize()
        top = max(20, round(self.height() * 0.12))
        self._card.move((self.width() - self._card.width()) // 2, top)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A thin wash over the window, and the shadow of the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colors.q("background", 0.35))
        painter.setPen(Qt.PenStyle.NoPen)
        light = theme.name == "light"
        painter.setBrush(theme.colors.q("text", 0.011) if light else theme.colors.q("background", 0.07))
        card = QRectF(self._card.geometry())
        for step in range(SHADOW, 0, -1):
            painter.drawRoundedRect(card.adjusted(-step, -step + 4, step, step + 4), 10 + step, 10 + step)
        painter.end()

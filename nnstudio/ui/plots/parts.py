"""The small widgets around a plot: its caption, its switches, its flat combo box; and the note at the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSizePolicy, QWidget

from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import tabular


def small_font(widget: QWidget, share: float = 0.85) -> QFont:
    """The widget's font at ``share`` of its size (10 pixels at least), with figures of one width."""
    font = tabular(widget.font())
    font.setPixelSize(max(10, round(QFontInfo(widget.font()).pixelSize() * share)))
    return font


class Caption(QWidget):
    """The plot's title and, dimmer, its present numbers; shortened where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = ""
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, title: str, text: str) -> None:
        """Show another title or text."""
        if (title, text) != (self.title, self.text):
            self.title, self.text = title, text
            self.update()

    def sizeHint(self) -> QSize:
        """What it needs."""
        return QSize(60, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        """The least it needs."""
        return QSize(30, self.fontMetrics().height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        with QPainter(self) as painter:
            self.paint(painter, QRectF(self.rect()))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw title and text into ``rect``."""
        bold, plain = small_font(self, 0.92), small_font(self, 0.92)
        bold.setWeight(QFont.Weight.DemiBold)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        width = QFontMetricsF(bold).horizontalAdvance(self.title)
        title = QFontMetricsF(bold).elidedText(self.title, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(bold)
        painter.setPen(theme.colors.q("text"))
        painter.drawText(rect, flags, title)
        room = rect.width() - width - 8
        if self.text and room > 24:
            text = QFontMetricsF(plain).elidedText(self.text, Qt.TextElideMode.ElideRight, room)
            painter.setFont(plain)
            painter.setPen(theme.colors.q("dim"))
            painter.drawText(rect.adjusted(width + 8, 0, 0, 0), flags, text)


class Chip(QAbstractButton):
    """A small flat switch; with a ``line`` colour it is the legend of a curve, drawn solid or dashed."""

    def __init__(self, text: str, tip: str, parent: QWidget, line: str = "", *, dashed: bool = False) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.line = line
        self.dashed = dashed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """What it needs."""
        metrics = QFontMetricsF(small_font(self))
        sample = 22 if self.line else 0
        return QSize(round(metrics.horizontalAdvance(self.text()) + 12 + sample), round(metrics.height() + 5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        with QPainter(self) as painter:
            self.paint(painter, QRectF(self.rect()))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the switch into ``rect``."""
        colors = theme.colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        raised = (self.isChecked() and not self.line) or self.underMouse()
        painter.setPen(QPen(colors.q("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("line", 0.8) if raised else colors.q("panel", 0.8))
        painter.drawRoundedRect(inner, 5, 5)
        text = rect.adjusted(6, 0, -4, 0)
        if self.line:
            color = colors.q(self.line if self.isChecked() else "faint")
            painter.setPen(QPen(color, 2))
            y = rect.center().y()
            ends = ((6, 10), (13, 17), (20, 23)) if self.dashed else ((6, 23),)
            painter.drawLines([QLineF(rect.left() + a, y, rect.left() + b, y) for a, b in ends])
            text.setLeft(rect.left() + 28)
        font = small_font(self)
        font.setStrikeOut(bool(self.line) and not self.isChecked())
        painter.setFont(font)
        painter.setPen(colors.q("text" if self.isChecked() else "dim"))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class FlatCombo(QComboBox):
    """A combo box that looks like text with a small arrow; ``sign`` stands before the text."""

    def __init__(self, name: str, parent: QWidget, sign: str = "") -> None:
        super().__init__(parent)
        self._sign = sign
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setMaxVisibleItems(16)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """What it needs."""
        metrics = QFontMetricsF(small_font(self))
        return QSize(round(min(150.0, metrics.horizontalAdvance(self.text)) + 24), round(metrics.height() + 5))

    def minimumSizeHint(self) -> QSize:
        """The least it needs."""
        return QSize(46, self.sizeHint().height())

    @property
    def text(self) -> str:
        """What is shown: the sign and the chosen item."""
        return f"{self._sign} {self.currentText()}".strip()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dim."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        colors, rect = theme.colors, QRectF(self.rect())
        lit = self.underMouse()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colors.q("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colors.q("line", 0.8) if lit else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setFont(small_font(self))
            painter.setPen(colors.q("text" if lit else "dim"))
            room = rect.adjusted(5, 0, -16, 0)
            metrics = QFontMetricsF(painter.font())
            text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            x, y = rect.right() - 10, rect.center().y()
            painter.setPen(QPen(colors.q("dim"), 1.4))
            painter.drawPolyline([QPointF(x - 3, y - 1.5), QPointF(x, y + 1.5), QPointF(x + 3, y - 1.5)])


def draw_note(painter: QPainter, area: QRectF, at: QPointF, lines: list[str], mark: QColor | None = None) -> None:
    """A small box with ``lines`` beside the point ``at``, kept inside ``area``; ``mark`` colours its left edge."""
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(line) for line in lines) + 16
    height = metrics.height() * len(lines) + 10
    left = at.x() + 12 if at.x() + 12 + width <= area.right() else at.x() - 12 - width
    left = min(max(left, area.left() + 2), max(area.left() + 2, area.right() - width - 2))
    top = min(max(at.y() - height - 8, area.top() + 2), area.bottom() - height - 2)
    box = QRectF(left, top, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colors.q("line"), 1))
    painter.setBrush(theme.colors.q("raised", 0.96))
    painter.drawRoundedRect(box, 5, 5)
    if mark is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        painter.drawRoundedRect(QRectF(left + 3, top + 4, 3, height - 8), 1.5, 1.5)
    painter.setPen(theme.colors.q("text"))
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for place, line in enumerate(lines):
        painter.drawText(QRectF(left + 10, top + 5 + place * metrics.height(), width, metrics.height()), flags, line)

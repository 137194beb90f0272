"""How a row of the outline is painted: a sign, the name, quiet facts behind it, the number at the right."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnstudio.ui.icons import icon
from nnstudio.ui.outline.model import NODE, SIDE, VALUE, Index
from nnstudio.ui.outline.nodes import Node
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.labels import tone_of
from nnstudio.ui.widgets.numbers import signed, tabular

ROW = 26
SIGN = 16
ICONS = {"input": "input", "hidden": "hidden", "output": "output"}


class OutlineRow(QStyledItemDelegate):
    """``kinds`` of layers by id give their icons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kinds: dict[int, str] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are of one height."""
        return QSize(80, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        node, value, colors = index.data(NODE), index.data(VALUE), theme.colors
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(rect).adjusted(0.5, 1.5, -4.5, -1.5)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.q("accent", 0.17) if chosen else colors.q("raised"))
            painter.drawRoundedRect(body, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colors.q("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body, 6, 6)
        self._sign(painter, node, value, QRect(rect.left() + 5, rect.center().y() - SIGN // 2 + 1, SIGN, SIGN))
        place = rect.adjusted(SIGN + 12, 0, -12, 0)
        font = tabular(option.font)
        small = QFont(font)
        small.setPixelSize(12)
        painter.setFont(small)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        if value is not None:
            words = signed(value)
            painter.setPen(colors.q(tone_of(value)))
            painter.drawText(place, right, words)
            place.setRight(place.right() - max(44, painter.fontMetrics().horizontalAdvance(words) + 10))
        side = index.data(SIDE)
        side_width = painter.fontMetrics().horizontalAdvance(side)
        font.setWeight(QFont.Weight.DemiBold if node.kind == "layer" else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colors.q("dim" if node.kind in ("more", "bundle") else "text"))
        name = index.data()
        metrics = painter.fontMetrics()
        roomy = metrics.horizontalAdvance(name) + 10 + side_width <= place.width()
        elide = Qt.TextElideMode.ElideMiddle if node.kind == "synapse" else Qt.TextElideMode.ElideRight
        name = metrics.elidedText(name, elide, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), name)
        if side and roomy:
            painter.setFont(small)
            painter.setPen(colors.q("dim"))
            painter.drawText(place, right, side)
        painter.restore()

    def _sign(self, painter: QPainter, node: Node, value: float | None, place: QRect) -> None:
        colors = theme.colors
        if node.kind == "layer":
            icon(ICONS.get(self.kinds.get(node.of, ""), "hidden"), "accent").paint(painter, place)
        elif node.kind == "bundle":
            icon("synapse", "dim").paint(painter, place)
        elif node.kind in ("group", "note"):
            icon(node.kind, "dim").paint(painter, place)
        elif node.kind == "more":
            icon("more", "dim").paint(painter, place)
        elif node.kind == "neuron":
            painter.setPen(QPen(colors.q("faint"), 1))
            painter.setBrush(_shade(value))
            painter.drawEllipse(QPointF(place.center()) + QPointF(0.5, 0.5), 5.0, 5.0)
        elif value is not None:  # wide by magnitude, dashed where negative
            pen = QPen(colors.q(tone_of(value)), 1.0 + min(3.0, abs(value) * 1.5))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if value < 0:
                pen.setDashPattern([4.0 / pen.widthF(), 2.0 / pen.widthF()])
            painter.setPen(pen)
            middle = place.center().y() + 0.5
            painter.drawLine(QPointF(place.left(), middle), QPointF(place.right() + 1, middle))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The field in which a layer gets another name."""
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(tr("Name of {layer}", layer=index.data()))
        editor.setStyleSheet("padding: 0 4px; min-height: 0;")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Behind the sign, over the whole row."""
        editor.setGeometry(option.rect.adjusted(SIGN + 6, 1, -5, -1))


def _shade(value: float | None) -> QColor:
    if value is None or not np.isfinite(value):
        return theme.colors.q("background")
    share = min(1.0, abs(value))
    red, green, blue, _alpha = theme.diverging(np.array([np.sign(value) * (0.15 + 0.85 * share)]))[0]
    return QColor(int(red), int(green), int(blue))

"""Paints the cells of the spreadsheet: colours by sign and size, numbers, absent synapses, locks, what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLine, QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from nnstudio.ui.canvas.marks import paint_lock
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import signed, tabular

if TYPE_CHECKING:
    from nnstudio.document import Array
    from nnstudio.ui.matrix_editor.model import MatrixModel
    from nnstudio.ui.matrix_editor.table import MatrixTable

TINT = 0.5  # how much of its colour the largest weight has: the number stays readable
NUMBER = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def paint_cells(painter: QPainter, table: MatrixTable, exposed: QRect) -> None:
    """The cells in ``exposed``, in pixels of the viewport."""
    model, colors = table.cells, theme.colors
    high, wide = table.verticalHeader().defaultSectionSize(), table.horizontalHeader().defaultSectionSize()
    left, top = -table.horizontalHeader().offset(), -table.verticalHeader().offset()
    first = max(0, (exposed.top() - top) // high), max(0, (exposed.left() - left) // wide)
    last = (
        min(model.rowCount() - 1, (exposed.bottom() - top) // high),
        min(model.columnCount() - 1, (exposed.right() - left) // wide),
    )
    if last[0] < first[0] or last[1] < first[1]:
        return
    values = model.block(*first, *last)
    rows, columns = values.shape
    x0, y0 = left + first[1] * wide, top + first[0] * high
    area = QRectF(x0, y0, columns * wide, rows * high)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(area, _tints(values, first[0] < model.top, model.limit))
    chosen = table.block() if not table.selectionModel().selection().isEmpty() else None
    if chosen is not None:
        corner = QPointF(left + chosen[1] * wide, top + chosen[0] * high)
        size = (chosen[3] - chosen[1] + 1) * wide, (chosen[2] - chosen[0] + 1) * high
        painter.fillRect(QRectF(corner.x(), corner.y(), *size).intersected(area), colors.q("accent", 0.22))
    painter.setPen(colors.q("grid"))
    right, bottom = round(area.right()), round(area.bottom())
    painter.drawLines([QLine(x0, y0 + (k + 1) * high - 1, right, y0 + (k + 1) * high - 1) for k in range(rows)])
    painter.drawLines([QLine(x0 + (k + 1) * wide - 1, y0, x0 + (k + 1) * wide - 1, bottom) for k in range(columns)])
    _paint_seams(painter, model, area, (left, top + model.top * high), (high, wide))
    if model.top and first[0] == 0:
        painter.setPen(colors.q("faint"))
        painter.drawLine(x0, top + high - 1, right, top + high - 1)
    painter.setPen(QPen(colors.q("faint", 0.7), 1))
    gone = {(int(r), int(c)) for r, c in np.argwhere(np.isnan(values)) if not model.exists(first[0] + r, first[1] + c)}
    absent = [(r, c) for r, c in gone if not model.blank(first[0] + r, first[1] + c)]
    centers = [QPointF(x0 + (c + 0.5) * wide, y0 + (r + 0.5) * high) for r, c in absent]
    painter.drawLines([QLineF(p + QPointF(-5, 5), p + QPointF(5, -5)) for p in centers])
    painter.setFont(tabular(table.font()))
    painter.setPen(colors.q("text"))
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            if (row, column) not in gone:
                rect = QRect(x0 + column * wide + 4, y0 + row * high, wide - 12, high)
                painter.drawText(rect, NUMBER, signed(value, model.decimals))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row, column in model.held_in(*first, *last):
        paint_lock(painter, QPointF(left + column * wide + 9, top + (row + 0.5) * high), colors, 3.4)
    current = table.currentIndex()
    if current.isValid():
        painter.setPen(QPen(colors.q("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left + current.column() * wide + 1, top + current.row() * high + 1, wide - 3, high - 3))


def _paint_seams(
    painter: QPainter, model: MatrixModel, area: QRectF, origin: tuple[int, int], cell: tuple[int, int]
) -> None:
    """Stronger lines between kernels, in ``area``; ``origin`` is the corner of the first one."""
    block = (1, 1) if model.layout is None else model.layout.block
    painter.setPen(QPen(theme.colors.q("faint"), 1))
    if block[1] > 1:
        for x in range(origin[0] + block[1] * cell[1] - 1, round(area.right()), block[1] * cell[1]):
            painter.drawLine(x, round(area.top()), x, round(area.bottom()))
    if block[0] > 1:
        for y in range(origin[1] + block[0] * cell[0] - 1, round(area.bottom()), block[0] * cell[0]):
            painter.drawLine(round(area.left()), y, round(area.right()), y)
    painter.setPen(theme.colors.q("grid"))


def _tints(values: Array, biases: bool, limit: float) -> QImage:
    """A pixel a cell: orange below zero, blue above, raised where there is no synapse; biases have no colour."""
    gone = np.isnan(values)
    share = np.where(gone, 0.0, values) / limit
    size = np.minimum(np.abs(share), 1.0)
    # An exact zero is as the ground; what is not zero shows its sign however small it is.
    amount = np.where(share == 0, 0.0, 0.06 + (TINT - 0.06) * size)
    if biases:
        amount[0] = 0.0
        gone[0] = False
    rgba = np.ascontiguousarray(theme.diverging(np.sign(share) * amount))
    raised = theme.colors.q("raised")
    rgba[gone] = (raised.red(), raised.green(), raised.blue(), 255)
    rows, columns = values.shape
    return QImage(rgba.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGBA8888).copy()

"""A small picture of a weight matrix: rows are source neurons, columns target neurons, colours are signs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnstudio.document import Array, BoolArray, Layer
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import number_text

MOST_CELLS = 160
HEIGHT = 150


class MatrixView(QWidget):
    """Hover tells a weight, a click or Enter selects its synapse (``cell_chosen(source, target)``)."""

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Weight matrix"))
        self._weights: Array = np.zeros((0, 0))
        self._exists: BoolArray | None = None
        self._source: Layer | None = None
        self._target: Layer | None = None
        self._image: QImage | None = None
        self._theme = ""
        self._mark: tuple[int, int] | None = None
        self._cursor = (0, 0)

    def show_weights(
        self,
        weights: Array,
        source: Layer,
        target: Layer,
        mark: tuple[int, int] | None = None,
        exists: BoolArray | None = None,
    ) -> None:
        """Show ``weights`` (source neurons, target neurons), with one of them framed; ``exists``: which there are."""
        if exists is not self._exists:
            self._exists, self._image = exists, None
        self._source, self._target = source, target
        if weights is not self._weights:
            if weights.shape != self._weights.shape:
                self._cursor = (0, 0)
                self.setFixedHeight(min(HEIGHT, max(24, weights.shape[0] * 20)))
            self._weights = weights
            self._image = None
        self._mark = mark
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(280, self.height())

    def _picture(self) -> QImage:
        if self._image is None or self._theme != theme.name:
            strongest = _strongest_blocks(self._weights)
            limit = float(np.abs(strongest).max(initial=0.0)) or 1.0
            rgba = np.ascontiguousarray(theme.diverging(strongest, limit))
            if self._exists is not None and self._exists.shape == self._weights.shape:
                rgba[_strongest_blocks(self._exists.astype(np.float64)) == 0] = 0  # no synapse: see-through
            rows, columns = strongest.shape
            self._image = QImage(rgba.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGBA8888).copy()
            self._theme = theme.name
        return self._image

    def _area(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height())

    def _cell_at(self, position: QPoint) -> tuple[int, int] | None:
        if not self._weights.size:
            return None
        area = self._area()
        if not area.contains(position):
            return None
        rows, columns = self._weights.shape
        row, column = int(position.y() / area.height() * rows), int(position.x() / area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def _frame(self, cell: tuple[int, int]) -> QRectF:
        area = self._area()
        rows, columns = self._weights.shape
        height, width = area.height() / rows, area.width() / columns
        frame = QRectF(cell[1] * width, cell[0] * height, width, height)
        return frame.adjusted(0.5, 0.5, -0.5, -0.5) if width > 5 and height > 5 else frame.adjusted(-2, -2, 2, 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The cells, the marked one and the keyboard's."""
        if not self._weights.size:
            return
        painter = QPainter(self)
        area = self._area()
        painter.drawImage(area, self._picture())
        painter.setPen(QPen(theme.colors.q("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._mark is not None:
            painter.setPen(QPen(theme.colors.q("text"), 1.5))
            painter.drawRect(self._frame(self._mark))
        if self.hasFocus():
            painter.setPen(QPen(theme.colors.q("accent"), 2))
            painter.drawRect(self._frame(self._cursor))
        painter.end()

    def sentence(self, cell: tuple[int, int]) -> str:
        """One synapse in words."""
        if self._source is None or self._target is None:
            return ""
        row, column = cell
        if self._exists is not None and not self._exists[cell]:
            return tr(
                "{source} → {target}: no synapse",
                source=f"{self._source.name} {self._source.label(row)}",
                target=f"{self._target.name} {self._target.label(column)}",
            )
        return tr(
            "{source} → {target}: {weight}",
            source=f"{self._source.name} {self._source.label(row)}",
            target=f"{self._target.name} {self._target.label(column)}",
            weight=number_text(float(self._weights[row, column])),
        )

    def event(self, event: QEvent) -> bool:
        """The tooltip tells the weight under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(event.pos())
            QToolTip.showText(event.globalPos(), self.sentence(cell) if cell else "", self)
            return True
        return super().event(event)

    def _choose(self, cell: tuple[int, int]) -> None:
        if self._exists is None or self._exists[cell]:
            self.cell_chosen.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the synapse under the pointer."""
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = cell
            self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows walk over the cells, Enter selects."""
        steps = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        step = steps.get(Qt.Key(event.key()))
        rows, columns = self._weights.shape
        if step is not None and rows and columns:
            row, column = self._cursor[0] + step[0], self._cursor[1] + step[1]
            self._cursor = (min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))
            self.setAccessibleDescription(self.sentence(self._cursor))
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and rows and columns:
            self._choose(self._cursor)
        else:
            super().keyPressEvent(event)


def _strongest_blocks(weights: Array) -> Array:
    """At most ``MOST_CELLS`` a side: of each block of neighbours the weight farthest from zero."""
    for axis in (0, 1):
        count = weights.shape[axis]
        if count > MOST_CELLS:
            starts = np.linspace(0, count, MOST_CELLS, endpoint=False).astype(np.intp)
            high = np.maximum.reduceat(weights, starts, axis=axis)
            low = np.minimum.reduceat(weights, starts, axis=axis)
            weights = np.where(high >= -low, high, low)
    return weights

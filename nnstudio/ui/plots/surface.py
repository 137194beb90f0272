"""Where a plot draws: pyqtgraph's view, which tells the plot of the pointer, the wheel and the arrow keys."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView

from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.plots.base import Plot

STILL = 4.0  # pixels: a pointer that moved less between press and release has clicked


class Surface(pg.GraphicsView):  # type: ignore[misc]
    """One scene whose coordinates are the surface's pixels; what the plot says on top lies in the foreground."""

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot, useOpenGL=False, background=None)
        self._plot = plot
        self._pressed: QPointF | None = None
        self.setCentralItem(None)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the plot's own
        self.setMinimumSize(90, 70)

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        return QSize(290, 240)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Everything; the clock is told what it took."""
        begin = perf_counter()
        self._plot.freshen()
        super().paintEvent(event)
        self._plot.painted(perf_counter() - begin)

    def drawBackground(self, painter: QPainter, rect: QRectF | Any) -> None:
        """The theme's colour."""
        painter.fillRect(rect, theme.colors.q("panel"))

    def drawForeground(self, painter: QPainter, _rect: QRectF | Any) -> None:
        """What the plot says on top, and the frame of the focus."""
        rect = QRectF(self.rect())
        painter.save()
        try:
            self._plot.paint_over(painter, rect)
        except Exception:  # noqa: BLE001 (it is told, and the rest is painted)
            sys.excepthook(*sys.exc_info())
        painter.restore()
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colors.q("accent"), 1.5))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)

    def paint_into(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the scene, which the plot has laid out for it, into ``rect`` of another device."""
        items = [item for item in self.scene().items() if hasattr(item, "setExportMode")]
        source = QRectF(QPointF(0, 0), QSizeF(rect.size()))
        self.setSceneRect(source)
        painter.save()
        painter.setRenderHints(self.renderHints())
        for item in items:
            item.setExportMode(True, {"antialias": True, "painter": painter})
        try:
            self.scene().render(painter, rect, source)
        finally:
            for item in items:
                item.setExportMode(False)
            painter.restore()
            self.setSceneRect(QRectF(self.rect()))

    def refresh(self) -> None:
        """Ask for one painting. (What pyqtgraph would move while painting is moved now, or it asked for another.)"""
        self.scene().prepareForPaint()
        self.scene().update()

    # ---- pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what is under the pointer; dragging is the view's."""
        super().mouseMoveEvent(event)
        self._plot.point_at(event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps a click, perhaps a drag."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click, where the pointer has hardly moved."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if event.button() == Qt.MouseButton.LeftButton and pressed is not None:
            moved = event.position() - pressed
            if abs(moved.x()) + abs(moved.y()) < STILL:
                self._plot.clicked(pressed)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything."""
        self._plot.zoomed_out()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, where the plot does."""
        event.ignore()
        if self._plot.zooms:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """When the pointer has left, nothing is under it."""
        if event.type() == QEvent.Type.Leave:
            self._plot.point_at(None)
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the pointer, Escape takes it away."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in moves and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._plot.pointer_moved(*moves[key])
            event.accept()
        elif key == Qt.Key.Key_Escape and self._plot.pointer is not None:
            self._plot.point_at(None)
            event.accept()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay everything out anew."""
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls it so while it is being made
            self._plot.resized()

"""A pair of axes on a plot's surface: pyqtgraph's ViewBox with an axis left and one below."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen

from nnstudio.ui.plots.axis import Axis

Range = tuple[float, float]


class Panel:
    """Curves, dots and pictures in coordinates of values, shown in ``area`` (pixels of the surface).

    (Not a PlotItem: each of those makes eight menus and widgets of its own that are never shown.) Where ``zooms``, the
    wheel and dragging change what is shown along x. Rows of a picture run downwards where ``downwards``. What lies on
    the border of the area is seen whole for ``edge`` pixels beyond it.
    """

    def __init__(
        self,
        scene: Any,
        *,
        grid: tuple[bool, bool] = (False, False),
        zooms: bool = False,
        downwards: bool = False,
        edge: float = 0.0,
    ) -> None:
        self.view = pg.ViewBox(enableMenu=False, defaultPadding=0.0, invertY=downwards)
        self.view.disableAutoRange()
        self.view.setMouseEnabled(x=zooms, y=False)
        self.left = Axis("left", self.view, grid=grid[1])
        self.bottom = Axis("bottom", self.view, grid=grid[0])
        for item in (self.view, self.left, self.bottom):
            scene.addItem(item)
        self.area = QRectF(0, 0, 1, 1)
        self.x: Range = (0.0, 1.0)
        self.y: Range = (0.0, 1.0)
        self._downwards = downwards
        self._edge = edge
        self.ratio = 1.0

    def add(self, *items: Any) -> None:
        """Show items of pyqtgraph, the first behind the others; they never change what is shown."""
        for item in items:
            self.view.addItem(item, ignoreBounds=True)

    def setVisible(self, shown: bool) -> None:
        """Show or hide everything."""
        if shown != self.view.isVisible():
            for item in (self.view, self.left, self.bottom):
                item.setVisible(shown)

    def restyle(self, font: QFont, ratio: float) -> None:
        """Take the theme's colours, the font of the labels, and how many pixels of the device one of the window has."""
        self.ratio = ratio
        for axis in (self.left, self.bottom):
            axis.restyle(font, ratio)

    def pen(self, color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A pen as wide on every screen: pyqtgraph's pens count the device's pixels."""
        pen = QPen(color, width * self.ratio, style)
        pen.setCosmetic(True)
        return pen

    def place(self, area: QRectF, x: Range, y: Range, *, left: float, below: float) -> None:
        """Show the values ``x`` across and ``y`` up in ``area``; ``left`` and ``below`` are pixels for the labels."""
        edge = self._edge
        self.area, self.x, self.y = QRectF(area), x, y
        whole = area.adjusted(-edge, -edge, edge, edge)
        if self.view.geometry() != whole:
            self.view.setGeometry(whole)
        for axis, rect in (
            (self.left, QRectF(area.left() - left, whole.top(), left, whole.height())),
            (self.bottom, QRectF(whole.left(), area.bottom(), whole.width(), below)),
        ):
            if axis.geometry() != rect:
                axis.setWidth(rect.width()) if axis is self.left else axis.setHeight(rect.height())
                axis.setGeometry(rect)
        across, up = _widened(x, edge, area.width()), _widened(y, edge, area.height())
        if [list(across), list(up)] != self.view.viewRange():
            self.view.setRange(xRange=across, yRange=up, padding=0)

    def seen_x(self) -> Range:
        """What the view shows across, after zooming or dragging."""
        low, high = self.view.viewRange()[0]
        return _widened((float(low), float(high)), -self._edge, self.area.width() + 2 * self._edge)

    def pixel_x(self, x: Any) -> Any:
        """Pixels of values across (one or an array)."""
        return self.area.left() + (x - self.x[0]) * (self.area.width() / (self.x[1] - self.x[0]))

    def pixel_y(self, y: Any) -> Any:
        """Pixels of values up (one or an array)."""
        share = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            self.area.top() + share * self.area.height()
            if self._downwards
            else (self.area.bottom() - share * self.area.height())
        )

    def value_at(self, at: QPointF) -> tuple[float, float]:
        """The values across and up under a pixel."""
        right = (at.x() - self.area.left()) / (self.area.width() or 1.0)
        down = (at.y() - self.area.top()) / (self.area.height() or 1.0)
        up = down if self._downwards else 1.0 - down
        return self.x[0] + right * (self.x[1] - self.x[0]), self.y[0] + up * (self.y[1] - self.y[0])

    def cell_at(self, at: QPointF, rows: int, columns: int) -> tuple[int, int] | None:
        """Row and column under a pixel, of a picture with so many that fills the panel."""
        if not self.area.contains(at) or not rows or not columns:
            return None
        i = int((at.y() - self.area.top()) / self.area.height() * rows)
        j = int((at.x() - self.area.left()) / self.area.width() * columns)
        return min(i, rows - 1), min(j, columns - 1)


def _widened(span: Range, edge: float, length: float) -> Range:
    """The range with ``edge`` pixels more at both ends, where it now takes ``length`` pixels."""
    more = (span[1] - span[0]) * edge / max(1.0, length)
    return span[0] - more, span[1] + more

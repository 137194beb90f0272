"""Two curves over epochs on one pair of axes, training and validation, each over its faint raw values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.theme import theme

Floats = NDArray[np.float64]
WIDTH = 1.8
DASH = (5.0, 4.0)  # pixels on and off
STEEP = 3.0  # a curve that rises and falls this many times its width is drawn thin: a wide one takes ten times as long
MANY = 150  # points: more are drawn as single lines, a quarter of the work; fewer would show where those meet
NONE: Floats = np.empty(0)


class History:
    """Curve number 0 is solid (training), number 1 dashed (validation); each ends in a dot."""

    def __init__(self, scene: Any) -> None:
        self.panel = Panel(scene, grid=(False, True), zooms=True, edge=4.0)
        self._colors = [QColor(), QColor()]
        self._raw = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in range(2)]
        self._lines = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in range(2)]
        self._at = pg.InfiniteLine(angle=90, movable=False)
        self._cross = pg.ScatterPlotItem(pxMode=True)
        self._shown: list[tuple[Floats, Floats]] = [(NONE, NONE), (NONE, NONE)]
        self._ends: list[tuple[float, float] | None] = [None, None]
        self.panel.add(*self._raw[::-1], *self._lines[::-1], self._at, self._cross)

    def restyle(self, *colors: str) -> None:
        """Take these colours of the theme for the two curves."""
        self._colors = [theme.colors.q(color) for color in colors]
        for line, color in zip(self._raw, colors, strict=True):
            line.setPen(self.panel.pen(theme.colors.q(color, 0.3), 1))
        self._at.setPen(self.panel.pen(theme.colors.q("faint"), 1))
        for place, (x, y) in enumerate(self._shown):
            self._draw(place, x, y)

    def clear(self, place: int) -> None:
        """Hide a curve."""
        self.show(place, (NONE, NONE), (NONE, NONE), ends=False)

    def show(self, place: int, curve: tuple[Floats, Floats], raw: tuple[Floats, Floats], *, ends: bool) -> None:
        """Show a curve and, faint, its raw values; with a dot at its end where the last epoch is shown (``ends``)."""
        (x, y), (raw_x, raw_y) = curve, raw
        if self.panel.left.logMode:
            y, raw_y = _log(y), _log(raw_y)
        if len(raw_x) or len(self._raw[place].xData):
            self._raw[place].setData(raw_x, raw_y)
        self._draw(place, x, y)
        self._ends[place] = (float(x[-1]), float(y[-1])) if ends and len(x) and math.isfinite(y[-1]) else None

    def paint_ends(self, painter: QPainter) -> None:
        """A dot at the newest value of each curve (an item of pyqtgraph for two dots takes ten times as long)."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for end, color in zip(self._ends[::-1], self._colors[::-1], strict=True):
            if end is not None:
                painter.setBrush(color)
                painter.drawEllipse(QPointF(self.panel.pixel_x(end[0]), self.panel.pixel_y(end[1])), 2.6, 2.6)

    def cross(self, epoch: int, values: Sequence[float]) -> None:
        """Put the crosshair at an epoch and the two curves' values there; away, where the epoch is 0."""
        shown = bool(epoch)
        self._at.setVisible(shown)
        self._cross.setVisible(shown)
        if shown:
            self._at.setValue(epoch)
            heights = _log(np.array(values)) if self.panel.left.logMode else np.array(values)
            places = [place for place in (1, 0) if math.isfinite(heights[place])]
            self._cross.setData(
                x=[epoch] * len(places),
                y=heights[places],
                size=9,
                pen=self.panel.pen(theme.colors.q("panel"), 1.5),
                brush=[self._colors[place] for place in places],
            )

    def _draw(self, place: int, x: Floats, y: Floats) -> None:
        self._shown[place] = (x, y)
        line, panel, color = self._lines[place], self.panel, self._colors[place]
        px, py = panel.pixel_x(x), panel.pixel_y(y)
        rise = np.abs(np.diff(py))
        steep = len(x) > 1 and float(rise[np.isfinite(rise)].sum()) > STEEP * float(px[-1] - px[0])
        pen = panel.pen(color, 1.0 if steep else WIDTH)
        if place and not steep:
            pen.setDashPattern([on_off / WIDTH for on_off in DASH])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        line.setSegmentedLineMode("on" if not place and len(x) > MANY else "off")
        line.setData(x, y, connect=_dashes(px, py) if place and steep else "finite")
        line.setPen(pen)


def _dashes(x: Floats, y: Floats) -> NDArray[np.int32]:
    """Which points of a steep curve (pixels) are joined to the next: dashes along x, not along the ups and downs."""
    joined: NDArray[np.bool_] = np.isfinite(y) & ((x - x[0]) % sum(DASH) < DASH[0])
    joined[:-1] &= np.isfinite(y[1:])
    return joined.astype(np.int32)


def _log(values: Floats) -> Floats:
    """Exponents; what a log axis cannot show becomes nan."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)

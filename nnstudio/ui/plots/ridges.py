"""Curves one above the other, each covering those behind it, the newest in front."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.theme import theme

Floats = NDArray[np.float64]


class Ridges:
    """At most ``most`` curves; ridge number i from the front stands on the height i."""

    def __init__(self, scene: Any, most: int) -> None:
        self.panel = Panel(scene, grid=(True, False))
        self._count = 0
        self._bodies, self._lines = [], []
        for _ in range(most):
            body = pg.PlotCurveItem(pen=None, antialias=False)  # the line on top smooths the edge
            line = pg.PlotCurveItem(antialias=True)
            self._bodies.append(body)
            self._lines.append(line)
            self.panel.add(body, line)

    def restyle(self) -> None:
        """Take the theme's colours."""
        for place in range(self._count):
            self._style(place)

    def show(self, curves: list[tuple[Floats, Floats]], lift: float) -> None:
        """Show these curves (values, heights), the last in front; the highest rises by ``lift``."""
        top = max((float(y.max(initial=0.0)) for _, y in curves), default=0.0) or 1.0
        if len(curves) != self._count:
            self._count = len(curves)
            self.restyle()
        for place, (body, line) in enumerate(zip(self._bodies, self._lines, strict=True)):
            body.setVisible(place < len(curves))
            line.setVisible(place < len(curves))
            if place < len(curves):
                x, y = curves[place]
                inside = np.flatnonzero((x >= self.panel.x[0]) & (x <= self.panel.x[1]))
                base = len(curves) - 1.0 - place
                x, y = x[inside], base + y[inside] * (lift / top)
                body.setData(x, y, fillLevel=base, skipFiniteCheck=True)
                line.setData(x, y, skipFiniteCheck=True)

    def _style(self, place: int) -> None:
        newest = place == self._count - 1
        age = place / (self._count - 1) if self._count > 1 else 1.0
        line, body = self._lines[place], self._bodies[place]
        line.setPen(self.panel.pen(theme.colors.q("accent", 0.3 + 0.7 * age), 1.6 if newest else 1.0))
        panel = theme.colors.q("panel", 0.9)
        body.setBrush(_over(theme.colors.q("accent", 0.16), panel) if newest else panel)


def _over(top: QColor, below: QColor) -> QColor:
    """One colour that looks like ``top`` painted over ``below``."""
    a, b = top.alphaF(), below.alphaF() * (1 - top.alphaF())
    red, green, blue = (
        (x * a + y * b) / (a + b)
        for x, y in ((top.redF(), below.redF()), (top.greenF(), below.greenF()), (top.blueF(), below.blueF()))
    )
    return QColor.fromRgbF(red, green, blue, a + b)

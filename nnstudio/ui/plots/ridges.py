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
        self._lines = [pg.PlotCurveItem(antialias=True) for _ in range(most)]
        self.panel.add(*self._lines)

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
        for line in self._lines[len(curves) :]:
            line.clear()
        x = curves[0][0] if curves else np.empty(0)  # the same for all
        inside = np.flatnonzero((x >= self.panel.x[0]) & (x <= self.panel.x[1]))
        every = max(1, round(2.5 * len(inside) / max(1.0, self.panel.area.width())))  # a point for 2.5 pixels
        inside = np.unique(np.append(inside[::every], inside[-1:]))
        x = x[inside]
        joined = np.ones(len(x), dtype=np.int32)  # so it is filled in one piece: seams would show
        for place, (line, (_, y)) in enumerate(zip(self._lines, curves, strict=False)):
            base = len(curves) - 1.0 - place
            line.setData(x, base + y[inside] * (lift / top), fillLevel=base, connect=joined, skipFiniteCheck=True)

    def _style(self, place: int) -> None:
        newest = place == self._count - 1
        age = place / (self._count - 1) if self._count > 1 else 1.0
        line = self._lines[place]
        line.setPen(self.panel.pen(theme.colors.q("accent", 0.3 + 0.7 * age), 1.6 if newest else 1.0))
        panel = theme.colors.q("panel", 0.9)
        line.setBrush(_over(theme.colors.q("accent", 0.16), panel) if newest else panel)


def _over(top: QColor, below: QColor) -> QColor:
    """One colour that looks like ``top`` painted over ``below``."""
    a, b = top.alphaF(), below.alphaF() * (1 - top.alphaF())
    red, green, blue = (
        (x * a + y * b) / (a + b)
        for x, y in ((top.redF(), below.redF()), (top.greenF(), below.greenF()), (top.blueF(), below.blueF()))
    )
    return QColor.fromRgbF(red, green, blue, a + b)

"""Curves one above the other, each hiding what lies behind it, the newest in front."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

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
        x, outline = x[inside], np.full(len(inside), -np.inf)
        for behind, (_, y) in enumerate(reversed(curves)):
            heights = behind + y[inside] * (lift / top)
            seen, outline = _in_front(heights, outline)
            newest = not behind
            self._lines[len(curves) - 1 - behind].setData(
                x,
                seen,
                fillLevel=0.0 if newest else None,
                skipFiniteCheck=newest,
                connect=np.ones(len(x), np.int32) if newest else "finite",  # (filled in one piece: seams would show)
            )

    def _style(self, place: int) -> None:
        newest = place == self._count - 1
        age = place / (self._count - 1) if self._count > 1 else 1.0
        self._lines[place].setPen(self.panel.pen(theme.colors.q("accent", 0.3 + 0.7 * age), 1.6 if newest else 1.0))
        self._lines[place].setBrush(theme.colors.q("accent", 0.16))


def _in_front(heights: Floats, outline: Floats) -> tuple[Floats, Floats]:
    """What of a curve is seen above the ``outline`` of those before it (nan elsewhere), and the outline with it.

    (Bodies that cover what is behind them would take half as long again to paint.)
    """
    above = heights >= outline
    edge = above.copy()
    edge[1:] |= above[:-1]
    edge[:-1] |= above[1:]
    joint = np.maximum(heights, outline)
    return np.where(edge, joint, np.nan), joint

"""The row of the plot "boundary"."""

from __future__ import annotations

from nnstudio.document import Message
from nnstudio.ui.plots.registry import PlotRow

row = PlotRow(
    key="boundary",
    label=Message.of("Decision boundary"),
    icon="plot-boundary",
    order=4,
    where="nnstudio.ui.plots.boundary:BoundaryPlot",
)

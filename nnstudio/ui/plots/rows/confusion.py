"""The row of the plot "confusion"."""

from __future__ import annotations

from nnstudio.document import Message
from nnstudio.ui.plots.registry import PlotRow

row = PlotRow(
    key="confusion",
    label=Message.of("Confusion"),
    icon="plot-confusion",
    order=5,
    where="nnstudio.ui.plots.confusion:ConfusionPlot",
)

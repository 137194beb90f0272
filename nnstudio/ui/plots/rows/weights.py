"""The row of the plot "weights"."""

from __future__ import annotations

from nnstudio.document import Message
from nnstudio.ui.plots.registry import PlotRow

row = PlotRow(
    key="weights",
    label=Message.of("Weights"),
    icon="plot-weights",
    order=2,
    where="nnstudio.ui.plots.weights:WeightsPlot",
    records=("weights",),
)

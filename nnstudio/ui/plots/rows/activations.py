"""The row of the plot "activations"."""

from __future__ import annotations

from nnstudio.document import Message
from nnstudio.ui.plots.registry import PlotRow

row = PlotRow(
    key="activations",
    label=Message.of("Activations"),
    icon="plot-activations",
    order=3,
    where="nnstudio.ui.plots.activations:ActivationsPlot",
)

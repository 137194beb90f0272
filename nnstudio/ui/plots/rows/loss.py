"""The row of the plot "loss"."""

from __future__ import annotations

from nnstudio.document import Message
from nnstudio.ui.plots.registry import PlotRow

row = PlotRow(
    key="loss",
    label=Message.of("Loss"),
    icon="plot-loss",
    order=1,
    where="nnstudio.ui.plots.loss:LossPlot",
    records=("loss", "val_loss", "accuracy", "val_accuracy", "r2", "val_r2"),
)

"""Plots: one file each, found by the registry; their modules are imported when the registry is first read."""

from nnstudio.ui.plots.registry import PlotRow, Plots, plots

__all__ = ["PlotRow", "Plots", "plots"]

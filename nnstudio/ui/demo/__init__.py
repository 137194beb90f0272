"""``nnstudio demo``: the same window, driven with real events through its main job."""

from nnstudio.ui.demo.tour import run

__all__ = ["run"]

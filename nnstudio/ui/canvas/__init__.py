"""The canvas: the network as cards, neurons and synapses that can be edited by hand and seen while they train."""

from nnstudio.ui.canvas.view import CanvasView

__all__ = ["CanvasView"]

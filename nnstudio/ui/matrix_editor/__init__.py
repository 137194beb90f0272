"""The weights of a bundle, and the biases of its target, as a spreadsheet."""

from nnstudio.ui.matrix_editor.panel import MatrixPanel

__all__ = ["MatrixPanel"]

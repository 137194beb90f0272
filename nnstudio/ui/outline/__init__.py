"""The network as a tree: for the keyboard, for screen readers, and for wide layers."""

from nnstudio.ui.outline.panel import OutlinePanel

__all__ = ["OutlinePanel"]

"""The inspector: what is selected, explained with its real numbers, and editable in place."""

from nnstudio.ui.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]

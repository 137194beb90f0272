"""The panel that shows an update operation by operation."""

from nnstudio.ui.trace.panel import TracePanel

__all__ = ["TracePanel"]

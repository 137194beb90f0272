"""The named steps of the session, to jump among."""

from nnstudio.ui.history.panel import HistoryPanel

__all__ = ["HistoryPanel"]

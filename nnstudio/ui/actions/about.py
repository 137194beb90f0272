"""The actions of the Help menu."""

from __future__ import annotations

from collections.abc import Iterator

from nnstudio.ui.actions.row import Row
from nnstudio.ui.text import tr


def rows() -> Iterator[Row]:
    """The keys, the log, the version."""
    yield Row("keys", "help", 0, tr("Keyboard shortcuts"), lambda w: w.show_shortcuts(), ("F1",), "keyboard")
    yield Row("log", "help", 0, tr("Show the log folder"), lambda w: w.show_log_folder(), icon="open")
    yield Row("about", "help", 1, tr("About nnstudio"), lambda w: w.show_about(), icon="info")

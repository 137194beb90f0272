"""The actions of the File menu."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QKeySequence

from nnstudio.ui.actions.row import Row
from nnstudio.ui.text import tr

Keys = QKeySequence.StandardKey


def rows() -> Iterator[Row]:
    """New, open, save, export, quit."""
    yield Row("new", "file", 0, tr("New"), lambda w: w.files.new(), (Keys.New,), "new", tr("Begin an empty network"))
    yield Row("open", "file", 0, tr("Open…"), lambda w: w.files.open(), (Keys.Open,), "open", tr("Open a network"))
    yield Row(
        "open_data",
        "file",
        1,
        tr("Open data…"),
        lambda w: w.files.open_data(),
        ("Ctrl+Shift+O",),
        "table",
        tr("Train on a CSV file of your own"),
    )
    yield Row(
        "save",
        "file",
        2,
        tr("Save"),
        lambda w: w.files.save(),
        (Keys.Save,),
        "save",
        tr("Save this network"),
        enabled=lambda w: w.session.edited or w.session.path is None,
    )
    yield Row("save_as", "file", 2, tr("Save as…"), lambda w: w.files.save_as(), ("Ctrl+Shift+S",), "save-as")
    yield Row(
        "export_figure",
        "file",
        2,
        tr("Export figure…"),
        lambda w: w.files.export_figure(),
        ("Ctrl+E",),
        "export",
        tr("The network as SVG, PDF or PNG for a publication"),
        enabled=lambda w: bool(w.session.document.network.layers),
    )
    yield Row("quit", "file", 3, tr("Quit"), lambda w: w.close(), ("Ctrl+Q",), "quit")

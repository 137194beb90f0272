"""The first actions of the Edit menu."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from nnstudio.ui.actions.row import Row
from nnstudio.ui.text import message_text, tr

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow


Keys = QKeySequence.StandardKey


def rows() -> Iterator[Row]:
    """Undo, the clipboard, selecting, renaming, and the command palette."""
    yield Row(
        "undo",
        "edit",
        0,
        tr("Undo"),
        lambda w: w.session.undo(),
        (Keys.Undo,),
        "undo",
        enabled=lambda w: w.session.history.can_undo,
        text_now=_undo_text,
    )
    yield Row(
        "redo",
        "edit",
        0,
        tr("Redo"),
        lambda w: w.session.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
        enabled=lambda w: w.session.history.can_redo,
        text_now=_redo_text,
    )
    yield Row(
        "cut",
        "edit",
        1,
        tr("Cut"),
        lambda w: w.canvas.cut(),
        (Keys.Cut,),
        "cut",
        enabled=lambda w: w.canvas.movable,
    )
    yield Row(
        "copy",
        "edit",
        1,
        tr("Copy"),
        lambda w: w.canvas.copy(),
        (Keys.Copy,),
        "copy",
        enabled=lambda w: w.canvas.movable,
    )
    yield Row(
        "paste",
        "edit",
        1,
        tr("Paste"),
        lambda w: w.canvas.paste(),
        (Keys.Paste,),
        "paste",
        enabled=lambda w: w.can_paste,
    )
    yield Row(
        "paste_incoming",
        "edit",
        1,
        tr("Paste with incoming synapses"),
        lambda w: w.canvas.paste(incoming=True),
        ("Ctrl+Shift+V",),
        "paste",
        tr("Paste layers that are fed like their originals, with the same weights"),
        enabled=lambda w: w.workspace == "build" and w.can_paste and w.canvas.has_sources,
    )
    yield Row(
        "duplicate",
        "edit",
        1,
        tr("Duplicate"),
        lambda w: w.canvas.duplicate(),
        ("Ctrl+D",),
        "duplicate",
        enabled=lambda w: w.canvas.movable,
    )
    yield Row(
        "duplicate_incoming",
        "edit",
        1,
        tr("Duplicate with incoming synapses"),
        lambda w: w.canvas.duplicate(incoming=True),
        ("Ctrl+Shift+D",),
        "duplicate",
        tr("Copy the selected layers, fed like their originals"),
        enabled=lambda w: w.workspace == "build" and w.canvas.fed,
    )
    yield Row(
        "delete",
        "edit",
        2,
        tr("Delete"),
        lambda w: w.canvas.delete_selected(),
        (Keys.Delete,),
        "delete",
        enabled=lambda w: not w.selection.empty,
    )
    yield Row(
        "select_all",
        "edit",
        2,
        tr("Select all"),
        lambda w: w.canvas.select_all(),
        (Keys.SelectAll,),
        "select-all",
        enabled=lambda w: bool(w.session.document.network.layers or w.session.document.notes),
    )
    yield Row(
        "rename",
        "edit",
        2,
        tr("Rename"),
        lambda w: w.canvas.rename_selected(),
        ("F2",),
        "rename",
        enabled=lambda w: w.canvas.can_rename,
    )
    yield Row(
        "commands",
        "edit",
        2,
        tr("Commands…"),
        lambda w: w.command_palette.toggle(),
        ("Ctrl+K",),
        "search",
        tr("Find anything that can be done by a few letters"),
    )


def _undo_text(window: MainWindow) -> str:
    name = window.session.history.undo_name
    return tr("Undo: {step}", step=message_text(name)) if name else tr("Undo")


def _redo_text(window: MainWindow) -> str:
    name = window.session.history.redo_name
    return tr("Redo: {step}", step=message_text(name)) if name else tr("Redo")

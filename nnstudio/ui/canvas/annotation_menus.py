"""The menus of notes and groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMenu

from nnstudio.ui.canvas.menus import add_entry, new_menu, pop_up
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


def note_menu(view: CanvasView, note: int, point: QPointF) -> None:
    """What can be done with a note."""
    menu = new_menu(view, tr("Note"))
    add_entry(menu, tr("Write"), partial(view.write_note, note), "rename", "F2")
    menu.addSeparator()
    _copying(view, menu)
    add_entry(menu, tr("Delete"), view.delete_selected, "delete", "Del")
    pop_up(view, menu, point)


def group_menu(view: CanvasView, group: int, point: QPointF) -> None:
    """What can be done with a group."""
    found = view.session.document.groups[group]
    menu = new_menu(view, found.name)
    add_entry(menu, tr("Rename"), partial(view.rename_group, group), "rename", "F2")
    text = tr("Open the group") if found.collapsed else tr("Collapse to one card")
    sign = "chevron-down" if found.collapsed else "chevron-up"
    add_entry(menu, text, partial(view.collapse, {group}), sign, "G")
    add_entry(menu, tr("Select its layers"), partial(view.selection.select, found.layers), "select-all")
    tidied = add_entry(menu, tr("Tidy its layout"), view.tidy, "tidy", "Ctrl+Shift+L")
    tidied.setEnabled(len(view.moving_layers) > 1 and not found.collapsed)
    menu.addSeparator()
    _copying(view, menu)
    add_entry(menu, tr("Ungroup: its layers stay"), view.ungroup, "ungroup", "Ctrl+Shift+G")
    pop_up(view, menu, point)


def _copying(view: CanvasView, menu: QMenu) -> None:
    add_entry(menu, tr("Cut"), view.cut, "cut", "Ctrl+X")
    add_entry(menu, tr("Copy"), view.copy, "copy", "Ctrl+C")
    add_entry(menu, tr("Duplicate"), view.duplicate, "duplicate", "Ctrl+D")

"""The rows of the actions table for the places of layers, groups and notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnstudio.ui.actions.row import Row, on_canvas
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.arrange import Axis, Side
    from nnstudio.ui.main_window import MainWindow

GROUP = 5


def rows() -> Iterator[Row]:
    """Tidying, aligning, distributing, grouping and notes, for the Edit menu and the command palette."""
    yield Row(
        "tidy",
        "edit",
        GROUP,
        tr("Tidy layout"),
        lambda w: w.canvas.tidy(),
        ("Ctrl+Shift+L",),
        "tidy",
        tr("Put the selected layers, or all, into columns with few crossings"),
        enabled=lambda w: on_canvas(w) and len(w.session.document.network.layers) > 1,
    )
    yield from _align_rows()
    yield Row(
        "group",
        "edit",
        GROUP,
        tr("Group"),
        lambda w: w.canvas.group(),
        ("Ctrl+G",),
        "group",
        tr("Put the selected layers into a frame with a name"),
        enabled=lambda w: on_canvas(w) and w.canvas.can_group,
    )
    yield Row(
        "ungroup",
        "edit",
        GROUP,
        tr("Ungroup"),
        lambda w: w.canvas.ungroup(),
        ("Ctrl+Shift+G",),
        "ungroup",
        tr("Take the frame away; its layers stay"),
        enabled=lambda w: on_canvas(w) and bool(w.canvas.groups_at_hand),
    )
    yield Row(
        "collapse",
        "edit",
        GROUP,
        tr("Collapse the group"),
        lambda w: w.canvas.collapse(),
        ("G",),
        tip=tr("Draw a group as one card at which its wires meet, or open it again"),
        enabled=lambda w: on_canvas(w) and bool(w.canvas.groups_at_hand),
        text_now=_collapse_text,
    )
    yield Row(
        "note",
        "edit",
        GROUP,
        tr("Add a note"),
        lambda w: w.canvas.add_note(),
        ("N",),
        "note",
        tr("Write on the canvas"),
        enabled=on_canvas,
    )


def _collapse_text(window: MainWindow) -> str:
    groups, chosen = window.session.document.groups, window.canvas.groups_at_hand
    shut = bool(chosen) and all(i in groups and groups[i].collapsed for i in chosen)
    return tr("Open the group") if shut else tr("Collapse the group")


def _align_rows() -> Iterator[Row]:
    arrange = tr("Arrange")
    sides: tuple[tuple[Side, str], ...] = (
        ("left", tr("Align left edges")),
        ("center", tr("Align centres")),
        ("right", tr("Align right edges")),
        ("top", tr("Align upper edges")),
        ("middle", tr("Align middles")),
        ("bottom", tr("Align lower edges")),
    )
    for side, text in sides:
        yield Row(
            f"align_{side}",
            "edit",
            GROUP,
            text,
            lambda w, side=side: w.canvas.align(side),  # type: ignore[misc]
            submenu=arrange,
            enabled=lambda w: on_canvas(w) and len(w.selection.layers) > 1,
        )
    axes: tuple[tuple[Axis, str], ...] = (("horizontal", tr("Distribute across")), ("vertical", tr("Distribute down")))
    for axis, text in axes:
        yield Row(
            f"distribute_{axis}",
            "edit",
            GROUP,
            text,
            lambda w, axis=axis: w.canvas.distribute(axis),  # type: ignore[misc]
            submenu=arrange,
            enabled=lambda w: on_canvas(w) and len(w.selection.layers) > 2,
        )

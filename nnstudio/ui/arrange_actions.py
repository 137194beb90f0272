"""The rows of the actions table for the places of layers, groups, notes and figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.actions import Row
    from nnstudio.ui.canvas.arrange import Axis, Side
    from nnstudio.ui.main_window import MainWindow

GROUP = 5


def on_canvas(window: MainWindow) -> bool:
    """Whether the canvas is shown."""
    return window.workspace == "build"


def arrange_rows() -> Iterator[Row]:
    """Tidying, aligning, distributing, grouping and notes, for the Edit menu and the command palette."""
    from nnstudio.ui.actions import Row

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


def _align_rows() -> Iterator[Row]:
    from nnstudio.ui.actions import Row

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


def export_rows() -> Iterator[Row]:
    """The network as a file for other programs, for the File menu."""
    from nnstudio.ui.actions import Row

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

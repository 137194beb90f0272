"""The tools of the canvas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnstudio.ui.actions.row import Row, on_canvas
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.editing import Tool


def rows() -> Iterator[Row]:
    """Select, layer, synapse."""
    tools: tuple[tuple[Tool, str, str, str, str], ...] = (
        ("select", tr("Select"), "V", "select", tr("Select and move what is on the canvas")),
        ("layer", tr("Layer"), "L", "hidden", tr("Click on the canvas to add a layer")),
        ("synapse", tr("Synapse"), "S", "synapse", tr("Drag from one layer to another to wire them")),
    )
    for tool, text, keys, icon, tip in tools:
        yield Row(
            f"tool_{tool}",
            "edit",
            3,
            text,
            lambda w, tool=tool: w.use_tool(tool),  # type: ignore[misc]
            (keys,),
            icon,
            tip,
            enabled=on_canvas,
            checked=lambda w, tool=tool: w.canvas.tool == tool,  # type: ignore[misc]
        )

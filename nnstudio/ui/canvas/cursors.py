"""The shape of the pointer over what it points at, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from nnstudio.ui.canvas.editing import Tool
    from nnstudio.ui.canvas.scene import Hit

Shape = Qt.CursorShape
SPOTS = {
    "port": Shape.CrossCursor,
    "edge": Shape.SizeVerCursor,
    "less": Shape.PointingHandCursor,
    "more": Shape.PointingHandCursor,
    "subtitle": Shape.PointingHandCursor,
    "neuron": Shape.PointingHandCursor,
    "badge": Shape.PointingHandCursor,
    "gap": Shape.PointingHandCursor,
    "fold": Shape.PointingHandCursor,
}


def shape_over(hit: Hit | None, tool: Tool) -> Shape | None:
    """What a press there would begin; None for the tool's own."""
    if hit is None:
        return None
    if hit.kind in ("note", "group") and tool == "select":
        shapes = {"corner": Shape.SizeFDiagCursor, "fold": Shape.PointingHandCursor}
        return shapes.get(hit.spot, Shape.SizeAllCursor)
    if hit.kind in ("handle", "end") or hit.spot == "weight":
        return Shape.OpenHandCursor if hit.kind == "end" else Shape.SizeVerCursor
    return SPOTS.get(hit.spot) if hit.kind == "layer" and tool != "synapse" else None

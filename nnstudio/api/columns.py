"""Places for the layers of a network that was written, not drawn: one column a step from the inputs."""

from __future__ import annotations

from nnstudio.document import Network, Position

COLUMN, ROW = 264.0, 216.0


def columns(network: Network) -> dict[int, Position]:
    """Layer id -> centre on the canvas: as far right as its longest way from an input, outputs all in the last."""
    depth: dict[int, int] = {}
    for layer in network.order:
        depth[layer] = max((depth[s.source] + 1 for s in network.incoming[layer]), default=0)
    last = max(depth.values(), default=0)
    for output in network.of_kind("output"):
        depth[output.id] = last
    members: dict[int, list[int]] = {}
    for layer_id, column in depth.items():
        members.setdefault(column, []).append(layer_id)
    return {
        layer_id: (column * COLUMN, (place - (len(ids) - 1) / 2.0) * ROW)
        for column, ids in members.items()
        for place, layer_id in enumerate(ids)
    }

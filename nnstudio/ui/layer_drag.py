"""What palette and canvas share: the drag's formats, and where a new layer fits when no place was pointed at."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from nnstudio.catalog import wirings
from nnstudio.document import Document, LayerKind, Part, Position

LAYER_MIME = "application/x-nnstudio-layer"
SYNAPSES_MIME = "application/x-nnstudio-synapses"
KINDS: tuple[LayerKind, ...] = ("input", "hidden", "output")
GRID = 24.0
COLUMN = 264.0  # from one layer to the next


def layer_data(kind: LayerKind) -> QMimeData:
    """What a dragged layer card carries."""
    data = QMimeData()
    data.setData(LAYER_MIME, kind.encode())
    return data


def synapses_data(wiring: str = "full") -> QMimeData:
    """What the dragged card of a wiring carries."""
    data = QMimeData()
    data.setData(SYNAPSES_MIME, wiring.encode())
    return data


def dragged_wiring(data: QMimeData) -> Part | None:
    """The wiring that is being dragged; None for anything else."""
    key = bytes(data.data(SYNAPSES_MIME).data()).decode(errors="replace")
    return Part(key) if key in wirings else None


def dragged_kind(data: QMimeData) -> LayerKind | None:
    """The kind of the layer that is being dragged; None for anything else."""
    if not data.hasFormat(LAYER_MIME):
        return None
    kind = bytes(data.data(LAYER_MIME).data()).decode(errors="replace")
    return next((known for known in KINDS if known == kind), None)


def snapped(x: float, y: float) -> Position:
    """The nearest point of the grid."""
    return (round(x / GRID) * GRID, round(y / GRID) * GRID)


def free_place(document: Document, kind: LayerKind) -> Position:
    """A place beside what is there: inputs to the left, outputs to the right, hidden layers before the outputs.

    The grid is searched downwards from there until no other layer stands close.
    """
    places = [document.layout[i] for i in document.network.layers if i in document.layout]
    if not places:
        return (0.0, 0.0)
    network = document.network
    xs = [x for x, _ in places]
    y = sum(y for _, y in places) / len(places)
    if kind == "input":
        x = min(xs) - COLUMN if not network.of_kind("input") else min(xs)
    elif kind == "output":
        x = max(xs) + COLUMN if not network.of_kind("output") else max(xs)
    else:
        before = [i for i, layer in network.layers.items() if layer.kind != "output"]
        inner = [document.layout[i][0] for i in before if i in document.layout]
        x = (max(inner) if inner else min(xs) - 2 * COLUMN) + COLUMN
    x, y = snapped(x, y)
    for step in range(200):
        for side in (1, -1):
            place = (x, y + side * step * 3 * GRID)
            if all(abs(place[0] - px) > 132 or abs(place[1] - py) > 340 for px, py in places):
                return place
    return (max(xs) + COLUMN, y)

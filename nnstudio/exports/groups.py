"""Collapsed groups in figures: a document in which one layer stands for each, and how that is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnstudio.document import Document, Group, Position, StudioError
from nnstudio.document.tidy_groups import contracted
from nnstudio.exports.columns import Column
from nnstudio.exports.drawing import Polygon, Shape

SIDE = 54.0  # of a collapsed group's card
BEHIND = 4.0  # how far one sheet lies behind the next
BAR, APART = 5.0, 9.0
MOST_BARS = 5


@dataclass(frozen=True)
class GroupColumn(Column):
    """A collapsed group around (0, 0): a pile of sheets with a bar for each of its first layers."""

    sizes: tuple[int, ...] = ()

    def _body(self) -> list[Shape]:
        left, top, right, bottom = self.box
        shapes: list[Shape] = []
        for step in (2 * BEHIND, BEHIND, 0.0):
            edges = left + step, top + step, right - 2 * BEHIND + step, bottom - 2 * BEHIND + step
            shapes.append(_rect(*edges, self.ink.paper if step else self.ink.hiddens, self.ink.ink, 0.8))
        shown = self.sizes[:MOST_BARS]
        middle = (left + right) / 2 - BEHIND, (top + bottom) / 2 - BEHIND
        for place, size in enumerate(shown):
            x = middle[0] + (place - (len(shown) - 1) / 2) * APART
            half = max(4.0, 0.36 * SIDE * min(1.0, size / max(shown)))
            shapes.append(_rect(x - BAR / 2, middle[1] - half, x + BAR / 2, middle[1] + half, self.ink.line, None, 0.0))
        return shapes

    @property
    def size_text(self) -> str:
        """How many layers it has."""
        count = len(self.sizes)
        return f"{count} layers" if count != 1 else "1 layer"

    def _facts(self) -> list[str]:
        return [self.size_text]


def with_cards(document: Document) -> tuple[Document, dict[int, Group]]:
    """The document with one layer in the place of each collapsed group that signals do not leave and come back to.

    Also those groups, by the id that the layer has too.
    """
    shut: dict[int, Group] = {}
    for group in document.groups.values():
        if not group.collapsed:
            continue
        try:
            contracted(document.network, [*shut.values(), group]).order  # noqa: B018
        except StudioError:
            continue
        shut[group.id] = group
    if not shut:
        return document, {}
    network = contracted(document.network, list(shut.values()))
    layout: dict[int, Position] = {i: place for i, place in document.layout.items() if i in network.layers}
    for group in shut.values():
        places = [document.layout[i] for i in group.layers if i in document.layout]
        if places:
            xs, ys = [x for x, _ in places], [y for _, y in places]
            layout[group.id] = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    kept = {i: group for i, group in document.groups.items() if i not in shut}
    return document.having(network=network, layout=layout, groups=kept), shut


def card(column: Column, group: Group, document: Document) -> GroupColumn:
    """The picture of a collapsed group of ``document``, in the place of ``column``."""
    reach = SIDE / 2 + BEHIND
    order = [i for i in document.network.layers if i in group.layers]
    order.sort(key=lambda i: document.layout.get(i, (0.0, 0.0)))
    sizes = tuple(document.network.layers[i].size for i in order)
    layer = replace(column.layer, dropout=0.0)
    return GroupColumn(layer, {}, (), (-reach, -reach, reach, reach), (), ink=column.ink, sizes=sizes)


def _rect(left: float, top: float, right: float, bottom: float, fill: str, stroke: str | None, width: float) -> Polygon:
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), fill, stroke, width)

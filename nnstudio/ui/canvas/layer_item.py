"""One layer on the canvas: where its card, neurons, ports and buttons are, in scene units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from nnstudio.document import Layer
from nnstudio.ui.canvas.text import label_width

WIDTH = 108.0
ABOVE, BELOW = 81.0, 55.0  # from the card's edges to the first and the last neuron's centre
PITCH, CLOSEST = 62.0, 40.0  # from neuron to neuron
RADIUS = 17.0
MOST = 16  # a layer with more neurons shows the first, a gap, and the last
ROWS = 13  # rows that such a layer takes
PORT = 6.5
BUTTON = 10.0

Spot = Literal["card", "title", "subtitle", "neuron", "gap", "port", "less", "more", "edge", "badge"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A row that stands for neurons that are not shown."""

    first: int
    count: int
    y: float


@dataclass(frozen=True, slots=True)
class LayerItem:
    """The geometry of one layer's card; it follows from the layer, its centre and the neuron that must be shown."""

    layer: Layer
    x: float
    y: float
    must_show: int | None = None
    neurons: tuple[int, ...] = field(init=False)
    ys: tuple[float, ...] = field(init=False)
    gaps: tuple[Gap, ...] = field(init=False)
    radius: float = field(init=False)
    rect: QRectF = field(init=False, compare=False)
    labels_width: float = field(init=False)

    def __post_init__(self) -> None:
        rows = visible_rows(self.layer.size, self.must_show)
        pitch = max(CLOSEST, PITCH - 3.0 * max(0, len(rows) - 8))
        height = ABOVE + BELOW + pitch * (len(rows) - 1)
        top = self.y - height / 2
        neurons, ys, gaps = [], [], []
        for place, row in enumerate(rows):
            y = top + ABOVE + place * pitch
            if isinstance(row, int):
                neurons.append(row)
                ys.append(y)
            else:
                gaps.append(Gap(row[0], row[1], y))
        put = object.__setattr__
        put(self, "neurons", tuple(neurons))
        put(self, "ys", tuple(ys))
        put(self, "gaps", tuple(gaps))
        put(self, "radius", min(RADIUS, pitch / 2 - 5))
        put(self, "rect", QRectF(self.x - WIDTH / 2, top, WIDTH, height))
        named = self.layer.kind != "hidden" and bool(self.layer.labels)
        put(self, "labels_width", label_width([self.layer.label(n) for n in neurons]) if named else 0.0)

    @property
    def id(self) -> int:
        """The layer's id."""
        return self.layer.id

    @property
    def bounds(self) -> QRectF:
        """The card with the neurons' names beside it."""
        if self.layer.kind == "input":
            return self.rect.adjusted(-self.labels_width - 10, 0, 0, 0)
        if self.layer.kind == "output":
            return self.rect.adjusted(0, 0, self.labels_width + 10, 0)
        return self.rect

    @property
    def out_port(self) -> QPointF:
        """Where synapses are drawn out of."""
        return QPointF(self.rect.right(), self.y)

    @property
    def in_port(self) -> QPointF:
        """Where synapses arrive."""
        return QPointF(self.rect.left(), self.y)

    @property
    def badge(self) -> QPointF:
        """Where a problem is shown."""
        return QPointF(self.rect.right() - 7, self.rect.top() + 7)

    def button(self, which: Literal["less", "more"]) -> QPointF:
        """The centre of the - or + button."""
        return QPointF(self.x + (-15 if which == "less" else 15), self.rect.bottom() - 21)

    @property
    def title_rect(self) -> QRectF:
        """The strip with the layer's name."""
        return QRectF(self.rect.left() + 6, self.rect.top() + 5, WIDTH - 12, 21)

    @property
    def subtitle_rect(self) -> QRectF:
        """The strip with size and activation."""
        return QRectF(self.rect.left() + 6, self.rect.top() + 26, WIDTH - 12, 18)

    def neuron_at(self, point: QPointF) -> int | None:
        """The shown neuron under a scene point."""
        for neuron, y in zip(self.neurons, self.ys, strict=True):
            if (point.x() - self.x) ** 2 + (point.y() - y) ** 2 <= (self.radius + 1) ** 2:
                return neuron
        return None

    def spot(self, point: QPointF, armed: bool, reach: float) -> tuple[Spot, int | None] | None:
        """What of the card lies under a scene point, and which neuron; ``armed``: ports and buttons are shown."""
        if armed and self.layer.kind != "output" and near(point, self.out_port, PORT + reach):
            return ("port", None)
        if not self.rect.adjusted(0, -2, 0, reach).contains(point):
            return None
        if armed:
            if near(point, self.button("less"), BUTTON + 2):
                return ("less", None)
            if near(point, self.button("more"), BUTTON + 2):
                return ("more", None)
        neuron = self.neuron_at(point)
        if neuron is not None:
            return ("neuron", neuron)
        for gap in self.gaps:
            if abs(point.y() - gap.y) <= 16:
                return ("gap", gap.first)
        if self.title_rect.contains(point):
            return ("title", None)
        if self.layer.kind != "input" and self.subtitle_rect.contains(point):
            return ("subtitle", None)
        if abs(point.y() - self.rect.bottom()) <= reach:
            return ("edge", None)
        return ("card", None)


def near(a: QPointF, b: QPointF, distance: float) -> bool:
    """Whether two points are no further apart than ``distance``."""
    return (a.x() - b.x()) ** 2 + (a.y() - b.y()) ** 2 <= distance * distance


def visible_rows(size: int, must_show: int | None) -> list[int | tuple[int, int]]:
    """The rows of a layer: neuron numbers, and (first, count) for neurons left out.

    A hidden ``must_show`` neuron gets a row of its own; the number of rows stays the same, so the card keeps its size.
    """
    if size <= MOST:
        return list(range(size))
    last = size - 1
    head = ROWS - 2
    if must_show is None or must_show < head or must_show >= last:
        return [*range(head), (head, last - head), last]
    head -= 2
    before, after = (head, must_show - head), (must_show + 1, last - must_show - 1)
    rows: list[int | tuple[int, int]] = [*range(head), before, must_show, after, last]
    if after[1] == 0:  # the neuron before the last: its neighbour above takes the row of the empty gap
        rows = [*range(head), (head, must_show - 1 - head), must_show - 1, must_show, last]
    return rows

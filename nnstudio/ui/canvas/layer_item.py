"""One layer on the canvas: where its card, neurons, ports and buttons are, in scene units."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from nnstudio.document import Layer
from nnstudio.ui.canvas.maps import MapGrid, card_size, is_image, map_grid, shown_channels
from nnstudio.ui.canvas.rows import MOST, offsets, visible_rows
from nnstudio.ui.canvas.text import label_width

WIDTH = 108.0
FOLDED = (132.0, 132.0)  # a layer that was folded up
GROUPED = (168.0, 108.0)  # the card of a collapsed group
FAR_WIDTH = 172.0  # a card seen from afar, where its neighbours leave the room
ABOVE, BELOW = 81.0, 55.0  # from the card's edges to the first and the last neuron's centre
PITCH, CLOSEST = 62.0, 40.0  # from neuron to neuron
WIDE_HEIGHT = 564.0  # from the first to the last row of a layer that does not show all its neurons
RADIUS = 17.0
PORT = 6.5
BUTTON = 10.0

Spot = Literal[
    "card", "title", "subtitle", "neuron", "gap", "port", "less", "more", "edge", "badge", "fold", "corner", "weight"
]


@dataclass(frozen=True, slots=True)
class Gap:
    """A row that stands for neurons that are not shown."""

    first: int
    count: int
    y: float


@dataclass(frozen=True, slots=True)
class LayerItem:
    """The geometry of one layer's card.

    It follows from the layer, its centre, the neurons that must be shown, the strongest ones, and whether it is
    ``folded`` up into a small card without neurons. ``inside`` a collapsed group it is not drawn: its place is the
    group's card.
    """

    layer: Layer
    x: float
    y: float
    keep: frozenset[int] = frozenset()
    strongest: tuple[int, ...] = ()
    folded: bool = False
    inside: int = 0
    neurons: tuple[int, ...] = field(init=False)
    ys: tuple[float, ...] = field(init=False)
    gaps: tuple[Gap, ...] = field(init=False)
    radius: float = field(init=False)
    pitch: float = field(init=False)
    maps: MapGrid | None = field(init=False, compare=False)
    rect: QRectF = field(init=False, compare=False)
    labels_width: float = field(init=False)

    def __post_init__(self) -> None:
        channels: tuple[int, ...] = ()
        if is_image(self.layer) and not self.folded:
            count = self.layer.shape[2]
            channels = shown_channels(count, {neuron % count for neuron in self.keep}, self.strongest)
        rows = [] if self.folded or channels else visible_rows(self.layer.size, self.keep, self.strongest)
        places = offsets(rows) if rows else []
        if self.layer.size > MOST and rows:
            pitch = max(CLOSEST, WIDE_HEIGHT / places[-1])
        else:
            pitch = max(CLOSEST, PITCH - 3.0 * max(0, len(rows) - 8))
        width, height = GROUPED if self.inside else FOLDED
        if rows:
            width, height = WIDTH, ABOVE + BELOW + pitch * places[-1]
        elif channels:
            width, height = card_size(self.layer, channels)
        top = self.y - height / 2
        neurons, ys, gaps = [], [], []
        for place, row in zip(places, rows, strict=True):
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
        put(self, "pitch", pitch)
        put(self, "radius", min(RADIUS, pitch / 2 - 5))
        put(self, "maps", map_grid(self.layer, channels, self.x, top) if channels else None)
        put(self, "rect", QRectF(self.x - width / 2, top, width, height))
        named = self.layer.kind != "hidden" and bool(self.layer.labels) and bool(rows)
        put(self, "labels_width", label_width([self.layer.label(n) for n in neurons]) if named else 0.0)

    def widened(self, width: float) -> LayerItem:
        """The same card, its frame ``width`` wide."""
        other = copy.copy(self)
        grow = (width - self.rect.width()) / 2
        object.__setattr__(other, "rect", self.rect.adjusted(-grow, 0, grow, 0))
        return other

    @property
    def reach(self) -> float:
        """From the middle to where synapses begin and end: a neuron's edge, or that of a card of maps or folded up."""
        return self.rect.width() / 2 if self.folded or self.maps else self.radius

    @property
    def anchors(self) -> tuple[tuple[int, float], ...]:
        """What threads are tied to, each with its height: the channels of an image, the neurons of another layer."""
        if self.maps:
            return tuple((tile.channel, self.maps.port(tile)) for tile in self.maps.tiles)
        return tuple(zip(self.neurons, self.ys, strict=True))

    @property
    def span(self) -> tuple[float, float]:
        """The heights between which synapses begin and end."""
        if self.maps:
            return (self.maps.tiles[0].rect.center().y(), self.maps.tiles[-1].rect.center().y())
        return (self.ys[0], self.ys[-1]) if self.ys else (self.y - 16.0, self.y + 16.0)

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
    def fold(self) -> QPointF:
        """The centre of the chevron that folds the card up or opens it."""
        return QPointF(self.rect.left() + 13, self.rect.bottom() - 13)

    @property
    def title_rect(self) -> QRectF:
        """The strip with the layer's name."""
        return QRectF(self.rect.left() + 6, self.rect.top() + 5, self.rect.width() - 12, 21)

    @property
    def signs_rect(self) -> QRectF:
        """The line at the card's foot: what the layer does beside its activation."""
        return QRectF(self.rect.left() + 4, self.rect.bottom() - 29, self.rect.width() - 8, 18)

    @property
    def subtitle_rect(self) -> QRectF:
        """The strip with size and activation."""
        return QRectF(self.rect.left() + 6, self.rect.top() + 26, self.rect.width() - 12, 18)

    def neuron_point(self, neuron: int, away: float = 0.0) -> QPointF | None:
        """The middle of a shown neuron, ``away`` neuron radii to the right; in an image the middle of its pixel."""
        if self.maps:
            pixel = self.maps.pixel(neuron) if neuron < self.layer.size else None
            return pixel.center() if pixel else None
        if neuron not in self.neurons:
            return None
        return QPointF(self.x + away * self.radius, self.ys[self.neurons.index(neuron)])

    def neuron_at(self, point: QPointF) -> int | None:
        """The shown neuron under a scene point."""
        if self.maps:
            return self.maps.neuron_at(point)
        for neuron, y in zip(self.neurons, self.ys, strict=True):
            if (point.x() - self.x) ** 2 + (point.y() - y) ** 2 <= (self.radius + 1) ** 2:
                return neuron
        return None

    def spot(self, point: QPointF, armed: bool, reach: float, far: bool = False) -> tuple[Spot, int | None] | None:
        """What of the card lies under a scene point, and which neuron.

        ``armed``: ports and buttons are shown; ``far``: no neurons are.
        """
        far = far or self.folded
        if armed and self.layer.kind != "output" and near(point, self.out_port, PORT + reach):
            return ("port", None)
        if not self.rect.adjusted(0, -2, 0, reach).contains(point):
            return None
        if armed and near(point, self.fold, BUTTON):
            return ("fold", None)
        inner = None if far else self._inner_spot(point, armed)
        if inner is not None:
            return inner
        if self.title_rect.contains(point):
            return ("title", None)
        if not far and self.layer.kind != "input" and self.subtitle_rect.contains(point):
            return ("subtitle", None)
        if not far and not self.maps and abs(point.y() - self.rect.bottom()) <= reach:
            return ("edge", None)
        return ("card", None)

    def _inner_spot(self, point: QPointF, armed: bool) -> tuple[Spot, int | None] | None:
        """The button, neuron or gap under a scene point."""
        if armed and near(point, self.button("less"), BUTTON + 2):
            return ("less", None)
        if armed and near(point, self.button("more"), BUTTON + 2):
            return ("more", None)
        neuron = self.neuron_at(point)
        if neuron is not None:
            return ("neuron", neuron)
        if self.maps and self.maps.left_out and self.maps.more.contains(point):
            shown = {tile.channel for tile in self.maps.tiles}
            return ("gap", next(channel for channel in range(self.layer.shape[2]) if channel not in shown))
        gap = next((gap for gap in self.gaps if abs(point.y() - gap.y) <= 0.3 * self.pitch), None)
        return ("gap", gap.first) if gap else None


def near(a: QPointF, b: QPointF, distance: float) -> bool:
    """Whether two points are no further apart than ``distance``."""
    return (a.x() - b.x()) ** 2 + (a.y() - b.y()) ** 2 <= distance * distance

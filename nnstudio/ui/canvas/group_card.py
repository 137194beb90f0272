"""A group that is collapsed: one small card for all its layers, at which their wires meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnstudio.catalog.counting import own_count, weight_count
from nnstudio.document import Document, Group, Position
from nnstudio.ui.canvas.text import elided, font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import count_text

if TYPE_CHECKING:
    from nnstudio.ui.canvas.surface import Surface

CORNER = 14.0
NAME, LINE = 13.0, 11.0
LEGIBLE, LARGEST = 0.85, 2.8  # words are at least so large on the screen, as long as the card holds them
FAR = 1.6  # times larger than up close: then only the name has room
MOST_LINES = 64  # wires that the picture of the layers shows
BAR = 9.0  # the widest of its bars
CHEVRON = 4.0
ABOVE, BELOW = 30.0, 24.0  # from the card's edges to that picture


def middle_of(group: Group, places: Mapping[int, Position]) -> Position:
    """Where the card of a group stands: in the middle of its layers."""
    xs, ys = zip(*(places[layer] for layer in group.layers), strict=True)
    return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)


def collapsed_places(document: Document, places: Mapping[int, Position]) -> dict[int, tuple[int, Position]]:
    """Layer id -> the collapsed group that it is in, and where its card stands."""
    found: dict[int, tuple[int, Position]] = {}
    for group in document.groups.values():
        if group.collapsed:
            found |= dict.fromkeys(group.layers, (group.id, middle_of(group, places)))
    return found


def way_in(document: Document, group: Group) -> int | None:
    """The layer at which synapses arrive from outside: the only one that is fed by no other of the group."""
    network = document.network
    found = [
        layer
        for layer in group.layers
        if network.layers[layer].kind != "input"
        and not any(synapses.source in group.layers for synapses in network.incoming[layer])
    ]
    return found[0] if len(found) == 1 else None


def way_out(document: Document, group: Group) -> int | None:
    """The layer that synapses leave from: the only one that feeds no other of the group."""
    network = document.network
    found = [
        layer
        for layer in group.layers
        if network.layers[layer].kind != "output"
        and not any(synapses.target in group.layers for synapses in network.outgoing[layer])
    ]
    return found[0] if len(found) == 1 else None


def name_rect(rect: QRectF) -> QRectF:
    """The strip of the card with the group's name."""
    return QRectF(rect.left() + 24, rect.top() + 4, rect.width() - 30, 24)


def paint_chevron(painter: QPainter, middle: QPointF, collapsed: bool, scale: float, colors: Colors) -> None:
    """Points at the layers: to the right while they are hidden, down while they are seen."""
    solid, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(colors.q("dim"), 1.6 * scale, solid, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    a, b = CHEVRON * scale, CHEVRON * scale * 0.5
    corners = ((-b, -a), (b, 0.0), (-b, a)) if collapsed else ((-a, -b), (0.0, b), (a, -b))
    painter.drawPolyline(QPolygonF([middle + QPointF(x, y) for x, y in corners]))


def paint_group_cards(
    painter: QPainter, view: Surface, groups: Iterable[tuple[Group, QRectF]], colors: Colors, hidden: int | None
) -> None:
    """The cards of collapsed groups; ``hidden`` is the one whose name is being typed."""
    zoom, selection = view.camera.zoom, view.selection
    for group, rect in groups:
        chosen = group.id in selection.groups or not group.layers.isdisjoint(selection.layers)
        focused = chosen and view.keyboard_focus
        gesture = view.gesture
        aimed = gesture is not None and gesture.chosen in group.layers
        fits = gesture is not None and way_in(view.session.document, group) in gesture.targets
        strong = chosen or aimed
        for step in (6.0, 3.0):  # the cards that lie below it
            painter.setPen(QPen(colors.q("line"), 1.0 / zoom))
            painter.setBrush(colors.q("panel"))
            painter.drawRoundedRect(rect.translated(step, step), CORNER, CORNER)
        edge = colors.q("accent", 1.0 if strong else 0.5) if strong or fits else colors.q("line")
        painter.setPen(QPen(edge, (2.0 if strong else 1.2) / zoom))
        painter.setBrush(colors.q("panel"))
        painter.drawRoundedRect(rect, CORNER, CORNER)
        if focused or aimed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.q("accent", 0.5), 1.5 / zoom, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), CORNER + 5, CORNER + 5)
        scale = min(LARGEST, max(1.0, LEGIBLE / zoom))
        name, below = name_rect(rect), BELOW * scale
        if scale > FAR:
            name, below = rect.adjusted(8, 4, -8, 0), 10.0
        else:
            paint_chevron(painter, chevron_of(rect), True, min(scale, 1.3), colors)
        name.setHeight(24 * scale)
        _layers(painter, view, group, rect.adjusted(18, ABOVE * scale, -18, -below), colors)
        if group.id != hidden:
            size = round(NAME * scale, 1)
            painter.setPen(colors.q("text"))
            painter.setFont(font(size, strong=True))
            words = elided(group.name, size, name.width(), strong=True)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(name, left, words)
        if scale > FAR:
            continue
        size = round(LINE * scale, 1)
        painter.setPen(colors.q("dim"))
        painter.setFont(font(size))
        foot = QRectF(rect.left() + 10, rect.bottom() - 22 * scale, rect.width() - 20, 18 * scale)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, elided(words_below(view, group), size, foot.width()))


def chevron_of(rect: QRectF) -> QPointF:
    """Where a collapsed card is opened."""
    return QPointF(rect.left() + 14, rect.top() + 16)


def words_below(view: Surface, group: Group) -> str:
    """How many layers and parameters the group has."""
    document = view.session.document
    network, parameters = document.network, document.parameters
    layers = [network.layers[layer] for layer in group.layers if layer in network.layers]
    count = sum(weight_count(parameters, s.id) for layer in layers for s in network.incoming[layer.id])
    count += sum((layer.bias_count if layer.has_bias else 0) + own_count(layer) for layer in layers)
    name = tr("{count} layers", count=len(layers)) if len(layers) != 1 else tr("1 layer")
    return tr("{layers} · {count} par.", layers=name, count=count_text(count)) if count else name


def _layers(painter: QPainter, view: Surface, group: Group, room: QRectF, colors: Colors) -> None:
    """The layers as bars, where they stand to each other."""
    places = {layer: view.shown.places[layer] for layer in group.layers if layer in view.shown.places}
    if not places or room.height() <= 4 or room.width() <= BAR:
        return
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    sizes = {layer: min(20, view.shown.layers[layer].layer.size) for layer in places}
    tallest = room.height() * (0.9 if high == 0 else 0.45)
    across = (room.width() - BAR) / wide if wide else 0.0
    across = min(across, 26.0 * max(1, len(places) - 1) / wide) if wide else 0.0
    down = (room.height() - tallest) / high if high else 0.0
    middle = room.center() - QPointF((min(xs) + max(xs)) / 2 * across, (min(ys) + max(ys)) / 2 * down)
    at = {layer: middle + QPointF(x * across, y * down) for layer, (x, y) in places.items()}
    inner = [s for layer in places for s in view.session.document.network.incoming.get(layer, ()) if s.source in places]
    painter.setPen(QPen(colors.q("faint"), 1.0 / max(1.0, view.camera.zoom)))
    painter.drawLines([QLineF(at[s.source], at[s.target]) for s in inner[:MOST_LINES]])
    painter.setPen(Qt.PenStyle.NoPen)
    largest = max(sizes.values())
    for layer, point in at.items():
        height = max(5.0, tallest * sizes[layer] / largest)
        painter.setBrush(colors.q("accent" if layer in view.selection.layers else "faint"))
        painter.drawRoundedRect(QRectF(point.x() - BAR / 2, point.y() - height / 2, BAR, height), 2.5, 2.5)

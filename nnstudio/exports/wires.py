"""The synapses of a figure: a curve each between neurons that are drawn, bands and windows where images are wired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnstudio.document import Document, Position, Synapses
from nnstudio.exports.columns import RADIUS, Column, arriving_weights
from nnstudio.exports.drawing import Bounds, Circle, Curve, Polygon, Shape
from nnstudio.exports.ink import DASH, LIGHT, Ink

MOST = 3000  # curves of one figure
MOST_WAYS = 24  # around layers that are tried for one wire
THIN, THICK = 0.35, 2.4
BUNDLED = 0.3  # how wide a bundle that is led around a layer is, of its width at its ends
CLEAR = 8.0  # between a layer and a wire that is led around it
WINDOWS = ("convolution", "pooling")


@dataclass(frozen=True)
class Wiring:
    """The shapes of all synapses, the lowest first.

    ``largest``: the size of the largest weight drawn; ``left_out``: how many of the weakest curves are not drawn;
    ``bands``: whether some synapses are drawn together.
    """

    shapes: tuple[Shape, ...]
    largest: float
    positive: bool
    negative: bool
    left_out: int
    bands: bool


def wiring_of(
    document: Document, columns: Mapping[int, Column], places: Mapping[int, Position], ink: Ink = LIGHT
) -> Wiring:
    """All synapses between the layers at those places."""
    bands: list[Shape] = []
    found: list[tuple[float, bool, Curve]] = []  # weight, whether it is one, its curve
    for synapses in document.network.synapses.values():
        source, target = columns[synapses.source], columns[synapses.target]
        if source.rows and target.rows:
            found += _curves(document, synapses, columns, places)
        elif source.sheets and target.sheets and synapses.wiring.key in WINDOWS:
            bands += _window(document, synapses, source, target, places, ink)
        else:
            bands.append(_band(source, target, places[synapses.source], places[synapses.target], ink))
    largest = max((abs(weight) for weight, real, _ in found if real), default=0.0)
    found.sort(key=lambda item: abs(item[0]))
    left_out = max(0, len(found) - MOST)
    found = found[left_out:]
    weights = [weight for weight, real, _ in found if real]
    curves = [_inked(weight, real, curve, largest, ink) for weight, real, curve in found]
    signs = any(weight > 0 for weight in weights), any(weight < 0 for weight in weights)
    together = any(isinstance(shape, Polygon) and shape.fill == ink.band for shape in bands)
    return Wiring((*bands, *curves), largest, *signs, left_out, together)


def _inked(weight: float, real: bool, curve: Curve, largest: float, ink: Ink) -> Curve:
    share = min(1.0, abs(weight) / largest) if real and largest else 0.3
    color = ink.plain if not real or not weight else ink.positive if weight > 0 else ink.negative
    width = THIN + (THICK - THIN) * share
    return Curve(curve.points, ink.mixed(color, 0.3 + 0.7 * share), width, DASH if real and weight < 0 else ())


def _curves(
    document: Document, synapses: Synapses, columns: Mapping[int, Column], places: Mapping[int, Position]
) -> list[tuple[float, bool, Curve]]:
    source, target = columns[synapses.source], columns[synapses.target]
    (ax, ay), (bx, by) = places[synapses.source], places[synapses.target]
    real = bool(document.parameters.weights[synapses.id].size) if synapses.id in document.parameters.weights else False
    around = _way_around(synapses, columns, places)
    found = []
    for neuron, y in target.rows.items():
        for other, weight in arriving_weights(document, synapses.id, list(source.rows), neuron).items():
            start = (ax + RADIUS, ay + source.rows[other])
            end = (bx - RADIUS, by + y)
            level = around if around is None else around + BUNDLED * (source.rows[other] + y) / 2
            found.append((weight, real, _curve(start, end, level)))
    return found


def _curve(start: Position, end: Position, around: float | None) -> Curve:
    """From neuron to neuron; at half way at the height ``around`` where the straight way is taken."""
    (ax, ay), (bx, by) = start, end
    way = bx - ax
    if around is None:
        reach = 0.45 * way if way > 0 else 60.0
        return Curve((start, (ax + reach, ay), (bx - reach, by), end), "", 1.0)
    level = (8 * around - ay - by) / 6  # then the curve's middle has the height ``around``
    return Curve((start, (ax + 0.2 * way, level), (bx - 0.2 * way, level), end), "", 1.0)


def _way_around(synapses: Synapses, columns: Mapping[int, Column], places: Mapping[int, Position]) -> float | None:
    """The height at which a wire passes half way so that it runs through the fewest layers; None for the straight way.

    Tried are the straight way, and just above and just below each layer that stands between the two ends.
    """
    start, end = places[synapses.source], places[synapses.target]
    between = [i for i in columns if start[0] < places[i][0] < end[0]]
    boxes = [_moved(columns[i].bounds, places[i]) for i in between]
    if not boxes:
        return None
    straight = (start[1] + end[1]) / 2
    spread = BUNDLED * max([0.0, *columns[synapses.source].rows.values(), *columns[synapses.target].rows.values()])
    levels = [level for _, top, _, bottom in boxes for level in (top - CLEAR - spread, bottom + CLEAR + spread)]
    tried: list[float | None] = [None, *sorted(levels, key=lambda level: abs(level - straight))[:MOST_WAYS]]
    left, top, right, bottom = np.array(boxes).T

    def through(level: float | None) -> int:
        curve = _curve(start, end, level)
        x, y = np.array([curve.at(place / 24) for place in range(1, 24)]).T[:, :, None]
        return int(((left < x) & (x < right) & (top < y) & (y < bottom)).sum())

    best, least = None, through(None)
    for level in tried[1:]:
        if least == 0:
            break
        found = through(level)
        if found < least:
            best, least = level, found
    return best


def _band(source: Column, target: Column, a: Position, b: Position, ink: Ink) -> Polygon:
    """All synapses between two layers of which one is an image, or a collapsed group."""
    left, right = _moved(source.box, a), _moved(target.box, b)
    corners = ((left[2], left[1]), (right[0], right[1]), (right[0], right[3]), (left[2], left[3]))
    return Polygon(corners, ink.band)


def _window(
    document: Document, synapses: Synapses, source: Column, target: Column, places: Mapping[int, Position], ink: Ink
) -> list[Shape]:
    """What one neuron of a map sees: the window on the source's maps, and the neuron."""
    network = document.network
    a, b = network.layers[synapses.source], network.layers[synapses.target]
    rows, cols = _sides(synapses, a.shape)
    left, top, right, bottom = _moved(source.front, places[synapses.source])
    wide, high = min(1.0, cols / a.shape[1]) * (right - left), min(1.0, rows / a.shape[0]) * (bottom - top)
    x, y = left + 0.62 * (right - left - wide), top + 0.42 * (bottom - top - high)
    seen = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    l2, t2, r2, b2 = _moved(target.front, places[synapses.target])
    cell = max(2.0, (r2 - l2) / b.shape[1]), max(2.0, (b2 - t2) / b.shape[0])
    px = min(l2 + 0.3 * (r2 - l2) + cell[0] / 2, r2 - cell[0] / 2)
    py = min(t2 + 0.45 * (b2 - t2) + cell[1] / 2, b2 - cell[1] / 2)
    color = ink.mixed(ink.plain, 1.0)
    return [
        Polygon(((x + wide, y), (px, py)), None, ink.line, 0.8),
        Polygon(((x + wide, y + high), (px, py)), None, ink.line, 0.8),
        Polygon(seen, ink.mixed(ink.plain, 0.25), color, 0.8),
        Circle(px, py, 2.0, color),
    ]


def _sides(synapses: Synapses, shape: tuple[int, ...]) -> tuple[int, int]:
    """How many rows and columns a window sees."""
    from nnstudio.catalog import wirings

    values = wirings[synapses.wiring.key].values(synapses.wiring)
    if synapses.wiring.key == "pooling":
        return (shape[0], shape[1]) if values["whole"] else (int(values["size"]), int(values["size"]))
    reach = (int(values["kernel"]) - 1) * int(values["dilation"]) + 1
    return (reach, reach)


def _moved(box: Bounds, by: Position) -> Bounds:
    (x, y), (left, top, right, bottom) = by, box
    return (left + x, top + y, right + x, bottom + y)

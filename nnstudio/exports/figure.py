"""The figure of a network: layers as columns of neurons, synapses as curves, names, shapes and activations."""

from __future__ import annotations

from collections.abc import Mapping

from nnstudio.document import Document, Position
from nnstudio.exports.columns import Column, columns, shape_text
from nnstudio.exports.drawing import Curve, Drawing, Polygon, Shape, Text, bounds_of, on_sheet
from nnstudio.exports.ink import BAND, DASH, DIM, FRAME, INK, LINE, NAME, NEGATIVE, PAPER, POSITIVE, SMALL, hexed
from nnstudio.exports.places import places
from nnstudio.exports.typeface import text_width
from nnstudio.exports.wires import THICK, Wiring, wiring_of

MARGIN = 16.0
AROUND = 12.0  # from a group's layers to its frame


def figure(document: Document, legend: bool = True) -> Drawing:
    """The drawing of a document's network on white; ``legend`` explains colours and widths below it."""
    if not document.network.layers:
        words = "An empty network"
        return on_sheet([Text(0.0, 0.0, words, NAME, DIM)], words, MARGIN)
    pictures = columns(document)
    at = places(document, pictures)
    wiring = wiring_of(document, pictures, at)
    wires = list(wiring.shapes)
    windows, below = _windows_apart(wires)
    shapes: list[Shape] = [*_frames(document, pictures, at), *below]
    grouped = {layer for group in document.groups.values() for layer in group.layers}
    for layer, column in pictures.items():
        shapes += [shape.moved(*at[layer]) for shape in column.shapes_on(FRAME if layer in grouped else PAPER)]
    shapes += windows
    if legend:
        shapes += _legend(wiring, shapes)
    names = ", ".join(f"{layer.name} ({shape_text(layer)})" for layer in document.network.layers.values())
    return on_sheet(shapes, f"Neural network: {names}", MARGIN)


def _windows_apart(wires: list[Shape]) -> tuple[list[Shape], list[Shape]]:
    """What lies over the maps (windows and what they see), and what lies below all layers."""
    over: list[Shape] = []
    below: list[Shape] = []
    for shape in wires:
        band = isinstance(shape, Polygon) and shape.stroke is None
        (below if band or isinstance(shape, Curve) else over).append(shape)
    return over, below


def _frames(document: Document, pictures: Mapping[int, Column], at: Mapping[int, Position]) -> list[Shape]:
    """The groups: a frame around their layers and a name."""
    shapes: list[Shape] = []
    for group in document.groups.values():
        inside = [shape.moved(*at[layer]) for layer in group.layers for shape in pictures[layer].shapes]
        left, top, right, bottom = bounds_of(inside)
        left, top, right, bottom = left - AROUND, top - AROUND, right + AROUND, bottom + AROUND
        right = max(right, left + text_width(group.name, NAME, bold=True) + 8)
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        shapes.append(Polygon(corners, FRAME, LINE, 0.8))
        shapes.append(Text(left + 2, top - 5, group.name, NAME, INK, bold=True))
    return shapes


def _legend(wiring: Wiring, shapes: list[Shape]) -> list[Shape]:
    """What colours, dashes, widths and bands say, in one line below the figure."""
    left, _, right, bottom = bounds_of(shapes)
    y = bottom + 26
    entries: list[tuple[str, Shape | None]] = []
    for present, words, color, dash in (
        (wiring.positive, "positive weight", POSITIVE, ()),
        (wiring.negative, "negative weight", NEGATIVE, DASH),
    ):
        if present:
            line = ((0.0, y), (8.0, y), (16.0, y), (24.0, y))
            entries.append((words, Curve(line, hexed(color, 1.0), 0.75 * THICK, dash)))
    if entries:
        entries.append((f"thickest: {_number(wiring.largest)}", None))
    if wiring.left_out:
        entries.append((f"the weakest {wiring.left_out:,} synapses between these neurons are not drawn", None))
    if wiring.bands:
        corners = ((0.0, y - 5), (24.0, y - 5), (24.0, y + 5), (0.0, y + 5))
        entries.append(("synapses drawn together", Polygon(corners, BAND)))
    lengths = [text_width(words, SMALL) + (30 if sign else 0) for words, sign in entries]
    x = (left + right - sum(lengths) - 16 * (len(lengths) - 1)) / 2
    found: list[Shape] = []
    for (words, sign), length in zip(entries, lengths, strict=True):
        if sign:
            found.append(sign.moved(x, 0.0))
        found.append(Text(x + (30 if sign else 0), y + 0.35 * SMALL, words, SMALL, DIM))
        x += length + 16
    return found


def _number(value: float) -> str:
    return f"{value:.3g}"

"""The figure of a network: layers as columns of neurons, synapses as curves, names, shapes and activations."""

from __future__ import annotations

from collections.abc import Mapping

from nnstudio.document import Document, Position
from nnstudio.exports.columns import Column, columns, shape_text
from nnstudio.exports.drawing import Curve, Drawing, Polygon, Shape, Text, bounds_of, on_sheet
from nnstudio.exports.ink import DASH, DIM, FRAME, INK, LINE, NAME, NEGATIVE, PAPER, POSITIVE, SMALL, hexed
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
    """What colours, dashes and widths say, in one line below the figure."""
    left, _, right, bottom = bounds_of(shapes)
    y = bottom + 26
    entries: list[tuple[str, tuple[int, int, int], tuple[float, ...]]] = []
    if wiring.positive:
        entries.append(("positive weight", POSITIVE, ()))
    if wiring.negative:
        entries.append(("negative weight", NEGATIVE, DASH))
    if not entries:
        return []
    words = [f"thickest: {_number(wiring.largest)}"]
    if wiring.left_out:
        words.append(f"the weakest {wiring.left_out:,} of the synapses between these neurons are not drawn")
    wide = sum(30 + text_width(text, SMALL) + 16 for text, _, _ in entries)
    wide += sum(text_width(text, SMALL) + 16 for text in words) - 16
    x = (left + right - wide) / 2
    found: list[Shape] = []
    for text, color, dash in entries:
        line = ((x, y), (x + 8, y), (x + 16, y), (x + 24, y))
        found.append(Curve(line, hexed(color, 1.0), 0.75 * THICK, dash))
        found.append(Text(x + 30, y + 0.35 * SMALL, text, SMALL, DIM))
        x += 30 + text_width(text, SMALL) + 16
    for text in words:
        found.append(Text(x, y + 0.35 * SMALL, text, SMALL, DIM))
        x += text_width(text, SMALL) + 16
    return found


def _number(value: float) -> str:
    return f"{value:.3g}"

"""The figure of a network: layers as columns of neurons, synapses as curves, names, shapes and activations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nnstudio.document import Document, Position
from nnstudio.exports.columns import Column, columns
from nnstudio.exports.drawing import Bounds, Curve, Drawing, Polygon, Shape, Text, bounds_of, on_sheet
from nnstudio.exports.groups import card, with_cards
from nnstudio.exports.ink import DASH, NAME, SMALL, Ink
from nnstudio.exports.notes import notes_of
from nnstudio.exports.places import places
from nnstudio.exports.style import USUAL, Style
from nnstudio.exports.typeface import text_width
from nnstudio.exports.wires import THICK, Wiring, wiring_of

MARGIN = 16.0
AROUND = 12.0  # from a group's layers to its frame


def figure(document: Document, style: Style = USUAL) -> Drawing:
    """The drawing of a document's network, in points; its width is not yet that of ``style``."""
    ink = style.ink
    if not document.network.layers:
        words = "An empty network"
        return _on_paper([Text(0.0, 0.0, words, NAME, ink.dim)], words, style)
    whole, (document, shut) = document, with_cards(document)
    pictures = columns(document, ink, style.labels)
    pictures |= {i: card(pictures[i], group, whole) for i, group in shut.items()}
    at = places(document, pictures)
    wiring = wiring_of(document, pictures, at, ink)
    wires = list(wiring.shapes)
    windows, below = _windows_apart(wires)
    frames = _frames(document, pictures, at, ink)
    shapes: list[Shape] = [*frames, *below]
    grouped = {layer for group in document.groups.values() for layer in group.layers}
    bodies: list[Bounds] = []
    for layer, column in pictures.items():
        ground = ink.frame if layer in grouped else ink.paper
        shapes += [shape.moved(*at[layer]) for shape in column.shapes_on(ground)]
        bodies.append(bounds_of([shape.moved(*at[layer]) for shape in column.shapes]))
    shapes += windows
    if style.notes and document.notes:
        taken = [*bodies, *(shape.bounds for shape in frames)]
        shapes += notes_of(document, at, taken, ink)
    if style.legend:
        shapes += _legend(wiring, shapes, ink)
    names = ", ".join(f"{picture.layer.name} ({picture.size_text})" for picture in pictures.values())
    return _on_paper(shapes, f"Neural network: {names}", style)


def _on_paper(shapes: list[Shape], title: str, style: Style) -> Drawing:
    """The sheet; a dark one has its ground in the drawing, white is the paper's own."""
    drawing = on_sheet(shapes, title, MARGIN)
    if not style.dark:
        return drawing
    corners = ((0.0, 0.0), (drawing.width, 0.0), (drawing.width, drawing.height), (0.0, drawing.height))
    return replace(drawing, shapes=(Polygon(corners, style.ink.paper), *drawing.shapes))


def _windows_apart(wires: list[Shape]) -> tuple[list[Shape], list[Shape]]:
    """What lies over the maps (windows and what they see), and what lies below all layers."""
    over: list[Shape] = []
    below: list[Shape] = []
    for shape in wires:
        band = isinstance(shape, Polygon) and shape.stroke is None
        (below if band or isinstance(shape, Curve) else over).append(shape)
    return over, below


def _frames(document: Document, pictures: Mapping[int, Column], at: Mapping[int, Position], ink: Ink) -> list[Shape]:
    """The groups: a frame around their layers and a name."""
    shapes: list[Shape] = []
    for group in document.groups.values():
        inside = [shape.moved(*at[layer]) for layer in group.layers for shape in pictures[layer].shapes]
        left, top, right, bottom = bounds_of(inside)
        left, top, right, bottom = left - AROUND, top - AROUND, right + AROUND, bottom + AROUND
        right = max(right, left + text_width(group.name, NAME, bold=True) + 8)
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        shapes.append(Polygon(corners, ink.frame, ink.line, 0.8))
        shapes.append(Text(left + 2, top - 5, group.name, NAME, ink.ink, bold=True))
    return shapes


def _legend(wiring: Wiring, shapes: list[Shape], ink: Ink) -> list[Shape]:
    """What colours, dashes, widths and bands say, in one line below the figure."""
    left, _, right, bottom = bounds_of(shapes)
    y = bottom + 26
    entries: list[tuple[str, Shape | None]] = []
    for present, words, color, dash in (
        (wiring.positive, "positive weight", ink.positive, ()),
        (wiring.negative, "negative weight", ink.negative, DASH),
    ):
        if present:
            line = ((0.0, y), (8.0, y), (16.0, y), (24.0, y))
            entries.append((words, Curve(line, ink.mixed(color, 1.0), 0.75 * THICK, dash)))
    if entries:
        entries.append((f"thickest: {_number(wiring.largest)}", None))
    if wiring.left_out:
        entries.append((f"the weakest {wiring.left_out:,} synapses between these neurons are not drawn", None))
    if wiring.bands:
        corners = ((0.0, y - 5), (24.0, y - 5), (24.0, y + 5), (0.0, y + 5))
        entries.append(("synapses drawn together", Polygon(corners, ink.band)))
    lengths = [text_width(words, SMALL) + (30 if sign else 0) for words, sign in entries]
    x = (left + right - sum(lengths) - 16 * (len(lengths) - 1)) / 2
    found: list[Shape] = []
    for (words, sign), length in zip(entries, lengths, strict=True):
        if sign:
            found.append(sign.moved(x, 0.0))
        found.append(Text(x + (30 if sign else 0), y + 0.35 * SMALL, words, SMALL, ink.dim))
        x += length + 16
    return found


def _number(value: float) -> str:
    return f"{value:.3g}"

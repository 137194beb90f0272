"""The picture of one layer: a column of neurons, or the stacked maps of an image, with its captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nnstudio.catalog import activations
from nnstudio.catalog.joints import strengths
from nnstudio.document import Document, Layer
from nnstudio.exports.drawing import Anchor, Bounds, Circle, Polygon, Shape, Text, bounds_of
from nnstudio.exports.ink import LABEL, LIGHT, NAME, SMALL, Ink
from nnstudio.exports.typeface import text_width

MOST = 16  # neurons of a column that are all drawn, as on the canvas
FEW = 10  # drawn of a longer one: two at either end and the strongest
RADIUS, PITCH, GAP = 9.0, 25.0, 0.75  # a gap takes so many pitches
WIDEST = 118.0  # of a caption's line
SHEETS, ASIDE = 6, 4.5  # maps that are drawn of an image, and how far one lies behind the next
LARGEST, SMALLEST = 84.0, 12.0  # a map's side


@dataclass(frozen=True)
class Column:
    """A layer around (0, 0). ``rows``: neuron -> the height of its centre; empty for an image.

    ``box`` is the drawn body (left, top, right, bottom), without captions; ``muted`` neurons are struck through;
    ``labels`` are the names of single neurons.
    """

    layer: Layer
    rows: dict[int, float]
    gaps: tuple[float, ...]
    box: Bounds
    sheets: tuple[Bounds, ...]
    muted: frozenset[int] = frozenset()
    ink: Ink = LIGHT
    labels: bool = True

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Everything that is drawn of the layer."""
        return (*self._body(), *self._captions())

    def shapes_on(self, paper: str) -> tuple[Shape, ...]:
        """The same over a ground of that colour: words keep a clear margin from the wires behind them."""
        shapes: list[Shape] = []
        for shape in self.shapes:
            if isinstance(shape, Text):
                left, top, right, bottom = shape.bounds
                shapes.append(
                    Polygon(((left - 2, top), (right + 2, top), (right + 2, bottom), (left - 2, bottom)), paper)
                )
            shapes.append(shape)
        return tuple(shapes)

    @cached_property
    def bounds(self) -> Bounds:
        """The rectangle around everything."""
        return bounds_of(self.shapes)

    @property
    def size_text(self) -> str:
        """How large the layer is, in words."""
        return shape_text(self.layer)

    @property
    def front(self) -> Bounds:
        """The foremost map of an image."""
        return self.sheets[-1]

    def _body(self) -> list[Shape]:
        layer = self.layer
        ink, fill = self.ink, self.ink.fill(layer.kind)
        shapes: list[Shape] = []
        for left, top, right, bottom in self.sheets:
            corners = ((left, top), (right, top), (right, bottom), (left, bottom))
            shapes.append(Polygon(corners, fill, ink.ink, 0.8))
        for neuron, y in self.rows.items():
            shapes.append(Circle(0.0, y, RADIUS, fill, ink.ink, 1.1, f"{layer.name} {layer.label(neuron)}"))
            if neuron in self.muted:
                reach = RADIUS * 0.62
                shapes.append(Polygon(((-reach, y + reach), (reach, y - reach)), None, ink.ink, 1.1))
            if self.labels and layer.labels and layer.kind != "hidden":
                side = -1 if layer.kind == "input" else 1
                label = shortened(layer.label(neuron), WIDEST, LABEL)
                anchor: Anchor = "end" if side < 0 else "start"
                shapes.append(Text(side * (RADIUS + 5), y + 0.35 * LABEL, label, LABEL, ink.ink, anchor=anchor))
        for y in self.gaps:
            shapes += [Circle(0.0, y + way, 1.3, ink.line) for way in (-4.5, 0.0, 4.5)]
        return shapes

    def _captions(self) -> list[Shape]:
        _, top, _, bottom = self.box
        names = wrapped(self.layer.name, WIDEST, NAME, bold=True)
        shapes: list[Shape] = []
        for place, line in enumerate(names):
            y = top - 9 - (len(names) - 1 - place) * 1.25 * NAME
            shapes.append(Text(0.0, y, line, NAME, self.ink.ink, bold=True, anchor="middle"))
        y = bottom + 16
        for line in self._facts():
            shapes.append(Text(0.0, y, line, SMALL, self.ink.dim, anchor="middle"))
            y += 1.3 * SMALL
        return shapes

    def _facts(self) -> list[str]:
        layer = self.layer
        facts = [self.size_text]
        if len(self.rows) and layer.size > len(self.rows):
            facts.insert(0, f"… {layer.size - len(self.rows):,} more")
        if layer.kind != "input":
            facts.append(activations[layer.activation.key].label)
            if layer.bypassed:
                facts[-1] += " (bypassed)"
            if layer.normalization is not None:
                facts.append(f"{layer.normalization.key} normalization")
        if layer.dropout:
            facts.append(f"dropout {layer.dropout:g}")
        return facts


def columns(document: Document, ink: Ink = LIGHT, labels: bool = True) -> dict[int, Column]:
    """Layer id -> its picture."""
    layers = document.network.layers.values()
    sides = [max(layer.shape[:2]) for layer in layers if len(layer.shape) == 3]
    scale = LARGEST / max(sides) if sides else 1.0
    pictures = (_stack(layer, scale) if len(layer.shape) == 3 else _column(document, layer) for layer in layers)
    return {picture.layer.id: replace(picture, ink=ink, labels=labels) for picture in pictures}


def _stack(layer: Layer, scale: float) -> Column:
    height, width, count = layer.shape
    w, h = (max(SMALLEST, length * scale) for length in (width, height))
    shown = min(count, SHEETS)
    spread = ASIDE * (shown - 1)
    sheets = []
    for place in range(shown):  # the first lies farthest behind, to the right and above
        x, y = spread / 2 - ASIDE * place, -spread / 2 + ASIDE * place
        sheets.append((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    reach = (w + spread) / 2, (h + spread) / 2
    return Column(layer, {}, (), (-reach[0], -reach[1], reach[0], reach[1]), tuple(sheets))


def _column(document: Document, layer: Layer) -> Column:
    shown = shown_neurons(document, layer)
    rows: dict[int, float] = {}
    gaps: list[float] = []
    y, before = 0.0, -1
    for neuron in shown:
        if before >= 0:
            y += PITCH
        if neuron > before + 1:
            gaps.append(y - (1 - GAP) / 2 * PITCH)
            y += GAP * PITCH
        rows[neuron] = y
        before = neuron
    middle = (min([*rows.values(), *gaps]) + max(rows.values())) / 2
    rows = {neuron: y - middle for neuron, y in rows.items()}
    reach = max(rows.values()) + RADIUS
    muted = document.parameters.muted.get(layer.id)
    struck = frozenset() if muted is None else frozenset(np.flatnonzero(muted).tolist())
    return Column(layer, rows, tuple(y - middle for y in gaps), (-RADIUS, -reach, RADIUS, reach), (), struck)


def shown_neurons(document: Document, layer: Layer) -> list[int]:
    """The neurons that are drawn: all, or of a long column two at either end and those with the largest weights."""
    if layer.size <= MOST:
        return list(range(layer.size))
    total = np.zeros(layer.size)
    for bundles, axis in ((document.network.incoming[layer.id], 0), (document.network.outgoing[layer.id], 1)):
        for synapses in bundles:
            weights = document.parameters.weights.get(synapses.id)
            if weights is not None and weights.ndim == 2 and weights.shape[1 - axis] == layer.size:
                total += np.nan_to_num(np.abs(weights)).mean(axis=axis)
    ends = {0, 1, layer.size - 2, layer.size - 1}
    order = [int(neuron) for neuron in np.argsort(-total, kind="stable") if int(neuron) not in ends]
    return sorted(ends | set(order[: FEW - len(ends)]))


def shape_text(layer: Layer) -> str:
    """A layer's shape as people write it."""
    return " × ".join(f"{length:,}" for length in layer.shape)


def wrapped(words: str, width: float, size: float, bold: bool = False) -> list[str]:
    """``words`` in lines no longer than ``width``; words that are longer are cut where they must be."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
            continue
        rest = word
        while text_width(rest, size, bold) > width:
            fits = next(n for n in range(len(rest) - 1, 0, -1) if text_width(rest[:n], size, bold) <= width or n == 1)
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return lines


def shortened(words: str, width: float, size: float) -> str:
    """``words``, cut with "…" where they are longer than ``width``."""
    if text_width(words, size) <= width:
        return words
    cuts = (f"{words[:n]}…" for n in range(len(words) - 1, 0, -1))
    return next((cut for cut in cuts if text_width(cut, size) <= width), "…")


def arriving_weights(document: Document, synapses: int, column: Sequence[int], target: int) -> dict[int, float]:
    """Source neuron of ``column`` -> the weight of its synapse on neuron ``target``, where there is one."""
    from nnstudio.catalog.joints import arriving

    bundle, weights = document.network.synapses[synapses], document.parameters.weights.get(synapses)
    if weights is None:
        return {}
    sources, places = arriving(document.network, document.parameters, bundle, target)
    values = strengths(weights, places)
    wanted = set(column)
    known = np.where(np.isfinite(values), values, 0.0)  # of a network that diverged
    return {int(i): float(w) for i, w in zip(sources, known, strict=True) if int(i) in wanted}

"""A network as a small picture for a notebook: layers as columns of neurons, synapses as lines coloured by weight."""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np

from nnstudio.catalog.joints import arriving, strengths
from nnstudio.document import Document, Layer, Position

MOST_NEURONS = 10  # drawn of one layer; more are cut in the middle
STEP, RADIUS, SQUEEZE, MARGIN = 20.0, 6.0, 0.6, 40.0
POSITIVE, NEGATIVE, INK, FAINT = "#2f7fd6", "#e07b39", "#5b6472", "#9aa4b2"


def picture(document: Document) -> str:
    """An SVG; blue lines are positive weights, orange negative ones, the stronger the larger."""
    network = document.network
    if not network.layers:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    centres = {layer: document.layout.get(layer, (0.0, 0.0)) for layer in network.layers}
    places = {layer.id: _places(layer, centres[layer.id]) for layer in network.layers.values()}
    spots = [spot for found in places.values() for spot in found.values()]
    left, right = min(x for x, _ in spots) - MARGIN * 1.5, max(x for x, _ in spots) + MARGIN * 1.5
    top, bottom = min(y for _, y in spots) - MARGIN, max(y for _, y in spots) + MARGIN
    box = f"{left:.1f} {top:.1f} {right - left:.1f} {bottom - top:.1f}"
    size = f'width="{right - left:.0f}" height="{bottom - top:.0f}"'
    font = 'font-family="sans-serif" font-size="10"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {size} {font}>']
    for synapses in network.synapses.values():
        lines += _lines(document, synapses.id, places[synapses.source], places[synapses.target])
    for layer in network.layers.values():
        lines += _neurons(layer, places[layer.id])
    return "\n".join([*lines, "</svg>"])


def _places(layer: Layer, centre: Position) -> dict[int, Position]:
    """Neuron -> where it is drawn; of a large layer the first and the last ones."""
    count = layer.size
    half = MOST_NEURONS // 2
    shown = list(range(count)) if count <= MOST_NEURONS else [*range(half), *range(count - half, count)]
    gap = 0.0 if count <= MOST_NEURONS else 1.0
    rows = [place + (gap if place >= half else 0.0) for place in range(len(shown))]
    middle = (rows[0] + rows[-1]) / 2.0
    x, y = centre[0] * SQUEEZE, centre[1]
    return {neuron: (x, y + (row - middle) * STEP) for neuron, row in zip(shown, rows, strict=True)}


def _lines(document: Document, bundle: int, sources: dict[int, Position], targets: dict[int, Position]) -> list[str]:
    weights = document.parameters.weights[bundle]
    largest = float(np.abs(weights).max(initial=0.0)) or 1.0
    lines = []
    synapses = document.network.synapses[bundle]
    for j, (x2, y2) in targets.items():
        joined, places = arriving(document.network, document.parameters, synapses, j)
        for i, weight in zip(joined.tolist(), strengths(weights, places).tolist(), strict=True):
            if i not in sources:
                continue
            x1, y1 = sources[i]
            strength = abs(weight) / largest
            colour = POSITIVE if weight >= 0 else NEGATIVE
            lines.append(
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
                f'stroke-width="{0.4 + 1.6 * strength:.2f}" stroke-opacity="{0.15 + 0.7 * strength:.2f}"/>'
            )
    return lines


def _neurons(layer: Layer, places: dict[int, Position]) -> list[str]:
    lines = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="#ffffff" stroke="{INK}" stroke-width="1.2">'
        f"<title>{escape(layer.name)} {escape(layer.label(neuron))}</title></circle>"
        for neuron, (x, y) in places.items()
    ]
    x = next(iter(places.values()))[0]
    top, bottom = min(y for _, y in places.values()), max(y for _, y in places.values())
    if layer.size > len(places):
        lines += [
            f'<circle cx="{x:.1f}" cy="{(top + bottom) / 2 + d:.1f}" r="1.2" fill="{FAINT}"/>' for d in (-4, 0, 4)
        ]
    size = " x ".join(str(number) for number in layer.shape)
    under = size if layer.kind == "input" else f"{size} {layer.activation.key}"
    lines.append(
        f'<text x="{x:.1f}" y="{top - 16:.1f}" text-anchor="middle" fill="{INK}" font-weight="600">'
        f"{escape(layer.name)}</text>"
    )
    lines.append(f'<text x="{x:.1f}" y="{bottom + 22:.1f}" text-anchor="middle" fill="{FAINT}">{escape(under)}</text>')
    return lines

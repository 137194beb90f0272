"""What is said about maps, kernels and single synapses of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.catalog.fields import is_image, spot_of
from nnstudio.catalog.joints import arriving, counted, place_of
from nnstudio.document import Layer
from nnstudio.ui.canvas.images import Shared
from nnstudio.ui.canvas.kernels import kernel_size
from nnstudio.ui.canvas.maps import is_colour, map_name
from nnstudio.ui.canvas.threads import EVEN
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import count_text, fixed, signed

if TYPE_CHECKING:
    from nnstudio.ui.canvas.scene import Hit
    from nnstudio.ui.canvas.threads import ThreadItem
    from nnstudio.ui.canvas.view import CanvasView


def neuron_name(layer: Layer, neuron: int) -> str:
    """The neuron's own name or number; in an image its map, row and column in words."""
    if not is_image(layer):
        return layer.label(neuron)
    row, column, map_ = spot_of(layer, neuron)
    place = tr("row {row}, column {column}", row=row + 1, column=column + 1)
    if is_colour(layer):
        return f"{map_name(layer, map_)}, {place}"
    return place if layer.shape[2] == 1 else tr("map {map}, {place}", map=map_ + 1, place=place)


def tendency_lines(mean: float, size: float) -> list[str]:
    """What width and colour of a ribbon or thread mean, with its numbers: the mean weight and the mean size."""
    colour = tr("blue: positive weights prevail") if mean > 0 else tr("orange: negative weights prevail")
    if abs(mean) < EVEN * size or not size:
        colour = tr("grey: positive and negative weights balance")
    return [
        tr("width: the mean size of the weights is {value}", value=fixed(size, 3)),
        tr("{colour} (mean {value})", colour=colour, value=signed(mean, 3)),
    ]


def image_tooltip(view: CanvasView, hit: Hit) -> str:
    """A weight and how often it is used, a kernel, or all that joins two maps."""
    thread = view.scene.threads[hit.id]
    a, b = thread.bundle.source.layer, thread.bundle.target.layer
    shared = Shared(hit.id, *hit.pair, hit.cell) if hit.pair and hit.cell else None
    if shared is None and hit.synapse is not None:
        shared = view.images.shared()
    if hit.synapse is not None and (hit.cell is None or shared is None):
        lines = [_synapse(view, hit, a, b)]
    elif shared is not None:
        lines = [_weight(view, thread, shared, a, b)]
    elif hit.pair is not None:
        lines = _pair(view, thread, hit.pair, a, b)
    else:
        lines = [f"{a.name} → {b.name}"]
    if shared is not None:
        count = count_text(int(view.images.uses(shared)[1].sum()))
        lines.append(tr("shared: this weight is used at {count} positions", count=count))
    network, parameters = view.session.document.network, view.session.document.parameters
    total = count_text(counted(network, parameters, thread.bundle.synapses))
    lines.append(tr("{count} synapses in all", count=total))
    for one in view.images.unrolled():
        if one.bundle.id == hit.id and len(one.sources) < one.total:
            counts = {"shown": count_text(len(one.sources)), "count": count_text(one.total)}
            lines.append(
                tr("{shown} of the neuron's {count} are drawn: the strongest, of maps that are shown", **counts)
            )
    return "\n".join(lines)


def _synapse(view: CanvasView, hit: Hit, a: Layer, b: Layer) -> str:
    ref = hit.synapse
    if ref is None:
        return ""
    name = f"{a.name}, {neuron_name(a, ref.source)} → {b.name}, {neuron_name(b, ref.target)}"
    document = view.session.document
    place = place_of(document.network, document.parameters, document.network.synapses[hit.id], ref.source, ref.target)
    weights = view.parameters.weights.get(hit.id)
    if place is not None and weights is not None:
        return f"{name}: w = {signed(float(weights[place]), 3)}"
    return name


def _weight(view: CanvasView, thread: ThreadItem, shared: Shared, a: Layer, b: Layer) -> str:
    row, column = shared.cell
    name = tr(
        "{a}, map {i} → {b}, map {j}: row {row}, column {column} of the kernel",
        a=a.name,
        i=shared.source + 1,
        b=b.name,
        j=shared.target + 1,
        row=row + 1,
        column=column + 1,
    )
    weights = view.parameters.weights.get(thread.id)
    if weights is None or weights.ndim != 4:
        return name
    value = float(weights[row, column, shared.source % weights.shape[2], shared.target])
    return f"{name}: w = {signed(value, 3)}"


def _pair(view: CanvasView, thread: ThreadItem, pair: tuple[int, int], a: Layer, b: Layer) -> list[str]:
    ends = [
        tr("{layer}, map {number}", layer=layer.name, number=one + 1)
        if is_image(layer)
        else f"{layer.name} {layer.label(one)}"
        for layer, one in zip((a, b), pair, strict=True)
    ]
    lines = [" → ".join(ends)]
    place, size = thread.place(*pair), kernel_size(thread)
    weights = view.parameters.weights.get(thread.id)
    if size:
        lines.append(tr("a kernel of {size} × {size} weights, shared by all positions", size=size))
    if place is not None and weights is not None and weights.size:
        mean, strength = (float(values[place]) for values in thread.strengths(weights))
        lines += tendency_lines(mean, strength)
    elif thread.bundle.synapses.wiring.key == "pooling":
        sources = arriving(view.session.document.network, view.parameters, thread.bundle.synapses, pair[1])[0]
        lines.append(tr("nothing is trained here: each neuron sees {count} of the map", count=len(sources)))
    return lines

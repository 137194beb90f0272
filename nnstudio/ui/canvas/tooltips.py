"""What is said about the object under the pointer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nnstudio.ui.canvas.annotations import words_of
from nnstudio.ui.canvas.bundle_item import value_of
from nnstudio.ui.canvas.image_tooltips import image_tooltip, neuron_name, tendency_lines
from nnstudio.ui.canvas.look import beside, subtitle
from nnstudio.ui.canvas.ribbons import Tendencies
from nnstudio.ui.muting import muted_neurons, off_words
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import count_text

if TYPE_CHECKING:
    from nnstudio.ui.canvas.scene import Hit
    from nnstudio.ui.canvas.view import CanvasView


def number(value: float) -> str:
    """A value with its sign, in three decimals."""
    return f"{value:+.3f}".replace("-", "−") if math.isfinite(value) else str(value)


def tooltip(view: CanvasView, hit: Hit | None) -> str:
    """Problems first, then name and value."""
    if hit is None:
        return ""
    if hit.kind in ("note", "group"):
        annotations = view.scene.annotations
        return words_of(hit.spot, annotations.notes[hit.id] if hit.kind == "note" else annotations.groups[hit.id])
    if hit.kind != "layer":
        return "\n".join(filter(None, (view.problem_text("synapses", hit.id), _synapses(view, hit))))
    problem = view.problem_text("layer", hit.id)
    if hit.spot == "badge":
        return problem
    text, document = _layer(view, hit), view.session.document
    if hit.spot == "neuron" and hit.neuron in muted_neurons(document, hit.id):
        return text + "\n" + tr("muted: it sends 0")
    return "\n".join(filter(None, (text, off_words(document, hit.id)))) if hit.spot == "card" else text


def _layer(view: CanvasView, hit: Hit) -> str:
    item = view.scene.layers[hit.id]
    layer = item.layer
    if hit.spot == "neuron" and hit.neuron is not None:
        label = neuron_name(layer, hit.neuron)
        text = tr("{layer}, neuron {label}", layer=layer.name, label=label)
        if item.maps:
            text = f"{layer.name}, {label}"
        values = view.activity.values.get(hit.id)
        if values is None or hit.neuron >= len(values):
            return text
        return f"{text}: {number(float(values[hit.neuron]))}"
    if hit.spot == "gap" and item.maps:
        count = count_text(item.maps.left_out)
        words = tr("{layer}: the {count} weakest maps are not drawn; click to see the next")
        return words.format(layer=layer.name, count=count)
    if hit.spot == "gap":
        gap = next(gap for gap in item.gaps if gap.first == hit.neuron)
        return tr(
            "{layer}: neurons {first} to {last} are not drawn; click to go through them with the arrow keys",
            layer=layer.name,
            first=gap.first + 1,
            last=gap.first + gap.count,
        )
    texts = {
        "port": tr("Drag to another layer to wire it"),
        "less": tr("One map less") if item.maps else tr("One neuron less"),
        "more": tr("One map more") if item.maps else tr("One neuron more"),
        "edge": tr("Drag to change the number of neurons"),
        "subtitle": tr("Click to choose the activation"),
        "fold": tr("Open the layer") if item.folded else tr("Fold the layer up"),
        "title": tr("{layer}: double-click to rename", layer=layer.name),
    }
    return texts.get(hit.spot) or " · ".join(text for text in (layer.name, subtitle(layer), beside(layer)) if text)


def _synapses(view: CanvasView, hit: Hit) -> str:
    item = view.scene.bundles[hit.id]
    a, b = item.source.layer, item.target.layer
    if hit.id in view.scene.threads and not view.nearness.is_far:
        return image_tooltip(view, hit)
    shown, total = len(item.sources), item.total
    lines = []
    if hit.synapse is not None:
        weights = view.parameters.weights.get(hit.id)
        name = f"{a.name} {a.label(hit.synapse.source)} → {b.name} {b.label(hit.synapse.target)}"
        value = value_of(item, weights, hit.synapse.source, hit.synapse.target)
        if value is not None:
            name += f": w = {number(value)}"
        lines.append(name)
    else:
        lines.append(f"{a.name} → {b.name}")
    if view.nearness.is_far or not shown:
        lines.append(tr("{count} synapses", count=count_text(total)))
        means, sizes = Tendencies().of((hit.id,), view.parameters.weights)
        lines += tendency_lines(float(means[0]), float(sizes[0]))
    elif shown == total:
        lines.append(tr("{count} synapses", count=count_text(total)))
    else:
        counts = {"shown": count_text(shown), "count": count_text(total)}
        lines.append(tr("{shown} of {count} synapses are drawn: those between the neurons shown", **counts))
    return "\n".join(lines)

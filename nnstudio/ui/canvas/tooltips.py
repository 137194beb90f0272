"""What is said about the object under the pointer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nnstudio.ui.canvas.bundle_item import value_of
from nnstudio.ui.canvas.look import subtitle
from nnstudio.ui.text import tr

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
    if hit.kind != "layer":
        return "\n".join(filter(None, (view.problem_text("synapses", hit.id), _synapses(view, hit))))
    problem = view.problem_text("layer", hit.id)
    if hit.spot == "badge":
        return problem
    return _layer(view, hit)


def _layer(view: CanvasView, hit: Hit) -> str:
    item = view.scene.layers[hit.id]
    layer = item.layer
    if hit.spot == "neuron" and hit.neuron is not None:
        label = layer.label(hit.neuron)
        values = view.activity.values.get(hit.id)
        if values is None or hit.neuron >= len(values):
            return tr("{layer}, neuron {label}", layer=layer.name, label=label)
        value = number(float(values[hit.neuron]))
        return tr("{layer}, neuron {label}: {value}", layer=layer.name, label=label, value=value)
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
        "less": tr("One neuron less"),
        "more": tr("One neuron more"),
        "edge": tr("Drag to change the number of neurons"),
        "subtitle": tr("Click to choose the activation"),
        "fold": tr("Open the layer") if item.folded else tr("Fold the layer up"),
        "title": tr("{layer}: double-click to rename", layer=layer.name),
    }
    return texts.get(hit.spot) or f"{layer.name} · {subtitle(layer)}"


def _synapses(view: CanvasView, hit: Hit) -> str:
    item = view.scene.bundles[hit.id]
    a, b = item.source.layer, item.target.layer
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
    if shown == total:
        lines.append(tr("{count} synapses", count=f"{total:,}"))
    else:
        counts = {"shown": f"{shown:,}", "count": f"{total:,}"}
        lines.append(tr("{shown} of {count} synapses are drawn: those between the neurons shown", **counts))
    return "\n".join(lines)

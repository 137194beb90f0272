"""A network as a table in text."""

from __future__ import annotations

from nnstudio.catalog.counting import own_count
from nnstudio.catalog.joints import counted
from nnstudio.document import Document, Layer, Parameters, Synapses


def _weights(parameters: Parameters, synapses: Synapses) -> int:
    """How many weights a bundle has: those of synapses that exist."""
    mask = parameters.masks.get(synapses.id)
    return parameters.weights[synapses.id].size if mask is None else int(mask.sum())


def _steps(layer: Layer) -> str:
    """What a layer does with its weighted inputs, in order."""
    steps = []
    if layer.normalization is not None:
        steps.append(f"{layer.normalization.key} norm")
    if layer.kind != "input":
        steps.append(layer.activation.key + (" (bypassed)" if layer.bypassed else ""))
    if layer.dropout:
        steps.append(f"dropout {layer.dropout:g}")
    return ", ".join(steps)


def summary(document: Document) -> str:
    """One line a layer in the order of computing: shape, activation, sources, parameters, multiply-adds a sample."""
    network, parameters = document.network, document.parameters
    rows = [("layer", "kind", "shape", "activation", "from", "parameters", "multiply-adds")]
    total = work = held = 0
    for layer_id in network.order:
        layer = network.layers[layer_id]
        arriving = network.incoming[layer_id]
        own = (parameters.biases[layer_id].size if layer_id in parameters.biases else 0) + own_count(layer)
        weights = sum(_weights(parameters, s) for s in arriving)
        products = sum(counted(network, parameters, s) for s in arriving)
        held += int(parameters.frozen_biases[layer_id].sum()) if layer_id in parameters.frozen_biases else 0
        held += sum(int(mask.sum()) for (owner, _), mask in parameters.frozen_own.items() if owner == layer_id)
        for s in arriving:
            size = _weights(parameters, s)
            held += size if not s.trainable else int(parameters.frozen[s.id].sum()) if s.id in parameters.frozen else 0
        total, work = total + own + weights, work + products
        rows.append(
            (
                layer.name,
                layer.kind,
                " x ".join(str(size) for size in layer.shape),
                _steps(layer),
                ", ".join(network.layers[s.source].name for s in arriving),
                f"{own + weights:,}",
                f"{products:,}",
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(w) if place > 4 else cell.ljust(w)
            for place, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append("")
    lines.append(f"{total:,} parameters, {total - held:,} of them trained; {work:,} multiply-adds a sample")
    muted = sum(int(mask.sum()) for mask in parameters.muted.values())
    if muted:
        lines.append(f"{muted:,} neurons muted")
    return "\n".join(line.rstrip() for line in lines)

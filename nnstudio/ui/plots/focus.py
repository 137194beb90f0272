"""Which layer a plot shows: the selected one, or the first that makes sense."""

from __future__ import annotations

from nnstudio.document import Layer, Network, StudioError
from nnstudio.ui.selection import Selection


def layer_in_focus(network: Network, selection: Selection, *, wired: bool = False) -> Layer | None:
    """The selected layer, the target of selected synapses, else the first hidden layer, else the first output.

    Where ``wired``, only layers at which synapses arrive; a selected layer without any does not count.
    """

    def fits(layer: Layer) -> bool:
        return not wired or bool(network.incoming[layer.id])

    chosen = [network.layers[key] for key in sorted(selection.layers) if key in network.layers]
    bundles = [network.synapses[key] for key in sorted(selection.synapses) if key in network.synapses]
    chosen += [network.layers[bundle.target] for bundle in bundles]
    for layer in chosen:
        if fits(layer):
            return layer
    try:
        order = [network.layers[key] for key in network.order]
    except StudioError:
        order = list(network.layers.values())
    for kind in ("hidden", "output"):
        for layer in order:
            if layer.kind == kind and fits(layer):
                return layer
    return None

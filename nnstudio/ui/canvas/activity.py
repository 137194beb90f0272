"""The colours of neurons: what the network answers to the chosen sample, with the newest weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array, Dataset, Network, Parameters, StudioError
from nnstudio.engine import forward
from nnstudio.ui.canvas.maps import grey, is_image
from nnstudio.ui.theme import theme


@dataclass(frozen=True, slots=True)
class Activity:
    """Layer id -> the outputs of its neurons for one sample, (neurons,); empty where the network cannot answer."""

    values: dict[int, Array] = field(default_factory=dict)

    def colors(self, layer: int) -> NDArray[np.uint8] | None:
        """RGBA (neurons, 4): blue above zero, orange below, strongest at the layer's largest value (at least 1)."""
        values = self.values.get(layer)
        if values is None:
            return None
        finite = np.abs(values[np.isfinite(values)])
        limit = max(1.0, float(finite.max(initial=0.0)))
        share = values / limit
        return theme.diverging(np.sign(share) * (0.15 + 0.85 * np.abs(share)))


def printed(
    network: Network, dataset: Dataset | None, values: Mapping[int, Array]
) -> dict[int, NDArray[np.uint8]]:
    """RGBA of the pixels of inputs that are images: from black, the least value of the data, to white, the largest."""
    inputs = [layer for layer in network.of_kind("input") if is_image(layer) and layer.id in values]
    if not inputs or dataset is None:
        return {}
    some = dataset.inputs[:: max(1, len(dataset.inputs) // 64)]
    low, high = float(np.nanmin(some)), float(np.nanmax(some))
    return {layer.id: grey(values[layer.id], low, high) for layer in inputs}


def activity_of(network: Network, parameters: Parameters, dataset: Dataset | None, sample: int) -> Activity:
    """Run one sample through the network; nothing where there is no data or the network is not whole yet."""
    if dataset is None or not len(dataset.inputs) or not network.layers:
        return Activity()
    row = min(max(0, sample), len(dataset.inputs) - 1)
    try:
        answers = forward(network, parameters, dataset.inputs[row : row + 1])
    except StudioError:
        return Activity()  # the session's problems say what is missing, beside the object
    return Activity({layer: answer.a[0] for layer, answer in answers.items()})

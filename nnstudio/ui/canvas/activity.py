"""The colours of neurons: what the network answers to the chosen sample, with the newest weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array, Dataset, Network, Parameters, StudioError
from nnstudio.ui.theme import theme


@dataclass(frozen=True, slots=True)
class Activity:
    """Layer id -> the outputs of its neurons for one sample, (neurons,); empty where the network cannot answer."""

    values: dict[int, Array] = field(default_factory=dict)


Asked = tuple[Network, Parameters, Dataset | None, int]  # what is run, and the number of the sample


class Answers:
    """Keeps what the network answers until it is asked with another network, other weights or another sample."""

    def __init__(self) -> None:
        self._asked: tuple[object, ...] = ()
        self._activity = Activity()
        self._inputs: tuple[tuple[object, ...], Mapping[int, Array]] = ((), {})
        self._colors: tuple[object, str, Mapping[int, NDArray[np.uint8]]] = (None, "", {})

    def activity(self, *asked: *Asked) -> Activity:
        """What all neurons answer."""
        if not _same(self._asked, asked):
            self._asked, self._activity = asked, activity_of(*asked)
        return self._activity

    def colors(self, *asked: *Asked) -> Mapping[int, NDArray[np.uint8]]:
        """Layer id -> RGBA (neurons, 4) in the present theme."""
        activity = self.activity(*asked)
        if self._colors[0] is not activity or self._colors[1] != theme.name:
            self._colors = (activity, theme.name, colors(activity.values))
        return self._colors[2]

    def inputs(self, *asked: *Asked) -> Mapping[int, Array]:
        """Input layer id -> the values of its neurons, without running the network."""
        network, _, dataset, sample = asked
        if not _same(self._inputs[0], (network, dataset, sample)):
            self._inputs = ((network, dataset, sample), inputs_of(network, dataset, sample))
        return self._inputs[1]


def _same(known: tuple[object, ...], asked: tuple[object, ...]) -> bool:
    return len(known) == len(asked) and all(
        a == b if isinstance(a, int) else a is b for a, b in zip(known, asked, strict=True)
    )


def colors(values: Mapping[int, Array]) -> dict[int, NDArray[np.uint8]]:
    """RGBA (neurons, 4) of layers: blue above zero, orange below, strongest at a layer's largest value (at least 1)."""
    layers = [layer for layer, of_layer in values.items() if of_layer.size]
    if not layers:
        return {}
    counts = np.array([values[layer].size for layer in layers], dtype=np.int64)
    ends: NDArray[np.int64] = np.cumsum(counts)
    joined = np.concatenate([values[layer] for layer in layers])
    sizes = np.abs(np.where(np.isfinite(joined), joined, 0.0))
    limits = np.maximum(1.0, np.maximum.reduceat(sizes, ends - counts))
    share = joined / np.repeat(limits, counts)
    rgba = theme.diverging(np.sign(share) * (0.15 + 0.85 * np.abs(share)))
    return dict(zip(layers, np.split(rgba, ends[:-1]), strict=True))


def activity_of(network: Network, parameters: Parameters, dataset: Dataset | None, sample: int) -> Activity:
    """Run one sample through the network; nothing where there is no data or the network is not whole yet."""
    if dataset is None or not len(dataset.inputs) or not network.layers:
        return Activity()
    from nnstudio.engine import forward  # an empty canvas is painted without it

    row = min(max(0, sample), len(dataset.inputs) - 1)
    try:
        answers = forward(network, parameters, dataset.inputs[row : row + 1])
    except StudioError:
        return Activity()  # the session's problems say what is missing, beside the object
    return Activity({layer: answer.a[0] for layer, answer in answers.items()})


def inputs_of(network: Network, dataset: Dataset | None, sample: int) -> dict[int, Array]:
    """Input layer id -> one sample's values; nothing where there is no data or it does not fit."""
    if dataset is None or not len(dataset.inputs):
        return {}
    from nnstudio.engine.activity import as_rows, input_columns

    row = min(max(0, sample), len(dataset.inputs) - 1)
    try:
        values = as_rows(network, dataset.inputs[row : row + 1])[0]
    except StudioError:
        return {}
    return {layer: values[columns] for layer, columns in input_columns(network).items()}

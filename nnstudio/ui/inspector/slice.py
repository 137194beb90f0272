"""The loss along one weight: everything else held, what the mean loss of the training samples would be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnstudio.catalog.joints import place_of
from nnstudio.document import Array, Dataset, Document, Parameters, StudioError
from nnstudio.ui.selection import SynapseRef

POINTS = 33  # odd, so that the present weight is one of them
MOST_SAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Slice:
    """``weights`` and ``losses`` (points,), the weight ``w`` in the middle, and d loss / d w there.

    ``samples``: how many training samples the mean is over (the first ones, of many).
    """

    ref: SynapseRef
    weights: Array
    losses: Array
    w: float
    loss: float
    slope: float
    samples: int


def loss_slice(document: Document, parameters: Parameters, dataset: Dataset, ref: SynapseRef) -> Slice | None:
    """The slice through the present weight, as far to both sides as it is from 0 and at least 1; None without a loss.

    It takes a few tens of milliseconds and touches no widget, so it can run on any thread.
    """
    from nnstudio.engine import gradients, loss

    rows = dataset.train[:MOST_SAMPLES]
    if not len(rows):
        return None
    X, Y = dataset.inputs[rows], dataset.targets[rows]
    network, part = document.network, document.training.loss
    present = np.array(parameters.weights[ref.synapses])
    place = place_of(network, parameters, network.synapses[ref.synapses], ref.source, ref.target)
    if place is None:
        return None
    w = float(present[place])
    reach = max(1.0, abs(w))
    weights = np.linspace(w - reach, w + reach, POINTS)
    losses = np.empty(POINTS)
    try:
        slope = gradients(network, parameters, X, Y, part).weights[ref.synapses][place]
        for point, weight in enumerate(weights):
            present[place] = weight
            losses[point] = loss(network, parameters.with_weights(ref.synapses, present), X, Y, part)
    except StudioError:
        return None
    return Slice(ref, weights, losses, w, float(losses[POINTS // 2]), float(slope), len(rows))

"""The end of a batch in words and numbers: the mean slope, the optimizer's step, and the update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.catalog import optimizers
from nnstudio.document import Array, Parameters
from nnstudio.session import Walking
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.trace.pages import Page, Ref, number, parameters_name, strongest

if TYPE_CHECKING:
    from nnstudio.engine import Walk


def end_page(walking: Walking) -> Page:
    """The page of an operation that ends a part of the batch, or the batch."""
    kind = walking.operation.kind
    if kind == "average":
        return _average(walking)
    return _optimizer(walking) if kind == "optimizer" else _update(walking)


def _average(walking: Walking) -> Page:
    walk, part = walking.walk, walking.operation.part
    arrays = walk.gradients(part)
    last = part == len(walk.parts) - 1
    count = walk.parts[part].stop
    words = tr("The slopes of {count} samples, with those of the penalties, as their mean.", count=count)
    if not last:
        words += " " + tr("The other micro-batches are still to come; nothing has moved.")
    return _summary(
        walking,
        tr("Mean of the slopes"),
        words,
        tr("dL/dw = 1/n Σ dL/dw of each sample"),
        arrays,
        (tr("largest"), tr("length")),
        tr("L = {loss} on the mean", loss=number(walk.loss(walking.operation))),
    )


def _summary(
    walking: Walking,
    title: str,
    words: str,
    formula: str,
    arrays: Mapping[str, Array],
    heads: tuple[str, str],
    result: str,
) -> Page:
    names = [name for name, array in arrays.items() if array.size]
    largest = np.array([np.abs(arrays[name]).max() for name in names])
    length = np.array([float(np.sqrt(np.square(arrays[name]).sum())) for name in names])
    network = walking.walk.network

    def label(row: int) -> str:
        return parameters_name(names[row], network)

    def worked(row: int) -> str:
        count = arrays[names[row]].size
        text = tr("{what}: {count} numbers, the largest {largest}", what=label(row), count=count, largest="{}")
        return text.format(number(largest[row]))

    return Page(
        title,
        words,
        formula,
        ((heads[0], largest), (heads[1], length)),
        label,
        worked,
        result=result,
        head=tr("parameters"),
    )


def _optimizer(walking: Walking) -> Page:
    walk, operation = walking.walk, walking.operation
    moving, entry = walk.moving(operation.name), optimizers[walk.program.optimizer.key]
    places = strongest(moving.new - moving.value)
    index = np.array(np.unravel_index(places, moving.value.shape or (1,))).T
    network = walk.network
    kind, key = operation.name.split("/")[:2]

    def taken(array: Array) -> Array:
        return np.asarray(array.ravel()[places])

    old, new, slope = taken(moving.value), taken(moving.new), taken(moving.gradient)
    states = [(title, taken(moving.state[title]), taken(values)) for title, values in moving.new_state.items()]

    def label(row: int) -> str:
        place = [int(k) for k in index[row]]
        if kind == "weights":
            synapses = network.synapses[int(key)]
            if len(place) <= 2:
                ends = network.layers[synapses.source], network.layers[synapses.target]
                return f"{ends[0].label(place[0])} → {ends[1].label(place[-1])}"
            return ", ".join(str(k + 1) for k in place)
        layer = network.layers[int(key)]
        if not moving.value.ndim:  # one number that the whole layer shares
            return layer.name
        return layer.label(place[0]) if moving.value.size == layer.size else str(place[0] + 1)

    def ref(row: int) -> Ref | None:
        place = [int(k) for k in index[row]]
        if kind == "weights":
            return SynapseRef(int(key), place[0], place[-1]) if len(place) <= 2 else None
        return NeuronRef(int(key), place[0]) if moving.value.size == network.layers[int(key)].size else None

    def worked(row: int) -> str:
        lines = [f"{tr(title)}: {number(before[row])} → {number(after[row])}" for title, before, after in states]
        step = number(new[row] - old[row])
        return "\n".join([*lines, f"w: {number(old[row])} → {number(new[row])}   ({step})"])

    columns = ((tr("w"), old), (tr("slope"), slope), *((tr(title), after) for title, _, after in states))
    bundle = kind == "weights"
    return Page(
        tr("{what}: the optimizer's step", what=parameters_name(operation.name, network)),
        tr(entry.summary),
        entry.formula,
        (*columns, (tr("new w"), new)),
        label,
        worked,
        ref,
        result=_pace(walk),
        head=tr("synapse") if bundle else tr("neuron"),
        concerns=(frozenset[int](), frozenset({int(key)})) if bundle else (frozenset({int(key)}), frozenset[int]()),
    )


def _update(walking: Walking) -> Page:
    title = tr("Update {number}", number=walking.walk.update)
    if walking.walk.waits:
        words = tr("These samples are fewer than a batch: they wait for the first batch of the next epoch.")
        return Page(title, words)
    if walking.after is None:
        return Page(title, tr("All weights and biases take their new values at once…"))
    moves = _moves(walking.before.parameters, walking.after.parameters)
    words = tr("All weights and biases have taken their new values at once. Undo takes this step back.")
    heads = (tr("largest move"), tr("length"))
    return _summary(walking, title, words, tr("w ← new w"), moves, heads, _pace(walking.walk))


def _pace(walk: Walk) -> str:
    """The learning rate of the update, and the momentum where a schedule moves it."""
    rate = number(walk.learning_rate)
    if walk.momentum is None:
        return tr("learning rate {rate}", rate=rate)
    return tr("learning rate {rate}, momentum {momentum}", rate=rate, momentum=number(walk.momentum))


def _moves(before: Parameters, after: Parameters) -> dict[str, Array]:
    """By how much each array of parameters moved."""
    found: dict[str, Array] = {}
    for kind, old, new in (("weights", before.weights, after.weights), ("biases", before.biases, after.biases)):
        found |= {f"{kind}/{key}": array - old[key] for key, array in new.items() if key in old}
    return found

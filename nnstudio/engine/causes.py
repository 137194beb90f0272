"""Why a batch gave a number that is not finite: which value was the first, in which layer."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Layer, Message
from nnstudio.engine.operations import (
    Activate,
    AddProduct,
    BiasSlope,
    Lose,
    Normalize,
    StartSum,
    TakeInputs,
    TakeTargets,
    WeightSlope,
)
from nnstudio.engine.table import Table

Kind = Literal["z", "n", "a", "d", "y"]


def first_cause(table: Table, count: int, rows: NDArray[np.int64]) -> Message:
    """The cause, from what the arena holds of the last ``count`` samples, whose row numbers are ``rows``.

    The values are looked at in the order in which they were computed, so that the first one found is where it began.
    """
    for step in table.program.forward:
        found = None
        match step:
            case TakeInputs(layer, _):
                found = _in_samples(table, layer, "a", count, rows, "the input {neuron} of row {row} is not a number")
            case TakeTargets(layer, _):
                found = _in_samples(table, layer, "y", count, rows, "the target {neuron} of row {row} is not a number")
            case StartSum(layer) | AddProduct(_, _, layer, _):
                found = _in_layer(table, layer, "z", count, 'the weighted inputs of "{layer}" grew beyond all bounds')
            case Normalize(layer):
                found = _in_layer(table, layer, "n", count, 'the normalized inputs of "{layer}" are not finite numbers')
            case Activate(layer):
                found = _in_layer(table, layer, "a", count, 'the activations of "{layer}" are not finite numbers')
            case Lose(layer):
                found = _in_layer(table, layer, "d", count, 'the slope of the loss at "{layer}" is not finite')
            case _:
                pass
        if found is not None:
            return found
    return _in_gradient(table)


def _block(table: Table, layer: Layer, kind: Kind, count: int) -> NDArray[np.bool_]:
    """Where a block is not finite: (neurons, samples)."""
    return ~np.isfinite(table.block(layer, kind, count))


def _in_samples(
    table: Table, layer: Layer, kind: Kind, count: int, rows: NDArray[np.int64], template: str
) -> Message | None:
    bad = _block(table, layer, kind, count)
    if not bad.any():
        return None
    neuron, sample = (int(place[0]) for place in np.nonzero(bad))
    return Message.of(template, neuron=layer.label(neuron), row=int(rows[sample]) + 1)


def _in_layer(table: Table, layer: Layer, kind: Kind, count: int, template: str) -> Message | None:
    return Message.of(template, layer=layer.name) if _block(table, layer, kind, count).any() else None


def _in_gradient(table: Table) -> Message:
    """The first parameters, going back from the outputs, whose slopes are too large; else the loss itself."""
    program = table.program
    for step in program.backward:
        match step:
            case BiasSlope(layer):
                slot, name = program.biases[layer.id], layer.name
            case WeightSlope(synapses, _, layer):
                slot, name = program.weights[synapses.id], layer.name
            case _:
                continue
        slopes = np.asarray(table.g[slot.span], dtype=table.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            total = np.square(slopes).sum(dtype=table.dtype)
        if not np.isfinite(total):
            return Message.of('the gradient of "{layer}" grew beyond all bounds', layer=name)
    name = next(step.layer.name for step in program.forward if isinstance(step, Lose))
    return Message.of('the loss at "{layer}" grew beyond all bounds', layer=name)

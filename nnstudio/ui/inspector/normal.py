"""How a neuron's weighted input is normalized, number by number, and what else its layer trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnstudio.catalog import activations, normalizations
from nnstudio.document import Layer, Parameters, Part
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import NeuronRef


@dataclass(frozen=True, slots=True)
class OwnValue:
    """One of the values that a layer owns beside its biases, as a neuron has it."""

    name: str
    value: float
    frozen: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class Normal:
    """n = hat · gain + shift with hat = (z - mean) / spread; None without a sample.

    ``running``: mean and spread are those that training kept, not those of the sample.
    """

    mean: float | None
    spread: float | None
    hat: float | None
    gain: OwnValue
    shift: OwnValue
    n: float | None
    running: bool


def own_value(parameters: Parameters, ref: NeuronRef, name: str) -> OwnValue | None:
    """A neuron's own value called ``name``; None where its layer has none."""
    values = parameters.own.get((ref.layer, name))
    if values is None:
        return None
    place = ref.neuron % values.size
    held = parameters.frozen_own.get((ref.layer, name))
    frozen = held is not None and bool(held.reshape(-1)[place])
    return OwnValue(name, float(values.reshape(-1)[place]), frozen, values.ndim == 0)


def normal_of(reading: Reading, ref: NeuronRef) -> Normal | None:
    """How the layer of neuron ``ref`` is normalized in evaluation; None where it is not."""
    part = reading.document.network.layers[ref.layer].normalization
    gain, shift = (own_value(reading.parameters, ref, name) for name in ("gain", "shift"))
    if part is None or gain is None or shift is None:
        return None
    entry = normalizations[part.key]
    running = entry.memory is not None
    z, n = reading.weighted(ref.layer), reading.taken(ref.layer)
    if z is None or n is None:
        return Normal(None, None, None, gain, shift, None, running)
    settings, row = entry.values(part), z[np.newaxis]
    found = entry.center(row, reading.parameters.own_of(ref.layer), False, **settings)
    mean, variance = (float(np.broadcast_to(values, row.shape)[0, ref.neuron]) for values in found)
    spread = float(np.sqrt(variance + settings["epsilon"]))
    return Normal(mean, spread, (float(z[ref.neuron]) - mean) / spread, gain, shift, float(n[ref.neuron]), running)


def trained_part(layer: Layer, parameters: Parameters) -> Part:
    """The activation of ``layer`` with what is trained of it in the place of its settings."""
    part = layer.activation
    for own in activations[part.key].owns:
        values = parameters.own.get((layer.id, own.name))
        if values is not None:
            part = part.with_setting(own.name, float(values.reshape(-1)[0]))
    return part

"""What a network answers, neuron by neuron, in plain NumPy: quick to import, for pictures and predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, normalizations, wirings
from nnstudio.document import Layer, Network, Parameters, Part, StudioError

Real = NDArray[np.floating[Any]]
SAMPLES_AT_ONCE, NUMBERS_AT_ONCE = 256, 1 << 20  # predicted in one go: so many samples, or values of neurons if more


class Activity(NamedTuple):
    """One layer's weighted inputs ``z``, what its activation takes, ``n``, and activations ``a``, (samples, neurons).

    ``n`` is z itself unless the layer is normalized. Of an input layer all are x.
    """

    z: Real
    a: Real
    n: Real


@np.errstate(over="ignore", invalid="ignore")  # of a network that has diverged the answers are not finite numbers
def forward(
    network: Network,
    parameters: Parameters,
    inputs: NDArray[Any],
    dtype: str = "float64",
    *,
    training: bool = False,
) -> Mapping[int, Activity]:
    """Layer id -> Activity for samples (samples, *input shape), in the network's order.

    Several input layers share the columns of ``inputs``, one after the other in order of their ids. StudioError where
    the columns do not match the input neurons, or layers do not fit their wiring. No neuron is dropped. ``training``:
    batch normalization takes the statistics of these samples, else the running ones.
    """
    rows = as_rows(network, inputs, dtype)
    activity: dict[int, Activity] = {}
    for layer_id, columns in input_columns(network).items():
        x = _sent(rows[:, columns], parameters, layer_id)
        activity[layer_id] = Activity(x, x, x)
    for layer_id in network.order:
        layer = network.layers[layer_id]
        if layer.kind == "input":
            continue
        z = np.zeros((len(rows), layer.size), dtype=dtype)
        if layer.has_bias:
            z += np.tile(parameters.biases[layer_id].astype(dtype), layer.size // layer.bias_count)
        for synapses in network.incoming[layer_id]:
            source, part = network.layers[synapses.source], synapses.wiring
            check_wiring(source, layer, part)
            weights = parameters.weights[synapses.id].astype(dtype)
            z += wirings[part.key].send(source, layer, part, activity[synapses.source].a, weights)
        n = normalized(layer, parameters, z, training=training)
        entry = activations[layer.applied.key]
        a = entry.value(n, **activation_settings(layer, parameters)).astype(dtype, copy=False)
        activity[layer_id] = Activity(z, a if layer.kind == "output" else _sent(a, parameters, layer_id), n)
    return activity


def normalized(layer: Layer, parameters: Parameters, z: Real, *, training: bool = False) -> Real:
    """What the activation of ``layer`` takes, from its weighted inputs z (samples, neurons)."""
    part = layer.normalization
    if part is None:
        return z
    return normalizations[part.key].apply(part, z, parameters.own_of(layer.id), training)


def activation_settings(layer: Layer, parameters: Parameters) -> dict[str, Any]:
    """The settings of a layer's activation; what is trained stands in the place of the setting of its name."""
    entry = activations[layer.applied.key]
    own = {one.name: parameters.own.get((layer.id, one.name)) for one in entry.owns}
    trained = {name: float(values) for name, values in own.items() if values is not None}
    return {**entry.values(layer.applied), **trained}


def _sent(a: Real, parameters: Parameters, layer: int) -> Real:
    """What a layer sends of its activations: 0 for its muted neurons."""
    muted = parameters.muted.get(layer)
    return a if muted is None else np.where(muted, np.zeros(1, a.dtype), a)


def check_wiring(source: Layer, target: Layer, part: Part) -> None:
    """StudioError where those two layers cannot be wired so."""
    refusal = wirings[part.key].refusal(source, target, part)
    if refusal is not None:
        raise StudioError("{reason}", reason=refusal)


def predict(network: Network, parameters: Parameters, inputs: NDArray[Any], dtype: str = "float64") -> Real:
    """The activations of the output layers side by side, (samples, outputs), in order of the layers' ids.

    Many samples are worked through part by part, so that memory holds the neurons of a part only.
    """
    columns = output_columns(network)
    if not columns:
        raise StudioError("The network has no output layer.")
    rows = np.asarray(inputs)
    neurons = sum(layer.size for layer in network.layers.values())
    most = max(SAMPLES_AT_ONCE, NUMBERS_AT_ONCE // max(1, neurons))
    parts = []
    for start in range(0, max(1, len(rows)) if rows.ndim else 1, most):
        activity = forward(network, parameters, rows[start : start + most] if rows.ndim else rows, dtype)
        parts.append(np.concatenate([activity[layer].a for layer in columns], axis=1))
    return np.concatenate(parts)


def input_columns(network: Network) -> dict[int, slice]:
    """Input layer id -> the columns of the data that it takes."""
    return _columns(network, "input")


def output_columns(network: Network) -> dict[int, slice]:
    """Output layer id -> the columns of the targets that it answers for."""
    return _columns(network, "output")


def _columns(network: Network, kind: str) -> dict[int, slice]:
    columns: dict[int, slice] = {}
    start = 0
    for layer_id in sorted(network.layers):
        layer = network.layers[layer_id]
        if layer.kind == kind:
            columns[layer_id] = slice(start, start + layer.size)
            start += layer.size
    return columns


def as_rows(network: Network, inputs: NDArray[Any], dtype: str = "float64") -> Real:
    """``inputs`` as (samples, input neurons) of ``dtype``; StudioError where the columns do not match."""
    values = np.asarray(inputs)
    wanted = sum(layer.size for layer in network.of_kind("input"))
    if values.ndim == 0 or (values.size // len(values) if len(values) else wanted) != wanted:
        shape = " x ".join(str(n) for n in values.shape)
        raise StudioError(
            "The inputs have the shape {shape}; the network takes {wanted} values a sample.", shape=shape, wanted=wanted
        )
    return in_type(values.reshape(len(values), wanted), dtype, "The inputs")


def in_type(values: NDArray[Any], dtype: str, what: str) -> Real:
    """A contiguous array of ``dtype``; StudioError where a finite number is too large for it."""
    try:
        with np.errstate(over="raise"):
            return np.ascontiguousarray(values, dtype=dtype)
    except FloatingPointError:
        raise StudioError(
            "{what} hold a number that is too large for {dtype}: scale the data or train in float64.",
            what=what,
            dtype=dtype,
        ) from None

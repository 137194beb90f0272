"""Whether the parts of a document that was read fit each other and the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import (
    activations,
    generators,
    initializers,
    losses,
    normalizations,
    optimizers,
    schedules,
    wirings,
)
from nnstudio.catalog.entry import Entry
from nnstudio.catalog.initial import owns_of
from nnstudio.document import Document, Network, Parameters, Part, StudioError
from nnstudio.document.edits.settings import check_stop
from nnstudio.document.edits.structure import check_regularity

_MOST_NEURONS = 10_000_000
_MOST_WEIGHTS = 1 << 31
_KINDS: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "integer": (int,),
    "switch": (bool,),
    "choice": (str,),
}


def check_document(document: Document) -> None:
    """StudioError (half a sentence) where something is unknown to the catalog, of the wrong shape, or not a number."""
    _check_parts(document)
    _check_sizes(document.network)
    for title, parameters in (("", document.parameters), ("initial ", document.initial)):
        check_parameters(document.network, parameters, title)
    for name, values in document.progress.series.items():
        if values.ndim != 1 or values.dtype != np.float64:
            raise StudioError('its curve "{name}" is not a row of numbers', name=name)
    for layer, (x, y) in document.layout.items():
        if layer not in document.network.layers:
            raise StudioError("it places layer {id}, which is missing", id=layer)
        if not (np.isfinite(x) and np.isfinite(y)):
            raise StudioError('layer "{name}" lies nowhere', name=document.network.layers[layer].name)


def check_parameters(network: Network, parameters: Parameters, title: str = "") -> None:
    """StudioError (half a sentence) where ``parameters`` do not belong to ``network`` or are not finite."""
    shapes: dict[int, tuple[int, ...]] = {}
    for bundle in network.synapses.values():
        source, target = network.layers[bundle.source], network.layers[bundle.target]
        shapes[bundle.id] = wirings[bundle.wiring.key].weight_shape(source, target, bundle.wiring)
    sizes = {layer.id: (layer.bias_count,) for layer in network.layers.values() if layer.has_bias}
    neurons = {layer.id: (layer.size,) for layer in network.layers.values() if layer.kind != "output"}
    owned = {(layer.id, one.name): one.shape(layer) for layer in network.layers.values() for one in owns_of(layer)}
    checked: tuple[tuple[str, Mapping[Any, NDArray[Any]], Mapping[Any, tuple[int, ...]]], ...] = (
        ("weights", parameters.weights, shapes),
        ("frozen synapses", parameters.frozen, shapes),
        ("biases", parameters.biases, sizes),
        ("frozen biases", parameters.frozen_biases, sizes),
        ("masks", parameters.masks, shapes),
        ("muted neurons", parameters.muted, neurons),
        ("own values", parameters.own, owned),
        ("frozen own values", parameters.frozen_own, owned),
    )
    for what, arrays, wanted in checked:
        for key, values in arrays.items():
            if key not in wanted:
                raise StudioError(
                    "it has {title}{what} of number {id}, which is missing", title=title, what=what, id=_spelled(key)
                )
            where = _where(network, key)
            if values.shape != wanted[key]:
                raise StudioError(
                    "the {title}{what} of {where} are {given} numbers instead of {expected}",
                    title=title,
                    what=what,
                    where=where,
                    given=_shape(values.shape),
                    expected=_shape(wanted[key]),
                )
            if not np.isfinite(values).all():
                raise StudioError(
                    "the {title}{what} of {where} hold {value}, which is no number",
                    title=title,
                    what=what,
                    where=where,
                    value=values[~np.isfinite(values)][0],
                )
    for (layer, name), values in parameters.own.items():
        if name == "variance" and (values < 0).any():
            raise StudioError('a running variance of "{name}" is below 0', name=network.layers[layer].name)


def _spelled(key: Any) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _check_parts(document: Document) -> None:
    for layer in document.network.layers.values():
        _check_part(activations[layer.activation.key], layer.activation)
        if layer.normalization is not None:
            _check_part(normalizations[layer.normalization.key], layer.normalization)
        try:
            check_regularity(layer, layer.normalization, layer.dropout)
        except StudioError as error:
            raise StudioError("{reason}", reason=str(error).rstrip(".")) from error
    for bundle in document.network.synapses.values():
        _check_part(wirings[bundle.wiring.key], bundle.wiring)
        _check_part(initializers[bundle.initializer.key], bundle.initializer)
    _check_part(losses[document.training.loss.key], document.training.loss)
    _check_part(optimizers[document.training.optimizer.key], document.training.optimizer)
    if document.training.schedule is not None:
        _check_part(schedules[document.training.schedule.key], document.training.schedule)
    check_stop(document.training.stop)
    source = document.data.source if document.data is not None else None
    if source is not None and source.kind == "generator":
        _check_part(generators[source.key], Part(source.key, source.settings))


def _check_part(entry: Entry, part: Part) -> None:
    entry.values(part)
    for setting in entry.settings:
        value = part.get(setting.name, setting.default)
        if not isinstance(value, _KINDS[setting.kind]) or (isinstance(value, bool) and setting.kind != "switch"):
            raise StudioError(
                "{setting} of {label} is {value}, which is of the wrong kind",
                setting=setting.label,
                label=entry.label,
                value=repr(value),
            )


def _check_sizes(network: Network) -> None:
    for layer in network.layers.values():
        if layer.size > _MOST_NEURONS:
            raise StudioError('layer "{name}" would have {size} neurons', name=layer.name, size=layer.size)
    for bundle in network.synapses.values():
        count = network.layers[bundle.source].size * network.layers[bundle.target].size
        if bundle.wiring.key == "full" and count > _MOST_WEIGHTS:
            raise StudioError("{where} would have {count} synapses", where=_where(network, bundle.id), count=count)


def _where(network: Network, key: Any) -> str:
    key = key[0] if isinstance(key, tuple) else key
    if key in network.layers:
        return f'"{network.layers[key].name}"'
    bundle = network.synapses[key]
    return f'"{network.layers[bundle.source].name}" → "{network.layers[bundle.target].name}"'


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "1"

"""Maps of layers shaped as images: one more, one less, or another height and width; all others keep their weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both
from nnstudio.document.edits.structure import checked_size
from nnstudio.document.message import Message, StudioError
from nnstudio.document.network import Layer
from nnstudio.document.parameters import Parameters, read_only

Whole = NDArray[np.int64]
NEW = -1  # a neuron or a map that was not there before


def spread(shape: tuple[int, ...], wanted: tuple[int, ...], maps: Whole) -> Whole:
    """For each neuron of an image the one that stood at the same row and column of the same map, or ``NEW``.

    Both shapes are (height, width, maps); ``maps`` (wanted maps,) tells of each the number that it had.
    """
    before = np.arange(math.prod(shape), dtype=np.int64).reshape(shape)
    after = np.full(wanted, NEW, dtype=np.int64)
    high, wide = min(shape[0], wanted[0]), min(shape[1], wanted[1])
    there = (maps >= 0) & (maps < shape[2])
    after[:high, :wide, there] = before[:high, :wide, maps[there]]
    return after.reshape(-1)


def reshaped(document: Document, layer: Layer, wanted: tuple[int, ...], maps: Whole) -> Document:
    """``document`` with another shape of an image; what is new has no weights yet: catalog.initial draws them.

    ``maps`` (wanted maps,): which map each of them was, ``NEW`` where it was none. Synapses of new neurons all exist.
    """
    checked_size(math.prod(wanted), layer.name)
    neurons = spread(layer.shape, wanted, maps)
    labels = layer.labels if len(neurons) >= layer.size else layer.labels[: len(neurons)]
    network = document.network.changed_layer(layer.id, shape=wanted, labels=labels)
    arriving = {s.id for s in network.incoming[layer.id]}
    leaving = {s.id for s in network.outgoing[layer.id]}

    def of_bundle(i: int, values: NDArray[Any], new: Any) -> NDArray[Any]:
        if i not in arriving | leaving or not values.size:
            return values
        if values.ndim == 4:  # a convolution: of this layer it knows maps alone, and of its source's those of a group
            axis, count, order = (3 if i in arriving else 2), layer.shape[2], maps
        else:
            axis, count, order = (values.ndim - 1 if i in arriving else 0), layer.size, neurons
        return _taken(values, axis, order, new) if values.shape[axis] == count else values

    def of_layer(values: NDArray[Any], new: Any) -> NDArray[Any]:
        if values.ndim != 1 or len(values) not in (layer.shape[2], layer.size):
            return values
        return _taken(values, 0, maps if len(values) == layer.shape[2] else neurons, new)

    def change(parameters: Parameters) -> Parameters:
        def bundles(arrays: Mapping[int, NDArray[Any]], new: Any) -> dict[int, NDArray[Any]]:
            return {i: of_bundle(i, a, new) for i, a in arrays.items()}

        def layers(arrays: Mapping[Any, NDArray[Any]], new: Any) -> dict[Any, NDArray[Any]]:
            owner = {key: key[0] if isinstance(key, tuple) else key for key in arrays}
            return {key: of_layer(a, new) if owner[key] == layer.id else a for key, a in arrays.items()}

        return Parameters(
            bundles(parameters.weights, math.nan),
            layers(parameters.biases, 0.0),
            bundles(parameters.frozen, False),
            layers(parameters.frozen_biases, False),
            bundles(parameters.masks, True),
            layers(parameters.muted, False),
            layers(parameters.own, math.nan),
            layers(parameters.frozen_own, False),
        )

    return in_both(document.having(network=network), change)


def _taken(values: NDArray[Any], axis: int, order: Whole, new: Any) -> NDArray[Any]:
    """``values`` in another order along one axis, ``new`` where the order says ``NEW``."""
    found = np.take(values, np.maximum(order, 0), axis=axis)
    fresh = np.moveaxis(found, axis, 0)
    fresh[order < 0] = new
    return read_only(found, values.dtype.type)


def _image(document: Document, layer: int) -> Layer:
    found = document.network.layer(layer)
    if len(found.shape) != 3:
        raise StudioError('"{layer}" is no image: it has neurons instead of maps.', layer=found.name)
    return found


@dataclass(frozen=True)
class InsertMap:
    """Put a new map before map number ``place`` of an image; all others keep their weights."""

    layer: int
    place: int

    def describe(self, document: Document) -> Message:
        """The layer."""
        return Message.of("Add a map to {layer}", layer=document.network.layer(self.layer).name)

    def apply(self, document: Document) -> Document:
        """Its weights are drawn; StudioError where the layer is no image, has no such place, or would be too large."""
        layer = _image(document, self.layer)
        height, width, count = layer.shape
        if not 0 <= self.place <= count:
            raise StudioError(
                '"{layer}" has {count} maps: a new one can have number 1 to {most}.',
                layer=layer.name,
                count=count,
                most=count + 1,
            )
        return reshaped(document, layer, (height, width, count + 1), np.insert(np.arange(count), self.place, NEW))


@dataclass(frozen=True)
class RemoveMap:
    """Take one map out of an image; all others keep their weights."""

    layer: int
    map: int

    def describe(self, document: Document) -> Message:
        """The layer and the map."""
        name = document.network.layer(self.layer).name
        return Message.of("Delete map {map} of {layer}", map=self.map + 1, layer=name)

    def apply(self, document: Document) -> Document:
        """StudioError where the layer is no image, has no such map, or no other one."""
        layer = _image(document, self.layer)
        height, width, count = layer.shape
        if not 0 <= self.map < count:
            raise StudioError(
                '"{layer}" has no map number {number}; it has {count}.',
                layer=layer.name,
                number=self.map + 1,
                count=count,
            )
        if count == 1:
            raise StudioError('The only map of "{layer}" cannot be taken out: delete the layer.', layer=layer.name)
        return reshaped(document, layer, (height, width, count - 1), np.delete(np.arange(count), self.map))

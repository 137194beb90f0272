"""Edits of how many neurons or maps a layer has: those that stay keep their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document.document import Document
from nnstudio.document.edits.edit import in_both
from nnstudio.document.edits.maps import NEW, reshaped
from nnstudio.document.edits.pairs import uncoupled
from nnstudio.document.edits.structure import checked_neuron, checked_size, shape_text
from nnstudio.document.message import Message, StudioError
from nnstudio.document.network import Network
from nnstudio.document.parameters import OwnKey, Parameters, read_only


@dataclass(frozen=True)
class ResizeLayer:
    """Change how many neurons a layer has: new ones are added at the end, surplus ones are taken from there."""

    layer: int
    size: int

    def describe(self, document: Document) -> Message:
        """The name and the new size."""
        return Message.of(
            "Resize {layer} to {size} neurons", layer=document.network.layer(self.layer).name, size=self.size
        )

    def apply(self, document: Document) -> Document:
        """All other neurons keep their weights."""
        layer = document.network.layer(self.layer)
        checked_size(self.size, layer.name)
        if self.size == layer.size:
            return document
        kept = np.arange(min(self.size, layer.size))
        labels = layer.labels if self.size > layer.size else layer.labels[: self.size]
        network = document.network.changed_layer(self.layer, shape=(self.size,), labels=labels)
        return _keeping(document, network, self.layer, kept)


@dataclass(frozen=True)
class ReshapeLayer:
    """Give a layer another shape: a number of neurons, or (height, width, channels)."""

    layer: int
    shape: tuple[int, ...]

    def describe(self, document: Document) -> Message:
        """The name and the new shape."""
        name = document.network.layer(self.layer).name
        return Message.of("Shape {layer} as {shape}", layer=name, shape=shape_text(self.shape))

    def apply(self, document: Document) -> Document:
        """Neurons of the same number keep their weights, of images those of the same map, row and column.

        An image that is read in other rows has the same neurons as before. StudioError where it is no shape.
        """
        layer = document.network.layer(self.layer)
        if len(self.shape) not in (1, 3) or min(self.shape) < 1:
            raise StudioError(
                'The shape of "{name}" is {given}; give a number of neurons, or (height, width, channels), from 1 up.',
                name=layer.name,
                given=self.shape,
            )
        if self.shape == layer.shape:
            return document
        size = prod(self.shape)
        checked_size(size, layer.name)
        if len(layer.shape) == len(self.shape) == 3 and size != layer.size:
            maps = np.arange(self.shape[2])
            return reshaped(document, layer, self.shape, np.where(maps < layer.shape[2], maps, NEW))
        labels = layer.labels if size >= layer.size else layer.labels[:size]
        network = document.network.changed_layer(self.layer, shape=self.shape, labels=labels)
        return _keeping(document, network, self.layer, np.arange(min(size, layer.size)))


@dataclass(frozen=True)
class RemoveNeuron:
    """Take one neuron out of a layer."""

    layer: int
    neuron: int

    def describe(self, document: Document) -> Message:
        """The layer and the neuron."""
        layer = document.network.layer(self.layer)
        return Message.of("Delete neuron {neuron} of {layer}", neuron=layer.label(self.neuron), layer=layer.name)

    def apply(self, document: Document) -> Document:
        """All other neurons keep their weights and counterparts; StudioError for the last one, or where it is none."""
        layer = document.network.layer(self.layer)
        checked_neuron(layer, self.neuron)
        if len(layer.shape) > 1:
            raise StudioError(
                '"{layer}" is {shape}; no single neuron can be taken out: delete its map, or change the shape.',
                layer=layer.name,
                shape=shape_text(layer.shape),
            )
        checked_size(layer.size - 1, layer.name)
        document = uncoupled(document, self.layer)
        kept = np.array([n for n in range(layer.size) if n != self.neuron])
        labels = tuple(label for n, label in enumerate(layer.labels) if n != self.neuron)
        network = document.network.changed_layer(self.layer, shape=(layer.size - 1,), labels=labels)
        return _keeping(document, network, self.layer, kept)


def _keeping(document: Document, network: Network, layer: int, kept: NDArray[np.int64]) -> Document:
    """``document`` with ``network``, in which only the ``kept`` neurons of ``layer`` bring their parameters along."""
    arriving = {synapses.id for synapses in network.incoming[layer]}
    leaving = {synapses.id for synapses in network.outgoing[layer]}

    def cut_one(i: int, w: NDArray[Any]) -> Any:
        if w.ndim == 1 and w.size and i in arriving | leaving:  # one-to-one: both ends count the same
            return read_only(w[kept[kept < w.size]], w.dtype.type)
        if w.ndim != 2:  # shared weights belong to channels, not to single neurons
            return w
        return (
            read_only(w[:, kept], w.dtype.type)
            if i in arriving
            else read_only(w[kept, :], w.dtype.type)
            if i in leaving
            else w
        )

    def cut_weights(values: Mapping[int, NDArray[Any]]) -> dict[int, Any]:
        return {i: cut_one(i, w) for i, w in values.items()}

    def cut_biases(values: Mapping[int, NDArray[Any]]) -> dict[int, Any]:
        return {i: read_only(b[kept[kept < b.size]], b.dtype.type) if i == layer else b for i, b in values.items()}

    def cut_own(values: Mapping[OwnKey, NDArray[Any]]) -> dict[OwnKey, Any]:
        return {
            key: read_only(a[kept[kept < a.size]], a.dtype.type) if key[0] == layer and a.ndim else a
            for key, a in values.items()
        }

    def cut(parameters: Parameters) -> Parameters:
        return Parameters(
            cut_weights(parameters.weights),
            cut_biases(parameters.biases),
            cut_weights(parameters.frozen),
            cut_biases(parameters.frozen_biases),
            cut_weights(parameters.masks),
            cut_biases(parameters.muted),
            cut_own(parameters.own),
            cut_own(parameters.frozen_own),
        )

    return in_both(document.having(network=network), cut)

"""Layers are neurons, synapses are the wiring: the immutable structure of a network, without its weights."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Any, Literal

from nnstudio.document.message import StudioError
from nnstudio.document.part import Part

LayerKind = Literal["input", "hidden", "output"]
_OF_WIRES = ("incoming", "outgoing", "order", "_ahead")  # what a network keeps about its wires alone


@dataclass(frozen=True, slots=True)
class Layer:
    """A population of neurons with one shape, one bias rule and one activation.

    ``normalization`` (None: none) is applied to the weighted inputs, before the activation. ``dropout``: the share of
    the neurons that send nothing, drawn anew for every sample while training; the others send as much more.
    """

    id: int
    kind: LayerKind
    name: str
    shape: tuple[int, ...]
    activation: Part = Part("linear")
    bias: bool = True
    labels: tuple[str, ...] = ()
    bypassed: bool = False
    normalization: Part | None = None
    dropout: float = 0.0

    @property
    def applied(self) -> Part:
        """The activation that counts: none ("linear", a = z) where it is bypassed."""
        return Part("linear") if self.bypassed else self.activation

    @property
    def size(self) -> int:
        """How many neurons the layer has."""
        return prod(self.shape)

    @property
    def has_bias(self) -> bool:
        """Whether its neurons own a bias (an input's never do)."""
        return self.bias and self.kind != "input"

    @property
    def bias_count(self) -> int:
        """How many biases its neurons share: one each, or one a channel where the shape is (height, width, channels).

        Neuron n has bias ``n % bias_count``: channels lie innermost.
        """
        return self.shape[2] if len(self.shape) == 3 else self.size

    def label(self, neuron: int) -> str:
        """The neuron's own name, or its number counted from 1; in an image its map, and its row and column there."""
        if len(self.shape) == 3 and self.shape[0] * self.shape[1] > 1:
            place, channel = divmod(neuron, self.shape[2])
            row, column = divmod(place, self.shape[1])
            spot = f"({row + 1}, {column + 1})"
            return spot if self.shape[2] == 1 else f"{channel + 1} {spot}"
        return self.labels[neuron] if neuron < len(self.labels) else str(neuron + 1)


@dataclass(frozen=True, slots=True)
class Synapses:
    """How one layer (``source``) is wired to another (``target``); it owns the weights, kept in ``Parameters``."""

    id: int
    source: int
    target: int
    wiring: Part = Part("full")
    initializer: Part = Part("glorot_uniform")
    l1: float = 0.0
    l2: float = 0.0
    trainable: bool = True


@dataclass(frozen=True)
class Network:
    """Layers and synapses by id. One counter gives ids to both, so an id is never used twice in a document."""

    layers: Mapping[int, Layer] = field(default_factory=dict)
    synapses: Mapping[int, Synapses] = field(default_factory=dict)
    next_id: int = 1

    def layer(self, layer_id: int) -> Layer:
        """The layer with that id; StudioError where there is none."""
        if layer_id not in self.layers:
            raise StudioError("There is no layer number {id} in this network.", id=layer_id)
        return self.layers[layer_id]

    def named(self, name: str) -> Layer:
        """The layer called ``name``; StudioError names those that exist."""
        for layer in self.layers.values():
            if layer.name == name:
                return layer
        known = ", ".join(layer.name for layer in self.layers.values()) or "none"
        raise StudioError('There is no layer "{name}"; the layers are: {known}.', name=name, known=known)

    def of_kind(self, kind: LayerKind) -> tuple[Layer, ...]:
        """All layers of one kind, in the order in which they were made."""
        return tuple(layer for layer in self.layers.values() if layer.kind == kind)

    @cached_property
    def incoming(self) -> Mapping[int, tuple[Synapses, ...]]:
        """Layer id -> the synapses that arrive there."""
        return self._grouped("target")

    @cached_property
    def outgoing(self) -> Mapping[int, tuple[Synapses, ...]]:
        """Layer id -> the synapses that leave from there."""
        return self._grouped("source")

    def _grouped(self, end: str) -> dict[int, tuple[Synapses, ...]]:
        groups: dict[int, list[Synapses]] = {layer: [] for layer in self.layers}
        for synapses in self.synapses.values():
            groups[getattr(synapses, end)].append(synapses)
        return {layer: tuple(group) for layer, group in groups.items()}

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Layer ids so that every synapse points forward (Kahn's algorithm; ties in order of id).

        A cycle cannot be drawn, but a file could hold one: StudioError names a layer on it.
        """
        waiting = {layer: len(self.incoming[layer]) for layer in self.layers}
        ready = deque(sorted(layer for layer, count in waiting.items() if count == 0))
        order: list[int] = []
        while ready:
            layer = ready.popleft()
            order.append(layer)
            for synapses in self.outgoing[layer]:
                waiting[synapses.target] -= 1
                if waiting[synapses.target] == 0:
                    ready.append(synapses.target)
        if len(order) < len(self.layers):
            stuck = next(layer for layer in self.layers if layer not in set(order))
            raise StudioError(
                'The synapses form a cycle through "{name}"; remove one of them.', name=self.layers[stuck].name
            )
        return tuple(order)

    @cached_property
    def _ahead(self) -> Mapping[int, int] | None:
        """Layer id -> the layers that its signals reach and itself, a bit each; None where there is a cycle."""
        try:
            order = self.order
        except StudioError:
            return None
        ahead: dict[int, int] = {}
        for place, layer in enumerate(reversed(order)):
            bits = 1 << place
            for synapses in self.outgoing[layer]:
                bits |= ahead[synapses.target]
            ahead[layer] = bits
        return ahead

    def reaches(self, start: int, goal: int) -> bool:
        """Whether signals can flow from layer ``start`` to layer ``goal`` along the synapses."""
        ahead = self._ahead
        if ahead is not None:
            return bool(ahead[start] & ahead[goal] == ahead[goal])
        seen, waiting = {start}, [start]
        while waiting:
            layer = waiting.pop()
            if layer == goal:
                return True
            for synapses in self.outgoing[layer]:
                if synapses.target not in seen:
                    seen.add(synapses.target)
                    waiting.append(synapses.target)
        return False

    def refusal(self, source: int, target: int) -> StudioError | None:
        """Why ``source`` cannot be wired to ``target``, or None where it can."""
        a, b = self.layer(source), self.layer(target)
        if source == target:
            return StudioError('"{name}" cannot be wired to itself.', name=a.name)
        if b.kind == "input":
            return StudioError('"{name}" is an input: its values come from the data, not from synapses.', name=b.name)
        if a.kind == "output":
            return StudioError('"{name}" is an output: no synapses leave from it.', name=a.name)
        if any(s.target == target for s in self.outgoing[source]):
            return StudioError('"{a}" and "{b}" are already wired.', a=a.name, b=b.name)
        if self.reaches(target, source):
            return StudioError('A synapse from "{a}" to "{b}" would close a cycle.', a=a.name, b=b.name)
        return None

    def free_name(self, wanted: str) -> str:
        """``wanted``, or ``wanted 2``, ``wanted 3``, ... where layers of that name exist."""
        taken = {layer.name for layer in self.layers.values()}
        if wanted not in taken:
            return wanted
        stem, _, number = wanted.rpartition(" ")
        stem = stem if stem and number.isdigit() else wanted
        count = 2
        while f"{stem} {count}" in taken:
            count += 1
        return f"{stem} {count}"

    def with_layer(self, layer: Layer) -> Network:
        """This network with ``layer`` added, or put in the place of the one with its id."""
        other = replace(self, layers={**self.layers, layer.id: layer}, next_id=max(self.next_id, layer.id + 1))
        if layer.id in self.layers:  # the same wires: what was found out about them stays true
            known = {name: self.__dict__[name] for name in _OF_WIRES if name in self.__dict__}
            other.__dict__.update(known)
        return other

    def with_synapses(self, synapses: Synapses) -> Network:
        """This network with ``synapses`` added, or put in the place of those with their id."""
        return replace(
            self, synapses={**self.synapses, synapses.id: synapses}, next_id=max(self.next_id, synapses.id + 1)
        )

    def without(self, layers: Iterable[int] = (), synapses: Iterable[int] = ()) -> Network:
        """This network without those layers, those synapses, and the synapses that hung on those layers."""
        gone_layers, gone = set(layers), set(synapses)
        return replace(
            self,
            layers={i: layer for i, layer in self.layers.items() if i not in gone_layers},
            synapses={
                i: s
                for i, s in self.synapses.items()
                if i not in gone and s.source not in gone_layers and s.target not in gone_layers
            },
        )

    def changed_layer(self, layer_id: int, **fields: Any) -> Network:
        """This network with some fields of one layer changed."""
        return self.with_layer(replace(self.layer(layer_id), **fields))

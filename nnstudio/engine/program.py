"""Compiles a network to a Program: the list of steps that one batch takes, over numbered slots of one flat vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, normalizations, optimizers
from nnstudio.catalog.initial import owns_of, weight_shape
from nnstudio.catalog.own import Own
from nnstudio.document import Array, BoolArray, Layer, Network, OwnKey, Parameters, Part, StudioError, Synapses
from nnstudio.engine.activity import check_wiring, input_columns, output_columns
from nnstudio.engine.operations import (
    Activate,
    AddProduct,
    BackwardStep,
    BiasSlope,
    Drop,
    DropSlope,
    ForwardStep,
    Lose,
    Normalize,
    NormalizeSlope,
    OwnSlopes,
    Penalize,
    Pull,
    Score,
    SendBack,
    Silence,
    SilenceSlope,
    StartSum,
    TakeInputs,
    TakeTargets,
    WeightSlope,
)

LISTED = 0.4  # up to that share of all pairs, listing synapses is quicker than a matrix that holds its zeros (measured)
Key = TypeVar("Key", int, OwnKey)
MATRICES = ("full", "sparse")  # wirings whose weights are (sources, targets)
LARGE = 10_000  # weights from which on they may lie in stripes
ALIGNMENT = 16  # parameters of each bundle start at a multiple of this, so that vectors load whole cache lines


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the weights of synapses or the biases of a layer lie in the flat vector of parameters.

    They lie in the order of their shape. But of few synapses only those lie there that exist: ``places`` are their flat
    places in the shape. And those of a large bundle may lie in stripes, so many targets wide, one after the other, each
    source by source: a product then reads memory from one end to the other, whichever way it goes.
    """

    start: int
    shape: tuple[int, ...]
    size: int
    places: NDArray[np.int64] | None = None
    stripe: int = 0

    @property
    def span(self) -> slice:
        """The slot as a slice."""
        return slice(self.start, self.start + self.size)

    def put(self, flat: NDArray[Any], values: NDArray[Any]) -> None:
        """Write ``values`` (of the slot's shape) to their places in a flat vector."""
        if self.stripe:
            for columns, piece in self._stripes(flat):
                piece[...] = values[:, columns]
            return
        flat[self.span] = values.ravel() if self.places is None else values.ravel()[self.places]

    def taken(self, flat: NDArray[Any]) -> NDArray[Any]:
        """A copy of the slot's values in their shape; 0 where there is no synapse."""
        if self.stripe:
            values = np.empty(self.shape, dtype=flat.dtype)
            for columns, piece in self._stripes(flat):
                values[:, columns] = piece
            return values
        if self.places is None:
            return flat[self.span].reshape(self.shape).copy()
        values = np.zeros(self.shape, dtype=flat.dtype)
        values.reshape(-1)[self.places] = flat[self.span]
        return values

    def where(self, chosen: BoolArray) -> NDArray[np.int64]:
        """The places in the flat vector of what is ``chosen`` (bool, of the slot's shape), in order."""
        if self.stripe:
            flat = np.zeros(self.start + self.size, dtype=np.bool_)
            self.put(flat, chosen)
            return flat.nonzero()[0]
        picked = chosen.ravel() if self.places is None else chosen.ravel()[self.places]
        found: NDArray[np.int64] = self.start + picked.nonzero()[0]
        return found

    def _stripes(self, flat: NDArray[Any]) -> Iterator[tuple[slice, NDArray[Any]]]:
        """The columns of each stripe, and a view of it (sources, columns)."""
        rows, columns = self.shape
        for left in range(0, columns, self.stripe):
            right = min(columns, left + self.stripe)
            piece = flat[self.start + left * rows : self.start + right * rows]
            yield slice(left, right), piece.reshape(rows, right - left)


@dataclass(frozen=True)
class Program:
    """What a batch does, in order, and where parameters lie. It knows no sample and no number type.

    ``weights`` and ``biases``: synapses id and layer id -> Slot; ``own``: of what layers own beside their biases.
    ``size``: the length of the flat vector; what the optimizer moves comes first, and ends at ``trained``.
    ``layers``: the layers that matter to an output, in order. ``loss``: its catalog choice.
    """

    network: Network
    loss: Part
    layers: tuple[Layer, ...]
    forward: tuple[ForwardStep, ...]
    backward: tuple[BackwardStep, ...]
    weights: Mapping[int, Slot]
    biases: Mapping[int, Slot]
    size: int
    outputs: int
    score_width: int
    optimizer: Part = field(default=Part("sgd"))
    masks: Mapping[int, BoolArray] = field(default_factory=dict)
    muted: Mapping[int, BoolArray] = field(default_factory=dict)
    own: Mapping[OwnKey, Slot] = field(default_factory=dict)
    trained: int = 0

    def exists(self, key: int) -> BoolArray:
        """Which synapses of a bundle exist, bool (shape of the weights)."""
        mask = self.masks.get(key)
        return np.ones(self.weights[key].shape, np.bool_) if mask is None else mask

    def weights_of(self, flat: NDArray[Any]) -> dict[int, Array]:
        """Synapses id -> read-only float64 copy of its piece of a flat vector."""
        return _pieces(self.weights, flat)

    def biases_of(self, flat: NDArray[Any]) -> dict[int, Array]:
        """Layer id -> read-only float64 copy of its piece of a flat vector."""
        return _pieces(self.biases, flat)

    def own_of(self, flat: NDArray[Any]) -> dict[OwnKey, Array]:
        """(layer id, name) -> read-only float64 copy of its piece of a flat vector."""
        return _pieces(self.own, flat)

    def named_slots(self, *, trained: bool = False) -> Iterator[tuple[str, Slot]]:
        """All slots by the names that files and Progress have for them; only those that are ``trained``, if asked."""
        yield from ((f"weights/{key}", slot) for key, slot in self.weights.items())
        yield from ((f"biases/{key}", slot) for key, slot in self.biases.items())
        for (layer, name), slot in self.own.items():
            if not trained or slot.start < self.trained:
                yield f"own/{layer}/{name}", slot


def compile_program(
    network: Network,
    loss: Part,
    optimizer: Part = Part("sgd"),
    metric_per_output: bool = False,
    masks: Mapping[int, BoolArray] | None = None,
    muted: Mapping[int, BoolArray] | None = None,
    stripe: int = 0,
) -> Program:
    """The Program that trains ``network`` by ``loss``. ``masks`` and ``muted``: those of the parameters.

    ``stripe``: how wide the stripes are in which weights of large bundles lie (0: they lie as in their arrays).

    Layers from which no output can be reached take no part: their parameters stay as they are. StudioError where
    there is no output layer, the loss does not fit an output, layers do not fit their wiring, or a setting is out of
    range.
    """
    outputs = output_columns(network)
    if not outputs:
        raise StudioError("The network has no output layer.")
    entry = losses[loss.key]
    entry.values(loss)
    optimizers[optimizer.key].values(optimizer)
    for layer_id in outputs:
        layer = network.layers[layer_id]
        refusal = entry.refusal(layer.applied.key)
        if refusal is not None:
            raise StudioError('The output "{name}" does not fit: {reason}', name=layer.name, reason=refusal)
    live = _live(network)
    order = [network.layers[layer_id] for layer_id in network.order if layer_id in live]
    for layer in order:
        if layer.normalization is not None:
            normalizations[layer.normalization.key].values(layer.normalization)
        for synapses in network.incoming[layer.id]:
            check_wiring(network.layers[synapses.source], layer, synapses.wiring)
    weights, biases, own, trained, size = _slots(network, order, masks or {}, stripe)
    forward: list[ForwardStep] = [
        TakeInputs(network.layers[key], columns) for key, columns in input_columns(network).items() if key in live
    ]
    forward += [TakeTargets(network.layers[key], columns) for key, columns in outputs.items()]
    silent = _silent(order, muted or {})
    for layer in order:
        if layer.kind != "input":
            forward += _sums(network, layer)
            if layer.normalization is not None:
                forward.append(Normalize(layer))
            forward.append(Activate(layer))
        if drops(layer):
            forward.append(Drop(layer))
        if layer.id in silent:
            forward.append(Silence(layer, silent[layer.id]))
    width = 0
    for key in outputs:
        layer = network.layers[key]
        forward += [Lose(layer), Score(layer, width)]
        width += layer.size if metric_per_output else 1
    return Program(
        network,
        loss,
        tuple(order),
        tuple(forward),
        tuple(_backward(network, order, entry.from_logits, silent)),
        weights,
        biases,
        size,
        sum(network.layers[key].size for key in outputs),
        width,
        optimizer,
        masks or {},
        muted or {},
        own,
        trained,
    )


def held_places(program: Program, parameters: Parameters) -> list[int]:
    """The places of the flat vector that training must leave alone, in order.

    They are what is frozen, not trainable, or (where absent synapses have a place at all) does not exist.
    """
    places: list[int] = []
    for key, slot in program.weights.items():
        if not program.network.synapses[key].trainable:
            places.extend(range(slot.start, slot.start + slot.size))
            continue
        held = parameters.frozen.get(key)
        if slot.places is None and key in program.masks:
            absent = ~program.masks[key]
            held = absent if held is None else held | absent
        places.extend(_held(slot, held))
    for key, slot in program.biases.items():
        places.extend(_held(slot, parameters.frozen_biases.get(key)))
    for owned, slot in program.own.items():
        if slot.start < program.trained:
            places.extend(_held(slot, parameters.frozen_own.get(owned)))
    return sorted(places)


def check_parameters(program: Program, parameters: Parameters) -> None:
    """StudioError where weights, biases or own values of layers are missing or have the wrong shape."""
    checked: tuple[tuple[Mapping[Any, Slot], Mapping[Any, Array], str], ...] = (
        (program.weights, parameters.weights, "weights"),
        (program.biases, parameters.biases, "biases"),
        (program.own, parameters.own, "values of layer"),
    )
    for slots, arrays, what in checked:
        for key, slot in slots.items():
            given: Array | None = arrays.get(key)
            if given is None or given.shape != slot.shape:
                raise StudioError(
                    "The {what} number {id} have the shape {given}; the network needs {wanted}.",
                    what=what,
                    id=key,
                    given=None if given is None else given.shape,
                    wanted=slot.shape,
                )


def _pieces(slots: Mapping[Key, Slot], flat: NDArray[Any]) -> dict[Key, Array]:
    pieces: dict[Key, Array] = {}
    for key, slot in slots.items():
        piece = slot.taken(flat).astype(np.float64, copy=False)
        piece.setflags(write=False)
        pieces[key] = piece
    return pieces


def _held(slot: Slot, mask: BoolArray | None) -> list[int]:
    return [] if mask is None else [int(place) for place in slot.where(mask)]


def _live(network: Network) -> set[int]:
    """The layers from which an output can be reached, and the outputs."""
    live = {layer.id for layer in network.of_kind("output")}
    for layer_id in reversed(network.order):
        if any(synapses.target in live for synapses in network.outgoing[layer_id]):
            live.add(layer_id)
    return live


def _existing(synapses: Synapses, mask: BoolArray | None) -> NDArray[np.int64] | None:
    """The flat places of synapses that are so few that they are worth a list, target after target; else None."""
    if mask is None or mask.ndim != 2 or synapses.wiring.key not in MATRICES:
        return None
    if mask.sum() > LISTED * mask.size:
        return None
    targets, sources = mask.T.nonzero()
    return np.asarray(sources * mask.shape[1] + targets, dtype=np.int64)


def _slots(
    network: Network, order: list[Layer], masks: Mapping[int, BoolArray], stripe: int
) -> tuple[dict[int, Slot], dict[int, Slot], dict[OwnKey, Slot], int, int]:
    weights: dict[int, Slot] = {}
    biases: dict[int, Slot] = {}
    own: dict[OwnKey, Slot] = {}
    size = 0

    def slot(shape: tuple[int, ...], places: NDArray[np.int64] | None = None, stripe: int = 0) -> Slot:
        nonlocal size
        count = prod(shape) if places is None else len(places)
        made = Slot(size, shape, count, places, stripe)
        size += -(-count // ALIGNMENT) * ALIGNMENT
        return made

    for layer in order:
        for synapses in network.incoming[layer.id]:
            shape = weight_shape(network, synapses)
            existing = _existing(synapses, masks.get(synapses.id))
            large = existing is None and synapses.wiring.key in MATRICES and prod(shape) >= LARGE and shape[1] > stripe
            weights[synapses.id] = slot(shape, existing, stripe if large else 0)
        if layer.has_bias:
            biases[layer.id] = slot((layer.bias_count,))
    owned = [(layer, one) for layer in order for one in owned_values(layer)]
    for layer, one in owned:
        if one.trained:
            own[layer.id, one.name] = slot(one.shape(layer))
    trained = size
    for layer, one in owned:
        if not one.trained:
            own[layer.id, one.name] = slot(one.shape(layer))
    return weights, biases, own, trained, size


def _sums(network: Network, layer: Layer) -> list[ForwardStep]:
    begin: Literal["bias", "zero", "sum"] = "bias" if layer.has_bias else "zero"
    steps: list[ForwardStep] = []
    first = next(iter(network.incoming[layer.id]), None)
    shared = layer.bias_count != layer.size
    if first and layer.has_bias and (first.wiring.key == "pooling" or (shared and first.wiring.key != "convolution")):
        steps.append(StartSum(layer))  # only a convolution shares biases by channel, and pooling sets no start
        begin = "sum"
    for synapses in network.incoming[layer.id]:
        steps.append(AddProduct(synapses, network.layers[synapses.source], layer, begin))
        begin = "sum"
    return steps or [StartSum(layer)]


def _silent(order: list[Layer], muted: Mapping[int, BoolArray]) -> dict[int, tuple[int, ...]]:
    """Layer id -> its muted neurons, where there are any; an output's answer is never muted."""
    found = {layer.id: muted[layer.id].nonzero()[0] for layer in order if layer.id in muted and layer.kind != "output"}
    return {key: tuple(int(neuron) for neuron in neurons) for key, neurons in found.items() if neurons.size}


def _backward(
    network: Network, order: list[Layer], from_logits: bool, silent: Mapping[int, tuple[int, ...]]
) -> list[BackwardStep]:
    steps: list[BackwardStep] = []
    written: set[int] = set()
    for layer in reversed(order):
        if layer.kind == "input":
            continue
        if layer.id in silent:
            steps.append(SilenceSlope(layer, silent[layer.id]))
        if drops(layer):
            steps.append(DropSlope(layer))
        if layer.kind != "output" or not from_logits:
            if activations[layer.applied.key].owns:
                steps.append(OwnSlopes(layer))
            steps.append(Pull(layer))
        if layer.normalization is not None:
            steps.append(NormalizeSlope(layer))
        if layer.has_bias:
            steps.append(BiasSlope(layer))
        for synapses in network.incoming[layer.id]:
            source = network.layers[synapses.source]
            if synapses.wiring.key != "pooling":
                steps.append(WeightSlope(synapses, source, layer))
            if source.kind != "input":
                steps.append(SendBack(synapses, source, layer, source.id in written))
                written.add(source.id)
    steps += [
        Penalize(synapses) for layer in order for synapses in network.incoming[layer.id] if synapses.l1 or synapses.l2
    ]
    return steps


def owned_values(layer: Layer) -> tuple[Own, ...]:
    """What a layer owns beside its biases and uses: not what belongs to an activation that is bypassed."""
    unused = {one.name for one in activations[layer.activation.key].owns} if layer.bypassed else set()
    return tuple(one for one in owns_of(layer) if one.name not in unused)


def drops(layer: Layer) -> bool:
    """Whether neurons of the layer are dropped while training (the loss needs the answers of all outputs)."""
    return layer.dropout > 0.0 and layer.kind != "output"


def is_identity(layer: Layer) -> bool:
    """Whether the activation passes z on as it is, so that no step is needed for it."""
    return activations[layer.applied.key].identity

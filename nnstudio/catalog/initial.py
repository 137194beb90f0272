"""Draws the parameters that a document still misses, always the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from operator import is_
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, initializers, normalizations, wirings
from nnstudio.catalog.own import Own
from nnstudio.catalog.wirings.sparse import drawn_mask
from nnstudio.document import (
    Array,
    BoolArray,
    Document,
    Layer,
    Network,
    OwnKey,
    Parameters,
    Progress,
    Synapses,
    read_only,
)
from nnstudio.document.edits.edit import in_both

Key = TypeVar("Key", int, OwnKey)


def fill(document: Document, before: Document | None = None) -> Document:
    """``document`` with the parameters that its network asks for; the same object where nothing was missing.

    Weights are drawn by each synapses' own initializer from a stream that depends only on the document's seed and the
    synapses' id; biases start at 0. Where a shape changed, the present values stay at the top left and only new places
    are drawn. The same values go to ``initial``, so that Reset keeps to the present shapes. What belonged to removed
    objects goes, and so does optimizer state whose shape no longer fits. Sparse synapses without a mask get one. A
    weight that an edit left open (no number) is drawn too.
    ``before`` is a document that was filled and from which this one was made: where it is still of the same size,
    nothing is looked at again.
    """
    if before is not None and _of_same_size(document, before):
        return document
    if before is not None:
        document = _started_anew(document, before)
    network = document.network
    draws: dict[int, Array] = {}
    kept = before.parameters if before is not None else None
    parameters = _filled(document.parameters, network, document.seed, draws, kept)
    same = document.initial is document.parameters  # then they stay one object, and are saved once
    initial = (
        parameters
        if same
        else _filled(document.initial, network, document.seed, draws, before.initial if before is not None else None)
    )
    if before is not None:
        if parameters is not before.initial:  # Reset gives those themselves
            parameters = _sharing(parameters, before.parameters)
        initial = parameters if same else _sharing(initial, before.initial)
    if parameters is document.parameters and initial is document.initial:
        return document
    state = {name: values for name, values in document.progress.state.items() if _belongs(name, values, parameters)}
    progress = document.progress
    if len(state) != len(progress.state):
        progress = Progress(progress.epoch, progress.batch, progress.updates, progress.seconds, progress.series, state)
    return document.having(parameters=parameters, initial=initial, progress=progress)


def _sharing(parameters: Parameters, before: Parameters) -> Parameters:
    """``parameters`` with the very mappings of ``before`` where they hold the same: nobody looks for a change there."""
    same: dict[str, Any] = {}
    for field in fields(Parameters):
        arrays, old = getattr(parameters, field.name), getattr(before, field.name)
        if arrays is not old and list(arrays) == list(old) and all(map(is_, arrays.values(), old.values())):
            same[field.name] = old
    return replace(parameters, **same) if same else parameters


def redraw(document: Document, seed: int) -> Document:
    """``document`` with all weights drawn anew from ``seed`` and training at its start.

    What is held and which synapses exist stays.
    """
    held = document.parameters
    fresh = Parameters(
        frozen=held.frozen,
        frozen_biases=held.frozen_biases,
        masks=held.masks,
        muted=held.muted,
        frozen_own=held.frozen_own,
    )
    return fill(document.having(parameters=fresh, initial=fresh, progress=Progress(), seed=seed))


def weight_shape(network: Network, synapses: Synapses) -> tuple[int, ...]:
    """The shape of the weights that ``synapses`` own."""
    source, target = network.layers[synapses.source], network.layers[synapses.target]
    return wirings[synapses.wiring.key].weight_shape(source, target, synapses.wiring)


def _started_anew(document: Document, before: Document) -> Document:
    """Before any training, what a layer trains for its activation starts where newly chosen settings say."""
    changed = {
        (layer.id, one.name)
        for layer in document.network.layers.values()
        for one in activations[layer.activation.key].owns
        if layer.id in before.network.layers and before.network.layers[layer.id].activation != layer.activation
    }
    if document.progress.updates or not changed:
        return document
    return in_both(document, lambda held: replace(held, own={k: a for k, a in held.own.items() if k not in changed}))


def owns_of(layer: Layer) -> tuple[Own, ...]:
    """What a layer owns beside its biases, for its normalization and its activation."""
    if layer.kind == "input":
        return ()
    brought = () if layer.normalization is None else normalizations[layer.normalization.key].owns
    return (*brought, *activations[layer.activation.key].owns)


def _starts_of(layer: Layer) -> dict[OwnKey, Array]:
    """(layer id, name) -> what a layer's own values are before any training."""
    owns = owns_of(layer)
    if not owns and not layer.activation.settings:
        return {}
    settings = activations[layer.activation.key].values(layer.activation)
    return {(layer.id, own.name): np.full(own.shape(layer), float(settings.get(own.name, own.start))) for own in owns}


def draw_weights(network: Network, synapses: Synapses, seed: int, mask: BoolArray | None = None) -> Array:
    """Fresh weights for ``synapses``. Of sparse ones, those of ``mask`` that arrive at a neuron on average count."""
    source, target = network.layers[synapses.source], network.layers[synapses.target]
    wiring = wirings[synapses.wiring.key]
    shape, fans = weight_shape(network, synapses), wiring.fans(source, target, synapses.wiring)
    if 0 in shape:
        return np.zeros(shape)
    if mask is not None and synapses.wiring.key == "sparse":
        joined = int(mask.sum())
        fans = (max(1, round(joined / target.size)), max(1, round(joined / source.size)))
    initializer = initializers[synapses.initializer.key]
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(synapses.id,)))
    return initializer.draw(rng, shape, *fans, **initializer.values(synapses.initializer))


def masked(document: Document, synapses: int, mask: BoolArray) -> Document:
    """``document`` with only the synapses of ``mask`` (of the weights' shape); weights of new ones are drawn."""
    network = document.network
    drawn = draw_weights(network, network.synapses[synapses], document.seed, mask)

    def change(parameters: Parameters) -> Parameters:
        before = parameters.masks.get(synapses)
        weights = parameters.weights[synapses]
        if before is not None:
            weights = np.where(mask & ~before, drawn, weights)
        return parameters.with_mask(synapses, mask).with_weights(synapses, weights)

    return in_both(document, change)


def _weight_shapes(network: Network) -> dict[int, tuple[int, ...]]:
    """Synapses id -> the shape of their weights; the usual wiring is not asked again and again."""
    size = {i: layer.size for i, layer in network.layers.items()}
    return {
        i: (size[s.source], size[s.target]) if s.wiring.key == "full" else weight_shape(network, s)
        for i, s in network.synapses.items()
    }


def _filled(
    parameters: Parameters, network: Network, seed: int, draws: dict[int, Array], before: Parameters | None = None
) -> Parameters:
    shapes = _weight_shapes(network)
    sizes = {layer.id: (layer.bias_count,) for layer in network.layers.values() if layer.has_bias}
    neurons = {layer.id: (layer.size,) for layer in network.layers.values() if layer.kind != "output"}
    starts = {key: values for layer in network.layers.values() for key, values in _starts_of(layer).items()}
    owned = {key: values.shape for key, values in starts.items()}
    known = before.weights if before is not None else {}
    left_open = {i for i, w in parameters.weights.items() if w is not known.get(i) and np.isnan(w).any()}
    unmasked = {s.id for s in network.synapses.values() if s.wiring.key == "sparse" and s.id not in parameters.masks}
    if (
        _fits(parameters.weights, shapes, whole=True)
        and _fits(parameters.biases, sizes, whole=True)
        and _fits(parameters.frozen, shapes, whole=False)
        and _fits(parameters.frozen_biases, sizes, whole=False)
        and _fits(parameters.masks, shapes, whole=False)
        and _fits(parameters.muted, neurons, whole=False)
        and _fits(parameters.own, owned, whole=True)
        and _fits(parameters.frozen_own, owned, whole=False)
        and all(np.isfinite(values).all() for values in parameters.own.values())
        and not unmasked
        and not left_open
    ):
        return parameters

    wanted = {*parameters.masks, *unmasked} & {*shapes}
    masks = {key: _grown_mask(parameters, network, key, shapes[key]) for key in wanted}
    special = left_open | wanted

    def weights(key: int, shape: tuple[int, ...]) -> Array:
        kept = parameters.weights.get(key)
        mask = masks.get(key)
        if kept is not None and kept.shape == shape and mask is parameters.masks.get(key) and key not in left_open:
            return kept
        if key not in draws:
            draws[key] = draw_weights(network, network.synapses[key], seed, mask)
        values = _overlaid(draws[key], kept)
        if key in left_open:
            values = read_only(np.where(np.isnan(values), draws[key], values))
        return values if mask is None else read_only(np.where(mask, values, 0.0))

    return Parameters(
        {
            key: kept
            if key not in special and (kept := parameters.weights.get(key)) is not None and kept.shape == shape
            else weights(key, shape)
            for key, shape in shapes.items()
        },
        {key: _resized(np.zeros(shape), parameters.biases.get(key)) for key, shape in sizes.items()},
        _masks(parameters.frozen, shapes),
        _masks(parameters.frozen_biases, sizes),
        dict(sorted(masks.items())),
        _masks(parameters.muted, neurons),
        {key: _owned(start, parameters.own.get(key)) for key, start in starts.items()},
        _masks(parameters.frozen_own, owned),
    )


def _owned(start: Array, kept: Array | None) -> Array:
    """What is kept of a layer's own values; new ones, and those that an edit left open (no number), start afresh."""
    values = _resized(start, kept)
    return values if np.isfinite(values).all() else read_only(np.where(np.isfinite(values), values, start))


def _grown_mask(parameters: Parameters, network: Network, key: int, shape: tuple[int, ...]) -> BoolArray:
    """Which synapses exist: those that did, and of new places what the wiring says (full: all, sparse: its draw)."""
    kept = parameters.masks.get(key)
    if kept is not None and kept.shape == shape:
        return kept
    synapses = network.synapses[key]
    if synapses.wiring.key == "sparse":
        source, target = network.layers[synapses.source], network.layers[synapses.target]
        return _resized(drawn_mask(source, target, synapses.wiring), kept)
    return _resized(np.ones(shape, dtype=np.bool_), kept)


def _of_same_size(document: Document, before: Document) -> bool:
    """Whether nothing that decides about the parameters' shapes has changed, so that nothing can be missing."""
    network, old = document.network, before.network
    if document.progress is not before.progress:
        return False
    if network is not old:
        if network.synapses is not old.synapses or network.layers.keys() != old.layers.keys():
            return False
        pairs = ((layer, old.layers[i]) for i, layer in network.layers.items() if layer is not old.layers[i])
        if not all(_asks_the_same(layer, other) for layer, other in pairs):
            return False
    return _same_shapes(document.parameters, before.parameters) and (
        (document.initial is document.parameters) == (before.initial is before.parameters)
        and _same_shapes(document.initial, before.initial)
    )


def _asks_the_same(layer: Layer, other: Layer) -> bool:
    """Whether two states of a layer ask for the same parameters, and start them alike."""
    if (layer.kind, layer.shape, layer.bias) != (other.kind, other.shape, other.bias):
        return False
    if (layer.normalization, layer.activation) == (other.normalization, other.activation):
        return True
    activations[layer.activation.key].values(layer.activation)  # raises where a setting cannot be
    return not owns_of(layer) and not owns_of(other)


def _same_shapes(parameters: Parameters, before: Parameters) -> bool:
    if parameters is before:
        return True
    for field in fields(Parameters):
        arrays, old = getattr(parameters, field.name), getattr(before, field.name)
        if arrays is old:
            continue
        if arrays.keys() != old.keys():
            return False
        if any(array is not old[key] and np.shape(array) != np.shape(old[key]) for key, array in arrays.items()):
            return False
    return True


def _fits(arrays: Mapping[Any, NDArray[Any]], shapes: Mapping[Any, tuple[int, ...]], *, whole: bool) -> bool:
    if whole and len(arrays) != len(shapes):
        return False
    return all(shapes.get(key) == array.shape for key, array in arrays.items())


def _masks(masks: Mapping[Key, BoolArray], shapes: Mapping[Key, tuple[int, ...]]) -> dict[Key, BoolArray]:
    return {key: _resized(np.zeros(shapes[key], dtype=np.bool_), mask) for key, mask in masks.items() if key in shapes}


def _resized(fresh: NDArray[Any], kept: NDArray[Any] | None) -> NDArray[Any]:
    return kept if kept is not None and kept.shape == fresh.shape else _overlaid(fresh, kept)


def _overlaid(fresh: NDArray[Any], kept: NDArray[Any] | None) -> NDArray[Any]:
    """A read-only copy of ``fresh`` with ``kept`` at its top left (nothing is kept where the wiring's kind changed)."""
    values = np.array(fresh)
    if kept is not None and kept.ndim == values.ndim:
        block = tuple(slice(0, min(a, b)) for a, b in zip(values.shape, kept.shape, strict=True))
        values[block] = kept[block]
    return read_only(values, values.dtype.type)


def _belongs(name: str, values: NDArray[Any], parameters: Parameters) -> bool:
    """Whether the state array ``name`` fits: "optimizer/array/weights/3" must have the shape of weights 3."""
    parts = name.split("/")
    if len(parts) == 5 and parts[2] == "own":
        own = parameters.own.get((int(parts[3]), parts[4]))
        return own is not None and own.shape == values.shape
    if len(parts) != 4:
        return True
    owner: Mapping[int, NDArray[Any]] = parameters.weights if parts[2] == "weights" else parameters.biases
    key = int(parts[3])
    return key in owner and owner[key].shape == values.shape

"""Every number on the way of one sample through a network and back, to the new weights: for explanations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, optimizers, schedules
from nnstudio.document import Array, Dataset, Layer, Network, Parameters, Part, Progress, StudioError, Training
from nnstudio.engine.activity import activation_settings, as_rows
from nnstudio.engine.program import Program, Slot, compile_program, held_places
from nnstudio.engine.reference import Reference
from nnstudio.engine.weights import sample_weights


@dataclass(frozen=True, eq=False)
class Moved:
    """How one step moves an array of parameters; all float64 and of its shape.

    ``value`` before and ``new`` after; ``slope``: dL/dvalue of the loss alone; ``gradient``: what the optimizer saw
    (with penalties, bounded, 0 where held); ``state`` and ``new_state``: the optimizer's arrays by their names.
    """

    value: Array
    slope: Array
    gradient: Array
    state: Mapping[str, Array]
    new_state: Mapping[str, Array]
    new: Array


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer: ``z`` and ``a``, (neurons,), of an input layer both are x; ``n``: z normalized, where it is.

    ``slope``: f'(z), None where a neuron's activation depends on the others' (softmax) and of an input layer;
    ``delta``: dL/dz, None of an input layer; ``target``: y, of an output layer; ``bias``, where it has one.
    """

    z: Array
    a: Array
    slope: Array | None
    delta: Array | None
    target: Array | None
    bias: Moved | None
    n: Array | None = None
    own: Mapping[str, Moved] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SynapsesTrace:
    """One bundle: ``x`` what its source sends, (sources,); ``products`` x w, (sources, targets), where its weights are
    such a matrix, None elsewhere; ``weights``: how they move.
    """

    x: Array
    products: Array | None
    weights: Moved


@dataclass(frozen=True, eq=False)
class Trace:
    """One sample as a batch of its own; its weight, if it has one, is in the loss and all slopes.

    ``layers`` and ``synapses`` by id, only those that matter to an output.

    ``learning_rate`` and ``update``: those of the step, counted from 1.
    """

    row: int
    loss: float
    layers: Mapping[int, LayerTrace]
    synapses: Mapping[int, SynapsesTrace]
    learning_rate: float
    update: int


def trace(
    network: Network,
    parameters: Parameters,
    training: Training,
    dataset: Dataset,
    row: int,
    progress: Progress | None = None,
) -> Trace:
    """What one training step on sample ``row`` of ``dataset`` computes and changes, by the reference interpreter.

    ``progress`` holds the optimizer's state and where its schedule is; without it the step is the first. StudioError
    where there is no such row, or the network cannot be trained.
    """
    if not 0 <= row < len(dataset.inputs):
        raise StudioError("There is no row {row}; there are {count}.", row=row, count=len(dataset.inputs))
    progress = progress or Progress()
    optimizer = scheduled(training, progress, dataset)
    rate = float(optimizers[optimizer.key].values(optimizer)["learning_rate"])
    program = compile_program(network, training.loss, optimizer, masks=parameters.masks, muted=parameters.muted)
    reference = Reference(program, parameters, training=True)
    names = optimizers[optimizer.key].names(optimizer)
    reference.updates = restore(program, names, reference.state, progress)
    inputs = as_rows(network, dataset.inputs[row : row + 1])
    weights = sample_weights(training, dataset)
    weight = 1.0 if weights is None else float(weights[row])
    arenas, loss = reference.walk(inputs, dataset.target_rows[row : row + 1])
    loss *= weight
    reference.g *= weight
    slopes = reference.g.copy()
    reference.penalize()
    held = held_places(program, parameters)
    reference.g[held] = 0.0
    bound(reference.g, training)
    before, state = reference.w.copy(), [array.copy() for array in reference.state]
    gradient = reference.g.copy()
    downhill = losses[program.loss.key].downhill

    def ask() -> tuple[float, Array]:
        tried = weight * reference.walk(inputs, dataset.target_rows[row : row + 1])[1]
        reference.g *= weight
        reference.penalize()
        reference.g[held] = 0.0
        bound(reference.g, training)
        return downhill * tried + reference.penalty(), reference.g[: program.trained]

    reference.update(downhill * loss + reference.penalty(), ask)
    reference.w[held] = before[held]

    def moved(slot: Slot) -> Moved:
        def piece(flat: NDArray[Any]) -> Array:
            values: Array = slot.taken(flat).astype(np.float64, copy=False)
            values.setflags(write=False)
            return values

        return Moved(
            piece(before),
            piece(slopes),
            piece(gradient),
            {name: piece(array) for name, array in zip(names, state, strict=True)},
            {name: piece(array) for name, array in zip(names, reference.state, strict=True)},
            piece(reference.w),
        )

    def of_layer(layer: Layer) -> LayerTrace:
        a, y = arenas.a[layer.id][0], arenas.y.get(layer.id)
        if layer.kind == "input":
            return LayerTrace(a, a, None, None, None, None)
        z, n, entry = arenas.z[layer.id][0], arenas.n[layer.id][0], activations[layer.applied.key]
        slope = entry.slope(n, **activation_settings(layer, parameters)) if entry.elementwise else None
        bias = moved(program.biases[layer.id]) if layer.id in program.biases else None
        own = {
            name: moved(slot)
            for (owner, name), slot in program.own.items()
            if owner == layer.id and slot.start < program.trained
        }
        delta, target = weight * arenas.d[layer.id][0], None if y is None else y[0]
        return LayerTrace(z, a, slope, delta, target, bias, None if layer.normalization is None else n, own)

    def of_bundle(key: int, slot: Slot) -> SynapsesTrace:
        ends = network.synapses[key]
        x, weights = arenas.a[ends.source][0], moved(slot)
        matrix = weights.value.shape == (network.layers[ends.source].size, network.layers[ends.target].size)
        return SynapsesTrace(x, x[:, np.newaxis] * weights.value if matrix else None, weights)

    return Trace(
        row,
        loss,
        {layer.id: of_layer(layer) for layer in program.layers},
        {key: of_bundle(key, slot) for key, slot in program.weights.items()},
        rate,
        reference.updates,
    )


def bound(g: Array, training: Training) -> None:
    """Bound a gradient in place: every slope by ``clip_value``, then its length by ``clip_norm``."""
    if training.clip_value is not None:
        np.clip(g, -training.clip_value, training.clip_value, out=g)
    if training.clip_norm is not None:
        g *= min(1.0, training.clip_norm / (float(np.sqrt((g * g).sum())) + 1e-6))


def scheduled(training: Training, progress: Progress, dataset: Dataset) -> Part:
    """The optimizer with the learning rate and the momentum of the update that comes next."""
    optimizer = optimizers[training.optimizer.key]
    if training.schedule is None:
        return training.optimizer
    part: Part = training.schedule
    entry = schedules[part.key]
    rate = float(optimizer.values(training.optimizer)["learning_rate"])
    for name, state in progress.state.items():
        if name.startswith("schedule/plateau/"):
            rate *= float(state[0])
    batches = -(-len(dataset.train) // optimizer.batch(training.batch_size, len(dataset.train)))
    unit, warm_up = entry.counts(part)
    by_update = unit == "update"
    moment = progress.epoch * batches + progress.batch if by_update else progress.epoch
    at = (moment, training.epochs * (batches if by_update else 1), warm_up, np.array(entry.numbers(part)))
    chosen = training.optimizer.with_setting("learning_rate", rate * entry.share_at(*at))
    moves = entry.moves_momentum(part, optimizer)
    return chosen.with_setting(optimizer.momentum, entry.momentum_at(*at)) if moves else chosen


def restore(program: Program, names: tuple[str, ...], state: list[Array], progress: Progress) -> int:
    """Put the optimizer's arrays of ``progress`` into ``state``; how many steps it had made."""
    key = program.optimizer.key
    steps = progress.state.get(f"{key}/steps")
    if steps is None:
        return 0
    for name, flat in zip(names, state, strict=True):
        for place, slot in program.named_slots(trained=True):
            kept = progress.state.get(f"{key}/{name}/{place}")
            if kept is not None and kept.shape == slot.shape:
                slot.put(flat, kept)
    return int(steps[0])

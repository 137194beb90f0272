"""A walk through the next update, operation by operation: every number on the way, and nothing moves yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, metrics, optimizers, schedules, wirings
from nnstudio.document import Array, Dataset, Layer, Network, Parameters, Progress, Training
from nnstudio.engine.activity import activation_settings, as_rows
from nnstudio.engine.carried import taken_up
from nnstudio.engine.order import METRIC_OF, before_next_batch, identity_of, order_of
from nnstudio.engine.program import Program, Slot, compile_program, held_places
from nnstudio.engine.reference import Arenas, Moment, Reference
from nnstudio.engine.trace import bound, restore, scheduled
from nnstudio.engine.weights import sample_weights

Kind: TypeAlias = Literal[
    "inputs", "sum", "normalize", "activate", "loss", "delta", "slopes", "average", "optimizer", "update"
]
LIGHT = 2_000_000  # parameters times samples of a part that are worked through at once
PART = 1024  # samples that an optimizer of whole batches works through at a time
OF_SAMPLE = ("inputs", "sum", "normalize", "activate", "loss", "delta", "slopes")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. Of a sample: ``part`` of the batch and ``place`` in it; ``layer`` or ``synapses`` concerned.

    "average" ends a part; "optimizer" says what becomes of the parameters called ``name`` ("weights/4"); "update"
    lets all of them move at once.
    """

    kind: Kind
    part: int = 0
    place: int = 0
    layer: int | None = None
    synapses: int | None = None
    name: str = ""

    @property
    def of_sample(self) -> bool:
        """Whether it belongs to a single sample."""
        return self.kind in OF_SAMPLE


@dataclass(frozen=True, eq=False)
class Moving:
    """What an update does to one array of parameters, all of its shape: the optimizer's arrays by their names."""

    value: Array
    gradient: Array
    state: Mapping[str, Array]
    new_state: Mapping[str, Array]
    new: Array


class Walk:
    """The batch that comes next, in the order in which training takes it.

    The operations of one sample are ``of_sample``, those that end a part and the batch follow; ``rows`` are the
    samples' rows, ``parts`` the slices of them that are worked through at a time. Slopes of a sample are those of its
    own loss (times its weight); the batch's gradient is their mean. Everything is computed by the reference
    interpreter in float64, part by part when it is asked for.
    """

    def __init__(
        self, network: Network, parameters: Parameters, training: Training, dataset: Dataset, progress: Progress
    ) -> None:
        self.network, self.parameters, self.training = network, parameters, training
        self.dataset = dataset
        entry = optimizers[training.optimizer.key]
        group = entry.batch(training.batch_size, len(dataset.train))
        per_output = metrics[METRIC_OF[dataset.task]].per_output
        program = compile_program(
            network, training.loss, training.optimizer, per_output, parameters.masks, parameters.muted
        )
        identity = identity_of(training, len(dataset.train), 1 + program.score_width)
        progress = self.progress = before_next_batch(progress, identity, -(-len(dataset.train) // group))
        self.program: Program = replace(program, optimizer=scheduled(training, progress, dataset))
        order = order_of(dataset.train, training.shuffle, training.seed, progress.epoch)
        self._first = progress.batch * group  # the number of the batch's first sample in the epoch's order
        self.rows: NDArray[np.int64] = order[self._first :][:group]
        self.waits = training.carry_over and len(self.rows) < group  # for the next epoch's first batch
        size = -(-group // training.accumulate)
        size = min(size, max(training.batch_size, PART)) if entry.whole else size
        self.parts = tuple(slice(low, min(low + size, len(self.rows))) for low in range(0, len(self.rows), size))
        self.of_sample = self._of_sample()
        self.at_the_end = self._at_the_end()
        self._weights = sample_weights(training, dataset)
        self._worked: dict[int, tuple[Arenas, float]] = {}  # the part that was asked for last
        self._starts = [Reference(self.program, parameters).w]  # the flat vector before each part
        self._sums: list[Array] = []  # the gradient of each part, times its share of the batch
        self._moving: tuple[Reference, Array, Array, list[Array]] | None = None

    # -- what comes after what --------------------------------------------------------------------------------------

    def _of_sample(self) -> tuple[Operation, ...]:
        there: list[Operation] = []
        back: list[Operation] = []
        for layer in self.program.layers:
            if layer.kind == "input":
                there.append(Operation("inputs", layer=layer.id))
                continue
            there.append(Operation("sum", layer=layer.id))
            if layer.normalization is not None:
                there.append(Operation("normalize", layer=layer.id))
            there.append(Operation("activate", layer=layer.id))
            arriving = self.network.incoming[layer.id]
            slopes = [Operation("slopes", synapses=s.id) for s in arriving if self.program.weights[s.id].size]
            back[:0] = [Operation("delta", layer=layer.id), *slopes]
        there += [Operation("loss", layer=layer.id) for layer in self.program.layers if layer.kind == "output"]
        return (*there, *back)

    def _at_the_end(self) -> tuple[Operation, ...]:
        if self.waits:
            return (Operation("update"),)
        moved: list[Operation] = []
        for name, slot in self.program.named_slots(trained=True):
            kind, key = name.split("/")[:2]
            ends = {"synapses": int(key)} if kind == "weights" else {"layer": int(key)}
            if slot.size:
                moved.append(Operation("optimizer", name=name, **ends))
        return (*moved, Operation("update"))

    def __len__(self) -> int:
        """How many operations there are in all, the update the last."""
        return len(self.rows) * len(self.of_sample) + len(self.parts) + len(self.at_the_end)

    def operation(self, place: int) -> Operation:
        """The operation at ``place``, 0 to ``len`` less one."""
        for part, span in enumerate(self.parts):
            length = (span.stop - span.start) * len(self.of_sample) + 1
            if place < length:
                if place == length - 1:
                    return Operation("average", part, span.stop - span.start - 1)
                sample, step = divmod(place, len(self.of_sample))
                return replace(self.of_sample[step], part=part, place=sample)
            place -= length
        return replace(self.at_the_end[place], part=len(self.parts) - 1)

    def after(self, place: int, grain: Literal["operation", "sample", "micro_batch", "batch"]) -> int:
        """Where a step of that grain goes from ``place`` (-1: from before the first): to the end of a sample (a part)
        that lies ahead, or to the update where there is none.
        """
        last = len(self) - 1
        if grain == "operation":
            return min(place + 1, last)
        ends = []
        start = 0
        for span in self.parts if grain != "batch" else ():
            count, length = span.stop - span.start, len(self.of_sample)
            if grain == "sample":
                ends += [start + (k + 1) * length - 1 for k in range(count)]
            else:
                ends.append(start + count * length)
            start += count * length + 1
        return next((end for end in ends if end > place), last)

    # -- numbers ----------------------------------------------------------------------------------------------------

    def row(self, operation: Operation) -> int:
        """The row of the data set that an operation of a sample works on."""
        return int(self.rows[self.parts[operation.part].start + operation.place])

    def loss(self, operation: Operation) -> float:
        """The loss of the operation's sample, times its weight; of one that ends a part: of the batch up to there."""
        if operation.of_sample:
            return sum(float(self._lost(operation, layer)) for layer in self.network.of_kind("output"))
        done = [self._part(k)[1] * _length(span) for k, span in enumerate(self.parts[: operation.part + 1])]
        return sum(done) / sum(_length(span) for span in self.parts[: operation.part + 1])

    def values(self, operation: Operation) -> dict[str, Array]:
        """The numbers of an operation of a sample by their names, each (neurons,); of "slopes" those of the weights.

        "inputs": x. "sum": products (the sum of x w), bias, z. "normalize": z, n. "activate": z (n, where it is
        normalized), a, and sent where that differs. "loss": output, target, slope. "delta": arriving (dL/da), slope
        (f'(z)), delta (dL/dz); arriving and slope only where delta is made of them. "slopes": x, delta, and dw of the
        shape of the weights.
        """
        arenas, _ = self._part(operation.part)
        at = operation.place
        if operation.synapses is not None:
            return self._slopes(operation.synapses, arenas, operation)
        layer = self.network.layer(operation.layer or 0)
        match operation.kind:
            case "inputs":
                return {"x": arenas.a[layer.id][at]}
            case "sum":
                z = arenas.z[layer.id][at]
                if not layer.has_bias:
                    return {"products": z, "z": z}
                bias = np.tile(self.parameters.biases[layer.id], layer.size // layer.bias_count)
                return {"products": z - bias, "bias": bias, "z": z}
            case "normalize":
                return {"z": arenas.z[layer.id][at], "n": arenas.n[layer.id][at]}
            case "activate":
                f, a = arenas.f[layer.id][at], arenas.a[layer.id][at]
                found = {"z": arenas.n[layer.id][at], "a": f}
                return found if np.array_equal(f, a) else {**found, "sent": a}
            case "loss":
                return self._at_the_loss(layer, arenas, operation)
            case _:
                return self._delta(layer, arenas, operation)

    def moving(self, name: str) -> Moving:
        """What the update will do to the parameters called ``name``."""
        after, before, gradient, state = self._updated()
        slot = dict(self.program.named_slots(trained=True))[name]
        entry = optimizers[self.program.optimizer.key]
        pairs = list(zip(entry.state, state, after.state, strict=False))
        return Moving(
            _piece(slot, before),
            _piece(slot, gradient),
            {title: _piece(slot, old) for title, old, _ in pairs},
            {title: _piece(slot, new) for title, _, new in pairs},
            _piece(slot, after.w),
        )

    def gradients(self, part: int) -> dict[str, Array]:
        """The mean gradient of the samples up to the end of a part, by the names of the parameters."""
        self._part(part)
        done = self.parts[part].stop / len(self.rows)
        flat = np.sum(self._sums[: part + 1], axis=0) / done
        return {name: _piece(slot, flat) for name, slot in self.program.named_slots(trained=True)}

    def is_light(self, operation: Operation) -> bool:
        """Whether its numbers are there, or soon will be; else ``prepare`` may run on another thread."""
        span = self.parts[operation.part]
        if self.program.size * _length(span) <= LIGHT or operation.kind == "update":
            return True
        return self._moving is not None if operation.kind == "optimizer" else operation.part in self._worked

    def prepare(self, operation: Operation) -> None:
        """Work out what the numbers of an operation come from."""
        if operation.kind == "optimizer":
            self._updated()
        else:
            self._part(operation.part)

    def _part(self, part: int) -> tuple[Arenas, float]:
        """A part's values and its mean loss; parts before it are worked through first, for what they remember."""
        found = self._worked.get(part)
        if found is not None:
            return found
        for k in range(min(part, len(self._sums)), part + 1):
            reference = Reference(self.program, self.parameters, training=True)
            reference.w = self._starts[k].copy()
            rows = self.rows[self.parts[k]]
            samples = self._first + np.arange(len(self.rows))[self.parts[k]]
            reference.moment = Moment(self.training.seed, self.progress.epoch, samples)
            reference.weigh = None if self._weights is None else self._weights[rows]
            inputs = as_rows(self.network, self.dataset.inputs[rows])
            found = reference.walk(inputs, self._targets(rows))
            self._worked = {k: found}
            reference.penalize()
            if k == len(self._sums):
                self._sums.append(reference.g * (len(rows) / len(self.rows)))
                self._starts.append(reference.w)
        assert found is not None  # noqa: S101 (the loop ends with the part that was asked for)
        return found

    def _targets(self, rows: NDArray[np.int64]) -> Array:
        data = self.dataset
        if data.task == "classification" and data.targets.ndim == 1:
            return np.asarray(np.arange(data.outputs) == data.targets[rows, np.newaxis], dtype=np.float64)
        return np.asarray(data.targets[rows], dtype=np.float64)

    def _updated(self) -> tuple[Reference, Array, Array, list[Array]]:
        """The reference after the update; parameters, gradient and state before it."""
        if self._moving is None:
            self._part(len(self.parts) - 1)
            reference = Reference(self.program, self.parameters, training=True)
            reference.w = self._starts[-1].copy()
            names = optimizers[self.program.optimizer.key].names(self.program.optimizer)
            reference.updates = restore(self.program, names, reference.state, self.progress)
            reference.g = np.sum(self._sums, axis=0)
            held = held_places(self.program, self.parameters)
            reference.g[held] = 0.0
            carried = taken_up(self.program, self.progress.state) if self.training.carry_over else None
            if carried is not None:
                count, waiting = carried
                reference.g = (waiting + reference.g * len(self.rows)) / (count + len(self.rows))
            bound(reference.g[: self.program.trained], self.training)
            before, gradient = reference.w.copy(), reference.g.copy()
            state = [array.copy() for array in reference.state]
            last = Operation("average", len(self.parts) - 1)
            found = losses[self.program.loss.key].downhill * self.loss(last) + reference.penalty()
            reference.update(found, lambda: self._asked(reference, held))
            reference.w[held] = before[held]
            self._moving = (reference, before, gradient, state)
        return self._moving

    def _asked(self, reference: Reference, held: list[int]) -> tuple[float, Array]:
        """The objective of the batch and its gradient at the parameters of ``reference``, for a line search."""
        lost, slopes = 0.0, np.zeros_like(reference.g)
        for span in self.parts:
            rows, samples = self.rows[span], self._first + np.arange(len(self.rows))[span]
            reference.moment = Moment(self.training.seed, self.progress.epoch, samples)
            reference.weigh = None if self._weights is None else self._weights[rows]
            share = len(rows) / len(self.rows)
            lost += share * reference.walk(as_rows(self.network, self.dataset.inputs[rows]), self._targets(rows))[1]
            reference.penalize()
            slopes += share * reference.g
        slopes[held] = 0.0
        bound(slopes[: self.program.trained], self.training)
        objective = losses[self.program.loss.key].downhill * lost + reference.penalty()
        return objective, slopes[: self.program.trained]

    @property
    def learning_rate(self) -> float:
        """The learning rate of the update."""
        part = self.program.optimizer
        return float(optimizers[part.key].values(part)["learning_rate"])

    @property
    def momentum(self) -> float | None:
        """The momentum of the update, where the schedule moves it."""
        part, entry = self.program.optimizer, optimizers[self.program.optimizer.key]
        schedule = self.training.schedule
        moves = schedule is not None and schedules[schedule.key].moves_momentum(schedule, entry)
        return float(entry.values(part)[entry.momentum]) if moves else None

    @property
    def update(self) -> int:
        """The number of the update, counted from 1."""
        return self.progress.updates + 1

    def _own(self, array: Array, operation: Operation) -> Array:
        """A slope of the part's mean loss as one of the sample's own loss."""
        return np.asarray(array * _length(self.parts[operation.part]))

    def _lost(self, operation: Operation, layer: Layer) -> float:
        arenas, _ = self._part(operation.part)
        entry, at = losses[self.program.loss.key], operation.place
        output = (arenas.n if entry.from_logits else arenas.a)[layer.id][at : at + 1]
        share = layer.size / self.program.outputs if entry.mean_over_outputs else 1.0
        weight = 1.0 if self._weights is None else float(self._weights[self.row(operation)])
        value = entry.value(output, arenas.y[layer.id][at : at + 1], **entry.values(self.program.loss))
        return float(weight * share * value[0])

    def _at_the_loss(self, layer: Layer, arenas: Arenas, operation: Operation) -> dict[str, Array]:
        entry, at = losses[self.program.loss.key], operation.place
        output = (arenas.n if entry.from_logits else arenas.a)[layer.id][at : at + 1]
        target = arenas.y[layer.id][at : at + 1]
        share = layer.size / self.program.outputs if entry.mean_over_outputs else 1.0
        share *= 1.0 if self._weights is None else float(self._weights[self.row(operation)])
        slope = entry.downhill * share * entry.slope(output, target, **entry.values(self.program.loss))
        return {"output": arenas.a[layer.id][at], "target": target[0], "slope": slope[0]}

    def _delta(self, layer: Layer, arenas: Arenas, operation: Operation) -> dict[str, Array]:
        at, entry = operation.place, activations[layer.applied.key]
        delta = {"delta": self._own(arenas.d[layer.id][at], operation)}
        if layer.kind == "output":
            if losses[self.program.loss.key].from_logits:
                return delta
            arriving = self._at_the_loss(layer, arenas, operation)["slope"]
        else:
            arriving = np.zeros(layer.size)
            for synapses in self.network.outgoing[layer.id]:
                if synapses.id in self.program.weights:
                    arriving += self._sent_back(synapses.id, arenas, operation)
            if layer.id in arenas.m:
                arriving = arriving * arenas.m[layer.id][at]
            if layer.id in self.program.muted:
                arriving = np.where(self.program.muted[layer.id], 0.0, arriving)
        if not entry.elementwise:
            return {"arriving": arriving, **delta}
        slope = entry.slope(arenas.n[layer.id][at], **activation_settings(layer, self.parameters))
        return {"arriving": arriving, "slope": slope, **delta}

    def _ends(self, key: int) -> tuple[Layer, Layer]:
        synapses = self.network.synapses[key]
        return self.network.layers[synapses.source], self.network.layers[synapses.target]

    def _sent_back(self, key: int, arenas: Arenas, operation: Operation) -> Array:
        (source, target), at = self._ends(key), slice(operation.place, operation.place + 1)
        part = self.network.synapses[key].wiring
        weights = self.parameters.weights[key]
        d = arenas.d[target.id][at]
        back: Any = wirings[part.key].back(source, target, part, arenas.a[source.id][at], d, weights)
        return self._own(np.asarray(back)[0], operation)

    def _slopes(self, key: int, arenas: Arenas, operation: Operation) -> dict[str, Array]:
        (source, target), at = self._ends(key), slice(operation.place, operation.place + 1)
        part = self.network.synapses[key].wiring
        x, d = arenas.a[source.id][at], self._own(arenas.d[target.id][at], operation)
        dw = wirings[part.key].slope(source, target, part, x, d, self.parameters.weights[key])
        return {"x": x[0], "delta": d[0], "dw": dw * self.program.exists(key)}


def _length(span: slice) -> int:
    return int(span.stop - span.start)


def _piece(slot: Slot, flat: Array) -> Array:
    values: Array = slot.taken(flat)
    values.setflags(write=False)
    return values

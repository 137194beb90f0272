"""Lays a Program out for the compiled loop: one flat arena for all values, and a table of instructions over it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, metrics, normalizations, optimizers
from nnstudio.document import Layer, Parameters, Synapses
from nnstudio.engine import layout, steps
from nnstudio.engine.ahead import ADDRESSES, MEMBER
from nnstudio.engine.blocks import back, send
from nnstudio.engine.compiled import NUMBERS, address
from nnstudio.engine.layers.rows import ELEMENT_COST, Blocks, LayerRows
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
from nnstudio.engine.panels import BIASED, SUMMED
from nnstudio.engine.products import weight_slope_by_tiles
from nnstudio.engine.program import Program, check_parameters, drops, is_identity
from nnstudio.engine.shares import blocks_of, chunks, grain, in_halves, parted, units, with_flips, worth_sharing
from nnstudio.engine.sharing import ROOM
from nnstudio.engine.soundness import bound
from nnstudio.engine.vectors import LANES, TILE_ROWS, TILE_VECTORS
from nnstudio.engine.wires.paired import shared_bias_slope
from nnstudio.engine.wires.plans import Joint, Work
from nnstudio.engine.wires.silenced import copied

MOVE_COST, UPDATE_COST = 10, 6  # of one number, in multiply-adds of a matrix product
SPARE_ROWS = 4  # rows of lanes that kernels may use as they like (catalog.kernel says so)
Whole = NDArray[np.int64]
Number = NDArray[np.floating[Any]]


class Table(LayerRows):
    """A Program with its memory: ``arena`` (parameters, gradients, optimizer state, blocks), ``rows`` and ``settings``.

    ``stride`` is the length of the flat vector of parameters; the gradient starts there, state array k at
    ``(2 + k) * stride``. ``forward`` is how many of the rows are the forward part, ``late`` where those begin that can
    be left to the end: first one that looks whether they will be sound, then the shared slopes of weights.
    """

    def __init__(
        self, program: Program, parameters: Parameters, dtype: str, batch_size: int, metric: str, team: int = 1
    ) -> None:
        check_parameters(program, parameters)
        self.program = program
        self.dtype = dtype
        self.metric = metric
        self.width = LANES[NUMBERS[dtype]]
        self.batch_size = batch_size
        self.lanes = -(-batch_size // self.width) * self.width
        self._settings: list[float] = []
        self._kept: list[NDArray[Any]] = []  # plans and lists to which rows hold addresses
        self.stride = program.size
        self._states = optimizers[program.optimizer.key].names(program.optimizer)
        self._end = self.stride * (2 + len(self._states))
        self._lent: dict[int, int] = {}  # layer id -> where the settings of an activation that trains some start
        self._blocks = {layer.id: self._made_blocks(layer) for layer in program.layers}
        widest = max((layer.size for layer in program.layers), default=0)
        panel = TILE_VECTORS * self.width
        self.scratch = self._taken(-(-widest // panel) * panel * self.lanes)  # the flipped d of a layer
        self.spare = self._taken(SPARE_ROWS * self.lanes)
        self._team = team
        rows = [row for step in program.forward for row in self._forward_rows(step) if row]
        self.forward = len(rows)
        back = [row for step in program.backward for row in self._backward_rows(step)]
        self._worth = worth_sharing(self._cost(row) for row in (*rows, *back) if row[0] < layout.TARGETS)
        first, late = parted(back, lambda row: self._chunks(row) > 1)
        rows += with_flips(first)
        self.late = len(rows)
        rows += self._bounds(late) + with_flips(late)
        self.rows = np.zeros((len(rows), layout.COLUMNS), dtype=np.int64)
        for place, row in enumerate(rows):
            self.rows[place, : len(row)] = row
            if row[0] < layout.TARGETS:
                self.rows[place, layout.UNITS] = units(row, self.lanes)
                self.rows[place, layout.CHUNKS] = self._chunks(row)
        shared = 1 if optimizers[program.optimizer.key].whole else team
        self.update_chunks = chunks(self.stride, self.stride * UPDATE_COST, shared, self._worth)
        self.optimizer_settings = self._chosen(optimizers[program.optimizer.key], program.optimizer)
        self.settings = np.array([*self._settings, 0.0])
        self._offsets = max(self.lanes, widest, 1)
        self.offsets = self.working_room()
        self.arena = _aligned(self._end, dtype)
        self.write(parameters)

    @property
    def w(self) -> Number:
        """A view of the parameters."""
        return self.arena[: self.stride]

    @property
    def g(self) -> Number:
        """A view of the gradient."""
        return self.arena[self.stride : 2 * self.stride]

    def state(self, place: int) -> Number:
        """A view of one of the optimizer's arrays."""
        return self.arena[(2 + place) * self.stride : (3 + place) * self.stride]

    def block(self, layer: Layer, kind: Literal["z", "n", "a", "d", "y"], count: int) -> Number:
        """What a batch of ``count`` samples left of a layer's values, a view (neurons, samples)."""
        start, lanes = getattr(self._blocks[layer.id], kind), self._padded(count)
        return self.arena[start : start + layer.size * lanes].reshape(layer.size, lanes)[:, :count]

    @property
    def most(self) -> float:
        """From where on slopes are not sure to be finite, if a sample's number or a slope of a neuron is as large."""
        return float(bound(self.arena, self.lanes))

    @property
    def unchecked(self) -> Whole:
        """The ranges of the gradient, (first place, end) in order, at which no shared instruction looks."""
        checked = sorted(
            (int(row[3]) - self.stride, int(row[3] + row[4] * row[5]) - self.stride)
            for row in self.rows
            if row[0] == layout.SLOPE_BY_TILES and row[layout.CHUNKS] > 1
        )
        ends = [0, *(place for span in checked for place in span), self.program.trained]
        return np.array(ends, dtype=np.int64).reshape(-1, 2)

    def facts(self, data: str) -> Whole:
        """What the loop needs to know of the table, for samples of the number type ``data``.

        A run adds what it knows of samples and optimizer.
        """
        facts = np.zeros(layout.FACTS, dtype=np.int64)
        facts[layout.SIZE], facts[layout.STRIDE] = self.program.trained, self.stride
        facts[layout.BATCH] = self.batch_size
        facts[layout.FORWARD], facts[layout.LATE], facts[layout.ROWS] = self.forward, self.late, len(self.rows)
        facts[layout.ROOM_AT], facts[layout.QUEUE_AT] = self._offsets, self._offsets + 1
        facts[layout.PORTION] = address(steps.portion, "portion", self.dtype, data)
        facts[layout.EXECUTE] = address(steps.execute, "execute", self.dtype, data)
        facts[layout.UPDATE_CHUNKS] = self.update_chunks
        facts[layout.SCRATCH], facts[layout.SPARE] = self.scratch, self.spare
        facts[layout.OPTIMIZER_SETTINGS] = self.optimizer_settings
        return facts

    def working_room(self, member: int = 0) -> Whole:
        """What that member of the team needs for itself.

        Offsets, then the address of room for some slopes, then the queue of samples that come next.
        """
        room = _aligned(ROOM if self.late < len(self.rows) else 1, self.dtype)
        self._kept.append(room)
        offsets = np.zeros(self._offsets + 1 + ADDRESSES + self.batch_size, dtype=np.int64)
        offsets[self._offsets], offsets[self._offsets + 1 + MEMBER] = room.ctypes.data, member
        return offsets

    def write(self, parameters: Parameters) -> None:
        """Put ``parameters`` into the arena."""
        for key, slot in self.program.weights.items():
            slot.put(self.w, parameters.weights[key])
        for key, slot in self.program.biases.items():
            self.w[slot.span] = parameters.biases[key]
        for owned, slot in self.program.own.items():
            slot.put(self.w, parameters.own[owned])

    # -- memory -----------------------------------------------------------------------------------------------------

    def _taken(self, count: int) -> int:
        start = self._end
        self._end += -(-count // 16) * 16
        return start

    def _padded(self, count: int) -> int:
        return -(-count // self.width) * self.width

    def _made_blocks(self, layer: Layer) -> Blocks:
        size = layer.size * self.lanes
        z = self._taken(size)
        dropped = drops(layer)
        m = self._taken(size) if dropped else 0
        if layer.kind == "input":
            return Blocks(z, self._taken(size) if dropped else z, z, z, z, z, 0, m)
        n, room = z, 0
        if layer.normalization is not None:
            entry = normalizations[layer.normalization.key]
            n, room = self._taken(size), self._taken(entry.room(self.program.own[layer.id, "gain"].size, self.lanes))
        f = n if is_identity(layer) else self._taken(size)
        apart = layer.id in self.program.muted and not activations[layer.applied.key].elementwise
        a = self._taken(size) if apart or dropped else f
        return Blocks(z, a, self._taken(size), self._taken(size) if layer.kind == "output" else z, f, n, room, m)

    # -- instructions -----------------------------------------------------------------------------------------------

    def _forward_rows(self, step: ForwardStep) -> list[list[int]]:
        if isinstance(step, Activate):
            return [*self._lending(step.layer), self._forward_row(step)]
        if isinstance(step, AddProduct):
            row = self._forward_row(step)
            joined = [layout.JOIN, row[3], row[9], step.target.size] if row[0] == layout.HALVES else []
            return [row, joined]
        if not isinstance(step, Silence):
            return [self._forward_row(step)]
        blocks, size = self._blocks[step.layer.id], step.layer.size
        rows = [self._forward_row(step)]
        if blocks.f != blocks.a and not drops(step.layer):
            rows.insert(0, self._wired(Work(copied, (blocks.a, blocks.f), size, size)))
        return rows

    def _forward_row(self, step: ForwardStep) -> list[int]:
        match step:
            case TakeInputs(layer, columns):
                return [layout.GATHER, self._blocks[layer.id].f, columns.start, layer.size]
            case TakeTargets(layer, columns):
                return [layout.TARGETS, self._blocks[layer.id].y, columns.start, layer.size]
            case StartSum(layer):
                bias = self.program.biases.get(layer.id)
                begin = BIASED if bias else 0
                start, biases = (bias.start, bias.size) if bias else (0, 1)
                return [layout.START, self._blocks[layer.id].z, layer.size, start, begin, biases]
            case AddProduct(synapses, source, target, begin_with):
                begin = {"bias": BIASED, "sum": SUMMED, "zero": 0}[begin_with]
                bias = self.program.biases.get(target.id)
                joint = self._joint(synapses, source, target)
                if joint.key != "full":
                    ends = self._blocks[source.id].a, self._blocks[target.id].z
                    return self._wired(joint.send(*ends, begin, bias.start if bias else 0))
                apart = self._taken(target.size * self.lanes) if in_halves(source.size, target.size, self.lanes) else 0
                row = [
                    layout.HALVES if apart else layout.PRODUCT,
                    joint.slot.start,
                    self._blocks[source.id].a,
                    self._blocks[target.id].z,
                    source.size,
                    target.size,
                    begin,
                    bias.start if bias else 0,
                    address(send, "send", self.dtype),
                    apart,
                ]
                return _together(row, joint)
            case Activate(layer):
                return self._activation_row(layer)
            case Silence() | Normalize() | Drop():
                return self._layer_row(step)
            case Lose(layer):
                return self._loss_row(layer)
            case Score(layer, place):
                blocks = self._blocks[layer.id]
                seen = blocks.n if self._is_skipped(layer) else blocks.a
                entry = metrics[self.metric]
                add = entry.add_signed if losses[self.program.loss.key].signed else None
                kernel = address(add or entry.add, "metric", self.dtype)
                return [layout.SCORE, seen, blocks.y, layer.size, place, kernel]

    def _is_skipped(self, layer: Layer) -> bool:
        """Whether nothing asks for an output's activations: the loss reads logits, and the metric only their order."""
        return (
            layer.kind == "output"
            and losses[self.program.loss.key].from_logits
            and metrics[self.metric].ranks
            and layer.size > 1
        )

    def _activation_row(self, layer: Layer) -> list[int]:
        if is_identity(layer) or self._is_skipped(layer):
            return []
        blocks, entry = self._blocks[layer.id], activations[layer.applied.key]
        settings = self._activation_settings(layer)
        kernel = address(entry.forward, "forward", self.dtype)
        return [layout.ACTIVATE, blocks.n, blocks.f, layer.size, settings, kernel]

    def _loss_row(self, layer: Layer) -> list[int]:
        blocks, entry = self._blocks[layer.id], losses[self.program.loss.key]
        share = 1.0 / self.program.outputs if entry.mean_over_outputs else 1.0
        settings = self._chosen(entry, self.program.loss, share)
        output = blocks.n if entry.from_logits else blocks.a
        return [layout.LOSE, output, blocks.y, blocks.d, layer.size, address(entry.both, "loss", self.dtype), settings]

    def _backward_rows(self, step: BackwardStep) -> list[list[int]]:
        match step:
            case SilenceSlope() | DropSlope() | OwnSlopes() | NormalizeSlope():
                return self._layer_rows(step)
            case Pull(layer):
                if is_identity(layer):
                    return []
                blocks, entry = self._blocks[layer.id], activations[layer.applied.key]
                settings = self._activation_settings(layer)
                kernel = address(entry.backward, "backward", self.dtype)
                return [[layout.PULL, blocks.n, blocks.f, blocks.d, layer.size, settings, kernel]]
            case BiasSlope(layer):
                bias = self.program.biases[layer.id]
                gradient = self.stride + bias.start
                if bias.size != layer.size:
                    plan = (gradient, self._blocks[layer.id].d, layer.size // bias.size, bias.size)
                    return [self._wired(Work(shared_bias_slope, plan, bias.size, layer.size))]
                return [[layout.BIAS_SLOPE, self._blocks[layer.id].d, gradient, layer.size]]
            case WeightSlope(synapses, source, target) if (
                joint := self._joint(synapses, source, target)
            ).key != "full":
                room = self._taken(joint.room_for(self.width))
                ends = self._blocks[source.id].a, self._blocks[target.id].d
                return [self._wired(joint.slope(self.stride + joint.slot.start, *ends, room))]
            case SendBack(synapses, source, target, add) if (
                joint := self._joint(synapses, source, target)
            ).key != "full":
                here, there = self._blocks[source.id], self._blocks[target.id]
                return [self._wired(work) for work in joint.back(here.a, there.d, here.d, SUMMED if add else 0)]
            case WeightSlope(synapses, source, target):
                return self._weight_slope_rows(self._joint(synapses, source, target))
            case SendBack(synapses, source, target, add):
                joint = self._joint(synapses, source, target)
                row = [
                    layout.SEND_BACK,
                    joint.slot.start,
                    self._blocks[target.id].d,
                    self._blocks[source.id].d,
                    source.size,
                    target.size,
                    SUMMED if add else 0,
                    0,
                    address(back, "back", self.dtype),
                ]
                return [_together(row, joint)]
            case Penalize(synapses):
                slot = self.program.weights[synapses.id]
                settings = len(self._settings)
                self._settings += [synapses.l1, synapses.l2]
                return [[layout.PENALIZE, slot.start, self.stride + slot.start, slot.size, settings]]

    def _joint(self, synapses: Synapses, source: Layer, target: Layer) -> Joint:
        return Joint(synapses, source, target, self.program.weights[synapses.id])

    def _weight_slope_rows(self, joint: Joint) -> list[list[int]]:
        source, target = joint.source, joint.target
        gradient, a, d = self.stride + joint.slot.start, self._blocks[source.id].a, self._blocks[target.id].d
        if not joint.slot.stripe and self._dots_are_quicker(source.size, target.size):
            return [[layout.SLOPE_BY_DOTS, a, d, gradient, source.size, target.size]]
        kernel = address(weight_slope_by_tiles, "slopes", self.dtype)
        return [_together([layout.SLOPE_BY_TILES, a, d, gradient, source.size, target.size, 0, 0, kernel], joint)]

    def _bounds(self, late: list[list[int]]) -> list[list[int]]:
        """The row that looks whether all these slopes will be sound, where the samples are small: see ``most``."""
        if not late:
            return []
        layers = self.program.layers
        samples = {self._blocks[layer.id].a for layer in layers if layer.kind == "input" and not drops(layer)}
        blocks = blocks_of(late, samples)
        self._kept.append(np.array(blocks, dtype=np.int64))
        neurons = sum(size for _, size in blocks)
        return [[layout.BOUND, int(self._kept[-1].ctypes.data), len(blocks), neurons]]

    def _chunks(self, row: list[int]) -> int:
        least = 2 if row[0] == layout.BOUND else 1  # it answers through the team's job
        return max(least, chunks(units(row, self.lanes), self._cost(row), self._team, self._worth, grain(row)))

    def _cost(self, row: list[int]) -> int:
        """About how many multiply-adds an instruction takes as long as, for a whole batch."""
        kind, count = row[0], units(row, self.lanes)
        if kind in (layout.PRODUCT, layout.HALVES, layout.SLOPE_BY_TILES, layout.SEND_BACK):
            return row[4] * row[5] * self.lanes
        if kind in (layout.WIRE, layout.LAYER):
            return row[4] * self.lanes
        if kind in (layout.ACTIVATE, layout.PULL):
            # Only the neurons of an elementwise activation can be parted.
            layer = next(layer for layer in self.program.layers if self._blocks[layer.id].n == row[1])
            return count * self.lanes * ELEMENT_COST * activations[layer.applied.key].elementwise
        return count * self.lanes * MOVE_COST

    def _dots_are_quicker(self, sources: int, targets: int) -> bool:
        """Rough counts of vector operations: a dot product for each weight, or transposing d and then whole tiles."""
        dots = sources * targets * (self.lanes // self.width + 6)
        panels = -(-targets // self.width)
        tiles = targets * self.lanes + -(-sources // TILE_ROWS) * panels * (self.lanes * TILE_ROWS // 2 + 20) + 40
        return dots <= tiles


def _together(row: list[int], joint: Joint) -> list[int]:
    """The row of a product of weights, with how many targets' weights lie together."""
    return row + [0] * (layout.TOGETHER - len(row)) + [joint.slot.stripe or joint.target.size]


def _aligned(count: int, dtype: str) -> Number:
    """Zeros that start at a multiple of 64 bytes."""
    size = np.dtype(dtype).itemsize
    raw: NDArray[np.uint8] = np.zeros(count * size + 64, dtype=np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + count * size].view(dtype)

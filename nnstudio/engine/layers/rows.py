"""The instructions of what a layer does beside its sum and its activation, and where its values lie in the arena."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, normalizations
from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.catalog.normalization import Normalization
from nnstudio.document import Layer, Part, StudioError
from nnstudio.engine import layout
from nnstudio.engine.compiled import address
from nnstudio.engine.draws import threshold
from nnstudio.engine.layers.dropped import drop, drop_slope
from nnstudio.engine.layers.lent import lend, own_slopes
from nnstudio.engine.operations import Drop, DropSlope, Normalize, NormalizeSlope, OwnSlopes, Silence, SilenceSlope
from nnstudio.engine.program import Program
from nnstudio.engine.wires.plans import Work
from nnstudio.engine.wires.silenced import silenced

ELEMENT_COST = 8  # of one number, in multiply-adds of a matrix product


@dataclass(frozen=True)
class Blocks:
    """Where a layer's z, a, d = dL/dz and targets y start in the arena; each is (neurons, lanes).

    ``n``: what the activation takes, z itself unless it is normalized; ``room`` for the normalization's own numbers.
    ``f``: what the activation gave before neurons were muted or dropped; ``m``: the factors of dropout.
    """

    z: int
    a: int
    d: int
    y: int
    f: int
    n: int
    room: int = 0
    m: int = 0


class LayerRows:
    """The part of a Table that writes such rows: their plans and settings are kept with the table's own."""

    program: Program
    dtype: str
    stride: int
    lanes: int
    width: int
    _blocks: dict[int, Blocks]
    _settings: list[float]
    _kept: list[NDArray[Any]]
    _lent: dict[int, int]  # layer id -> where the settings of an activation that trains some start

    def _chosen(self, entry: Entry, part: Part, *before: float) -> int:
        """Keep the settings of ``part`` in their order, after ``before``; where they start."""
        start = len(self._settings)
        values = entry.values(part)
        self._settings += [*before, *(_number(values[setting.name], setting.choices) for setting in entry.settings)]
        return start

    def _layered(self, kernel: Kernel, plan: tuple[int, ...], units: int, cost: int, settings: int = 0) -> list[int]:
        """The row of a kernel that knows its plan, its settings, the samples, and whether this is training."""
        words = np.array(plan, dtype=np.int64)
        self._kept.append(words)
        kernel_at = address(kernel, "layer", self.dtype)
        return [layout.LAYER, 0, 0, units, cost, kernel_at, int(words.ctypes.data), settings]

    def _wired(self, work: Work) -> list[int]:
        """The row of a kernel that reads its operands from a plan."""
        plan = np.array(work.plan, dtype=np.int64)
        self._kept += [plan, *work.lists]
        kernel = address(work.kernel, "wire", self.dtype)
        return [layout.WIRE, 0, 0, work.units, work.cost, kernel, int(plan.ctypes.data)]

    def _silencing(self, block: int, neurons: tuple[int, ...]) -> list[int]:
        return self._wired(Work(silenced, (block, *neurons), len(neurons), len(neurons)))

    def _layer_row(self, step: Silence | Normalize | Drop) -> list[int]:
        match step:
            case Silence(layer, neurons):
                return self._silencing(self._blocks[layer.id].a, neurons)
            case Normalize(layer):
                entry = self._normalization(layer)
                return self._normalized(layer, entry.forward, entry.by)
            case Drop(layer):
                return self._dropping(layer, drop)

    def _layer_rows(self, step: SilenceSlope | DropSlope | OwnSlopes | NormalizeSlope) -> list[list[int]]:
        match step:
            case SilenceSlope(layer, neurons):
                return [self._silencing(self._blocks[layer.id].d, neurons)]
            case DropSlope(layer):
                return [self._dropping(layer, drop_slope)]
            case OwnSlopes(layer):
                return [self._own_slopes(layer)]
            case NormalizeSlope(layer):
                entry = self._normalization(layer)
                memory = [] if entry.memory is None else [entry.memory]
                return [
                    *(self._normalized(layer, kernel, "channel") for kernel in (*memory, entry.slopes)),
                    self._normalized(layer, entry.backward, entry.by),
                ]

    def _activation_settings(self, layer: Layer) -> int:
        """Where the settings of a layer's activation start; those that it trains stand at one place in both passes."""
        if layer.id in self._lent:
            return self._lent[layer.id]
        settings = self._chosen(activations[layer.applied.key], layer.applied)
        if activations[layer.applied.key].owns:
            self._lent[layer.id] = settings
        return settings

    def _lending(self, layer: Layer) -> list[list[int]]:
        """The rows that hand trained values to the activation, each in the place of the setting of its name."""
        entry = activations[layer.applied.key]
        names = [setting.name for setting in entry.settings]
        plans = [(self.program.own[layer.id, one.name].start, names.index(one.name)) for one in entry.owns]
        return [self._layered(lend, plan, 1, 0, self._activation_settings(layer)) for plan in plans]

    def _own_slopes(self, layer: Layer) -> list[int]:
        blocks, entry = self._blocks[layer.id], activations[layer.applied.key]
        kernel = address(entry.own_backward, "backward", self.dtype) if entry.own_backward is not None else 0
        slopes = self.stride + self.program.own[layer.id, entry.owns[0].name].start
        plan = (blocks.n, blocks.f, blocks.d, layer.size, kernel, slopes)
        return self._layered(own_slopes, plan, 1, 0, self._activation_settings(layer))

    def _normalization(self, layer: Layer) -> Normalization:
        part = layer.normalization
        if part is None:
            raise StudioError('"{layer}" has no normalization.', layer=layer.name)
        return normalizations[part.key]

    def _normalized(self, layer: Layer, kernel: Kernel, by: str) -> list[int]:
        entry, blocks = self._normalization(layer), self._blocks[layer.id]
        slots = [self.program.own[layer.id, one.name] for one in entry.owns]
        gains = slots[0].size
        plan = (blocks.z, blocks.n, blocks.d, blocks.room, self.stride, gains, layer.size, self.width)
        units = gains if by == "channel" else self.lanes // self.width
        settings = self._chosen(entry, layer.normalization or Part(entry.key))
        starts = tuple(slot.start for slot in slots)
        return self._layered(kernel, (*plan, *starts), units, layer.size * ELEMENT_COST, settings)

    def _dropping(self, layer: Layer, kernel: Kernel) -> list[int]:
        blocks = self._blocks[layer.id]
        plan = (blocks.f, blocks.a, blocks.m, blocks.d, layer.id, threshold(layer.dropout))
        self._settings.append(1.0 / (1.0 - layer.dropout))
        return self._layered(kernel, plan, layer.size, layer.size * ELEMENT_COST, len(self._settings) - 1)


def _number(value: Any, choices: tuple[str, ...]) -> float:
    return float(choices.index(value)) if choices else float(value)

"""What each wiring asks of the compiled loop: a kernel, the plan that it reads, and how much work that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import wirings
from nnstudio.catalog.window import Window
from nnstudio.catalog.wirings import convolution, pooling
from nnstudio.document import Layer, Synapses
from nnstudio.engine.program import Slot
from nnstudio.engine.wires import convolved, listed, paired, pooled

SHORT_WORK = 6  # what an operation on single numbers costs, in multiply-adds of a matrix product


@dataclass(frozen=True)
class Work:
    """One instruction: ``kernel`` reads ``plan`` and works on ``units``; ``cost`` counts multiply-adds of a sample.

    ``lists`` are arrays to which the plan holds addresses.
    """

    kernel: Callable[..., None]
    plan: tuple[int, ...]
    units: int
    cost: int
    lists: tuple[NDArray[Any], ...] = ()


@dataclass(frozen=True)
class Joint:
    """One bundle at its places in the arena: ``slot`` of its weights, blocks of the source's and target's values."""

    synapses: Synapses
    source: Layer
    target: Layer
    slot: Slot

    @property
    def key(self) -> str:
        """Which kernels it takes: "full" is a plain product of matrices."""
        return "listed" if self.slot.places is not None else _KERNELS.get(self.synapses.wiring.key, "full")

    def send(self, a: int, z: int, begin: int, bias: int) -> Work:
        """The work that adds to z of the target, which begins as ``begin`` says (engine.products)."""
        match self.key:
            case "listed":
                starts, ends, _ = self._listed(by_target=True)
                plan: tuple[int, ...] = (self.slot.start, a, z, begin, bias, _at(starts), _at(ends), _at(ends))
                return Work(listed.listed_send, plan, self.target.size, 2 * self.slot.size, (starts, ends))
            case "paired":
                plan = (self.slot.start, a, z, begin, bias)
                return Work(paired.paired_send, plan, self.target.size, SHORT_WORK * self.target.size)
            case "pooled":
                over, _ = self._pooling
                return Work(pooled.pooled_send, self._pooled(a, z, begin, 0), over.rows * over.columns, self._short())
            case _:
                over, _ = self._convolution
                plan = self._convolved(self.slot.start, a, z, begin, bias, 0)
                return Work(convolved.convolved_send, plan, over.rows * over.columns, self._count())

    def slope(self, g: int, a: int, d: int, room: int) -> Work:
        """The work that writes dL/dw, which starts at ``g``; ``room``: where ``room_for`` numbers may lie."""
        match self.key:
            case "listed":
                starts, ends, _ = self._listed(by_target=True)
                plan = (g, a, d, 0, 0, _at(starts), _at(ends), _at(ends))
                return Work(listed.listed_slope, plan, self.target.size, 2 * self.slot.size, (starts, ends))
            case "paired":
                return Work(paired.paired_slope, (g, a, d, 0, 0), self.target.size, SHORT_WORK * self.target.size)
            case _:
                rows = self.slot.size // self.slot.shape[3]
                return Work(convolved.convolved_slope, self._convolved(g, a, d, 0, 0, room), rows, self._count())

    def back(self, a: int, d: int, slopes: int, begin: int) -> list[Work]:
        """The work that writes dL/da of the source at ``slopes``, or adds to it."""
        match self.key:
            case "listed":
                starts, ends, places = self._listed(by_target=False)
                plan: tuple[int, ...] = (self.slot.start, d, slopes, begin, 0, _at(starts), _at(ends), _at(places))
                lists = (starts, ends, places)
                return [Work(listed.listed_back, plan, self.source.size, 2 * self.slot.size, lists)]
            case "paired":
                plan = (self.slot.start, d, slopes, begin, 0)
                return [Work(paired.paired_send, plan, self.target.size, SHORT_WORK * self.target.size)]
            case "pooled":
                return self._pooled_back(a, d, slopes, begin)
            case _:
                over, _ = self._convolution
                plan = self._convolved(self.slot.start, slopes, d, begin, 0, 0)
                return [Work(convolved.convolved_back, plan, over.height * over.width, self._count())]

    def room_for(self, width: int) -> int:
        """How many numbers ``slope`` needs room for, with vectors of ``width``."""
        return self.slot.size * width if self.key == "convolved" else 0

    def _pooled_back(self, a: int, d: int, slopes: int, begin: int) -> list[Work]:
        over, _ = self._pooling
        apart = over.stride >= max(over.size)
        fills = (
            apart
            and over.stride == over.size[0] == over.size[1]
            and not (over.top or over.left)
            and over.rows * over.stride == over.height
            and over.columns * over.stride == over.width
        ) or (over.rows == over.columns == 1 and over.size == (over.height, over.width))
        plan = self._pooled(a, d, pooled.ALONE if fills and not begin else 1, slopes)
        units = over.rows * over.columns if apart else 1  # windows that overlap add to the same places: one thread
        cost = self._short() if apart else 0
        work = [] if begin or fills else [Work(pooled.cleared, plan, self.source.size, self.source.size)]
        if not apart:
            # One unit is worked off as a whole: all positions.
            return [*work, Work(pooled.pooled_back_whole, plan, units, cost)]
        return [*work, Work(pooled.pooled_back, plan, units, cost)]

    @property
    def _convolution(self) -> tuple[Window, int]:
        return convolution.geometry(self.source, self.synapses.wiring)

    @property
    def _pooling(self) -> tuple[Window, bool]:
        return pooling.geometry(self.source, self.synapses.wiring)

    def _count(self) -> int:
        return wirings[self.synapses.wiring.key].count(self.source, self.target, self.synapses.wiring)

    def _short(self) -> int:
        return SHORT_WORK * self._count()

    def _convolved(self, w: int, source: int, target: int, begin: int, bias: int, room: int) -> tuple[int, ...]:
        over, groups = self._convolution
        return (
            w,
            source,
            target,
            begin,
            bias,
            over.height,
            over.width,
            over.channels,
            over.rows,
            over.columns,
            self.slot.shape[3],
            *over.size,
            over.stride,
            over.dilation,
            over.top,
            over.left,
            groups,
            room,
        )

    def _pooled(self, source: int, target: int, begin: int, slopes: int) -> tuple[int, ...]:
        over, is_max = self._pooling
        return (
            source,
            target,
            begin,
            over.height,
            over.width,
            over.channels,
            over.rows,
            over.columns,
            *over.size,
            over.stride,
            over.top,
            over.left,
            int(is_max),
            slopes,
        )

    def _listed(self, *, by_target: bool) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Where each neuron's synapses start in the lists; the neuron at their other end; their place in the slot."""
        places = np.arange(0) if self.slot.places is None else self.slot.places
        sources, targets = np.divmod(places, self.target.size)
        near, far, size = (targets, sources, self.target.size) if by_target else (sources, targets, self.source.size)
        order = np.argsort(near, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(near, minlength=size))]).astype(np.int64)
        return starts, far[order].astype(np.int32), order.astype(np.int32)


_KERNELS = {"one_to_one": "paired", "convolution": "convolved", "pooling": "pooled"}


def _at(numbers: NDArray[Any]) -> int:
    """The address of a list."""
    return int(numbers.ctypes.data)

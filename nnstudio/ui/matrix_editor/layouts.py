"""Which cell of the spreadsheet shows which weight: pairs of neurons, a row of counterparts, or kernels as blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.fields import kernel_place, maps_of_kernel
from nnstudio.catalog.joints import place_of, user_of
from nnstudio.document import Document, Layer, Synapses
from nnstudio.document.edits import synapse_name
from nnstudio.ui.selection import SynapseRef
from nnstudio.ui.text import tr

Whole = NDArray[np.int64]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Pairs:
    """Weights (source neurons, target neurons): a row for each source neuron, a column for each target neuron."""

    bundle: Synapses
    source: Layer
    target: Layer
    shape: tuple[int, ...]

    shared = False  # whether one weight belongs to many synapses, so that none of them can be cut alone

    @property
    def words(self) -> str:
        """What rows and columns are."""
        return tr("Weights: a row for each source neuron, a column for each target neuron")

    @property
    def size(self) -> Cell:
        """(rows, columns) of the weights."""
        return self.shape[0], self.shape[1]

    @property
    def block(self) -> Cell:
        """Rows and columns that belong together; (1, 1) where each cell stands for itself."""
        return 1, 1

    @property
    def size_text(self) -> str:
        """How many weights there are, as it is written beside the name."""
        return tr("{rows} × {columns}", rows=self.shape[0], columns=self.shape[1])

    def view(self, values: NDArray[Any]) -> NDArray[Any]:
        """An array of the weights' shape as (rows, columns)."""
        return values

    def places(self, rows: Whole, columns: Whole) -> Whole:
        """Where the weights of cells stand in the flat weights."""
        return rows * self.size[1] + columns

    def biases(self, columns: Whole) -> Whole:
        """The target's bias that stands above each column; -1 where there is none."""
        return columns

    def row_name(self, row: int, whole: bool = False) -> str:
        """The header of a row; ``whole``: said so that it can be understood alone."""
        name = self.source.label(row)
        return f"{self.source.name} {name}" if whole else name

    def column_name(self, column: int, whole: bool = False) -> str:
        """The header of a column."""
        name = self.target.label(column)
        return f"{self.target.name} {name}" if whole else name

    def name(self, document: Document, cell: Cell) -> str:
        """A weight as it is called in the history."""
        return synapse_name(document, self.bundle.id, *cell)

    def synapse(self, document: Document, cell: Cell, near: int | None) -> SynapseRef | None:
        """A synapse that has the weight of a cell; of many, one that arrives at neuron ``near`` where there is one."""
        del document, near
        return SynapseRef(self.bundle.id, *cell)

    def cell(self, document: Document, ref: SynapseRef) -> Cell | None:
        """The cell with the weight of a synapse."""
        del document
        return ref.source, ref.target


class Counterparts(Pairs):
    """Weights (neurons,): a row, with a column for each neuron and its counterpart."""

    @property
    def words(self) -> str:
        """What rows and columns are."""
        return tr("Weights: a column for each target neuron and its counterpart in the source")

    @property
    def size(self) -> Cell:
        """One row."""
        return 1, self.shape[0]

    @property
    def size_text(self) -> str:
        """How many pairs."""
        return tr("{count} pairs", count=self.shape[0])

    def view(self, values: NDArray[Any]) -> NDArray[Any]:
        """The one row."""
        return values[None, :]

    def row_name(self, row: int, whole: bool = False) -> str:
        """It holds the weights."""
        del row
        return tr("weights from {layer}", layer=self.source.name) if whole else tr("weight")

    def name(self, document: Document, cell: Cell) -> str:
        """Both neurons."""
        return synapse_name(document, self.bundle.id, cell[1], cell[1])

    def synapse(self, document: Document, cell: Cell, near: int | None) -> SynapseRef | None:
        """The one of that number."""
        del document, near
        return SynapseRef(self.bundle.id, cell[1], cell[1])

    def cell(self, document: Document, ref: SynapseRef) -> Cell | None:
        """The column of the neuron."""
        del document
        return 0, ref.target


class Kernels(Pairs):
    """Weights (rows, columns, source maps, target maps): each kernel is a block, as it lies over the image.

    Blocks in a row see the same map of the source (of its group), blocks in a column feed the same map of the target.
    """

    shared = True

    @property
    def words(self) -> str:
        """What rows and columns are."""
        return tr("Kernels: a row of blocks for each source map, a column of blocks for each target map")

    @property
    def size(self) -> Cell:
        """All blocks side by side."""
        return self.shape[2] * self.shape[0], self.shape[3] * self.shape[1]

    @property
    def block(self) -> Cell:
        """One kernel."""
        return self.shape[0], self.shape[1]

    @property
    def size_text(self) -> str:
        """How many kernels of which size."""
        rows, columns, maps, out = self.shape
        return tr("{maps} × {out} kernels of {rows} × {columns}", maps=maps, out=out, rows=rows, columns=columns)

    def view(self, values: NDArray[Any]) -> NDArray[Any]:
        """The blocks side by side (a copy)."""
        return values.transpose(2, 0, 3, 1).reshape(self.size)

    def places(self, rows: Whole, columns: Whole) -> Whole:
        """Where the weights of cells stand in the flat weights."""
        high, wide = self.block
        found: Whole = np.ravel_multi_index((rows % high, columns % wide, rows // high, columns // wide), self.shape)
        return found

    def biases(self, columns: Whole) -> Whole:
        """A map has one bias; it stands above the first column of its kernels."""
        wide = self.block[1]
        found: Whole = np.where(columns % wide == 0, columns // wide, -1)
        return found

    def row_name(self, row: int, whole: bool = False) -> str:
        """The source's map; within its group, where there are groups."""
        map_, line = divmod(row, self.block[0])
        if not whole:
            return tr("map {map}", map=map_ + 1) if line == 0 else ""
        if self.shape[2] == self.source.shape[2]:
            return tr("{layer} map {map}, row {row}", layer=self.source.name, map=map_ + 1, row=line + 1)
        return tr("{layer} map {map} of a group, row {row}", layer=self.source.name, map=map_ + 1, row=line + 1)

    def column_name(self, column: int, whole: bool = False) -> str:
        """The target's map."""
        map_, line = divmod(column, self.block[1])
        if not whole:
            return tr("map {map}", map=map_ + 1) if line == 0 else ""
        return tr("{layer} map {map}, column {column}", layer=self.target.name, map=map_ + 1, column=line + 1)

    def name(self, document: Document, cell: Cell) -> str:
        """Both maps, and the place in the kernel."""
        del document
        row, column, own, out = self._place(cell)
        here, there = maps_of_kernel(self.source, self.target, self.bundle.wiring, own, out)
        ends = f"{self.source.name} {here + 1} → {self.target.name} {there + 1}"
        return f"{ends} ({row + 1}, {column + 1})"

    def synapse(self, document: Document, cell: Cell, near: int | None) -> SynapseRef | None:
        """One that uses the weight."""
        found = user_of(document.network, document.parameters, self.bundle, self._place(cell), near)
        return None if found is None else SynapseRef(self.bundle.id, *found)

    def cell(self, document: Document, ref: SynapseRef) -> Cell | None:
        """The cell of the weight that a synapse uses."""
        place = place_of(document.network, document.parameters, self.bundle, ref.source, ref.target)
        if place is None:
            return None
        row, column, own, out = place
        return own * self.block[0] + row, out * self.block[1] + column

    def _place(self, cell: Cell) -> tuple[int, int, int, int]:
        rows, columns = np.array(cell[:1]), np.array(cell[1:])
        return kernel_place(self.shape, int(self.places(rows, columns)[0]))


KINDS = {1: Counterparts, 2: Pairs, 4: Kernels}


def has_matrix(weights: NDArray[Any]) -> bool:
    """Whether weights can be shown as a spreadsheet: not those of pooling, which has none."""
    return weights.ndim in KINDS and weights.size > 0


def layout_of(document: Document, bundle: Synapses, shape: tuple[int, ...]) -> Pairs | None:
    """How the weights of a bundle, of this shape, lie in a spreadsheet; None where it has none."""
    kind = KINDS.get(len(shape))
    if kind is None or 0 in shape:
        return None
    layers = document.network.layers
    return kind(bundle, layers[bundle.source], layers[bundle.target], shape)

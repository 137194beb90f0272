"""The weights of a bundle as a table, the target's biases on top; which cell is which weight its layout knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nnstudio.document import Array, BoolArray, Document, Layer, Message, Parameters, StudioError, Synapses
from nnstudio.document.edits import Edit, Freeze, SetCells, SetFrozenBias, Several
from nnstudio.ui.matrix_editor.cells_text import read_cell
from nnstudio.ui.matrix_editor.layouts import Pairs, Whole, layout_of
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import decimals_for, number_text, signed

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class MatrixModel(QAbstractTableModel):
    """Reads arrays when cells are painted; every change goes through ``do`` as one edit."""

    def __init__(
        self, do: Callable[[SetCells], bool], complain: Callable[[StudioError], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._do, self._complain = do, complain
        self.document = Document()
        self.layout: Pairs | None = None
        self.weights: Array = np.zeros((0, 0))
        self.mask: BoolArray | None = None
        self.frozen: BoolArray | None = None
        self.biases: Array | None = None
        self.frozen_biases: BoolArray | None = None
        self.limit = 1.0
        self._above: Whole = np.zeros(0, np.int64)
        self._any_held = False
        self.decimals = 2

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def bundle(self) -> Synapses | None:
        """The synapses whose weights are shown."""
        return None if self.layout is None else self.layout.bundle

    @property
    def source(self) -> Layer | None:
        """The layer that they leave."""
        return None if self.layout is None else self.layout.source

    @property
    def target(self) -> Layer | None:
        """The layer at which they arrive."""
        return None if self.layout is None else self.layout.target

    @property
    def top(self) -> int:
        """How many rows stand above the weights: 1 with biases, else 0."""
        return 0 if self.biases is None else 1

    def show_bundle(self, document: Document, parameters: Parameters, bundle: Synapses | None) -> None:
        """Show a bundle as it is now; rows and columns are made anew only where they have become others."""
        weights = None if bundle is None else parameters.weights.get(bundle.id)
        layout = None if bundle is None or weights is None else layout_of(document, bundle, weights.shape)
        if bundle is None or weights is None or layout is None:
            if self.layout is not None:
                self.beginResetModel()
                self.layout, self.weights, self.biases = None, np.zeros((0, 0)), None
                self.endResetModel()
            return
        biases = parameters.biases.get(bundle.target)
        above = layout.biases(np.arange(layout.size[1]))
        if biases is not None and (len(biases) <= above.max() or len(biases) != (above >= 0).sum()):
            biases = None  # shared by maps where columns are neurons
        same = self._heads(self.layout) == self._heads(layout) and (biases is None) == (self.biases is None)
        if not same:
            self.beginResetModel()
        self.document, self.layout = document, layout
        self.weights, self.biases, self._above = layout.view(weights), biases, above
        mask, frozen = parameters.masks.get(bundle.id), parameters.frozen.get(bundle.id)
        self.mask = None if mask is None or mask.shape != weights.shape else layout.view(mask)
        self.frozen = None if frozen is None or frozen.shape != weights.shape else layout.view(frozen)
        self.frozen_biases = parameters.frozen_biases.get(bundle.target)
        finite = np.abs(weights[np.isfinite(weights)])
        self.limit = float(finite.max(initial=0.0)) or 1.0
        masks = (self.frozen, self.frozen_biases)
        self._any_held = not bundle.trainable or any(held is not None and held.any() for held in masks)
        self.decimals = min(6, max(3, decimals_for((self.limit,))))
        if not same:
            self.endResetModel()

    @staticmethod
    def _heads(layout: Pairs | None) -> tuple[object, ...]:
        """What decides about rows, columns and their names."""
        if layout is None:
            return ()
        ends = (layout.source, layout.target)
        return (layout.bundle.id, layout.shape, *((layer.name, layer.labels, layer.shape) for layer in ends))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """Biases and source neurons."""
        return 0 if parent.isValid() or self.bundle is None else self.weights.shape[0] + self.top

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Target neurons."""
        return 0 if parent.isValid() or self.bundle is None else self.weights.shape[1]

    def value(self, row: int, column: int) -> float:
        """The number in a cell; NaN where there is no synapse, or nothing at all."""
        if self.biases is not None and row == 0:
            return float("nan") if self.blank(row, column) else float(self.biases[self._above[column]])
        place = (row - self.top, column)
        if self.mask is not None and not self.mask[place]:
            return float("nan")
        return float(self.weights[place])

    def blank(self, row: int, column: int) -> bool:
        """Whether a cell stands for nothing: beside the one bias of a map."""
        return row < self.top and int(self._above[column]) < 0

    def blanks(self, rows: Whole, columns: Whole) -> BoolArray:
        """The same of many cells."""
        return (rows < self.top) & (self._above[columns] < 0)

    def exists(self, row: int, column: int) -> bool:
        """Whether there is a synapse, or it is a bias."""
        if self.blank(row, column):
            return False
        return row < self.top or self.mask is None or bool(self.mask[row - self.top, column])

    def held(self, row: int, column: int) -> bool:
        """Whether training leaves a cell alone."""
        if row < self.top:
            return self.frozen_biases is not None and bool(self.frozen_biases[self._above[column]])
        whole = self.bundle is not None and not self.bundle.trainable
        return whole or (self.frozen is not None and bool(self.frozen[row - self.top, column]))

    def block(self, top: int, left: int, bottom: int, right: int) -> Array:
        """The numbers of a block of cells, both ends included, (rows, columns); NaN where there is no synapse."""
        here = slice(max(0, top - self.top), bottom + 1 - self.top), slice(left, right + 1)
        values = np.array(self.weights[here], dtype=np.float64)
        if self.mask is not None:
            values[~self.mask[here]] = np.nan
        if self.biases is not None and top == 0:
            above = self._above[left : right + 1]
            values = np.vstack((np.where(above < 0, np.nan, self.biases[above]), values))
        return values

    def held_in(self, top: int, left: int, bottom: int, right: int) -> list[tuple[int, int]]:
        """The cells of a block that training leaves alone."""
        return [
            (row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if self._any_held and self.exists(row, column) and self.held(row, column)
        ]

    def sentence(self, row: int, column: int) -> str:
        """One cell in words."""
        layout = self.layout
        if layout is None or self.blank(row, column):
            return ""
        value = self.value(row, column)
        if row < self.top:
            neuron = int(self._above[column])
            name = tr("bias of {layer} {neuron}", layer=layout.target.name, neuron=layout.target.label(neuron))
            if layout.shared:
                name = tr("bias of {layer} map {map}", layer=layout.target.name, map=neuron + 1)
        else:
            name = layout.name(self.document, (row - self.top, column))
        said = tr("no synapse") if np.isnan(value) and not self.exists(row, column) else number_text(value)
        held = tr(", frozen") if self.held(row, column) else ""
        return f"{name}: {said}{held}"

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A number, the text to edit, and the cell in words."""
        if not index.isValid() or self.bundle is None:
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return signed(self.value(row, column), self.decimals) if self.exists(row, column) else ""
        if role == Role.EditRole:
            return number_text(self.value(row, column), 9) if self.exists(row, column) else ""
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return self.sentence(row, column)
        if role == Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Names of neurons, or of maps."""
        layout = self.layout
        if layout is None or role not in (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole):
            return None
        whole = role != Role.DisplayRole
        if orientation == Qt.Orientation.Horizontal:
            return layout.column_name(section, whole) if section < layout.size[1] else None
        if section < self.top:
            return tr("bias")
        return layout.row_name(section - self.top, whole) if section - self.top < layout.size[0] else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All cells can be typed into that stand for something."""
        flags = super().flags(index)
        return flags if self.blank(index.row(), index.column()) else flags | Qt.ItemFlag.ItemIsEditable

    # -- changes --------------------------------------------------------------------------------------------------

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Take what was typed; empty text cuts the synapse."""
        if role != Role.EditRole or not index.isValid():
            return False
        row, column = index.row(), index.column()
        try:
            number = read_cell(str(value))
        except StudioError as error:
            self._complain(error)
            return False
        if str(value) == self.data(index, Role.EditRole):
            return False  # as it was
        return self.set_cells([(row, column)], [number])

    def set_cells(self, cells: list[tuple[int, int]], values: list[float], name: Message | None = None) -> bool:
        """Set cells as one step; a NaN cuts the synapse. False where it was refused."""
        rows, columns = (np.array(part, dtype=np.int64) for part in zip(*cells, strict=True))
        return self.set_arrays(rows, columns, np.array(values, dtype=np.float64), name)

    def set_arrays(self, rows: Any, columns: Any, values: Array, name: Message | None = None) -> bool:
        """The same, of arrays (cells,)."""
        layout = self.layout
        if layout is None or not len(values):
            return False
        above, gone = rows < self.top, np.isnan(values)
        blank = self.blanks(rows, columns)
        if (blank & ~gone).any():
            self._complain(StudioError("A map has one bias: it stands above the first column of its kernels."))
            return False
        if gone[above & ~blank].any():
            self._complain(StudioError("A bias cannot be empty: type 0 where there is to be none."))
            return False
        keep = ~blank
        if self.mask is not None and gone.any():  # what is not there need not be cut
            keep &= ~gone | above | self.mask[np.maximum(rows - self.top, 0), columns]
        rows, columns, values, above = rows[keep], columns[keep], values[keep], above[keep]
        if not len(values):
            return False
        edit = SetCells(
            name or self._name(rows, columns, values),
            layout.bundle.id,
            layout.places(rows[~above] - self.top, columns[~above]),
            values[~above],
            self._above[columns[above]],
            values[above],
        )
        return self._do(edit)

    def _name(self, rows: Any, columns: Any, values: Array) -> Message:
        layout = self.layout
        if layout is None:
            return Message.of("Set weights")
        if len(values) == 1:
            if rows[0] < self.top:
                neuron = int(self._above[columns[0]])
                label = str(neuron + 1) if layout.shared else layout.target.label(neuron)
                return Message.of("Set bias of {layer} {neuron}", layer=layout.target.name, neuron=label)
            synapse = layout.name(self.document, (int(rows[0]) - self.top, int(columns[0])))
            if np.isnan(values[0]):
                return Message.of("Cut {synapse}", synapse=synapse)
            return Message.of("Set weight {synapse}", synapse=synapse)
        template = "Cut {count} synapses {a} to {b}" if np.isnan(values).all() else "Set {count} cells {a} to {b}"
        return Message.of(template, count=len(values), a=layout.source.name, b=layout.target.name)

    def freezing(self, block: tuple[int, int, int, int], frozen: bool) -> Edit | None:
        """Hold the cells of a block (top, left, bottom, right) against training, or let them go."""
        layout = self.layout
        if layout is None:
            return None
        top, left, bottom, right = block
        edits: list[Edit] = []
        count = 0
        if bottom >= self.top:
            rows, columns = np.mgrid[max(0, top - self.top) : bottom - self.top + 1, left : right + 1]
            chosen = np.zeros(layout.shape, np.bool_)
            chosen.reshape(-1)[layout.places(rows.ravel(), columns.ravel())] = True
            edits.append(Freeze(layout.bundle.id, chosen, frozen))
            count += rows.size
        if top < self.top:
            neurons = [int(neuron) for neuron in self._above[left : right + 1] if neuron >= 0]
            edits += [SetFrozenBias(layout.target.id, neuron, frozen) for neuron in neurons]
            count += len(neurons)
        name = Message.of("Freeze {count} cells", count=count)
        if not frozen:
            name = Message.of("Free {count} cells", count=count)
        return Several(name, tuple(edits)) if edits else None

"""The weights of a bundle as a table: a row for each source neuron, a column for each target neuron, biases on top."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nnstudio.document import Array, BoolArray, Document, Layer, Message, Parameters, StudioError, Synapses
from nnstudio.document.edits import SetCells, synapse_name
from nnstudio.ui.matrix_editor.cells_text import read_cell
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
        self.bundle: Synapses | None = None
        self.source: Layer | None = None
        self.target: Layer | None = None
        self.weights: Array = np.zeros((0, 0))
        self.mask: BoolArray | None = None
        self.frozen: BoolArray | None = None
        self.biases: Array | None = None
        self.frozen_biases: BoolArray | None = None
        self.limit = 1.0
        self._any_held = False
        self.decimals = 2

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def top(self) -> int:
        """How many rows stand above the weights: 1 with biases, else 0."""
        return 0 if self.biases is None else 1

    def show_bundle(self, document: Document, parameters: Parameters, bundle: Synapses | None) -> None:
        """Show a bundle as it is now; rows and columns are made anew only where they have become others."""
        weights = None if bundle is None else parameters.weights.get(bundle.id)
        if bundle is None or weights is None or weights.ndim != 2:
            if self.bundle is not None:
                self.beginResetModel()
                self.bundle, self.weights, self.biases = None, np.zeros((0, 0)), None
                self.endResetModel()
            return
        source, target = document.network.layers[bundle.source], document.network.layers[bundle.target]
        biases = parameters.biases.get(bundle.target)
        if biases is not None and len(biases) != target.size:
            biases = None  # shared by channels
        same = self.bundle is not None and self.bundle.id == bundle.id and self.weights.shape == weights.shape
        same = same and (biases is None) == (self.biases is None)
        same = same and (source.labels, target.labels) == (
            self.source and self.source.labels,
            self.target and self.target.labels,
        )
        if not same:
            self.beginResetModel()
        self.document, self.bundle, self.source, self.target = document, bundle, source, target
        self.weights, self.biases = weights, biases
        self.mask = parameters.masks.get(bundle.id)
        self.frozen = parameters.frozen.get(bundle.id)
        self.frozen_biases = parameters.frozen_biases.get(bundle.target)
        finite = np.abs(weights[np.isfinite(weights)])
        self.limit = float(finite.max(initial=0.0)) or 1.0
        masks = (self.frozen, self.frozen_biases)
        self._any_held = not bundle.trainable or any(mask is not None and mask.any() for mask in masks)
        self.decimals = min(6, max(3, decimals_for((self.limit,))))
        if not same:
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        """Biases and source neurons."""
        return 0 if parent.isValid() or self.bundle is None else self.weights.shape[0] + self.top

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Target neurons."""
        return 0 if parent.isValid() or self.bundle is None else self.weights.shape[1]

    def value(self, row: int, column: int) -> float:
        """The number in a cell; NaN where there is no synapse."""
        if self.biases is not None and row == 0:
            return float(self.biases[column])
        place = (row - self.top, column)
        if self.mask is not None and not self.mask[place]:
            return float("nan")
        return float(self.weights[place])

    def exists(self, row: int, column: int) -> bool:
        """Whether there is a synapse, or it is a bias."""
        return row < self.top or self.mask is None or bool(self.mask[row - self.top, column])

    def held(self, row: int, column: int) -> bool:
        """Whether training leaves a cell alone."""
        if row < self.top:
            return self.frozen_biases is not None and bool(self.frozen_biases[column])
        whole = self.bundle is not None and not self.bundle.trainable
        return whole or (self.frozen is not None and bool(self.frozen[row - self.top, column]))

    def block(self, top: int, left: int, bottom: int, right: int) -> Array:
        """The numbers of a block of cells, both ends included, (rows, columns); NaN where there is no synapse."""
        here = slice(max(0, top - self.top), bottom + 1 - self.top), slice(left, right + 1)
        values = np.array(self.weights[here], dtype=np.float64)
        if self.mask is not None:
            values[~self.mask[here]] = np.nan
        if self.biases is not None and top == 0:
            values = np.vstack((self.biases[left : right + 1], values))
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
        if self.bundle is None or self.target is None:
            return ""
        value = self.value(row, column)
        if row < self.top:
            name = tr("bias of {layer} {neuron}", layer=self.target.name, neuron=self.target.label(column))
        else:
            name = synapse_name(self.document, self.bundle.id, row - self.top, column)
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
        """Names of neurons."""
        if self.source is None or self.target is None or role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        layer = self.target
        if orientation == Qt.Orientation.Vertical:
            if section < self.top:
                return tr("bias")
            layer, section = self.source, section - self.top
        if section >= layer.size:
            return None
        return layer.label(section) if role == Role.DisplayRole else f"{layer.name} {layer.label(section)}"

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All cells can be typed into."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

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
        bundle = self.bundle
        if bundle is None or not len(values):
            return False
        above = rows < self.top
        if np.isnan(values[above]).any():
            self._complain(StudioError("A bias cannot be empty: type 0 where there is to be none."))
            return False
        gone = np.isnan(values)
        if self.mask is not None and gone.any():  # what is not there need not be cut
            there = above | self.mask[np.maximum(rows - self.top, 0), columns]
            keep = ~gone | there
            rows, columns, values, above = rows[keep], columns[keep], values[keep], above[keep]
            if not len(values):
                return False
        edit = SetCells(
            name or self._name(rows, columns, values),
            bundle.id,
            rows[~above] - self.top,
            columns[~above],
            values[~above],
            columns[above],
            values[above],
        )
        return self._do(edit)

    def _name(self, rows: Any, columns: Any, values: Array) -> Message:
        if self.bundle is None or self.source is None or self.target is None:
            return Message.of("Set weights")
        if len(values) == 1:
            if rows[0] < self.top:
                neuron = self.target.label(int(columns[0]))
                return Message.of("Set bias of {layer} {neuron}", layer=self.target.name, neuron=neuron)
            synapse = synapse_name(self.document, self.bundle.id, int(rows[0]) - self.top, int(columns[0]))
            if np.isnan(values[0]):
                return Message.of("Cut {synapse}", synapse=synapse)
            return Message.of("Set weight {synapse}", synapse=synapse)
        template = "Cut {count} synapses {a} to {b}" if np.isnan(values).all() else "Set {count} cells {a} to {b}"
        return Message.of(template, count=len(values), a=self.source.name, b=self.target.name)

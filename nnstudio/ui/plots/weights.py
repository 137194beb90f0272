"""The weights that arrive at a layer: how their distribution moved over the epochs, or one by one as a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nnstudio.document import Layer, Synapses
from nnstudio.ui.plots.base import Plot
from nnstudio.ui.plots.cells import Cells, draw_color_bar, round_limit
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.focus import layer_in_focus
from nnstudio.ui.plots.histograms import Histogram, Moments, bandwidth, density
from nnstudio.ui.plots.labels import column_ticks, names_width, row_ticks
from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.plots.parts import Chip
from nnstudio.ui.plots.ridges import Ridges
from nnstudio.ui.plots.rows.weights import row
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text, fixed, number_text

Floats = NDArray[np.float64]
ROWS = 11  # ridges shown
LIFT = 3.2  # a ridge may be this many rows high


class WeightsPlot(Plot):
    """Ridges of histograms, the newest in front, or a matrix: a row a source neuron, a column a target neuron."""

    label = row.label
    interval_ms = 66

    def __init__(self, *args: Any, **more: Any) -> None:
        self._history = Moments()
        self._seen: tuple[Any, ...] = ()
        self._layer: Layer | None = None
        self._bundles: tuple[Synapses, ...] = ()
        self._known: tuple[tuple[Layer, Floats], ...] = ()  # of each bundle: its source and its weights
        self._ridges: list[tuple[int, Histogram]] = []
        self._as_matrix = False  # the switch as it was when the values were taken
        self._matrix: Floats = np.empty((0, 0))
        self._limit = 1.0
        super().__init__(*args, **more)
        self._ridge = Ridges(self.surface.scene(), ROWS)
        self._cells_panel = Panel(self.surface.scene(), downwards=True)
        self._cells = Cells(self._cells_panel)
        self.panels += [self._ridge.panel, self._cells_panel]
        self.matrix = Chip(tr("matrix"), tr("Show every weight as a coloured cell"), self)
        self.matrix.toggled.connect(self.mark)
        self.controls.addWidget(self.matrix)

    # ---- values

    def refresh(self) -> None:
        """The layer in focus, its weights, and the history."""
        live = self.session.live
        self._remember(live.epoch, live.parameters)
        network = self.session.document.network
        self._layer = layer_in_focus(network, self.selection, wired=True)
        if self._layer is None:
            self.empty = tr("Weights appear when two layers are joined by synapses.")
            return
        bundles = network.incoming[self._layer.id]
        known = live.parameters.weights
        self._bundles = tuple(s for s in bundles if s.id in known and known[s.id].size)
        if not self._bundles:
            self.empty = tr("These synapses have no weights yet.")
            return
        self.empty = ""
        # All that a painting reads is taken here: it may come when the document has gone on.
        self._known = tuple((network.layers[s.source], known[s.id]) for s in self._bundles)
        self._as_matrix = self.matrix.isChecked()
        if self._as_matrix:
            self._matrix = np.concatenate([weights.reshape(-1, weights.shape[-1]) for _, weights in self._tables()])
            finite = np.abs(self._matrix[np.isfinite(self._matrix)])
            wanted = round_limit(float(finite.max(initial=0.0)))
            if not wanted <= self._limit <= 2.5 * wanted:  # keep the colours' meaning while weights move
                self._limit = wanted
        self._ridges = self._history.of(tuple(s.id for s in self._bundles), ROWS)

    def _remember(self, epoch: int, parameters: Any) -> None:
        """Take the present weights into the history, and begin it with the initial ones."""
        document = self.session.document
        seen = (epoch, parameters, document.initial)
        if self._seen and all(a is b or (isinstance(a, int) and a == b) for a, b in zip(seen, self._seen, strict=True)):
            return
        history = self._history
        if not self._seen or self._seen[2] is not document.initial or (history.epochs and history.epochs[0] > 0):
            history.clear()
        history.back_to(epoch)
        if epoch > 0 and not history.epochs:
            history.add(0, document.initial)
        history.add(epoch, parameters)
        self._seen = seen

    def _weights(self) -> Floats:
        return np.concatenate([weights.ravel() for _, weights in self._known])

    def _tables(self) -> list[tuple[Layer, Floats]]:
        """What stands in the matrix: shared weights have a column for each channel, and no table of neurons beside."""
        columns = self._known[0][1].shape[-1]
        return [(source, weights) for source, weights in self._known if weights.shape[-1] == columns]

    def short(self) -> str:
        """The layer."""
        name = self._layer.name if self._layer is not None else ""
        if self._as_matrix:
            rows, columns = self._matrix.shape
            return tr("into {layer}, {rows} × {columns}", layer=name, rows=rows, columns=columns)
        return tr("{layer}, over epochs", layer=name)

    def words(self) -> str:
        """Count, mean, spread and range of the weights."""
        values = self._weights()
        finite = values[np.isfinite(values)]
        name = self._layer.name if self._layer is not None else ""
        if not len(finite):
            return tr("None of the weights into {layer} is a finite number.", layer=name)
        numbers = {
            "mean": finite.mean(),
            "deviation": finite.std(),
            "low": finite.min(),
            "high": finite.max(),
        }
        text = tr(
            "{count} weights into {layer} at epoch {epoch}: mean {mean}, standard deviation {deviation}, "
            "from {low} to {high}.",
            count=len(values),
            layer=name,
            epoch=self.session.live.epoch,
            **{key: fixed(float(value), 3) for key, value in numbers.items()},
        )
        broken = len(values) - len(finite)
        return text if not broken else text + " " + tr("{count} are not finite numbers.", count=broken)

    def table(self) -> Table:
        """The matrix, or the ridges' counts."""
        if self._as_matrix and self._layer is not None:
            layer = self._layer
            header = ["source", *(layer.label(j) for j in range(self._matrix.shape[1]))]
            names = self._source_names()
            return header, ([names[i], *map(float, values)] for i, values in enumerate(self._matrix))
        rows = (
            [epoch, low, high, int(count)]
            for epoch, histogram in self._ridges
            for low, high, count in _bins(histogram)
            if count
        )
        return ["epoch", "from", "to", "weights"], rows

    def _source_names(self) -> list[str]:
        """A name for each row of the matrix, of a kernel its place; with the layer's where several layers arrive."""
        tables = self._tables()
        names = []
        for source, weights in tables:
            if weights.ndim == 2:
                rows = [source.label(i) for i in range(len(weights))]
            else:
                rows = [", ".join(str(place + 1) for place in at) for at in np.ndindex(weights.shape[:-1])]
            names += [f"{source.name}: {row}" for row in rows] if len(tables) > 1 else rows
        return names

    # ---- drawing

    def restyle(self) -> None:
        """Ridges from faint to full in the accent."""
        self._ridge.restyle()

    def arrange(self, rect: QRectF) -> None:
        """Ridges or matrix."""
        matrix = self._as_matrix
        self._ridge.panel.setVisible(not matrix)
        self._cells_panel.setVisible(matrix)
        if matrix:
            self._arrange_matrix(rect)
        else:
            self._arrange_ridges(rect)

    def _arrange_ridges(self, rect: QRectF) -> None:
        panel, line = self._ridge.panel, self.line
        labels = [count_text(epoch) for epoch, _ in self._ridges]
        room = panel.left.room([(0.0, label) for label in labels])
        top = rect.top() + 6
        area = QRectF(rect.left() + 8 + room, top, 0, max(8.0, rect.bottom() - top - line - 8))
        area.setRight(max(area.left() + 8, rect.right() - 12))
        curves, span = self._densities()
        rows = max(3, len(curves)) - 1 + LIFT
        ticks, free = [], -1e9
        for place, label in enumerate(labels):
            base = len(labels) - 1.0 - place
            if area.bottom() - base * area.height() / rows - free >= line or not base:
                ticks.append((base, label))
                free = area.bottom() - base * area.height() / rows
        if len(ticks) > 1 and (ticks[-2][0] - ticks[-1][0]) * area.height() / rows < line:
            del ticks[-2]
        panel.left.show_ticks(ticks, frozenset(labels[-1:]))
        values = panel.bottom.round_ticks(-span, span, area.width())
        panel.bottom.show_ticks(panel.bottom.loosened(values, area.width()))
        panel.place(area, (-span, span), (0.0, rows), left=room, below=line + 6)
        self._ridge.show(curves, LIFT)

    def _densities(self) -> tuple[list[tuple[Floats, Floats]], float]:
        """The ridges' curves, all smoothed alike, and how far the axis reaches."""
        newest = self._ridges[-1][1]
        width = max(0.7 * bandwidth(newest), newest.reach / 64)  # a rule for one bump smooths several into one
        curves = [density(histogram, width) for _, histogram in self._ridges]
        middles = curves[0][0]
        used = np.max([y for _, y in curves], axis=0)
        used = np.flatnonzero(used > used.max(initial=0.0) * 2e-3)
        reach = float(np.abs(middles[used]).max(initial=0.0)) if len(used) else newest.reach
        return curves, min(newest.reach, reach * 1.04 or newest.reach)

    def _arrange_matrix(self, rect: QRectF) -> None:
        rows, columns = self._matrix.shape
        names, font, line = self._source_names(), self.small, self.line
        panel = self._cells_panel
        room = names_width(font, names, rect.width() * 0.34)
        top = rect.top() + 6
        area = QRectF(rect.left() + 10 + room, top, 0, max(8.0, rect.bottom() - top - 2 * line - 16))
        area.setRight(max(area.left() + 8, rect.right() - 12))
        panel.left.show_ticks(row_ticks(font, names, area.height(), room))
        layer = self._layer
        targets = [layer.label(j) for j in range(columns)] if layer is not None else []
        panel.bottom.show_ticks(column_ticks(font, targets, area.width()))
        panel.place(area, (0.0, float(columns)), (0.0, float(rows)), left=room, below=line + 6)
        self._cells.show(self._matrix, self._limit)

    def paint_text(self, painter: QPainter, rect: QRectF) -> None:
        """The colours' meaning, and that weights are not finite."""
        if self._as_matrix:
            area = self._cells_panel.area
            bar = QRectF(area.left(), area.bottom() + self.line + 8, area.width(), self.line)
            draw_color_bar(painter, bar, self._limit)
        if self._ridges and self._ridges[-1][1].broken:
            painter.setPen(theme.colors.q("error"))
            text = tr("some weights are not finite numbers")
            painter.drawText(rect.adjusted(12, 2, -12, 0), Qt.AlignmentFlag.AlignLeft, text)

    # ---- pointer

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The synapse, or how many weights of a ridge are near."""
        if self._as_matrix:
            found = self._cell_at(at)
            if found is None or self._layer is None:
                return None
            i, j = found
            names = self._source_names()
            value = number_text(float(self._matrix[i, j]), 5)
            return at, [f"{names[i]} → {self._layer.label(j)}", f"w = {value}"]
        panel = self._ridge.panel
        if not self._ridges or not panel.area.adjusted(-4, -8, 4, 4).contains(at):
            return None
        middle, up = panel.value_at(at)
        behind = round(up - 0.35)
        place = len(self._ridges) - 1 - min(max(behind, 0), len(self._ridges) - 1)
        epoch, histogram = self._ridges[place]
        step = (panel.x[1] - panel.x[0]) / 24
        near = sum(count for low, high, count in _bins(histogram) if high > middle - step and low < middle + step)
        said = tr("{count} weights near {value}", count=count_text(int(near)), value=fixed(middle, 2))
        return at, [tr("epoch {epoch}", epoch=count_text(epoch)), said]

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        return self._cells_panel.cell_at(at, *self._matrix.shape)

    def pointer_step(self) -> tuple[float, float]:
        """One cell, or one ridge."""
        if self._as_matrix and self._matrix.size:
            area = self._cells_panel.area
            return area.width() / self._matrix.shape[1], area.height() / self._matrix.shape[0]
        panel = self._ridge.panel
        return 8.0, panel.area.height() / (panel.y[1] - panel.y[0])


def _bins(histogram: Histogram) -> list[tuple[float, float, float]]:
    count = len(histogram.counts)
    borders = np.linspace(-histogram.reach, histogram.reach, count + 1)
    return list(zip(borders[:-1].tolist(), borders[1:].tolist(), histogram.counts.tolist(), strict=True))

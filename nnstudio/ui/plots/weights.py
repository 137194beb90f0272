"""The weights that arrive at a layer: how their distribution moved over the epochs, or one by one as a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.document import Layer, Message, Synapses
from nnstudio.ui.plots.axes import Scale, draw_bottom_axis
from nnstudio.ui.plots.base import Plot
from nnstudio.ui.plots.cells import draw_cells, draw_color_bar, round_limit
from nnstudio.ui.plots.curves import draw_flat_curve, polygon
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.focus import layer_in_focus
from nnstudio.ui.plots.histograms import Histogram, Moments, bandwidth, density
from nnstudio.ui.plots.labels import draw_column_names, draw_row_names, names_width
from nnstudio.ui.plots.parts import Chip
from nnstudio.ui.plots.registry import PlotRow
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text, fixed, number_text

Floats = NDArray[np.float64]
ROWS = 11  # ridges shown
LIFT = 3.2  # a ridge may be this many rows high


class WeightsPlot(Plot):
    """Ridges of histograms, the newest in front, or a matrix: a row a source neuron, a column a target neuron."""

    label = Message.of("Weights")
    interval_ms = 66

    def __init__(self, *args: Any, **more: Any) -> None:
        self._history = Moments()
        self._seen: tuple[Any, ...] = ()
        self._layer: Layer | None = None
        self._bundles: tuple[Synapses, ...] = ()
        self._ridges: list[tuple[int, Histogram]] = []
        self._matrix: Floats = np.empty((0, 0))
        self._limit = 1.0
        self._area = QRectF()
        self._x = Scale(-1, 1, 0, 1)
        self._row_height = 1.0
        super().__init__(*args, **more)
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
        self._bundles = tuple(s for s in bundles if s.id in live.parameters.weights)
        if not self._bundles:
            self.empty = tr("These synapses have no weights yet.")
            return
        self.empty = ""
        if self.matrix.isChecked():
            blocks = [live.parameters.weights[s.id] for s in self._bundles]
            self._matrix = np.concatenate([block.reshape(len(block), -1) for block in blocks])
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
        weights = self.session.live.parameters.weights
        return np.concatenate([weights[s.id].ravel() for s in self._bundles])

    def short(self) -> str:
        """The layer."""
        name = self._layer.name if self._layer is not None else ""
        if self.matrix.isChecked():
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
            "mean": finite.mean(), "deviation": finite.std(), "low": finite.min(), "high": finite.max(),
        }
        text = tr(
            "{count} weights into {layer} at epoch {epoch}: mean {mean}, standard deviation {deviation}, "
            "from {low} to {high}.",
            count=len(values), layer=name, epoch=self.session.live.epoch,
            **{key: fixed(float(value), 3) for key, value in numbers.items()},
        )
        broken = len(values) - len(finite)
        return text if not broken else text + " " + tr("{count} are not finite numbers.", count=broken)

    def table(self) -> Table:
        """The matrix, or the ridges' counts."""
        if self.matrix.isChecked() and self._layer is not None:
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
        """A name for each row of the matrix; with the layer's where several layers arrive."""
        layers = [self.session.document.network.layers[bundle.source] for bundle in self._bundles]
        several = len(layers) > 1
        return [
            f"{layer.name}: {layer.label(i)}" if several else layer.label(i)
            for layer in layers
            for i in range(layer.size)
        ]

    # ---- painting

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Ridges or matrix."""
        if self.matrix.isChecked():
            self._paint_matrix(painter, rect)
        else:
            self._paint_ridges(painter, rect)
        values = self._ridges[-1][1] if self._ridges else None
        if values is not None and values.broken:
            painter.setPen(theme.colors.q("error"))
            text = tr("some weights are not finite numbers")
            painter.drawText(rect.adjusted(12, 2, -12, 0), Qt.AlignmentFlag.AlignLeft, text)

    def _paint_ridges(self, painter: QPainter, rect: QRectF) -> None:
        height = painter.fontMetrics().height()
        labels = [count_text(epoch) for epoch, _ in self._ridges]
        gutter = max(painter.fontMetrics().horizontalAdvance(label) for label in labels) + 8.0
        left, top = rect.left() + 10 + gutter, rect.top() + 6
        area = QRectF(left, top, rect.right() - left - 12, rect.bottom() - top - height - 8)
        curves, span = self._densities()
        self._x = x = Scale(-span, span, area.left(), area.right())
        self._area = area
        self._row_height = row = area.height() / (max(3, len(curves)) - 1 + LIFT)
        top = max(float(y.max(initial=0.0)) for _, y in curves) or 1.0
        ticks = x.ticks(max(2, int(area.width() / 60)))
        draw_bottom_axis(painter, area, x, ticks, theme.colors)
        painter.setPen(QPen(theme.colors.q("grid"), 1))
        painter.drawLines([QLineF(x(v), area.top(), x(v), area.bottom()) for v, _ in ticks])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        free = -1e9
        for place, (middles, heights) in enumerate(curves):
            base = area.bottom() - (len(curves) - 1 - place) * row
            age = place / max(1, len(curves) - 1) if len(curves) > 1 else 1.0
            shown = np.flatnonzero(np.abs(middles) <= span)
            px, py = x(middles[shown]), base - heights[shown] / top * row * LIFT
            newest = place == len(curves) - 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # the line on top smooths the edge
            body = polygon(np.concatenate([px, px[-1:], px[:1]]), np.concatenate([py, [base, base]]))
            painter.setBrush(theme.colors.q("panel", 0.9))
            painter.drawPolygon(body)
            if newest:
                painter.setBrush(theme.colors.q("accent", 0.16))
                painter.drawPolygon(body)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_flat_curve(painter, polygon(px, py), theme.colors.q("accent", 0.3 + 0.7 * age), 2.0 if newest else 1.0)
            if base - free >= height or newest:
                painter.setPen(theme.colors.q("text" if newest else "dim"))
                where = QRectF(rect.left() + 4, base - height + 3, gutter, height)
                painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, labels[place])
                free = base

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

    def _paint_matrix(self, painter: QPainter, rect: QRectF) -> None:
        columns = self._matrix.shape[1]
        names = self._source_names()
        height = painter.fontMetrics().height()
        width = names_width(painter, names, rect.width() * 0.34)
        left, top = rect.left() + 10 + width, rect.top() + 6
        self._area = area = QRectF(left, top, rect.right() - left - 12, rect.bottom() - top - 2 * height - 16)
        draw_cells(painter, area, self._matrix, self._limit)
        draw_row_names(painter, area, names, width)
        if self._layer is not None:
            draw_column_names(painter, area, [self._layer.label(j) for j in range(columns)])
        bar = QRectF(area.left(), area.bottom() + height + 8, area.width(), height)
        draw_color_bar(painter, bar, self._limit)

    # ---- pointer

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The synapse, or how many weights of a ridge are near."""
        if self.matrix.isChecked():
            found = self._cell_at(at)
            if found is None or self._layer is None:
                return None
            i, j = found
            names = self._source_names()
            value = number_text(float(self._matrix[i, j]), 5)
            return at, [f"{names[i]} → {self._layer.label(j)}", f"w = {value}"]
        if not self._ridges or not self._area.adjusted(-4, -8, 4, 4).contains(at):
            return None
        behind = round((self._area.bottom() - at.y()) / self._row_height - 0.35)
        place = len(self._ridges) - 1 - min(max(behind, 0), len(self._ridges) - 1)
        epoch, histogram = self._ridges[place]
        step = (self._x.high - self._x.low) / 24
        middle = self._x.value(at.x())
        near = sum(count for low, high, count in _bins(histogram) if high > middle - step and low < middle + step)
        said = tr("{count} weights near {value}", count=count_text(int(near)), value=fixed(middle, 2))
        return at, [tr("epoch {epoch}", epoch=count_text(epoch)), said]

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        rows, columns = self._matrix.shape
        if not self._area.contains(at) or not rows or not columns:
            return None
        i = int((at.y() - self._area.top()) / self._area.height() * rows)
        j = int((at.x() - self._area.left()) / self._area.width() * columns)
        return min(i, rows - 1), min(j, columns - 1)

    def pointer_step(self) -> tuple[float, float]:
        """One cell, or one ridge."""
        if self.matrix.isChecked() and self._matrix.size:
            return self._area.width() / self._matrix.shape[1], self._area.height() / self._matrix.shape[0]
        return 8.0, self._row_height


def _bins(histogram: Histogram) -> list[tuple[float, float, float]]:
    count = len(histogram.counts)
    borders = np.linspace(-histogram.reach, histogram.reach, count + 1)
    return list(zip(borders[:-1].tolist(), borders[1:].tolist(), histogram.counts.tolist(), strict=True))


row = PlotRow(
    key="weights", label=WeightsPlot.label, icon="plot-weights", order=2, plot=WeightsPlot, records=("weights",)
)

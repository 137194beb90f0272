"""What each neuron of a layer answers to many samples: a picture of neurons by samples, sorted by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnstudio.document import Dataset, Layer, Message, Network, Parameters, StudioError
from nnstudio.engine import forward
from nnstudio.ui.plots.cells import Cells, draw_color_bar, round_limit
from nnstudio.ui.plots.computed import ComputedPlot
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.focus import layer_in_focus
from nnstudio.ui.plots.labels import names_width, row_ticks, shortened
from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.plots.rows.activations import row
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import fixed, number_text

Floats = NDArray[np.float64]
MOST_SAMPLES = 200
MOST_NEURONS = 512
STRIP = 10.0  # pixels for the strip of classes


@dataclass(frozen=True)
class Answers:
    """``values`` (neurons, samples) of ``layer``; ``rows`` are the samples' numbers, sorted by target."""

    layer: Layer
    dataset: Dataset
    rows: NDArray[np.int64]
    values: Floats

    @property
    def classes(self) -> NDArray[np.int64] | None:
        """The class of each column, or None for regression."""
        return self.dataset.targets[self.rows] if self.dataset.task == "classification" else None


def chosen_rows(dataset: Dataset, most: int = MOST_SAMPLES) -> NDArray[np.int64]:
    """At most ``most`` training samples, evenly picked and sorted by class (by target for regression)."""
    rows = dataset.train if len(dataset.train) else np.arange(len(dataset.inputs))
    order = dataset.targets[rows] if dataset.task == "classification" else dataset.targets[rows, 0]
    rows = rows[np.argsort(order, kind="stable")]
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).round().astype(np.intp)]
    return rows


class ActivationsPlot(ComputedPlot[Answers]):
    """Blue above zero, orange below; a strip of class colours runs along the top. A click shows that sample."""

    label = row.label
    interval_ms = 66

    def __init__(self, *args: Any, **more: Any) -> None:
        self._limit = 1.0
        self._values: tuple[Answers, Floats] | None = None
        self._rows: tuple[Dataset | None, NDArray[np.int64]] = (None, np.empty(0, dtype=np.int64))
        super().__init__(*args, **more)
        self._panel = Panel(self.surface.scene(), downwards=True)
        self._cells = Cells(self._panel)
        self._frame = pg.PlotCurveItem(antialias=False)
        self._panel.add(self._frame)
        self.panels.append(self._panel)

    # ---- values

    def question(self) -> tuple[Any, ...] | None:
        """Network, weights, data and layer."""
        dataset, document = self.session.dataset, self.session.document
        layer = layer_in_focus(document.network, self.selection)
        if dataset is None or not len(dataset.inputs):
            self.empty = tr("Activations appear when there is data.")
            return None
        if layer is None:
            self.empty = tr("Activations appear when the network has a hidden or an output layer.")
            return None
        if self._rows[0] is not dataset:
            self._rows = (dataset, chosen_rows(dataset))
        return document.network, self.session.live.parameters, dataset, self._rows[1], layer

    @staticmethod
    def answer(*question: Any) -> Answers | Message:
        """The layer's activations; a sentence where the network cannot answer yet."""
        network: Network
        parameters: Parameters
        network, parameters, dataset, rows, layer = question
        try:
            activity = forward(network, parameters, dataset.inputs[rows])
        except StudioError as error:
            return error.message
        except KeyError:
            return Message.of("Some synapses have no weights yet.")
        return Answers(layer, dataset, rows, np.asarray(activity[layer.id].a.T, dtype=np.float64))

    def accept(self, result: Answers) -> None:
        """Choose the limit of the colours; it stays while the values move a little."""
        finite = np.abs(result.values[np.isfinite(result.values)])
        wanted = max(1.0, round_limit(float(np.quantile(finite, 0.995)))) if len(finite) else 1.0
        if not wanted <= self._limit <= 2.5 * wanted:
            self._limit = wanted

    def short(self) -> str:
        """The layer and how many samples."""
        shown = self._shown
        return "" if shown is None else tr("{layer}, {count} samples", layer=shown.layer.name, count=len(shown.rows))

    def words(self) -> str:
        """Range and mean of the activations, and neurons that never answer."""
        shown = self._shown
        if shown is None:
            return ""
        values = shown.values
        finite = values[np.isfinite(values)]
        if not len(finite):
            return tr("None of the activations of {layer} is a finite number.", layer=shown.layer.name)
        text = tr(
            "{neurons} neurons of {layer} over {count} samples: mean {mean}, from {low} to {high}.",
            neurons=len(values),
            layer=shown.layer.name,
            count=len(shown.rows),
            mean=fixed(float(finite.mean()), 3),
            low=fixed(float(finite.min()), 3),
            high=fixed(float(finite.max()), 3),
        )
        silent = int((values == 0).all(axis=1).sum())
        if silent:
            text += " " + tr("{count} neurons answer 0 to every sample.", count=silent)
        broken = values.size - len(finite)
        if broken:
            text += " " + tr("{count} values are not finite numbers.", count=broken)
        return text

    def table(self) -> Table:
        """A row a sample: its number, its class or target, and each neuron."""
        shown = self._shown
        if shown is None:
            return (), ()
        header = ["sample", "target", *(shown.layer.label(j) for j in range(len(shown.values)))]
        rows = (
            [int(number), _target(shown.dataset, int(number)), *map(float, shown.values[:, place])]
            for place, number in enumerate(shown.rows)
        )
        return header, rows

    @property
    def _shown(self) -> Answers | None:
        return self.result if isinstance(self.result, Answers) else None

    # ---- drawing

    def restyle(self) -> None:
        """The frame around the chosen sample."""
        self._frame.setPen(self._panel.pen(theme.colors.q("text"), 1))

    def arrange(self, rect: QRectF) -> None:
        """Labels, cells, and the frame around the chosen sample's column."""
        shown = self._shown
        if shown is None:
            return
        font, values = self.small, shown.values[:MOST_NEURONS]
        if self._values is None or self._values[0] is not shown:
            self._values = (shown, values)
        names = [shown.layer.label(j) for j in range(len(values))]
        room = names_width(font, names, rect.width() * 0.3)
        top = rect.top() + 6 + (STRIP if shown.classes is not None else 0.0)
        area = QRectF(rect.left() + 8 + room, top, 0, max(8.0, rect.bottom() - top - self.line - 14))
        area.setRight(max(area.left() + 8, rect.right() - 12))
        neuron = self.selection.neuron
        lit = neuron.neuron if neuron is not None and neuron.layer == shown.layer.id else -1
        bright = frozenset({shortened(font, names[lit], room)}) if 0 <= lit < len(names) else frozenset[str]()
        self._panel.left.show_ticks(row_ticks(font, names, area.height(), room), bright)
        neurons, samples = values.shape
        self._panel.place(area, (0.0, float(samples)), (0.0, float(neurons)), left=room, below=0.0)
        self._cells.show(self._values[1], self._limit)
        found = np.flatnonzero(shown.rows == self.selection.sample)
        self._frame.setVisible(bool(len(found)))
        if len(found):
            wide = max(1.0, 3.0 * samples / area.width())
            left = float(found[0]) - (wide - 1.0) / 2
            self._frame.setData(
                np.array([left, left + wide, left + wide, left, left]), np.array([0.0, 0.0, neurons, neurons, 0.0])
            )

    def paint_text(self, painter: QPainter, rect: QRectF) -> None:
        """The strip of classes, how the samples are sorted, the colours' meaning."""
        shown, area = self._shown, self._panel.area
        if shown is None:
            return
        if shown.classes is not None:
            self._class_strip(painter, QRectF(area.left(), area.top() - STRIP, area.width(), 5), shown.classes)
        foot = QRectF(area.left(), area.bottom() + 6, area.width(), self.line)
        text = tr("sorted by class") if shown.classes is not None else tr("sorted by target")
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        bar = foot
        if foot.width() > wide + 110:
            painter.setPen(theme.colors.q("dim"))
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            bar = foot.adjusted(max(wide + 16, foot.width() - 160), 0, 0, 0)
        draw_color_bar(painter, bar, self._limit)
        if not np.isfinite(shown.values).all():
            painter.setPen(theme.colors.q("error"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            painter.drawText(rect.adjusted(0, 0, -12, 0), flags, tr("where it is red, the value is not a number"))

    def _class_strip(self, painter: QPainter, rect: QRectF, classes: NDArray[np.int64]) -> None:
        borders = np.flatnonzero(np.diff(classes)) + 1
        starts, ends = np.append(0, borders), np.append(borders, len(classes))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = rect.width() / len(classes)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            painter.setBrush(theme.colors.class_color(int(classes[start])))
            part = QRectF(rect.left() + start * step, rect.top(), max(1.0, (end - start) * step - 1), rect.height())
            painter.drawRoundedRect(part, 1.5, 1.5)

    # ---- pointer

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        shown = self._shown
        if shown is None:
            return None
        return self._panel.cell_at(at, min(len(shown.values), MOST_NEURONS), len(shown.rows))

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """Neuron, sample, class and value under the pointer."""
        found, shown = self._cell_at(at), self._shown
        if found is None or shown is None:
            return None
        neuron, place = found
        number = int(shown.rows[place])
        target = _target(shown.dataset, number)
        text = target if isinstance(target, str) else number_text(target, 4)
        return at, [
            tr("{layer}, neuron {neuron}", layer=shown.layer.name, neuron=shown.layer.label(neuron)),
            tr("sample {number} · {target}", number=number + 1, target=text),
            f"a = {_value_text(float(shown.values[neuron, place]))}",
        ]

    def clicked(self, at: QPointF) -> None:
        """Show the sample under the pointer everywhere."""
        found, shown = self._cell_at(at), self._shown
        if found is not None and shown is not None:
            self.selection.show_sample(int(shown.rows[found[1]]))

    def pointer_step(self) -> tuple[float, float]:
        """One cell."""
        shown = self._shown
        if shown is None:
            return 8.0, 8.0
        area = self._panel.area
        return area.width() / len(shown.rows), area.height() / min(len(shown.values), MOST_NEURONS)


def _target(dataset: Dataset, number: int) -> str | float:
    if dataset.task == "classification":
        klass = int(dataset.targets[number])
        return dataset.output_names[klass] if klass < len(dataset.output_names) else str(klass)
    return float(dataset.targets[number, 0])


def _value_text(value: float) -> str:
    return fixed(value, 4) if np.isfinite(value) else tr("not a finite number")

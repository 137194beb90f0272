"""What the network gets right: predicted against true, as counts for classes and as a scatter for numbers."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from nnstudio.document import Message, StudioError
from nnstudio.engine import predict
from nnstudio.ui.plots.axis import padded
from nnstudio.ui.plots.cells import Cells
from nnstudio.ui.plots.comparison import Compared, Counted, compare_values, count_classes
from nnstudio.ui.plots.computed import ComputedPlot
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.labels import column_ticks, names_width, row_ticks
from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.plots.rows.confusion import row
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text, fixed, number_text

Floats = NDArray[np.float64]
GOAL_SECONDS = 0.05  # while training, so many samples are predicted as fit into this
FEWEST = 200
DOTS = 1500
FEW = 5  # classes


class ConfusionPlot(ComputedPlot[Counted | Compared]):
    """Rows are true classes, columns predicted ones; for regression a dot a sample and the diagonal."""

    label = row.label
    interval_ms = 100

    def __init__(self, *args: Any, **more: Any) -> None:
        self._rate = 0.0  # seconds a sample, as last measured
        self._boxed = False
        super().__init__(*args, **more)
        scene = self.surface.scene()
        self._counts, self._scatter = Panel(scene, downwards=True), Panel(scene, grid=(False, True), edge=4.0)
        self._cells = Cells(self._counts)
        self._diagonal = pg.PlotCurveItem(antialias=True)
        self._dots: list[Any] = []
        self._scatter.add(self._diagonal)
        self.panels += [self._counts, self._scatter]

    @property
    def title(self) -> str:
        """It names what is compared."""
        dataset = self.session.dataset
        if dataset is not None and dataset.task == "regression":
            return tr("Predicted and true")
        return tr("Confusion")

    # ---- values

    def question(self) -> tuple[Any, ...] | None:
        """Network, weights, data, the rows and the targets' units."""
        dataset, document = self.session.dataset, self.session.document
        if dataset is None or not len(dataset.inputs):
            self.empty = tr("The comparison of predicted and true appears when there is data.")
            return None
        if not document.network.of_kind("output"):
            self.empty = tr("The comparison appears when the network has an output layer.")
            return None
        most = len(dataset.inputs)
        if self.session.state == "running" and self._rate > 0:
            fits = max(FEWEST, GOAL_SECONDS / self._rate)
            most = int(2 ** np.floor(np.log2(fits)))  # in powers of two, so that the count does not flicker
        preparation = document.data.preparation if document.data is not None else None
        targets = preparation.targets if preparation is not None else ()
        return document.network, self.session.live.parameters, dataset, most, targets

    @staticmethod
    def answer(*question: Any) -> Counted | Compared | Message:
        """Predict the validation samples (the training samples where there are none) and compare."""
        network, parameters, dataset, most, targets = question
        begin = perf_counter()
        validation = bool(len(dataset.validation))
        every = dataset.validation if validation else dataset.train
        rows = every if len(every) <= most else every[np.linspace(0, len(every) - 1, most).astype(np.intp)]
        if not len(rows):
            return Message.of("There are no samples to compare.")
        try:
            values = np.asarray(predict(network, parameters, dataset.inputs[rows]), dtype=np.float64)
        except StudioError as error:
            return error.message
        except KeyError:
            return Message.of("Some synapses have no weights yet.")
        if dataset.task == "classification":
            return count_classes(dataset, rows, values, validation=validation, whole=len(every), begin=begin)
        return compare_values(dataset, rows, values, targets, validation=validation, whole=len(every), begin=begin)

    def accept(self, result: Counted | Compared) -> None:
        """Remember how long it took."""
        samples = result.samples if isinstance(result, Counted) else len(result.rows)
        rate = result.seconds / max(1, samples)
        self._rate = rate if self._rate == 0 else 0.7 * self._rate + 0.3 * rate

    def short(self) -> str:
        """Which samples, and for regression R² and error."""
        shown = self.result
        if isinstance(shown, Counted):
            return _which(shown.validation, shown.samples, shown.whole)
        if isinstance(shown, Compared):
            return tr("R² {r2} · error {rmse}", r2=_number(shown.r2, 3), rmse=_number(shown.rmse, 3))
        return ""

    def words(self) -> str:
        """Every count, or the quality of the fit, in sentences."""
        shown = self.result
        if isinstance(shown, Counted):
            right = int(np.trace(shown.counts))
            which = _which(shown.validation, shown.samples, shown.whole)
            count = shown.samples
            text = [tr("{which}: {right} of {count} are predicted correctly.", which=which, right=right, count=count)]
            for true, counts in enumerate(shown.counts[:40]):
                said = ", ".join(
                    tr("{count} as {name}", count=int(number), name=shown.names[predicted])
                    for predicted, number in enumerate(counts)
                    if number
                )
                if said:
                    text.append(tr("True {name}: {said}.", name=shown.names[true], said=said))
            if shown.broken:
                text.append(tr("{count} predictions are not numbers.", count=shown.broken))
            return " ".join(text)
        if isinstance(shown, Compared):
            which = _which(shown.validation, len(shown.rows), shown.whole)
            r2, rmse = _number(shown.r2, 3), _number(shown.rmse, 3)
            text = [tr("{which}: R squared {r2}, root mean squared error {rmse}.", which=which, r2=r2, rmse=rmse)]
            broken = int((~shown.finite).sum())
            if broken:
                text.append(tr("{count} predictions are not numbers.", count=broken))
            return " ".join(text)
        return ""

    def table(self) -> Table:
        """The matrix, or a row a sample."""
        shown = self.result
        if isinstance(shown, Counted):
            header = ["true", *shown.names]
            return header, ([name, *map(int, counts)] for name, counts in zip(shown.names, shown.counts, strict=True))
        if isinstance(shown, Compared):
            header = ["sample", *(f"{kind} {name}" for kind in ("true", "predicted") for name in shown.names)]
            rows = zip(shown.rows.tolist(), shown.true.tolist(), shown.predicted.tolist(), strict=True)
            return header, ([number, *true, *predicted] for number, true, predicted in rows)
        return (), ()

    # ---- drawing

    def restyle(self) -> None:
        """The diagonal and the dots."""
        self._diagonal.setPen(self._scatter.pen(theme.colors.q("faint"), 1, Qt.PenStyle.DashLine))
        for target, dots in enumerate(self._dots):
            self._style(dots, target)

    def arrange(self, rect: QRectF) -> None:
        """Counts or scatter."""
        shown = self.result
        self._counts.setVisible(isinstance(shown, Counted))
        self._scatter.setVisible(isinstance(shown, Compared))
        if isinstance(shown, Counted):
            self._arrange_counts(rect, shown)
        elif isinstance(shown, Compared):
            self._arrange_scatter(rect, shown)

    def _arrange_counts(self, rect: QRectF, shown: Counted) -> None:
        count, font, line = len(shown.names), self.small, self.line
        room = names_width(font, shown.names, rect.width() * 0.3)
        tall = max(8.0, rect.height() - 2 * line - 18)
        wide = max(8.0, min(rect.width() - room - 20, tall * 1.35))
        tall = min(tall, wide)
        left = rect.left() + 8 + room + max(0.0, (rect.width() - room - 20 - wide) / 2)
        area = QRectF(left, rect.top() + 6, wide, tall)
        self._counts.left.show_ticks(row_ticks(font, shown.names, tall, room))
        self._counts.bottom.show_ticks(column_ticks(font, shown.names, wide))
        self._counts.place(area, (0.0, float(count)), (0.0, float(count)), left=room, below=line + 6)
        self._boxed = min(wide, tall) / count >= 18
        self._cells.setVisible(not self._boxed)
        if not self._boxed:
            self._cells.show(shown.signed, 1.0)

    def _arrange_scatter(self, rect: QRectF, shown: Compared) -> None:
        fine = shown.finite
        true, predicted = shown.true[fine], shown.predicted[fine]
        low, high = padded(float(shown.true.min()), float(shown.true.max()))
        if len(predicted):  # the axis ends one span beyond the truth, so that one wild answer squeezes nothing
            span = high - low
            low = max(min(low, float(predicted.min())), low - span)
            high = min(max(high, float(predicted.max())), high + span)
        panel, line = self._scatter, self.line
        top = rect.top() + 8
        height = max(8.0, rect.bottom() - 2 * line - 10 - top)
        ticks = panel.left.round_ticks(low, high, height)
        room = panel.left.room(ticks)
        left = rect.left() + 8 + room
        area = QRectF(left, top, max(8.0, rect.right() - left - 12), height)
        panel.left.show_ticks(ticks)
        panel.bottom.show_ticks(panel.bottom.loosened(panel.bottom.round_ticks(low, high, area.width()), area.width()))
        panel.place(area, (low, high), (low, high), left=room, below=line + 4)
        self._diagonal.setData(np.array([low, high]), np.array([low, high]))
        stride = -(-max(1, true.size) // DOTS)
        for target in range(max(true.shape[1], len(self._dots))):
            if target == len(self._dots):
                dots = pg.ScatterPlotItem(size=6.4, pxMode=True)
                self._dots.append(dots)
                self._style(dots, target)
                panel.add(dots)
            if target < true.shape[1]:
                self._dots[target].setData(true[::stride, target], np.clip(predicted[::stride, target], low, high))
            else:
                self._dots[target].clear()

    def _style(self, dots: Any, target: int) -> None:
        dots.setPen(self._scatter.pen(theme.colors.q("panel"), 0.7))
        dots.setBrush(theme.colors.class_color(target) if target else theme.colors.q("accent"))

    def paint_text(self, painter: QPainter, rect: QRectF) -> None:
        """The counts, what lies across and what up, and predictions that are not numbers."""
        shown, broken = self.result, 0
        area = self._counts.area if isinstance(shown, Counted) else self._scatter.area
        text = tr("true down, predicted across")
        if isinstance(shown, Counted):
            broken = shown.broken
            if self._boxed:
                self._paint_boxes(painter, shown)
        elif isinstance(shown, Compared):
            broken = int((~shown.finite).sum())
            text = tr("{name}: true across, predicted up", name=", ".join(shown.names[:2]))
        painter.setPen(theme.colors.q("faint"))
        foot = QRectF(area.left(), area.bottom() + self.line + 5, area.width(), self.line)
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, text)
        if broken:
            painter.setPen(theme.colors.q("error"))
            text = tr("{count} predictions are not numbers", count=count_text(broken))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(rect.adjusted(12, 2, -12, 0), flags, text)

    def _paint_boxes(self, painter: QPainter, shown: Counted) -> None:
        """Rounded cells with their counts: right ones blue, wrong ones orange, fuller with their share."""
        count, area, signed = len(shown.names), self._counts.area, shown.signed
        step_x, step_y = area.width() / count, area.height() / count
        gap = 4.0 if min(step_x, step_y) > 36 else 2.0
        size = min(16.0, step_y * 0.42, step_x * 0.42)
        font = QFont(painter.font())
        font.setPixelSize(max(9, round(size)))
        painter.save()
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.colors
        for i in range(count):
            for j in range(count):
                box = QRectF(area.left() + j * step_x, area.top() + i * step_y, step_x - gap, step_y - gap)
                amount = abs(float(signed[i, j]))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colors.q("positive" if i == j else "negative", 0.08 + 0.87 * amount))
                painter.drawRoundedRect(box, min(7.0, step_x * 0.16), min(7.0, step_x * 0.16))
                number = int(shown.counts[i, j])
                if not number and count > FEW:
                    continue  # a hundred noughts only hide the numbers
                painter.setPen(colors.q("on_accent") if amount > 0.6 else colors.q("text" if number else "faint"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, count_text(number))
        painter.restore()

    # ---- pointer

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The cell or the sample under the pointer."""
        shown = self.result
        if isinstance(shown, Counted):
            cell = self._counts.cell_at(at, len(shown.names), len(shown.names))
            if cell is None:
                return None
            i, j = cell
            number, of = int(shown.counts[i, j]), int(shown.counts[i].sum())
            return at, [
                tr("true {true}, predicted {predicted}", true=shown.names[i], predicted=shown.names[j]),
                tr("{count} of {of}", count=count_text(number), of=count_text(of)),
            ]
        found = self._sample_at(at)
        if found is None or not isinstance(shown, Compared):
            return None
        place, where = found
        lines = [tr("sample {number}", number=int(shown.rows[place]) + 1)]
        for target, name in enumerate(shown.names):
            true, answer = (number_text(float(values[place, target]), 4) for values in (shown.true, shown.predicted))
            lines.append(tr("{name}: true {true}, predicted {predicted}", name=name, true=true, predicted=answer))
        return where, lines[:6]

    def _sample_at(self, at: QPointF) -> tuple[int, QPointF] | None:
        shown = self.result
        if not isinstance(shown, Compared) or not len(shown.rows):
            return None
        panel = self._scatter
        px, py = panel.pixel_x(shown.true), panel.pixel_y(np.clip(shown.predicted, *panel.y))
        far = np.where(np.isfinite(py), np.hypot(px - at.x(), py - at.y()), np.inf)
        place, target = np.unravel_index(int(far.argmin()), far.shape)
        if far[place, target] > 12:
            return None
        return int(place), QPointF(float(px[place, target]), float(py[place, target]))

    def clicked(self, at: QPointF) -> None:
        """Show the sample under the pointer everywhere."""
        found, shown = self._sample_at(at), self.result
        if found is not None and isinstance(shown, Compared):
            self.selection.show_sample(int(shown.rows[found[0]]))

    def pointer_step(self) -> tuple[float, float]:
        """One cell, or some pixels of the scatter."""
        if isinstance(self.result, Counted):
            count = len(self.result.names)
            return self._counts.area.width() / count, self._counts.area.height() / count
        return 8.0, 8.0


def _which(validation: bool, samples: int, whole: int) -> str:
    if samples < whole:
        some, every = count_text(samples), count_text(whole)
        return (
            tr("validation, {some} of {all} samples", some=some, all=every)
            if validation
            else tr("training, {some} of {all} samples", some=some, all=every)
        )
    if validation:
        return tr("validation, {count} samples", count=count_text(samples))
    return tr("training, {count} samples", count=count_text(samples))


def _number(value: float, decimals: int) -> str:
    return fixed(value, decimals) if np.isfinite(value) else tr("not defined")

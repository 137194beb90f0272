"""What the network gets right: predicted against true, as counts for classes and as a scatter for numbers."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from nnstudio.document import Message, StudioError
from nnstudio.engine import predict
from nnstudio.ui.plots.axes import Scale, draw_bottom_axis, draw_left_axis, gutter, padded
from nnstudio.ui.plots.cells import draw_cells
from nnstudio.ui.plots.comparison import Compared, Counted, compare_values, count_classes
from nnstudio.ui.plots.computed import ComputedPlot
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.labels import draw_column_names, draw_row_names, names_width
from nnstudio.ui.plots.registry import PlotRow
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

    label = Message.of("Confusion")
    interval_ms = 100

    def __init__(self, *args: Any, **more: Any) -> None:
        self._area = QRectF()
        self._scales: tuple[Scale, Scale] | None = None
        self._rate = 0.0  # seconds a sample, as last measured
        super().__init__(*args, **more)

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

    # ---- painting

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Counts or scatter."""
        shown = self.result
        if isinstance(shown, Counted):
            self._paint_counts(painter, rect, shown)
        elif isinstance(shown, Compared):
            self._paint_scatter(painter, rect, shown)
        broken = shown.broken if isinstance(shown, Counted) else 0
        if isinstance(shown, Compared):
            broken = int((~shown.finite).sum())
        if broken:
            painter.setPen(theme.colors.q("error"))
            text = tr("{count} predictions are not numbers", count=count_text(broken))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(rect.adjusted(12, 2, -12, 0), flags, text)

    def _paint_counts(self, painter: QPainter, rect: QRectF, shown: Counted) -> None:
        count = len(shown.names)
        height = painter.fontMetrics().height()
        width = names_width(painter, shown.names, rect.width() * 0.3)
        tall = rect.height() - 2 * height - 18
        wide = min(rect.width() - width - 20, tall * 1.35)
        tall = min(tall, wide)
        left = rect.left() + 8 + width + max(0.0, (rect.width() - width - 20 - wide) / 2)
        self._area = area = QRectF(left, rect.top() + 6, wide, tall)
        share = shown.counts / np.maximum(shown.counts.sum(axis=1, keepdims=True), 1)
        signed = np.where(np.eye(count, dtype=bool), share, -share)
        if min(wide, tall) / count >= 18:
            self._boxes(painter, area, shown, signed)
        else:
            draw_cells(painter, area, signed, 1.0)
        draw_row_names(painter, area, shown.names, width)
        draw_column_names(painter, area, shown.names)
        painter.setPen(theme.colors.q("faint"))
        foot = QRectF(area.left(), area.bottom() + height + 5, area.width(), height)
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, tr("true down, predicted across"))

    def _boxes(self, painter: QPainter, area: QRectF, shown: Counted, signed: Floats) -> None:
        """Rounded cells with their counts: right ones blue, wrong ones orange, fuller with their share."""
        count = len(shown.names)
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

    def _paint_scatter(self, painter: QPainter, rect: QRectF, shown: Compared) -> None:
        fine = shown.finite
        true, predicted = shown.true[fine], shown.predicted[fine]
        height = painter.fontMetrics().height()
        low, high = padded(float(shown.true.min()), float(shown.true.max()))
        if len(predicted):  # the axis ends one span beyond the truth, so that one wild answer squeezes nothing
            span = high - low
            low = max(min(low, float(predicted.min())), low - span)
            high = min(max(high, float(predicted.max())), high + span)
        draft = Scale(low, high, rect.bottom() - 2 * height - 10, rect.top() + 8)
        ticks = draft.ticks(5)
        left = rect.left() + 8 + gutter(painter, ticks)
        area = QRectF(left, rect.top() + 8, rect.right() - left - 12, draft.start - draft.end)
        x, y = Scale(low, high, area.left(), area.right()), Scale(low, high, area.bottom(), area.top())
        self._area, self._scales = area, (x, y)
        draw_left_axis(painter, area, y, ticks, theme.colors)
        draw_bottom_axis(painter, area, x, x.ticks(max(2, int(area.width() / 60))), theme.colors)
        painter.setPen(theme.colors.q("faint"))
        foot = QRectF(area.left(), area.bottom() + height + 4, area.width(), height)
        text = tr("{name}: true across, predicted up", name=", ".join(shown.names[:2]))
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area.adjusted(-3, -3, 3, 3))
        painter.setPen(QPen(theme.colors.q("faint"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x(low), y(low)), QPointF(x(high), y(high)))
        stride = -(-max(1, true.size) // DOTS)
        painter.setPen(QPen(theme.colors.q("panel"), 0.7))
        for target in range(true.shape[1]):
            color = theme.colors.q("accent") if true.shape[1] == 1 else theme.colors.class_color(target)
            painter.setBrush(color)
            px, py = x(true[::stride, target]), y(np.clip(predicted[::stride, target], low, high))
            for a, b in zip(px.tolist(), py.tolist(), strict=True):
                painter.drawEllipse(QPointF(a, b), 3.0, 3.0)

    # ---- pointer

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The cell or the sample under the pointer."""
        shown = self.result
        if isinstance(shown, Counted):
            count = len(shown.names)
            if not self._area.contains(at):
                return None
            i = min(count - 1, int((at.y() - self._area.top()) / self._area.height() * count))
            j = min(count - 1, int((at.x() - self._area.left()) / self._area.width() * count))
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
        if not isinstance(shown, Compared) or self._scales is None or not len(shown.rows):
            return None
        x, y = self._scales
        px, py = x(shown.true), y(np.clip(shown.predicted, y.low, y.high))
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
            return self._area.width() / count, self._area.height() / count
        return 8.0, 8.0


def _which(validation: bool, samples: int, whole: int) -> str:
    if samples < whole:
        some, every = count_text(samples), count_text(whole)
        return tr("validation, {some} of {all} samples", some=some, all=every) if validation else tr(
            "training, {some} of {all} samples", some=some, all=every
        )
    if validation:
        return tr("validation, {count} samples", count=count_text(samples))
    return tr("training, {count} samples", count=count_text(samples))


def _number(value: float, decimals: int) -> str:
    return fixed(value, decimals) if np.isfinite(value) else tr("not defined")


row = PlotRow(key="confusion", label=ConfusionPlot.label, icon="plot-confusion", order=5, plot=ConfusionPlot)

"""Loss over epochs, training and validation, with accuracy or R² below."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QPainter, QPen

from nnstudio.document import Message
from nnstudio.ui.plots.axes import Scale, draw_bottom_axis, draw_left_axis, gutter, step_for
from nnstudio.ui.plots.base import Plot
from nnstudio.ui.plots.curves import decimated, draw_curve, smoothed
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.parts import Chip
from nnstudio.ui.plots.registry import PlotRow
from nnstudio.ui.plots.summary import Summary
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text, fixed, number_text

Floats = NDArray[np.float64]
SCORES = ("accuracy", "r2")
SERIES = ("loss", "val_loss", "accuracy", "val_accuracy", "r2", "val_r2")
NOTHING: Floats = np.empty(0)
SMOOTH_SHARE = 60  # the smoothing window reaches over one part in this many of the curve to either side
NEAR = 18.0  # pixels: how near the pointer must come to an epoch


class Panel(NamedTuple):
    """One pair of axes, and the names of the series of training and validation."""

    rect: QRectF
    y: Scale
    train: str
    validation: str


class LossPlot(Plot):
    """Training solid, validation dashed. Wheel and drag zoom over the epochs, a double click shows all."""

    label = Message.of("Loss")

    def __init__(self, *args: Any, **more: Any) -> None:
        self._series: Mapping[str, Floats] = {}
        self._summaries: dict[str, Summary] = {}
        self._points: dict[str, tuple[Floats, Floats]] = {}
        self._span: tuple[float, float] | None = None  # epochs shown, None for all
        self._x = Scale(0, 1, 0, 1)
        self._panels: list[Panel] = []
        super().__init__(*args, **more)
        self.log = Chip(tr("log"), tr("Logarithmic loss axis"), self)
        self.smooth = Chip(tr("smooth"), tr("Smooth the curves; the measured values stay faintly visible"), self)
        self.train = Chip(tr("train"), tr("Show the training curve"), self.surface, "accent")
        self.validation = Chip(
            tr("validation"), tr("Show the validation curve"), self.surface, "negative", dashed=True
        )
        for chip in (self.log, self.smooth):
            self.controls.addWidget(chip)
        for chip in (self.train, self.validation):
            chip.setChecked(True)
            chip.hide()
        for chip in (self.log, self.smooth, self.train, self.validation):
            chip.toggled.connect(self.mark)

    # ---- values

    def refresh(self) -> None:
        """The series of the run, or of the document at rest."""
        series = {name: np.asarray(values, dtype=np.float64) for name, values in self.session.live.series.items()}
        self._series = series
        for name in SERIES:
            self._summaries.setdefault(name, Summary()).follow(series.get(name, NOTHING))
        self.empty = "" if len(series.get("loss", ())) else tr("The loss curve appears with the first trained epoch.")
        has_validation = bool(len(series.get("val_loss", ())))
        for chip, shown in ((self.train, not self.empty), (self.validation, not self.empty and has_validation)):
            if chip.isHidden() == shown:
                chip.setVisible(shown)
                self.place_overlays(QRectF(self.surface.rect()))

    @property
    def _score(self) -> str:
        return next((name for name in SCORES if len(self._series.get(name, ()))), "")

    def _last(self, name: str) -> float | None:
        values = self._series.get(name)
        return float(values[-1]) if values is not None and len(values) else None

    def short(self) -> str:
        """The newest losses."""
        train, validation = self._last("loss"), self._last("val_loss")
        parts = []
        if train is not None:
            parts.append(tr("train {value}", value=loss_text(train)))
        if validation is not None:
            parts.append(tr("validation {value}", value=loss_text(validation)))
        return " · ".join(parts)

    def words(self) -> str:
        """The newest losses and scores in a sentence."""
        count = len(self._series["loss"])
        text = [tr("After epoch {epoch}:", epoch=count)]
        named = [
            (tr("training loss {value}"), "loss"), (tr("validation loss {value}"), "val_loss"),
            (tr("training accuracy {value}"), "accuracy"), (tr("validation accuracy {value}"), "val_accuracy"),
            (tr("training R² {value}"), "r2"), (tr("validation R² {value}"), "val_r2"),
        ]
        said = []
        for template, name in named:
            value = self._last(name)
            if value is not None:
                said.append(template.format(value=_score_text(name, value) if "loss" not in name else loss_text(value)))
        text.append(", ".join(said) + ".")
        broken = self._broken_from()
        if broken:
            text.append(tr("From epoch {epoch} on the loss is not a finite number.", epoch=broken))
        return " ".join(text)

    def _broken_from(self) -> int:
        """The first epoch (from 1) of the end of the curve that is not finite, or 0."""
        loss = self._series.get("loss")
        if loss is None or not len(loss) or math.isfinite(loss[-1]):
            return 0
        finite = np.flatnonzero(np.isfinite(loss))
        return int(finite[-1]) + 2 if len(finite) else 1

    def table(self) -> Table:
        """A row an epoch, with every series in full precision."""
        names = list(self._series)
        count = max((len(values) for values in self._series.values()), default=0)
        rows = (
            [epoch + 1, *(float(v[epoch]) if epoch < len(v) else "" for v in self._series.values())]
            for epoch in range(count)
        )
        return ["epoch", *names], rows

    # ---- painting

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Loss above, the score below where there is room."""
        count = len(self._series["loss"])
        low, high = self._span or (0.0 if count > 1 else 0.5, float(count) if count > 1 else 1.5)
        self._points = {name: self._shown(name, low, high, rect.width()) for name in SERIES}
        text_height = painter.fontMetrics().height()
        bottom = rect.bottom() - text_height - 8
        shows_score = bool(self._score) and rect.height() > 150
        split = rect.top() + (bottom - rect.top()) * (0.68 if shows_score else 1.0)
        loss_y, loss_ticks = self._loss_scale(rect.top() + 8, split - (12 if shows_score else 0))
        score_y, score_ticks = self._score_scale(split + text_height, bottom)
        left = rect.left() + 8 + max(gutter(painter, loss_ticks), gutter(painter, score_ticks) if shows_score else 0)
        right = rect.right() - 12
        self._x = Scale(low, high, left, right)
        loss_rect = QRectF(left, loss_y.end, right - left, loss_y.start - loss_y.end)
        self._panels = [self._panel(loss_rect, loss_y, "loss")]
        draw_left_axis(painter, loss_rect, loss_y, loss_ticks, theme.colors)
        if shows_score:
            score_rect = QRectF(left, score_y.end, right - left, score_y.start - score_y.end)
            self._panels.append(self._panel(score_rect, score_y, self._score))
            draw_left_axis(painter, score_rect, score_y, score_ticks, theme.colors)
            self._score_caption(painter, score_rect, text_height)
        foot = QRectF(left, rect.top(), right - left, bottom - rect.top())
        epochs = self._x.ticks(max(2, int((right - left) / 64)), whole=True)
        draw_bottom_axis(painter, foot, self._x, epochs, theme.colors)
        for panel in self._panels:
            self._curves(painter, panel)
        self._warnings(painter, loss_rect)
        if self.surface.size() != rect.size().toSize():
            self._legend(painter, rect)
        self._crosshair(painter)

    def _panel(self, rect: QRectF, y: Scale, name: str) -> Panel:
        return Panel(rect, y, name, f"val_{name}")

    def _slice(self, name: str, low: float, high: float) -> tuple[int, int]:
        """The part of a series that lies on the axis from ``low`` to ``high``, with one epoch more on either side."""
        return max(0, math.floor(low) - 2), min(len(self._summaries[name].values), math.ceil(high) + 1)

    def _shown(self, name: str, low: float, high: float, width: float) -> tuple[Floats, Floats]:
        """The measured values there, thinned out to what ``width`` pixels can show."""
        return self._summaries[name].points(*self._slice(name, low, high), max(16, int(width / 1.5)))

    def _visible(self, name: str) -> Floats:
        """The finite values that are shown."""
        values = self._points[name][1]
        return values[np.isfinite(values)]

    def _loss_scale(self, top: float, bottom: float) -> tuple[Scale, list[tuple[float, str]]]:
        names = [
            name for name, chip in (("loss", self.train), ("val_loss", self.validation)) if chip.isChecked()
        ] or ["loss"]
        values = np.concatenate([self._visible(name) for name in names])
        count = max(2, int((bottom - top) / 34))
        if self.log.isChecked():
            values = values[values > 0]
            least, most = (float(values.min()), float(values.max())) if len(values) else (0.1, 1.0)
            if most / least < 1.5:
                least, most = least / 1.3, most * 1.3
            scale = Scale(least / 1.08, most * 1.08, bottom, top, log=True)
            return scale, scale.ticks(count)
        least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        base = 0.0 if least >= 0 and (self._span is None or least < 0.3 * most) else least
        step = step_for((most - base) or abs(most) or 1.0, count)
        end = math.ceil(most / step - 0.15) * step
        scale = Scale(math.floor(base / step) * step, max(end, most + 0.02 * step, base + step * 0.5), bottom, top)
        return scale, scale.ticks(count)

    def _score_scale(self, top: float, bottom: float) -> tuple[Scale, list[tuple[float, str]]]:
        if self._score == "accuracy":
            return Scale(0.0, 1.0, bottom, top), [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
        finite = np.concatenate([self._visible(name) for name in ("r2", "val_r2")])
        least = max(-1.0, float(finite.min())) if len(finite) else 0.0
        low = 0.0 if least >= 0 else math.floor(least * 2) / 2
        shown = (low, 0.0, 1.0) if low < 0 else (0.0, 0.5, 1.0)
        return Scale(low, 1.0, bottom, top), [(value, fixed(value, 1)) for value in shown]

    def _curves(self, painter: QPainter, panel: Panel) -> None:
        painter.save()
        painter.setClipRect(panel.rect.adjusted(-3, -3, 6, 3))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, chip in ((panel.validation, self.validation), (panel.train, self.train)):
            if chip.isChecked() and len(self._points[name][0]):
                self._curve(painter, panel, name, chip.line, dashed=chip.dashed)
        painter.restore()

    def _curve(self, painter: QPainter, panel: Panel, name: str, color: str, *, dashed: bool) -> None:
        x, y = self._points[name]
        first, last = self._slice(name, self._x.low, self._x.high)
        if self.smooth.isChecked() and last - first > 8:
            draw_curve(painter, self._x(x), panel.y(y), theme.colors.q(color, 0.3), 1.0)
            columns = max(16, int(panel.rect.width() / 1.5))
            x, y = self._summaries[name].means(first, last, 4 * columns)
            x, y = decimated(x, smoothed(y, max(2, len(y) // SMOOTH_SHARE)), columns)
        px, py = self._x(x), panel.y(y)
        draw_curve(painter, px, py, theme.colors.q(color), 1.8, dashed=dashed)
        if last == len(self._summaries[name].values) and math.isfinite(py[-1]):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colors.q(color))
            painter.drawEllipse(QPointF(px[-1], py[-1]), 2.6, 2.6)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _score_caption(self, painter: QPainter, rect: QRectF, height: float) -> None:
        name = self._score
        parts = [tr("accuracy") if name == "accuracy" else tr("R²")]
        parts += [_score_text(key, value) for key in (name, f"val_{name}") if (value := self._last(key)) is not None]
        painter.setPen(theme.colors.q("dim"))
        where = QRectF(rect.left(), rect.top() - height - 1, rect.width(), height)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight, parts[0] + "  " + " · ".join(parts[1:]))

    def _warnings(self, painter: QPainter, rect: QRectF) -> None:
        """Say what cannot be drawn: values that are not finite, or not above zero on a log axis."""
        text, broken = "", self._broken_from()
        if broken:
            text = tr("not a finite number from epoch {epoch} on", epoch=count_text(broken))
        elif self.log.isChecked() and bool((self._visible("loss") <= 0).any()):
            text = tr("values of 0 or less have no place on a log axis")
        if text:
            painter.setPen(theme.colors.q("error"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(rect.adjusted(4, 0, -4, -6), flags, text)

    def _legend(self, painter: QPainter, rect: QRectF) -> None:
        for chip, place in zip((self.train, self.validation), self._legend_places(rect), strict=True):
            if not chip.isHidden() and chip.isChecked():
                painter.save()
                chip.paint(painter, place)
                painter.restore()

    def _legend_places(self, rect: QRectF) -> tuple[QRectF, QRectF]:
        one, other = self.train.sizeHint(), self.validation.sizeHint()
        right = rect.right() - 10
        if not self.validation.isHidden():
            place = QRectF(right - other.width(), rect.top() + 8, other.width(), other.height())
            return QRectF(place.left() - one.width() - 2, place.top(), one.width(), one.height()), place
        return QRectF(right - one.width(), rect.top() + 8, one.width(), one.height()), QRectF()

    def place_overlays(self, rect: QRectF) -> None:
        """The legend's switches, in the upper right corner."""
        for chip, place in zip((self.train, self.validation), self._legend_places(rect), strict=True):
            chip.setGeometry(place.toRect())

    # ---- pointer

    def _epoch_at(self, at: QPointF) -> int:
        count = len(self._series.get("loss", ()))
        return min(max(1, round(self._x.value(at.x()))), count) if count else 0

    def _crosshair(self, painter: QPainter) -> None:
        if self.pointer is None or not (epoch := self._epoch_at(self.pointer)) or not self._panels:
            return
        x = float(self._x(epoch))
        if not self._panels[0].rect.left() - 1 <= x <= self._panels[0].rect.right() + 1:
            return
        painter.setPen(QPen(theme.colors.q("faint"), 1))
        painter.drawLine(QLineF(x, self._panels[0].rect.top(), x, self._panels[-1].rect.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colors.q("panel"), 1.5))
        for panel in self._panels:
            for name, chip in ((panel.train, self.train), (panel.validation, self.validation)):
                values = self._summaries[name].values
                if chip.isChecked() and epoch <= len(values) and math.isfinite(y := float(panel.y(values[epoch - 1]))):
                    painter.setBrush(theme.colors.q(chip.line))
                    painter.drawEllipse(QPointF(x, y), 4, 4)

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The values of the epoch under the pointer."""
        epoch = self._epoch_at(at)
        if not epoch or not self._panels:
            return None
        x = float(self._x(epoch))
        inside = self._panels[0].rect.adjusted(-NEAR, 0, NEAR, 0)
        if not inside.left() <= at.x() <= inside.right():
            return None
        lines = [tr("epoch {epoch}", epoch=count_text(epoch))]
        score = self._score
        for chip, prefix in ((self.train, ""), (self.validation, "val_")):
            values, scores = self._series.get(f"{prefix}loss"), self._series.get(f"{prefix}{score}")
            if not chip.isChecked() or values is None or epoch > len(values):
                continue
            line = f"{chip.text()}  {loss_text(float(values[epoch - 1]))}"
            if scores is not None and score and epoch <= len(scores):
                line += f" · {_score_text(score, float(scores[epoch - 1]))}"
            lines.append(line)
        return QPointF(x, at.y()), lines

    def pointer_step(self) -> tuple[float, float]:
        """One epoch."""
        one = abs(float(self._x(2.0)) - float(self._x(1.0)))
        return max(one, 1.0), 8.0

    def wheeled(self, at: QPointF, steps: float) -> bool:
        """Zoom over the epochs at the pointer."""
        count = len(self._series.get("loss", ()))
        if count < 3:
            return False
        low, high = self._x.low, self._x.high
        middle = min(max(self._x.value(at.x()), low), high)
        factor = 0.8**steps
        self._show_span(middle - (middle - low) * factor, middle + (high - middle) * factor)
        return True

    def dragged(self, before: QPointF, now: QPointF) -> None:
        """Move along the epochs."""
        if self._span is not None:
            by = self._x.value(before.x()) - self._x.value(now.x())
            by = min(max(by, -self._span[0]), len(self._series["loss"]) - self._span[1])
            self._show_span(self._span[0] + by, self._span[1] + by)

    def zoomed_out(self) -> None:
        """Show all epochs."""
        self._span = None
        self.mark()

    def _show_span(self, low: float, high: float) -> None:
        count = len(self._series["loss"])
        low, high = max(0.0, low), min(float(count), high)
        if high - low >= 2:
            self._span = None if low <= 0 and high >= count else (low, high)
            self.mark()

    def extra_actions(self) -> list[QAction]:
        """Show all epochs."""
        action = QAction(tr("Show all epochs"))
        action.setEnabled(self._span is not None)
        action.triggered.connect(self.zoomed_out)
        return [action]


def loss_text(value: float) -> str:
    """A loss with three decimals, with more figures where it is small, in words where it is no number."""
    if math.isnan(value):
        return tr("not a number")
    if math.isinf(value):
        return tr("infinite")
    return fixed(value, 3) if abs(value) >= 0.01 or value == 0 else number_text(value, 2)


def _score_text(name: str, value: float) -> str:
    if not math.isfinite(value):
        return tr("not a number")
    return f"{fixed(value * 100, 1)} %" if name.endswith("accuracy") else fixed(value, 3)


row = PlotRow(
    key="loss", label=LossPlot.label, icon="plot-loss", order=1, plot=LossPlot,
    records=("loss", "val_loss", "accuracy", "val_accuracy", "r2", "val_r2"),
)

"""Loss over epochs, training and validation, with accuracy or R² below."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QPainter

from nnstudio.catalog import losses
from nnstudio.ui.plots.base import Plot
from nnstudio.ui.plots.curves import decimated, smoothed
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.history import History
from nnstudio.ui.plots.panel import Range
from nnstudio.ui.plots.parts import Chip
from nnstudio.ui.plots.rows.loss import row
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


class LossPlot(Plot):
    """Training solid, validation dashed. Wheel and drag zoom over the epochs, a double click shows all."""

    label = row.label
    zooms = True

    def __init__(self, *args: Any, **more: Any) -> None:
        self._series: Mapping[str, Floats] = {}
        self._summaries: dict[str, Summary] = {}
        self._points: dict[str, tuple[Floats, Floats]] = {}
        self._span: tuple[float, float] | None = None  # epochs shown, None for all
        super().__init__(*args, **more)
        scene = self.surface.scene()
        self.losses, self.scores = History(scene), History(scene)
        self.losses.panel.bottom.whole = self.scores.panel.bottom.whole = True
        self.panels += [self.losses.panel, self.scores.panel]
        for panel in self.panels:
            panel.view.sigRangeChangedManually.connect(self._moved)
        self.log = Chip(tr("log"), tr("Logarithmic loss axis"), self)
        self.smooth = Chip(tr("smooth"), tr("Smooth the curves; the measured values stay faintly visible"), self)
        self.train = Chip(tr("train"), tr("Show the training curve"), self.surface, "accent")
        self.validation = Chip(tr("validation"), tr("Show the validation curve"), self.surface, "negative", dashed=True)
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
        if parts and losses[self.session.document.training.loss.key].maximized:
            parts.append(tr("higher is better"))
        return " · ".join(parts)

    def words(self) -> str:
        """The newest losses and scores in a sentence."""
        count = len(self._series["loss"])
        text = [tr("After epoch {epoch}:", epoch=count)]
        named = [
            (tr("training loss {value}"), "loss"),
            (tr("validation loss {value}"), "val_loss"),
            (tr("training accuracy {value}"), "accuracy"),
            (tr("validation accuracy {value}"), "val_accuracy"),
            (tr("training R² {value}"), "r2"),
            (tr("validation R² {value}"), "val_r2"),
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

    # ---- drawing

    def restyle(self) -> None:
        """Curves in the colours of the legend."""
        for history in (self.losses, self.scores):
            history.restyle(self.train.line, self.validation.line)

    def arrange(self, rect: QRectF) -> None:
        """Loss above, the score below where there is room."""
        count = len(self._series["loss"])
        x = self._span or ((0.0, float(count)) if count > 1 else (0.5, 1.5))
        self._points = {name: self._shown(name, *x, rect.width()) for name in SERIES}
        bottom = rect.bottom() - self.line - 8
        score = self._score if rect.height() > 150 else ""
        split = rect.top() + (bottom - rect.top()) * (0.68 if score else 1.0)
        high = QRectF(0, rect.top() + 8, 0, max(8.0, split - rect.top() - (20 if score else 8)))
        low = QRectF(0, split + self.line, 0, max(8.0, bottom - split - self.line))
        upper, lower = self.losses.panel, self.scores.panel
        loss_range = self._loss_range(high.height())
        loss_ticks = upper.left.round_ticks(*loss_range, high.height())
        score_range, score_ticks = self._score_range()
        room = max(upper.left.room(loss_ticks), lower.left.room(score_ticks) if score else 0.0)
        for area in (high, low):
            area.setLeft(rect.left() + 8 + room)
            area.setRight(rect.right() - 12)
        for panel, area, y, ticks in ((upper, high, loss_range, loss_ticks), (lower, low, score_range, score_ticks)):
            last = panel is lower or not score
            panel.left.show_ticks(ticks)
            epochs = panel.bottom.round_ticks(*x, area.width()) if last else []
            panel.bottom.show_ticks(panel.bottom.loosened(epochs, area.width()))
            panel.place(area, x, y, left=room, below=self.line + 6)
        lower.setVisible(bool(score))
        for history, name in ((self.losses, "loss"), (self.scores, score)):
            for place, (chip, key) in enumerate(((self.train, name), (self.validation, f"val_{name}"))):
                self._curve(history, place, key if name and chip.isChecked() else "")
        self.pointed()

    def _slice(self, name: str, low: float, high: float) -> tuple[int, int]:
        """The part of a series that lies on the axis from ``low`` to ``high``, with one epoch more on either side."""
        return max(0, math.floor(low) - 2), min(len(self._summaries[name].values), math.ceil(high) + 1)

    def _shown(self, name: str, low: float, high: float, width: float) -> tuple[Floats, Floats]:
        """The measured values there, thinned out to what ``width`` pixels can show."""
        return self._summaries[name].points(*self._slice(name, low, high), max(16, int(width / 2)))

    def _visible(self, name: str) -> Floats:
        """The finite values that are shown."""
        values = self._points[name][1]
        return values[np.isfinite(values)]

    def _loss_range(self, height: float) -> Range:
        """The range of the loss axis; its exponents where it is logarithmic."""
        axis = self.losses.panel.left
        names = [name for name, chip in (("loss", self.train), ("val_loss", self.validation)) if chip.isChecked()] or [
            "loss"
        ]
        values = np.concatenate([self._visible(name) for name in names])
        if axis.logMode != self.log.isChecked():
            axis.setLogMode(self.log.isChecked())
        if self.log.isChecked():
            values = values[values > 0]
            least, most = (float(values.min()), float(values.max())) if len(values) else (0.1, 1.0)
            if most / least < 1.5:
                least, most = least / 1.3, most * 1.3
            return math.log10(least / 1.08), math.log10(most * 1.08)
        least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        base = 0.0 if least >= 0 and (self._span is None or least < 0.3 * most) else least
        step = axis.step(base, base + ((most - base) or abs(most) or 1.0), height)
        end = math.ceil(most / step - 0.15) * step
        return math.floor(base / step) * step, max(end, most + 0.02 * step, base + step * 0.5)

    def _score_range(self) -> tuple[Range, list[tuple[float, str]]]:
        if self._score != "r2":
            return (0.0, 1.0), [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
        finite = np.concatenate([self._visible(name) for name in ("r2", "val_r2")])
        least = max(-1.0, float(finite.min())) if len(finite) else 0.0
        low = 0.0 if least >= 0 else math.floor(least * 2) / 2
        shown = (low, 0.0, 1.0) if low < 0 else (0.0, 0.5, 1.0)
        return (low, 1.0), [(value, fixed(value, 1)) for value in shown]

    def _curve(self, history: History, place: int, name: str) -> None:
        """Show the series ``name`` (none: nothing) as the curve number ``place``; smoothed, over the faint raw one."""
        panel = history.panel
        if not name or not len(self._points[name][0]):
            history.clear(place)
            return
        x, y = self._points[name]
        raw: tuple[Floats, Floats] = (NOTHING, NOTHING)
        first, last = self._slice(name, *panel.x)
        if self.smooth.isChecked() and last - first > 8:
            raw = (x, y)
            columns = max(16, int(panel.area.width() / 2))
            x, y = self._summaries[name].means(first, last, 4 * columns)
            x, y = decimated(x, smoothed(y, max(2, len(y) // SMOOTH_SHARE)), columns)
        history.show(place, (x, y), raw, ends=last == len(self._summaries[name].values))

    def paint_text(self, painter: QPainter, rect: QRectF) -> None:
        """The curves' ends, the newest scores, what cannot be drawn, and in a picture the legend."""
        painter.save()
        self.losses.paint_ends(painter)
        self.scores.paint_ends(painter)
        painter.restore()
        if self.scores.panel.view.isVisible():
            area, name = self.scores.panel.area, self._score
            parts = [tr("accuracy") if name == "accuracy" else tr("R²")]
            scores = (self._last(key) for key in (name, f"val_{name}"))
            parts += [_score_text(name, value) for value in scores if value is not None]
            painter.setPen(theme.colors.q("dim"))
            where = QRectF(area.left(), area.top() - self.line - 1, area.width(), self.line)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight, parts[0] + "  " + " · ".join(parts[1:]))
        broken, text = self._broken_from(), ""
        if broken:
            text = tr("not a finite number from epoch {epoch} on", epoch=count_text(broken))
        elif self.log.isChecked() and bool((self._visible("loss") <= 0).any()):
            text = tr("values of 0 or less have no place on a log axis")
        if text:
            painter.setPen(theme.colors.q("error"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(self.losses.panel.area.adjusted(4, 0, -4, -6), flags, text)
        if self.exporting:
            for chip, place in zip((self.train, self.validation), self._legend_places(rect), strict=True):
                if not chip.isHidden() and chip.isChecked():
                    chip.paint(painter, place)

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

    def _epoch_at(self, at: QPointF | None) -> int:
        """The epoch nearest to the pointer, 0 where it is beside the panels."""
        area = self.losses.panel.area
        count = len(self._series.get("loss", ()))
        if at is None or not count or not area.left() - NEAR <= at.x() <= area.right() + NEAR:
            return 0
        low, high = self.losses.panel.x
        epoch = min(max(1, round(self.losses.panel.value_at(at)[0])), count)
        return epoch if low - 0.5 <= epoch <= high + 0.5 else 0

    def pointed(self) -> None:
        """The crosshair goes to the pointer's epoch."""
        epoch = self._epoch_at(self.pointer)
        for history, name in ((self.losses, "loss"), (self.scores, self._score)):
            found = []
            for chip, key in ((self.train, name), (self.validation, f"val_{name}")):
                values = self._series.get(key, NOTHING)
                found.append(float(values[epoch - 1]) if chip.isChecked() and 0 < epoch <= len(values) else math.nan)
            history.cross(epoch, found)

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The values of the epoch under the pointer."""
        epoch = self._epoch_at(at)
        if not epoch:
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
        return QPointF(self.losses.panel.pixel_x(float(epoch)), at.y()), lines

    def pointer_step(self) -> tuple[float, float]:
        """One epoch."""
        panel = self.losses.panel
        return max(float(panel.pixel_x(2.0) - panel.pixel_x(1.0)), 1.0), 8.0

    def _moved(self, *_: object) -> None:
        """The person has zoomed or dragged in one panel: both show those epochs at once, as far as there are any."""
        for panel in self.panels:
            if panel.view.isVisible() and not np.allclose(panel.seen_x(), panel.x):
                self._show_span(*panel.seen_x())
                self.lay_out(QRectF(self.surface.rect()))
                return

    def zoomed_out(self) -> None:
        """Show all epochs."""
        self._span = None
        self.mark()

    def _show_span(self, low: float, high: float) -> None:
        """Show these epochs, moved to where there are some; at least two."""
        count = float(len(self._series.get("loss", ())))
        wide = min(max(high - low, 2.0), count)
        low = min(max(0.0, low), count - wide)
        self._span = None if wide >= count else (low, low + wide)
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

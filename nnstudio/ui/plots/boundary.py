"""What the network answers everywhere on a plane of two columns, with the samples on it."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QPainter

from nnstudio.document import Dataset, Message, StudioError
from nnstudio.engine import predict
from nnstudio.ui.plots.axis import padded
from nnstudio.ui.plots.columns import Axis, axes_of, telling_pair
from nnstudio.ui.plots.computed import ComputedPlot, same
from nnstudio.ui.plots.export import Table
from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.plots.parts import FlatCombo
from nnstudio.ui.plots.plane import Plane, class_name, classes_of, shades, some_rows, surface_colors, target_text
from nnstudio.ui.plots.rows.boundary import row
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import fixed, number_text

Floats = NDArray[np.float64]
GOAL_SECONDS = 0.04  # what one plane may take on the background thread
COARSEST, FINEST = 24, 128
AT_REST = 192
RADIUS = 3.2  # of a sample's dot


class BoundaryPlot(ComputedPlot[Plane]):
    """Class regions, fainter where the network is less sure; training samples filled, validation samples hollow.

    The inputs that are not shown are held at the mean of the training samples, or at the chosen sample. For regression
    the surface is blue above the target's mean and orange below.
    """

    label = row.label
    interval_ms = 100

    def __init__(self, *args: Any, **more: Any) -> None:
        self._axes: tuple[Axis, ...] = ()
        self._data: tuple[Any, Any] = (None, None)
        self._range: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))
        self._mean: Floats = np.zeros(0)
        self._size = 48
        self._pixels: NDArray[np.uint8] | None = None
        self._hold_sample = False
        self._held: tuple[Dataset | None, int, Floats] = (None, -1, np.zeros(0))
        self._dots_of: tuple[Any, ...] = ()
        none = np.zeros(0, np.int64)
        self._shown_rows: tuple[Any, NDArray[np.int64], NDArray[np.int64]] = (None, none, none)
        super().__init__(*args, **more)
        self._panel = Panel(self.surface.scene())
        self._image = pg.ImageItem(axisOrder="row-major")
        self._filled, self._hollow = pg.ScatterPlotItem(), pg.ScatterPlotItem()
        self._ring = pg.ScatterPlotItem(size=2 * RADIUS + 6, brush=None)
        self._panel.add(self._image, self._filled, self._hollow, self._ring)
        self.panels.append(self._panel)
        self.surface.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.across = FlatCombo(tr("Column across"), self.surface, "→")
        self.up = FlatCombo(tr("Column up"), self.surface, "↑")
        for combo in (self.across, self.up):
            combo.hide()
        self.across.currentIndexChanged.connect(self._chosen)
        self.up.currentIndexChanged.connect(self._chosen)

    # ---- values

    def question(self) -> tuple[Any, ...] | None:
        """Network, weights, data, the two axes, where the others are held, and how fine."""
        dataset, document = self.session.dataset, self.session.document
        self._follow_data(dataset, document.data.preparation if document.data is not None else None)
        if dataset is None or not len(dataset.inputs):
            self.empty = tr("The decision boundary appears when there is data.")
        elif len(self._axes) < 2:
            self.empty = tr("A plane needs two inputs; these data have one.")
        elif not document.network.of_kind("output"):
            self.empty = tr("The decision boundary appears when the network has an output layer.")
        elif self.across.currentIndex() == self.up.currentIndex():
            self.empty = tr("Choose two different columns.")
        if self.empty or dataset is None:
            return None
        preparation = document.data.preparation if document.data is not None else None
        across, up = self._axes[self.across.currentIndex()], self._axes[self.up.currentIndex()]
        held, resting = self._mean, self.session.state != "running"
        if self._hold_sample:
            row = min(max(0, self.selection.sample), len(dataset.inputs) - 1)
            held = self._sample_values(dataset, row)
        targets = preparation.targets if preparation is not None else ()
        network, parameters = document.network, self.session.live.parameters
        asked = (network, parameters, dataset, across, up, held, targets, self._range, theme.colors, resting)
        if self._asked is not None and same(asked, self._asked[:-1]):
            return self._asked  # a better guess at the resolution alone is no reason to compute again
        return *asked, max(self._size, min(AT_REST, self._size * 2)) if resting else self._size

    def _sample_values(self, dataset: Dataset, row: int) -> Floats:
        if self._held[0] is not dataset or self._held[1] != row:
            self._held = (dataset, row, dataset.inputs[row].reshape(-1).astype(np.float64))
        return self._held[2]

    def _follow_data(self, dataset: Dataset | None, preparation: Any) -> None:
        """Offer the columns of new data, keeping the chosen ones where they still exist."""
        if self._data[0] is dataset and self._data[1] is preparation:
            return
        self._data = (dataset, preparation)
        self._axes = axes_of(dataset, preparation) if dataset is not None and len(dataset.inputs) else ()
        names = [axis.name for axis in self._axes]
        chosen = (self.across.currentText(), self.up.currentText())
        if len(names) >= 2 and dataset is not None:
            flat = dataset.inputs.reshape(len(dataset.inputs), -1)
            rows = dataset.train if len(dataset.train) else np.arange(len(flat))
            self._range = (flat.min(axis=0).astype(np.float64), flat.max(axis=0).astype(np.float64))
            self._mean = flat[rows].mean(axis=0).astype(np.float64)
            keep = chosen[0] != chosen[1] and all(name in names for name in chosen)
            places = (names.index(chosen[0]), names.index(chosen[1])) if keep else telling_pair(dataset, self._axes)
        else:
            places = (0, 0)
        for combo, place in ((self.across, places[0]), (self.up, places[1])):
            with QSignalBlocker(combo):
                combo.clear()
                combo.addItems(names)
                combo.setCurrentIndex(place if names else -1)
            combo.setVisible(len(names) >= 2)
        self.place_overlays(QRectF(self.surface.rect()))

    def _chosen(self, _place: int) -> None:
        self.place_overlays(QRectF(self.surface.rect()))
        self.mark()

    def place_overlays(self, rect: QRectF) -> None:
        """The two combo boxes side by side below the axis."""
        for combo, place in zip((self.across, self.up), self._combo_places(rect), strict=True):
            combo.setGeometry(place.toRect())

    def _combo_places(self, rect: QRectF) -> tuple[QRectF, QRectF]:
        one, other = self.across.sizeHint(), self.up.sizeHint()
        room = rect.width() - 20
        share = min(1.0, room / (one.width() + other.width() + 8))
        a, b = one.width() * share, other.width() * share
        left, top = rect.center().x() - (a + b + 8) / 2, rect.bottom() - one.height() - 3
        return QRectF(left, top, a, one.height()), QRectF(left + a + 8, top, b, other.height())

    def choose(self, across: str, up: str) -> None:
        """Show these two columns."""
        self.settle()
        self.across.setCurrentText(across)
        self.up.setCurrentText(up)

    def hold_sample(self, hold: bool) -> None:
        """Hold the other inputs at the chosen sample, or at the mean."""
        self._hold_sample = hold
        self.mark()

    @staticmethod
    def answer(*question: Any) -> Plane | Message:
        """The network's outputs on a grid of ``size`` by ``size`` points."""
        network, parameters, dataset, across, up, held, targets, span, colors, _, size = question
        begin = perf_counter()
        sides = []
        for axis in (across, up):
            low, high = padded(float(span[0][axis.neuron]), float(span[1][axis.neuron]), 0.08)
            sides.append(np.linspace(low, high, size))
        x, y = sides
        rows = np.repeat(held[None, :], size * size, axis=0)
        rows[:, across.neuron] = np.tile(x, size)
        rows[:, up.neuron] = np.repeat(y, size)
        try:
            outputs = predict(network, parameters, rows.reshape(-1, *dataset.input_shape), "float32")
        except StudioError as error:
            return error.message
        except KeyError:
            return Message.of("Some synapses have no weights yet.")
        grid = np.asarray(outputs, dtype=np.float64).reshape(size, size, -1)
        pixels = surface_colors(dataset.task, grid, colors)
        return Plane(dataset, (across, up), x, y, grid, pixels, colors, targets, perf_counter() - begin)

    def accept(self, result: Plane) -> None:
        """Choose the next resolution from what this one took."""
        size = len(result.x)
        fits = size * np.sqrt(GOAL_SECONDS / max(result.seconds, 1e-4))
        wanted = int(np.clip(8 * round(float(fits) / 8), COARSEST, FINEST))
        if wanted < self._size or wanted > self._size * 1.3:
            self._size = wanted

    @property
    def _shown(self) -> Plane | None:
        return self.result if isinstance(self.result, Plane) else None

    def short(self) -> str:
        """The two columns."""
        shown = self._shown
        return "" if shown is None else f"{shown.axes[0].name} × {shown.axes[1].name}"

    def words(self) -> str:
        """How much of the plane each class has, or the range of the surface."""
        shown = self._shown
        if shown is None:
            return ""
        across, up = shown.axes
        text = tr("{across} across, {up} up.", across=across.name, up=up.name)
        if shown.dataset.task == "classification":
            classes = classes_of(shown.outputs)
            shares = []
            for klass in range(max(2, shown.outputs.shape[2])):
                share = float((classes == klass).mean())
                if share > 0:
                    name = class_name(shown.dataset, klass)
                    shares.append(tr("{name} {share} %", name=name, share=fixed(100 * share, 0)))
            text += " " + tr("Shares of the plane: {shares}.", shares=", ".join(shares))
        else:
            own = shown.in_own_units(shown.outputs[..., 0])
            finite = own[np.isfinite(own)]
            if len(finite):
                text += " " + tr(
                    "The answer lies between {low} and {high}.",
                    low=number_text(float(finite.min()), 4),
                    high=number_text(float(finite.max()), 4),
                )
        broken = int((~np.isfinite(shown.outputs)).any(axis=2).sum())
        if broken:
            text += " " + tr("On {count} points the answer is not a number.", count=broken)
        return text

    def table(self) -> Table:
        """A row a point of the grid: both columns in their own units, then the outputs."""
        shown = self._shown
        if shown is None:
            return (), ()
        x, y = shown.axes[0].own(shown.x), shown.axes[1].own(shown.y)
        outputs = shown.outputs.shape[2]
        names = list(shown.dataset.output_names)[:outputs]
        names += [f"output {i + 1}" for i in range(len(names), outputs)]
        rows = (
            [float(x[j]), float(y[i]), *map(float, shown.outputs[i, j])] for i in range(len(y)) for j in range(len(x))
        )
        return [shown.axes[0].name, shown.axes[1].name, *names], rows

    # ---- drawing

    def restyle(self) -> None:
        """The ring around the chosen sample; the samples have the theme in their key."""
        self._ring.setPen(self._panel.pen(theme.colors.q("text"), 1.6))

    def arrange(self, rect: QRectF) -> None:
        """The surface, the axes in the columns' own units, the samples."""
        shown = self._shown
        if shown is None:
            return
        if shown.colors is not theme.colors:  # computed before the theme changed
            self.result = shown = shown.recolored(theme.colors)
        panel, line = self._panel, self.line
        x, y = (
            (float(a), float(b))
            for a, b in (axis.own(side[[0, -1]]) for axis, side in zip(shown.axes, (shown.x, shown.y), strict=True))
        )
        top, bottom = rect.top() + 6, rect.bottom() - line - 10 - self.across.sizeHint().height()
        height = max(8.0, bottom - top)
        ticks = panel.left.round_ticks(*y, height)
        room = panel.left.room(ticks)
        left = rect.left() + 4 + room
        area = QRectF(QRectF(left, top, max(8.0, rect.right() - left - 12), height).toRect())
        panel.left.show_ticks(ticks)
        panel.bottom.show_ticks(panel.bottom.loosened(panel.bottom.round_ticks(*x, area.width()), area.width()))
        panel.place(area, x, y, left=room, below=line + 6)
        if self._pixels is not shown.pixels:
            self._pixels = shown.pixels
            self._image.setImage(shown.pixels, autoLevels=False, levels=(0, 255))
        self._image.setRect(QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0]))
        self._show_samples(shown)
        sample = self.selection.sample
        chosen = 0 <= sample < len(shown.dataset.inputs)
        self._ring.setVisible(chosen)
        if chosen:
            self._ring.setData(*self._places(shown, np.array([sample])))

    def _show_samples(self, shown: Plane) -> None:
        """Training samples filled, validation samples hollow; anew only when they, their axes or the theme change."""
        if self._shown_rows[0] is not shown.dataset:
            self._shown_rows = (shown.dataset, some_rows(shown.dataset.train), some_rows(shown.dataset.validation))
        key = (shown.dataset, shown.axes, theme.name, self._panel.ratio)
        if self._dots_of == key:
            return
        self._dots_of = key
        _, train, validation = self._shown_rows
        for dots, rows, hollow in ((self._filled, train, False), (self._hollow, validation, True)):
            steps, palette = shades(shown.dataset, rows)
            brushes = [pg.mkBrush(theme.colors.q("panel") if hollow else color) for color in palette]
            back, width = theme.colors.q("panel"), 1.5 if hollow else 0.8
            pens = [self._panel.pen(color if hollow else back, width) for color in palette]
            x, y = self._places(shown, rows)
            dots.setData(
                x,
                y,
                size=2 * RADIUS - hollow,
                pxMode=True,
                brush=[brushes[step] for step in steps.tolist()],
                pen=[pens[step] for step in steps.tolist()],
            )

    def _places(self, shown: Plane, rows: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The samples in the columns' own units."""
        flat = shown.dataset.inputs.reshape(len(shown.dataset.inputs), -1)[rows].astype(np.float64)
        across, up = shown.axes
        return across.own(flat[:, across.neuron]), up.own(flat[:, up.neuron])

    def paint_text(self, painter: QPainter, rect: QRectF) -> None:
        """That an answer is not a number; in a picture the names of the columns."""
        shown = self._shown
        if self.exporting:
            painter.setPen(theme.colors.q("dim"))
            for combo, place in zip((self.across, self.up), self._combo_places(rect), strict=True):
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, combo.text)
        if shown is not None and not np.isfinite(shown.outputs).all():
            painter.setPen(theme.colors.q("error"))
            text = tr("where it is red, the answer is not a number")
            flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(self._panel.area.adjusted(6, 2, -6, -4), flags, text)

    # ---- pointer

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:
        """The two values under the pointer, and the answer there; near a sample, the sample."""
        shown = self._shown
        if shown is None or not self._panel.area.contains(at):
            return None
        values = self._panel.value_at(at)
        lines = [f"{axis.name}  {number_text(value, 4)}" for axis, value in zip(shown.axes, values, strict=True)]
        j, i = (
            int(np.abs(axis.own(side) - value).argmin())
            for axis, side, value in zip(shown.axes, (shown.x, shown.y), values, strict=True)
        )
        lines.append(self._answer_text(shown, shown.outputs[i, j]))
        near = self._sample_near(at)
        if near is not None:
            lines.append(tr("sample {number} · {target}", number=near + 1, target=target_text(shown, near)))
        return at, lines

    def _answer_text(self, shown: Plane, outputs: Floats) -> str:
        if not np.isfinite(outputs).all():
            return tr("the answer is not a number")
        if shown.dataset.task != "classification":
            value = float(shown.in_own_units(outputs[0]))
            name = shown.dataset.output_names[0] if shown.dataset.output_names else tr("answer")
            return f"{name} = {number_text(value, 4)}"
        klass = int(classes_of(outputs[None, None, :])[0, 0])
        sure = float(outputs[klass]) if len(outputs) > 1 else float(outputs[0] if klass else 1 - outputs[0])
        return f"{class_name(shown.dataset, klass)}  {fixed(sure, 2)}"

    def _sample_near(self, at: QPointF) -> int | None:
        shown = self._shown
        if shown is None:
            return None
        rows = np.concatenate([self._shown_rows[1], self._shown_rows[2]])
        if not len(rows):
            return None
        x, y = self._places(shown, rows)
        far = np.hypot(self._panel.pixel_x(x) - at.x(), self._panel.pixel_y(y) - at.y())
        place = int(far.argmin())
        return int(rows[place]) if far[place] <= 9 else None

    def clicked(self, at: QPointF) -> None:
        """Show the sample under the pointer everywhere."""
        near = self._sample_near(at)
        if near is not None:
            self.selection.show_sample(near)

    def extra_actions(self) -> list[QAction]:
        """Where the other inputs are held."""
        action = QAction(tr("Hold the other inputs at the chosen sample"))
        action.setCheckable(True)
        action.setChecked(self._hold_sample)
        action.setEnabled(len(self._axes) > 2)
        action.toggled.connect(self.hold_sample)
        return [action]

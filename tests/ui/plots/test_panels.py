"""What lies between the plots and pyqtgraph: axes, panels, curves with their colours, cells."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.ui.plots.axis import padded
from nnstudio.ui.plots.cells import Cells
from nnstudio.ui.plots.history import History
from nnstudio.ui.plots.labels import column_ticks, row_ticks
from nnstudio.ui.plots.loss import LossPlot
from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.theme import theme
from tests.ui.plots.test_loss import put


def new_scene():
    import pyqtgraph as pg

    return pg.GraphicsScene()


@pytest.fixture
def scene(qapp):
    theme.use("dark")
    return new_scene()


def placed(panel, x=(0.0, 10.0), y=(0.0, 2.0), area=None):
    panel.restyle(QFont(), 1.0)
    panel.place(area or QRectF(40, 10, 200, 100), x, y, left=30.0, below=20.0)
    return panel


def shown(scene, width=260, height=140):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    rect = QRectF(0, 0, width, height)
    with QPainter(image) as painter:
        scene.render(painter, rect, rect)
    return image


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(60, 600))
def test_ticks_are_round_inside_and_differ(qapp, low, span, length):
    scene = new_scene()
    axis = placed(Panel(scene)).bottom
    ticks = axis.round_ticks(low, low + span, length)
    assert 1 <= len(ticks) <= length / 20 + 3
    step = axis.step(low, low + span, length)
    for value, label in ticks:
        assert low - step * 1e-6 <= value <= low + span + step * 1e-6
        assert label
    assert len({label for _, label in ticks}) == len(ticks)
    loose = axis.loosened(ticks, length)
    assert axis.room(loose) * (len(loose) - 1) <= length + 1e-6


def test_epochs_are_whole(scene):
    axis = placed(Panel(scene)).bottom
    axis.whole = True
    assert [label for _, label in axis.round_ticks(0.0, 3.0, 600)] == ["0", "1", "2", "3"]


def test_ticks_of_a_log_axis(scene):
    axis = placed(Panel(scene)).left
    axis.setLogMode(True)
    ticks = axis.round_ticks(-4.0, 1.0, 300)
    assert [value for value, _ in ticks] == [-4, -3, -2, -1, 0, 1]
    assert [label for _, label in ticks] == ["1e−4", "0.001", "0.01", "0.1", "1", "10"]
    assert [label for _, label in axis.round_ticks(np.log10(0.11), np.log10(0.6), 100)] == ["0.2", "0.5"]


def test_padded_is_never_empty():
    assert padded(2.0, 2.0)[0] < 2.0 < padded(2.0, 2.0)[1]
    assert padded(0.0, 0.0)[0] < padded(0.0, 0.0)[1]


@pytest.mark.parametrize("downwards", [False, True])
@pytest.mark.parametrize("edge", [0.0, 4.0])
def test_pixels_and_values_agree_with_the_view(scene, downwards, edge):
    panel = placed(Panel(scene, downwards=downwards, edge=edge), (2.0, 12.0), (-1.0, 3.0))
    for x, y in ((2.0, -1.0), (5.5, 0.25), (12.0, 3.0)):
        at = QPointF(panel.pixel_x(x), panel.pixel_y(y))
        assert panel.value_at(at) == pytest.approx((x, y))
        mapped = panel.view.mapViewToScene(QPointF(x, y))
        assert (mapped.x(), mapped.y()) == pytest.approx((at.x(), at.y()), abs=1e-6)
    assert panel.seen_x() == pytest.approx((2.0, 12.0))


def test_cells_show_their_colours_and_what_is_no_number(scene):
    panel = placed(Panel(scene, downwards=True), (0.0, 2.0), (0.0, 2.0))
    Cells(panel).show(np.array([[1.0, -1.0], [0.0, np.nan]]), 1.0)
    image, area = shown(scene), panel.area
    names = {(0.2, 0.2): "positive", (0.8, 0.2): "negative", (0.2, 0.8): "background", (0.8, 0.8): "error"}
    for (across, down), name in names.items():
        x, y = round(area.left() + across * area.width()), round(area.top() + down * area.height())
        assert image.pixelColor(x, y).name() == getattr(theme.colors, name)


def test_cells_follow_theme_limit_and_shape(scene):
    panel = placed(Panel(scene, downwards=True), (0.0, 2.0), (0.0, 1.0))
    cells = Cells(panel)
    values = np.array([[1.0, -1.0]])

    def left():
        return shown(scene).pixelColor(60, 60).name()

    cells.show(values, 1.0)
    assert left() == theme.colors.positive
    cells.show(values, 4.0)
    assert left() != theme.colors.positive
    theme.use("light")
    cells.show(values, 1.0)
    assert left() == theme.colors.positive
    panel.place(panel.area, (0.0, 4.0), (0.0, 3.0), left=30.0, below=20.0)
    cells.show(-np.ones((3, 4)), 1.0)
    assert left() == theme.colors.negative
    theme.use("dark")


def curve(scene, y, *, dashed):
    history = History(scene)
    placed(history.panel, (0.0, float(len(y))), (0.0, 1.0))
    history.restyle("accent", "negative")
    empty = (np.empty(0), np.empty(0))
    x = np.arange(1.0, len(y) + 1)
    history.show(int(dashed), (x, np.asarray(y)), empty, ends=True)
    image = shown(scene)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    blue, red = pixels[..., 0].astype(int), pixels[..., 2].astype(int)
    area = history.panel.area
    drawn = (red > blue + 40) if dashed else (blue > red + 40)
    return drawn[:, round(area.left()) : round(area.right())]


def test_curves_are_solid_and_dashed_in_their_colours(scene):
    columns = curve(scene, np.full(50, 0.5), dashed=False).any(axis=0)
    assert columns[6:].mean() > 0.97
    scene.clear()
    columns = curve(scene, np.full(50, 0.5), dashed=True).any(axis=0)
    assert 0.3 < columns[6:].mean() < 0.8


def test_a_steep_curve_is_thin_and_stays_where_it_runs(scene):
    y = np.tile([0.2, 0.8], 60)
    for dashed in (False, True):
        drawn = curve(scene, y, dashed=dashed)
        rows = np.flatnonzero(drawn.any(axis=1))
        assert rows.min() >= 10 + 100 * 0.2 - 3
        assert rows.max() <= 10 + 100 * 0.8 + 3
        scene.clear()


def test_a_curve_has_a_gap_where_nothing_is_finite(scene):
    y = np.full(100, 0.5)
    y[40:60] = np.nan
    columns = curve(scene, y, dashed=False).any(axis=0)
    assert columns[10:70].all()
    assert not columns[90:115].any()
    assert columns[130:190].all()


def test_dragging_moves_along_the_epochs_within_the_history(bench):
    plot = bench.show(LossPlot, (440, 300))
    put(bench, loss=np.linspace(1, 0.1, 1000), accuracy=np.linspace(0, 1, 1000))
    plot._show_span(400.0, 600.0)
    bench.settle()
    viewport, panel = plot.surface.viewport(), plot.losses.panel
    start = QPoint(round(panel.area.center().x()), round(panel.area.center().y()))
    under = panel.value_at(QPointF(start))[0]
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 7):
        QTest.mouseMove(viewport, start + QPoint(10 * step, 0))
        QTest.qWait(12)  # pyqtgraph takes a hundred moves a second
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 0))
    bench.settle()
    assert panel.value_at(QPointF(start + QPoint(60, 0)))[0] == pytest.approx(under, abs=12.0)
    assert plot.scores.panel.x == pytest.approx(panel.x)
    plot._show_span(-500.0, 200.0)
    bench.settle()
    assert panel.x[0] == 0.0


def test_the_theme_reaches_pens_and_labels(iris):
    plot = iris.show(LossPlot)
    for name in ("light", "dark"):
        theme.use(name)
        iris.settle()
        assert plot.losses._lines[0].opts["pen"].color().name() == theme.colors.accent
        assert plot.losses._lines[1].opts["pen"].color().name() == theme.colors.negative
        assert plot.losses.panel.left.textPen().color().name() == theme.colors.dim
        assert plot.losses.panel.left.tickPen().color().name() == theme.colors.grid


def test_a_theme_switch_is_never_half_painted(iris):
    plot = iris.show(LossPlot)
    theme.use("light")
    plot.surface.grab()  # painted before the clock has drawn
    assert plot.losses._lines[0].opts["pen"].color().name() == theme.colors.accent
    theme.use("dark")


def test_names_are_shortened_and_thinned_out(qapp):
    font = QFont()
    many = [f"a rather long name {i}" for i in range(40)]
    ticks = row_ticks(font, many, 100.0, 60.0)
    assert len(ticks) < 12
    assert all("…" in label for _, label in ticks)
    assert next(label for _, label in column_ticks(font, many, 200.0)) == "1"
    assert [label for _, label in column_ticks(font, ["a", "b"], 200.0)] == ["a", "b"]


def test_the_window_knows_its_plots_without_loading_them():
    code = (
        "import sys; from nnstudio.ui.plots import plots; print([row.title for row in plots.values()]);"
        "print('pyqtgraph' in sys.modules, 'nnstudio.ui.plots.loss' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[1] == "False False"
    assert "Loss" in said


def test_pictures_leave_the_surface_as_it_was(iris, tmp_path):
    plot = iris.show(LossPlot)
    plot.point_at(QPointF(120, 60))
    QApplication.processEvents()
    before = plot.surface.grab().toImage()
    plot.export(tmp_path / "a.png")
    plot.export(tmp_path / "a.svg")
    assert plot.surface.grab().toImage() == before
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for label in ("100 %", "train", "validation", "accuracy"):
        assert label in text


def test_a_ridge_hides_what_lies_behind_it():
    from nnstudio.ui.plots.ridges import _in_front

    front = np.array([0.0, 0.0, 3.0, 3.0, 3.0, 3.0, 0.0, 0.0])
    seen, outline = _in_front(np.full(8, 1.0), front)
    assert np.isnan(seen).tolist() == [False, False, False, True, True, False, False, False]
    assert outline.tolist() == [1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 1.0, 1.0]
    assert (seen[np.isfinite(seen)] == outline[np.isfinite(seen)]).all()

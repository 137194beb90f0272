from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.document import Progress
from nnstudio.document.edits import Trained
from nnstudio.ui.plots.loss import LossPlot, loss_text


def put(bench, **series):
    """Give the document this history."""
    count = len(next(iter(series.values())))
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in series.items()}
    progress = Progress(epoch=count, updates=count, series=arrays)
    bench.session.do(Trained(bench.session.document.parameters, progress))
    bench.settle()


def test_numbers_are_those_of_the_run(iris):
    plot = iris.show(LossPlot, (440, 300))
    series = iris.session.document.progress.series
    train, validation = series["loss"][-1], series["val_loss"][-1]
    assert plot.subtitle == f"train {loss_text(train)} · validation {loss_text(validation)}"
    words = plot.accessibleDescription()
    assert f"After epoch {len(series['loss'])}:" in words
    assert f"training loss {loss_text(train)}" in words
    assert f"validation accuracy {100 * series['val_accuracy'][-1]:.1f} %" in words
    header, rows = plot.table()
    rows = list(rows)
    assert header[0] == "epoch"
    assert rows[-1][1 + list(series).index("val_loss")] == validation
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


def test_hover_tells_the_epoch_under_the_pointer(bench):
    plot = bench.show(LossPlot, (440, 300))
    loss = np.linspace(1.0, 0.1, 101)
    put(bench, loss=loss, val_loss=loss + 0.05, accuracy=1 - loss)
    plot.surface.grab()
    at = QPointF(float(plot.losses.panel.pixel_x(50)), 60.0)
    QTest.mouseMove(plot.surface.viewport(), at.toPoint())
    _, lines = plot.note(plot.pointer)
    assert lines[0] == "epoch 50"
    assert lines[1] == f"train  {loss_text(loss[49])} · {100 * (1 - loss[49]):.1f} %"
    assert lines[2].startswith(f"validation  {loss_text(loss[49] + 0.05)}")


def test_legend_click_hides_a_curve(bench):
    plot = bench.show(LossPlot, (440, 300))
    put(bench, loss=np.linspace(1, 0.5, 40), val_loss=np.full(40, 8.0))
    assert plot.validation.isVisible()
    top = plot.losses.panel.y[1]
    assert top >= 8
    QTest.mouseClick(plot.validation, Qt.MouseButton.LeftButton)
    bench.settle()
    plot.surface.grab()
    assert not plot.validation.isChecked()
    assert plot.losses.panel.y[1] < 2
    _, lines = plot.note(QPointF(float(plot.losses.panel.pixel_x(20)), 50))
    assert len(lines) == 2


def test_no_validation_no_legend_for_it(bench):
    plot = bench.show(LossPlot)
    put(bench, loss=np.linspace(1, 0.5, 40))
    assert plot.train.isVisible()
    assert not plot.validation.isVisible()
    assert "validation" not in plot.subtitle


def test_log_axis(bench):
    plot = bench.show(LossPlot, (440, 300))
    put(bench, loss=np.geomspace(10.0, 1e-4, 50))
    QTest.mouseClick(plot.log, Qt.MouseButton.LeftButton)
    bench.settle()
    panel, line = plot.losses.panel, plot.losses._lines[0]
    ys = panel.pixel_y(line.yData)
    assert np.diff(ys) == pytest.approx(np.full(49, np.diff(ys)[0]))  # a straight line
    assert [label for _, label in panel.left.shown][:2] == ["1e−4", "0.001"]
    put(bench, loss=[1.0, 0.5, 0.0])
    assert np.isnan(line.yData).tolist() == [False, False, True]
    QTest.mouseClick(plot.log, Qt.MouseButton.LeftButton)
    bench.settle()
    assert line.yData.tolist() == [1.0, 0.5, 0.0]


def test_wheel_zooms_and_double_click_shows_all(bench):
    plot = bench.show(LossPlot, (440, 300))
    put(bench, loss=np.linspace(1, 0.1, 1000))
    at = QPointF(float(plot.losses.panel.pixel_x(500)), 80)
    spot = plot.surface.mapToGlobal(at)
    none = QPoint()
    wheel = QWheelEvent(
        at,
        spot,
        none,
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.surface.viewport(), wheel)
    bench.settle()
    plot.surface.grab()
    low, high = plot.losses.panel.x
    assert high - low < 500
    assert plot.losses.panel.pixel_x(500.0) == pytest.approx(at.x(), abs=1.5)
    assert plot.scores.panel.x == (low, high)
    QTest.mouseDClick(plot.surface.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    bench.settle()
    plot.surface.grab()
    assert plot.losses.panel.x == (0.0, 1000.0)


def test_not_a_number_is_said(bench):
    plot = bench.show(LossPlot, (440, 300))
    put(bench, loss=[1.0, 4.0, 1e30, np.nan, np.nan], val_loss=[1.0, 2.0, np.inf, np.nan, np.nan])
    assert plot.subtitle == "train not a number · validation not a number"
    assert "From epoch 4 on the loss is not a finite number." in plot.accessibleDescription()
    assert loss_text(float("inf")) == "infinite"
    put(bench, loss=[np.nan])
    assert "From epoch 1 on" in plot.accessibleDescription()


def test_one_epoch_is_a_point(bench):
    plot = bench.show(LossPlot, (440, 300))
    before = plot.surface.grab().toImage()
    put(bench, loss=[0.7], val_loss=[0.8])
    assert plot.empty == ""
    assert plot.surface.grab().toImage() != before


def test_undo_and_redo_move_the_curve(iris):
    plot = iris.show(LossPlot)
    said = plot.subtitle
    iris.session.undo()
    iris.settle()
    assert plot.empty
    assert plot.subtitle == ""
    iris.session.redo()
    iris.settle()
    assert plot.subtitle == said


def test_a_hundred_thousand_epochs_draw_as_points_that_a_screen_can_show(bench):
    from pyqtgraph import PlotCurveItem

    plot = bench.show(LossPlot, (440, 300))
    rng = np.random.default_rng(0)
    loss = np.exp(-np.arange(100_000) / 2e4) + 0.05 * rng.random(100_000)
    put(bench, loss=loss, val_loss=loss + 0.1, accuracy=1 - loss / 2, val_accuracy=1 - loss / 2)
    plot.smooth.setChecked(True)
    bench.settle()
    curves = [len(item.xData) for item in plot.surface.scene().items() if isinstance(item, PlotCurveItem)]
    assert sum(count > 100 for count in curves) >= 4  # raw and smooth, of training and of validation
    assert max(curves) <= 2 * 440 + 1

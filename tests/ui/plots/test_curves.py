from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnstudio.ui.plots.axes import Scale, padded, step_for
from nnstudio.ui.plots.cells import draw_cells, reduced, round_limit
from nnstudio.ui.plots.curves import condensed, dashes, decimated, draw_curve, polygon, smoothed, strokes
from nnstudio.ui.theme import theme


@given(st.integers(1, 3000), st.integers(4, 200), st.integers(0, 2**32 - 1))
def test_decimation_keeps_peaks_order_and_ends(count, columns, seed):
    y = np.random.default_rng(seed).standard_normal(count)
    x = np.arange(count, dtype=np.float64)
    dx, dy = decimated(x, y, columns)
    assert len(dx) <= 2 * columns + 1
    assert (np.diff(dx) >= 0).all()
    assert dy.min() == y.min()
    assert dy.max() == y.max()
    assert (dx[-1], dy[-1]) == (x[-1], y[-1])
    assert set(zip(dx, dy, strict=True)) <= set(zip(x, y, strict=True))


def test_decimation_leaves_a_gap_where_nothing_is_finite():
    y = np.ones(1000)
    y[400:700] = np.nan
    y[50] = np.inf
    _, dy = decimated(np.arange(1000.0), y, 50)
    assert np.isnan(dy).sum() >= 20
    assert np.nanmax(dy[np.isfinite(dy)]) == 1.0


def test_smoothing_is_the_plain_mean_and_keeps_the_ends():
    y = np.random.default_rng(0).standard_normal(200)
    y[30] = np.nan
    mean = smoothed(y, 7)
    for place in (5, 27, 100, 196):
        half = min(7, place, 199 - place)
        assert mean[place] == pytest.approx(np.nanmean(y[place - half : place + half + 1]), abs=1e-12)
    assert mean[0] == y[0]
    assert mean[-1] == pytest.approx(y[-1], abs=1e-12)
    assert np.isnan(mean[30])


def test_condensed_is_the_mean_of_parts():
    x, y = np.arange(10.0), np.arange(10.0) ** 2
    cx, cy = condensed(x, y, 4)
    assert cx == pytest.approx([1.0, 4.0, 7.0, 9.0])
    assert cy == pytest.approx([y[:3].mean(), y[3:6].mean(), y[6:9].mean(), 81.0])
    assert condensed(x, y, 10)[1] is y


def test_dashes_cover_their_share_and_lie_on_the_curve():
    x = np.linspace(0, 400, 90)
    y = 50 + 30 * np.sin(x / 40)
    along = np.hypot(np.diff(x), np.diff(y)).sum()
    drawn = sum(line.length() for line in dashes(x, y, 5.0, 4.0))
    assert drawn / along == pytest.approx(5 / 9, abs=0.02)
    for line in dashes(x, y)[::7]:
        assert line.y1() == pytest.approx(np.interp(line.x1(), x, y), abs=1e-6)


def test_strokes_and_dashes_leave_gaps_at_what_is_no_number():
    x, y = np.arange(6.0), np.array([0.0, 1.0, np.nan, 1.0, 2.0, 3.0])
    assert [(line.x1(), line.x2()) for line in strokes(x, y)] == [(0, 1), (3, 4), (4, 5)]
    assert all(not 1 < line.x1() < 3 for line in dashes(x, y, 0.5, 0.1))


def test_polygon_holds_the_points():
    points = polygon(np.array([1.0, 2.5]), np.array([-1.0, 4.0]))
    assert [(p.x(), p.y()) for p in points] == [(1.0, -1.0), (2.5, 4.0)]
    assert polygon(np.zeros(0), np.zeros(0)).isEmpty()


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_are_round_inside_and_about_as_many(low, span, count):
    scale = Scale(low, low + span, 0.0, 300.0)
    ticks = scale.ticks(count)
    assert 1 <= len(ticks) <= 2 * count + 2
    step = step_for(span, count)
    for value, label in ticks:
        assert low - step * 1e-6 <= value <= low + span + step * 1e-6
        assert label
    assert len({label for _, label in ticks}) == len(ticks)


def test_log_scale_and_its_ticks():
    scale = Scale(1e-4, 10.0, 100.0, 0.0, log=True)
    assert float(scale(1e-4)) == pytest.approx(100.0)
    assert scale.value(float(scale(0.03))) == pytest.approx(0.03)
    assert np.isnan(scale(0.0))
    assert [value for value, _ in scale.ticks(9)] == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0])
    assert [label for _, label in Scale(0.11, 0.6, 0, 1, log=True).ticks(5)] == ["0.2", "0.5"]


def test_padded_is_never_empty():
    assert padded(2.0, 2.0)[0] < 2.0 < padded(2.0, 2.0)[1]
    assert padded(0.0, 0.0)[0] < padded(0.0, 0.0)[1]


def test_reduced_is_the_mean_of_blocks():
    values = np.arange(48.0).reshape(6, 8)
    assert reduced(values, 3, 4) == pytest.approx(values.reshape(3, 2, 4, 2).mean(axis=(1, 3)))
    assert reduced(values, 10, 10) is values


def test_cells_show_their_colours(qapp):
    image = QImage(100, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    values = np.array([[1.0, -1.0], [0.0, np.nan]])
    with QPainter(image) as painter:
        draw_cells(painter, QRectF(0, 0, 100, 60), values, 1.0)
    colors = theme.colors
    places = {(20, 10): colors.positive, (70, 10): colors.negative, (20, 50): colors.background, (70, 50): colors.error}
    for (x, y), name in places.items():
        assert image.pixelColor(x, y).name() == name


def test_round_limit():
    for largest, limit in ((0.9, 1), (1.0, 1), (1.01, 2), (3.0, 5), (7.0, 10), (0.0, 1), (float("nan"), 1)):
        assert round_limit(largest) == limit


def test_a_hundred_thousand_epochs_are_decimated_in_a_moment():
    y = np.random.default_rng(0).standard_normal(100_000)
    x = np.arange(100_000.0)
    decimated(x, y, 300)
    begin = time.perf_counter()
    for _ in range(5):
        decimated(x, smoothed(y, 500), 300)
    assert (time.perf_counter() - begin) / 5 < 0.05


def test_a_steep_curve_is_drawn_where_it_runs_and_dashed_with_gaps(qapp):
    x = np.linspace(5.0, 95.0, 91)
    y = np.where(np.arange(91) % 2 == 0, 10.0, 50.0)

    def filled(dashed):
        image = QImage(100, 60, QImage.Format.Format_RGB32)
        image.fill(QColor("black"))
        with QPainter(image) as painter:
            draw_curve(painter, x, y, QColor("white"), 1.8, dashed=dashed)
        gray = np.frombuffer(image.constBits(), np.uint8).reshape(60, 100, 4)[..., 0]
        assert gray[:8].max() == 0
        assert gray[53:].max() == 0
        return (gray[30] > 60).mean()

    assert filled(dashed=False) > 0.8
    assert 0.3 < filled(dashed=True) < 0.75

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.ui.plots.cells import reduced, round_limit
from nnstudio.ui.plots.curves import condensed, decimated, smoothed


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


def test_reduced_is_the_mean_of_blocks():
    values = np.arange(48.0).reshape(6, 8)
    assert reduced(values, 3, 4) == pytest.approx(values.reshape(3, 2, 4, 2).mean(axis=(1, 3)))
    assert reduced(values, 10, 10) is values


def test_round_limit():
    for largest, limit in ((0.9, 1), (1.0, 1), (1.01, 2), (3.0, 5), (7.0, 10), (0.0, 1), (float("nan"), 1)):
        assert round_limit(largest) == limit

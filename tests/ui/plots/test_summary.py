from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.ui.plots.summary import BLOCK, Summary


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_grown_in_steps_is_the_same_as_at_once(steps, seed):
    y = np.random.default_rng(seed).standard_normal(sum(steps))
    slowly, at_once = Summary(), Summary()
    for end in np.cumsum(steps):
        slowly.follow(y[:end])
    at_once.follow(y)
    for columns in (1, 3, 500):
        for mine, other in zip(slowly.points(0, len(y), columns), at_once.points(0, len(y), columns), strict=True):
            assert np.array_equal(mine, other)
        for mine, other in zip(slowly.means(0, len(y), columns), at_once.means(0, len(y), columns), strict=True):
            assert np.array_equal(mine, other)


def test_no_peak_is_lost_and_the_end_is_the_end():
    y = np.random.default_rng(0).standard_normal(BLOCK * 700 + 77)
    y[123_456 - 1] = 99.0
    summary = Summary()
    summary.follow(y)
    x, shown = summary.points(0, len(y), 200)
    assert len(x) <= 401
    assert shown.max() == 99.0
    assert x[shown.argmax()] == 123_456
    assert (x[-1], shown[-1]) == (len(y), y[-1])
    assert (np.diff(x) >= 0).all()
    x, mean = summary.means(0, len(y), 50)
    assert mean[3] == pytest.approx(y[int(x[3]) - 1800 : int(x[3]) + 1800].mean(), abs=0.1)


def test_another_run_is_noticed():
    first, second = (np.random.default_rng(seed).standard_normal(BLOCK * 40) for seed in (0, 1))
    summary, fresh = Summary(), Summary()
    summary.follow(first)
    summary.follow(second)
    fresh.follow(second)
    assert np.array_equal(summary.points(0, len(second), 4)[1], fresh.points(0, len(second), 4)[1])
    summary.follow(second[:10])
    assert np.array_equal(summary.points(0, 10, 4)[1][-1:], second[9:10])
    summary.follow(np.empty(0))
    assert len(summary.points(0, 0, 4)[0]) == 0


def test_what_is_no_number_stays_a_gap():
    y = np.ones(BLOCK * 100)
    y[BLOCK * 50 :] = np.nan
    summary = Summary()
    summary.follow(y)
    _, shown = summary.points(0, len(y), 10)
    assert np.isnan(shown[-1])
    assert np.nanmax(shown) == 1.0


def test_only_new_epochs_are_looked_at():
    y = np.random.default_rng(0).standard_normal(BLOCK * 1000)
    summary, before = Summary(), Summary()
    summary.follow(y[: BLOCK * 900])
    before.follow(y)
    y[BLOCK * 20 + 5] = 99.0  # would show, if anybody looked
    summary.follow(y)
    for mine, other in zip(summary.points(0, len(y), 300), before.points(0, len(y), 300), strict=True):
        assert np.array_equal(mine, other)

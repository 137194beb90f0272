"""Made-up samples have the shape that they claim."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog import generators
from nnstudio.data import guess_recipe, prepare, read_source
from nnstudio.document import Source, StudioError

KEYS = ("circle", "xor", "gaussians", "spiral", "plane")


def test_all_are_found_in_order() -> None:
    assert tuple(generators) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_same_seed_same_points(key: str) -> None:
    entry = generators[key]
    points, answers = entry.make(301, 0.2, 7)
    again, answers_again = entry.make(301, 0.2, 7)
    other, _ = entry.make(301, 0.2, 8)
    assert points.shape == (301, 2)
    assert points.dtype == np.float64
    assert points.flags.c_contiguous
    assert np.array_equal(points, again)
    assert (answers == answers_again).all()
    assert not np.array_equal(points, other)


@pytest.mark.parametrize("key", KEYS)
def test_noise_moves_points_and_keeps_answers(key: str) -> None:
    clean, answers = generators[key].make(400, 0.0, 3)
    noisy, noisy_answers = generators[key].make(400, 0.3, 3)
    assert (answers == noisy_answers).all()
    assert np.abs(clean - noisy).max() > 0.05


@pytest.mark.parametrize("key", ["circle", "xor", "gaussians", "spiral"])
def test_classes_are_two_and_nearly_even(key: str) -> None:
    _, names = generators[key].make(500, 0.0, 0)
    values, counts = np.unique(names.astype(str), return_counts=True)
    assert len(values) == 2
    assert counts.min() > 200


def test_circle_geometry() -> None:
    points, names = generators["circle"].make(1000, 0.0, 1)
    radius = np.hypot(points[:, 0], points[:, 1])
    assert radius[names == "inside"].max() <= 2.5
    assert radius[names == "outside"].min() >= 3.5
    assert radius.max() <= 5.0


def test_xor_geometry() -> None:
    points, names = generators["xor"].make(1000, 0.0, 1)
    assert ((points[:, 0] * points[:, 1] > 0) == (names == "same sign")).all()
    assert np.abs(points).min() >= 0.3
    assert np.abs(points).max() <= 5.3


def test_gaussians_spread() -> None:
    for noise, variance in ((0.0, 0.5), (0.5, 4.0)):
        points, names = generators["gaussians"].make(20_000, noise, 1)
        upper = points[names == "upper right"]
        assert upper.mean(axis=0) == pytest.approx([2.0, 2.0], abs=0.1)
        assert upper.var(axis=0) == pytest.approx([variance, variance], rel=0.05)


def test_spiral_arms_are_turned_by_half() -> None:
    points, names = generators["spiral"].make(500, 0.0, 1)
    one = points[names == "arm 1"]
    two = points[names == "arm 2"]
    key = np.argsort(np.hypot(*one.T)), np.argsort(np.hypot(*two.T))
    np.testing.assert_allclose(one[key[0]], -two[key[1]], atol=1e-12)
    assert np.hypot(*points.T).max() < 5.0


def test_plane_is_the_sum_over_ten() -> None:
    points, values = generators["plane"].make(1200, 0.0, 1)
    np.testing.assert_allclose(values, points.sum(axis=1) / 10, atol=1e-15)
    assert np.abs(points).max() <= 6.0


@pytest.mark.parametrize(("samples", "noise", "seed"), [(1, 0.0, 0), (10, 0.6, 0), (10, -0.1, 0), (10, 0.0, -1)])
def test_settings_out_of_range_are_refused(samples: int, noise: float, seed: int) -> None:
    with pytest.raises(StudioError, match="it must lie between"):
        generators["xor"].make(samples, noise, seed)


@pytest.mark.parametrize("key", KEYS)
def test_as_a_source(key: str) -> None:
    source = Source("generator", key, (("noise", 0.1), ("samples", 250), ("seed", 4)))
    table = read_source(source)
    assert table.rows == 250
    assert table.name == generators[key].label
    points, answers = generators[key].make(250, 0.1, 4)
    recipe, dataset = prepare(table, guess_recipe(table, source))
    assert recipe.scaling == "none"
    assert np.array_equal(dataset.inputs, points)
    assert recipe.task == generators[key].task
    if recipe.task == "regression":
        assert np.array_equal(dataset.targets[:, 0], answers)
    else:
        assert [dataset.output_names[c] for c in dataset.targets] == list(answers)


def test_unknown_generator_and_setting() -> None:
    with pytest.raises(StudioError, match='no generator "moons"'):
        read_source(Source("generator", "moons"))
    with pytest.raises(StudioError, match='no setting "twist"'):
        read_source(Source("generator", "spiral", (("twist", 1.0),)))

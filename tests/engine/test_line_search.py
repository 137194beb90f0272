"""The strong Wolfe line search: its conditions hold, the loop follows the reference, and nothing else is disturbed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnstudio import project
from nnstudio.catalog.strong_wolfe import FOUND, LENGTH, MOST, PLACES, SLOPE, begin, look
from nnstudio.document import Dataset, Document, Part, Training
from nnstudio.engine import train
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference

SEARCH = Part.of("lbfgs", history_size=7, line_search="strong_wolfe")
FIXED = Part.of("lbfgs", history_size=7)


def task(make, **settings) -> tuple[Document, Dataset, Training]:
    document, dataset, training = make.iris_like()
    return document, dataset, replace(training, **{"optimizer": SEARCH, "epochs": 15, "dtype": "float64", **settings})


def searched(f: Callable[[float], float], slope: Callable[[float], float], length: float) -> tuple[float, int]:
    """The length that it takes, and how often it looked."""
    q, looks = np.zeros(PLACES), 1
    begin(q, length, f(0.0), slope(0.0), 1.0)
    q[FOUND], q[SLOPE] = f(length), slope(length)
    while look(q):
        q[FOUND], q[SLOPE] = f(q[LENGTH]), slope(q[LENGTH])
        looks += 1
    return float(q[LENGTH]), looks


@pytest.mark.parametrize("length", [1e-3, 0.1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda t: (t - 1.0) ** 2, lambda t: 2.0 * (t - 1.0)),
        (lambda t: -t / (t * t + 2.0), lambda t: (t * t - 2.0) / (t * t + 2.0) ** 2),  # Moré and Thuente 1994, (5.1)
        (lambda t: np.cos(t) - 0.1 * t, lambda t: -np.sin(t) - 0.1),
        (lambda t: np.exp(min(t, 700.0)) - 3.0 * t, lambda t: np.exp(min(t, 700.0)) - 3.0),
    ],
)
def test_the_strong_wolfe_conditions_hold_where_it_ends(f, slope, length: float) -> None:
    t, looks = searched(f, slope, length)
    assert looks <= MOST + 1
    assert f(t) <= f(0.0) + 1e-4 * t * slope(0.0)
    assert abs(slope(t)) <= 0.9 * abs(slope(0.0))


def test_a_place_without_a_finite_objective_is_avoided() -> None:
    def f(t: float) -> float:
        return (t - 1.0) ** 2 if t < 2.0 else np.inf

    t, _ = searched(f, lambda t: 2.0 * (t - 1.0) if t < 2.0 else np.nan, 1000.0)
    assert 0.0 < t < 2.0
    assert f(t) < f(0.0)


def test_where_nothing_is_lower_it_stays() -> None:
    t, looks = searched(lambda t: 0.0 if t == 0 else np.inf, lambda _: -1.0, 1.0)
    assert t == 0.0
    assert looks <= MOST + 1


@pytest.mark.parametrize("rate", [0.001, 1.0, 50.0])
@pytest.mark.parametrize("accumulate", [1, 3])
def test_the_loop_follows_the_reference(make, accumulate: int, rate: float) -> None:
    part = SEARCH.with_setting("learning_rate", rate)
    document, dataset, training = task(make, optimizer=part, accumulate=accumulate)
    network = document.network.with_synapses(replace(document.network.synapses[5], l1=0.003, l2=0.02))
    document = document.having(network=network)
    found = train(network, document.parameters, training, dataset)
    assert (found.epoch, found.batch, found.updates) == (15, 0, 15)
    reference = Reference(compile_program(network, training.loss, part), document.parameters)
    rows, wanted = dataset.inputs[dataset.train], dataset.target_rows[dataset.train]

    def ask() -> tuple[float, np.ndarray]:
        return reference.gradient(rows, wanted) + reference.penalty(), reference.g

    curve, objectives = [], []
    for _ in range(15):
        objectives.append(ask()[0])
        curve.append(objectives[-1] - reference.penalty())
        reference.update(objectives[-1], ask)
    np.testing.assert_allclose(found.series["loss"], curve, rtol=1e-7)
    assert (np.diff(objectives) < 0).all(), "every update lowers the objective"
    for key in network.synapses:
        np.testing.assert_allclose(found.parameters.weights[key], reference.weights(key), rtol=1e-5, atol=1e-6)


def test_an_objective_may_be_made_large(make) -> None:
    document, dataset, training = task(make, loss=Part("log_likelihood"))
    up = train(document.network, document.parameters, training, dataset)
    down = train(document.network, document.parameters, replace(training, loss=Part("cross_entropy")), dataset)
    np.testing.assert_array_equal(up.series["loss"], -down.series["loss"])
    assert (np.diff(up.series["loss"]) > 0).all()


def test_scores_are_those_of_the_weights_before_an_update(make) -> None:
    document, dataset, training = task(make, epochs=6)
    curve = train(document.network, document.parameters, training, dataset).series["accuracy"]
    for epochs in range(6):
        before = train(document.network, document.parameters, training, dataset, goal=epochs) if epochs else document
        whole = replace(training, optimizer=Part("sgd"), batch_size=len(dataset.train))
        again = train(document.network, before.parameters, whole, dataset)
        assert again.series["accuracy"][0] == curve[epochs]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_paused_and_resumed_is_bit_for_bit_the_same(make, tmp_path, dtype: str) -> None:
    document, dataset, training = task(make, dtype=dtype)
    straight = train(document.network, document.parameters, training, dataset)
    for epochs in (1, 2, 9):
        first = train(document.network, document.parameters, training, dataset, goal=epochs)
        kept = document.having(
            parameters=first.parameters, progress=first.progress, training=training, initial=document.parameters
        )
        project.save(kept, tmp_path / "a.nns")
        kept = project.load(tmp_path / "a.nns")
        again = train(kept.network, kept.parameters, training, dataset, kept.progress, goal=15)
        assert again.parameters.equals(straight.parameters)
        np.testing.assert_array_equal(again.series["loss"], straight.series["loss"])


def test_a_first_step_that_overflows_is_no_divergence_with_a_search(make) -> None:
    document = make.chain((4, 8, 3), "square")
    data = make.numbers(4, 3, 40)
    wild = Training(Part("mse"), FIXED.with_setting("learning_rate", 1e6), 16, 60)
    assert train(document.network, document.parameters, wild, data).reason == "diverged"
    tame = replace(wild, optimizer=SEARCH.with_setting("learning_rate", 1e6))
    found = train(document.network, document.parameters, tame, data)
    assert found.reason == "epochs"
    assert found.series["loss"][-1] < 0.5 * found.series["loss"][0]


def test_frozen_synapses_stay(make) -> None:
    document, dataset, training = task(make)
    mask = np.zeros((4, 8), np.bool_)
    mask[1] = True
    moved = train(document.network, document.parameters.with_frozen(5, mask), training, dataset).parameters
    np.testing.assert_array_equal(moved.weights[5][1], document.parameters.weights[5][1])
    assert (moved.weights[5][0] != document.parameters.weights[5][0]).all()

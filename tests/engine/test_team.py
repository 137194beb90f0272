"""Threads share large instructions: the same bits for any number of them, and none is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.document import Part, Progress, Training
from nnstudio.engine import layout, sharing, soundness, threads, train
from nnstudio.engine.compiled import compiled
from nnstudio.engine.run import FLAGS
from nnstudio.engine.team import new_job
from nnstudio.engine.vectors import pointer_to
from nnstudio.engine.work import Work


@pytest.fixture
def with_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    def choose(count: int) -> None:
        monkeypatch.setenv("NNSTUDIO_THREADS", str(count))
        threads.cache_clear()

    yield choose
    monkeypatch.undo()
    threads.cache_clear()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_do_not_depend_on_the_number_of_threads(make, with_threads, dtype: str) -> None:
    document = make.chain((350, 300, 130, 10), "tanh", "softmax")
    data = make.classes(350, 10, 700, 200)
    training = Training(Part("cross_entropy"), Part.of("adam", learning_rate=0.001), 128, 3, dtype=dtype)
    found = []
    for count in (1, 2, 3):
        with_threads(count)
        found.append(train(document.network, document.parameters, training, data))
        work = Work(document.network, document.parameters, training, data, Progress(), np.zeros(FLAGS, dtype=np.int64))
        shared = {row[0] for row in work.table.rows if row[layout.CHUNKS] > 1}
        assert (count > 1) == bool(shared)
        if count > 1:
            kinds = {layout.GATHER, layout.PRODUCT, layout.HALVES, layout.BOUND, layout.SLOPE_BY_TILES}
            assert kinds | {layout.SEND_BACK} <= shared
            assert work.table.update_chunks > 1
    for other in found[1:]:
        assert other.parameters.equals(found[0].parameters)
        assert all(np.array_equal(other.series[name], found[0].series[name]) for name in other.series)


@pytest.mark.parametrize(
    ("size", "grown", "rate", "reason", "clipped"),
    [
        (1.0, 1.0, 0.01, "epochs", False),  # weights take their step as their slopes come up
        (
            1.0,
            1e12,
            1e-20,
            "epochs",
            False,
        ),  # it is never sure beforehand that slopes are finite, though they are
        (1e12, 1.0, 1e-20, "epochs", False),  # with such samples it could never be
        (1.0, 1.0, 1e6, "diverged", False),
        (1.0, 1e25, 0.01, "diverged", False),
        (1e25, 1.0, 0.01, "diverged", False),
        (1.0, 1.0, 0.01, "epochs", True),  # the gradient's length is known when all of it is there
    ],
)
def test_a_step_at_once_is_the_step_after_the_whole_gradient(
    make, with_threads, size: float, grown: float, rate: float, reason: str, clipped: bool
) -> None:
    document = make.chain((350, 300, 130, 10), "relu", "softmax")
    first = next(iter(document.network.synapses))
    weights = {**document.parameters.weights, first: document.parameters.weights[first] * grown}
    document = document.having(parameters=replace(document.parameters, weights=weights))
    data = make.classes(350, 10, 700)
    data = replace(data, inputs=data.inputs * size)
    optimizer = Part.of("sgd", learning_rate=rate, momentum=0.9)
    clip = 1e30 if clipped else None
    training = Training(Part("cross_entropy"), optimizer, 128, 3, dtype="float32", clip_norm=clip)
    found = []
    for count in (1, 3):
        with_threads(count)
        work = Work(document.network, document.parameters, training, data, Progress(), np.zeros(FLAGS, dtype=np.int64))
        assert bool(work.steps_at_once) == (count > 1 and size < 1e8 and not clipped)
        found.append(train(document.network, document.parameters, training, data))
    assert [one.reason for one in found] == [reason, reason]
    assert found[0].parameters.equals(found[1].parameters)
    assert (found[0].updates, str(found[0].message)) == (found[1].updates, str(found[1].message))
    if reason == "epochs":
        assert not found[0].parameters.equals(document.parameters)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_gradient_is_finite_where_its_squares_are(kind: type) -> None:
    rng = np.random.default_rng(2)
    g = rng.normal(size=1003).astype(kind)
    assert soundness.is_finite(g, len(g))
    for wrong in (np.nan, np.inf, -np.inf, 1.01 * np.sqrt(np.finfo(kind).max)):
        for place in (0, 500, 1002):
            spoiled = g.copy()
            spoiled[place] = wrong
            assert not soundness.is_finite(spoiled, len(g))
            assert soundness.is_finite(spoiled, place), "what comes before is sound"
    g[3] = 0.5 * np.sqrt(np.finfo(kind).max)
    assert soundness.is_finite(g, len(g))


def test_what_is_held_and_what_diverges_do_not_depend_on_threads_either(make, with_threads) -> None:
    document = make.chain((350, 300, 130, 10), "relu", "softmax")
    data = make.classes(350, 10, 700)
    rng, parameters = np.random.default_rng(1), document.parameters
    for key, weights in tuple(parameters.weights.items()):
        parameters = parameters.with_frozen(key, rng.random(weights.shape) < 0.4)
    masked = next(iter(parameters.weights))
    parameters = parameters.with_mask(masked, rng.random(parameters.weights[masked].shape) < 0.7)
    for rate, reason in ((0.01, "epochs"), (1e6, "diverged")):
        training = Training(Part("cross_entropy"), Part.of("sgd", learning_rate=rate, momentum=0.9), 128, 2)
        found = []
        for count in (1, 3):
            with_threads(count)
            found.append(train(document.network, parameters, training, data))
        assert [one.reason for one in found] == [reason, reason]
        assert found[0].parameters.equals(found[1].parameters)
        assert (found[0].updates, str(found[0].message)) == (found[1].updates, str(found[1].message))
        for key, weights in found[0].parameters.weights.items():
            held = parameters.frozen[key]
            np.testing.assert_array_equal(weights[held], parameters.weights[key][held])
            assert np.isfinite(weights).all()
            assert not weights[~parameters.masks[key]].any() if key == masked else True
        moved = any((w != parameters.weights[k]).any() for k, w in found[0].parameters.weights.items())
        assert moved == (found[0].updates > 0)


def test_helpers_end_with_the_work(make, with_threads) -> None:
    with_threads(3)
    before = threading.active_count()
    document = make.chain((150, 300, 10), "relu", "softmax")
    training = Training(Part("cross_entropy"), Part("sgd"), 128, 2)
    train(document.network, document.parameters, training, make.classes(150, 10, 300))
    assert threading.active_count() == before


def test_small_networks_work_alone(make, with_threads) -> None:
    with_threads(2)
    document, data, training = make.iris_like()
    work = Work(document.network, document.parameters, training, data, Progress(), np.zeros(FLAGS, dtype=np.int64))
    assert (work.table.rows[:, layout.CHUNKS] <= 1).all()
    assert work.table.update_chunks == 1


def test_the_number_of_threads_can_be_chosen(with_threads) -> None:
    with_threads(5)
    assert threads() == 5


@compiled
def rested(job, now, waited):
    sharing.rest_from_helpers(pointer_to(job), now, waited)


def test_one_long_wait_is_no_habit_but_many_are() -> None:
    job, now, waited = new_job(2), 10**12, 10**6
    seen = []
    for _ in range(6):  # a helper is taken away as soon as it is back
        rested(job, now, waited)
        seen.append((int(job[layout.ALONE]) - now) // waited)
        now = int(job[layout.ALONE]) + 2 * waited
    assert seen == [0, 1, 2, 4, 8, 8]
    rested(job, now + sharing.SOON * waited, waited)
    assert job[layout.ALONE] == now + sharing.SOON * waited

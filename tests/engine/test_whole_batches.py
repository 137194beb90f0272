"""LBFGS in the loop: batches are the whole training set, its memory grows, and a run goes on bit for bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio import project
from nnstudio.document import Dataset, Document, Part, Training
from nnstudio.engine import train
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference

LBFGS = Part.of("lbfgs", history_size=7)


def task(make, **settings) -> tuple[Document, Dataset, Training]:
    document, dataset, training = make.iris_like()
    return document, dataset, replace(training, **{"optimizer": LBFGS, "epochs": 30, **settings})


@pytest.mark.parametrize("accumulate", [1, 3])
def test_an_epoch_is_one_update_over_all_samples(make, accumulate: int) -> None:
    document, dataset, training = task(make, dtype="float64", accumulate=accumulate, epochs=12)
    found = train(document.network, document.parameters, training, dataset)
    assert (found.epoch, found.batch, found.updates) == (12, 0, 12)
    reference = Reference(compile_program(document.network, training.loss, LBFGS), document.parameters)
    curve = []
    for _ in range(12):
        curve.append(reference.gradient(dataset.inputs[dataset.train], dataset.target_rows[dataset.train]))
        reference.update()
    np.testing.assert_allclose(found.series["loss"], curve, rtol=1e-7)
    for key in document.network.synapses:
        np.testing.assert_allclose(found.parameters.weights[key], reference.weights(key), rtol=1e-5, atol=1e-6)


def test_it_comes_down_far_quicker_than_adam(make) -> None:
    document, dataset, training = task(make)
    adam = replace(training, optimizer=Part.of("adam", learning_rate=0.01), batch_size=120)
    ends = [train(document.network, document.parameters, t, dataset).series["loss"][-1] for t in (training, adam)]
    assert ends[0] < 0.3 * ends[1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_paused_and_resumed_is_bit_for_bit_the_same(make, tmp_path, dtype: str) -> None:
    document, dataset, training = task(make, dtype=dtype)
    straight = train(document.network, document.parameters, training, dataset)
    for epochs in (1, 4, 19):
        first = train(document.network, document.parameters, training, dataset, goal=epochs)
        names = {name.split("/")[1] for name in first.progress.state if name.startswith("lbfgs/")}
        pairs = min(epochs - 1, 7)
        assert {f"step{k}" for k in range(1, pairs + 1)} <= names, "as many pairs as steps that tell of the curvature"
        assert f"step{pairs + 1}" not in names, "what is not filled yet is not kept"
        kept = document.having(
            parameters=first.parameters, progress=first.progress, training=training, initial=document.parameters
        )
        project.save(kept, tmp_path / "a.nns")
        kept = project.load(tmp_path / "a.nns")
        again = train(kept.network, kept.parameters, training, dataset, kept.progress, goal=30)
        assert again.parameters.equals(straight.parameters)
        np.testing.assert_array_equal(again.series["loss"], straight.series["loss"])


@pytest.mark.parametrize("team", [1, 2, 5])
def test_bits_do_not_depend_on_threads(make, team: int) -> None:
    document = make.chain((20, 300, 200, 4), "tanh", "softmax")
    dataset = make.classes(20, 4, 600)
    training = Training(Part("cross_entropy"), LBFGS, 512, 4)
    found = train(document.network, document.parameters, training, dataset, team=team)
    alone = train(document.network, document.parameters, training, dataset, team=1)
    assert found.parameters.equals(alone.parameters)


def test_frozen_and_muted_stay_and_a_finite_state_is_kept_when_it_diverges(make) -> None:
    document, dataset, training = task(make)
    mask = np.zeros((4, 8), np.bool_)
    mask[1] = True
    held = document.having(parameters=document.parameters.with_frozen(5, mask))
    moved = train(held.network, held.parameters, training, dataset).parameters
    np.testing.assert_array_equal(moved.weights[5][1], document.parameters.weights[5][1])
    assert (moved.weights[5][0] != document.parameters.weights[5][0]).all()
    wild = replace(training, optimizer=Part.of("lbfgs", learning_rate=1e6), epochs=200)
    numbers = make.numbers(4, 3, 40)
    square = make.chain((4, 8, 3), "square")
    end = train(square.network, square.parameters, replace(wild, loss=Part("mse")), numbers)
    assert end.reason == "diverged"
    assert all(np.isfinite(w).all() for w in end.parameters.weights.values())


def test_it_rests_at_a_minimum(make) -> None:
    document = make.chain((3, 2))
    dataset = make.numbers(3, 2, 30)
    training = Training(Part("mse"), Part("lbfgs"), 16, 60, dtype="float64")
    found = train(document.network, document.parameters, training, dataset)
    X = np.column_stack([dataset.inputs, np.ones(30)])
    best, *_ = np.linalg.lstsq(X, dataset.target_rows, rcond=None)
    np.testing.assert_allclose(found.parameters.weights[3], best[:3], atol=1e-6)
    np.testing.assert_allclose(found.parameters.biases[2], best[3], atol=1e-6)
    more = train(document.network, found.parameters, training, dataset, found.progress, goal=70)
    assert more.parameters.equals(found.parameters)

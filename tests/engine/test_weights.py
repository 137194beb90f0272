"""Weights of samples and classes in the loss: as if samples came more often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog import losses
from nnstudio.document import Part, StudioError, Training
from nnstudio.engine import TrainingRun, forward, trace, train
from nnstudio.engine.loop import set_order
from nnstudio.engine.weights import sample_weights

SGD = Part.of("sgd", learning_rate=0.3)
LOSSES = [("softmax", "cross_entropy"), ("linear", "mse"), ("sigmoid", "binary_cross_entropy"), ("linear", "hinge")]


def problem(make, output: str = "softmax", key: str = "cross_entropy", **more):
    document = make.chain((4, 6, 3), "tanh", output)
    training = Training(Part(key), SGD, more.pop("batch_size", 16), 6, dtype="float64", **more)
    return document, make.classes(4, 3, 70, 10), training


@pytest.mark.parametrize(("output", "key"), LOSSES)
def test_a_weight_of_three_is_a_sample_thrice(make, output: str, key: str) -> None:
    document, data, training = problem(make, output, key, batch_size=1000)
    times = np.random.default_rng(0).integers(0, 4, len(data.inputs))
    times[data.validation] = 1
    often = replace(data, train=np.repeat(data.train, times[data.train]))
    share = len(often.train) / len(data.train)  # a loss is divided by the number of samples, not by their weights
    weighed = replace(data, weights=times.astype(float))
    found = train(document.network, document.parameters, training, weighed)
    slower = replace(training, optimizer=Part.of("sgd", learning_rate=0.3 * share))
    wanted = train(document.network, document.parameters, slower, often)
    for id_, w in wanted.parameters.weights.items():
        np.testing.assert_allclose(found.parameters.weights[id_], w, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.series["loss"], wanted.series["loss"] * share, rtol=1e-12)
    np.testing.assert_allclose(found.series["val_loss"], wanted.series["val_loss"], rtol=1e-10)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_of_one_change_next_to_nothing(make, dtype: str) -> None:
    document, data, training = problem(make)
    training = replace(training, dtype=dtype)
    plain = train(document.network, document.parameters, training, data)
    found = train(document.network, document.parameters, training, replace(data, weights=np.ones(70)))
    near = 1e-13 if dtype == "float64" else 1e-5
    for key, w in plain.parameters.weights.items():
        np.testing.assert_allclose(found.parameters.weights[key], w, atol=near)
    np.testing.assert_allclose(found.series["loss"], plain.series["loss"], rtol=near)


def test_balanced_classes_have_the_same_say(make) -> None:
    document, data, training = problem(make, class_weight="balanced")
    weights = sample_weights(training, data)
    targets = data.targets[data.train]
    said = [weights[data.train][targets == k].sum() for k in range(3)]
    np.testing.assert_allclose(said, len(data.train) / 3)
    assert (weights[data.validation] == 1).all()
    same = tuple((k, len(targets) / (3 * float((targets == k).sum()))) for k in range(3))
    found = train(document.network, document.parameters, training, data)
    named = train(document.network, document.parameters, replace(training, class_weight=same), data)
    assert found.parameters.equals(named.parameters)
    rows = replace(data, targets=data.target_rows)
    again = train(document.network, document.parameters, training, rows)
    assert found.parameters.equals(again.parameters)
    curve = train(document.network, document.parameters, replace(training, epochs=1, batch_size=1000), data)
    z = forward(document.network, document.parameters, data.inputs[data.train])[3].z
    each = losses["cross_entropy"].value(z, data.target_rows[data.train])
    assert curve.series["loss"][0] == pytest.approx(float((each * weights[data.train]).mean()), rel=1e-12)


def test_weights_go_with_parts_and_pauses(make) -> None:
    document, data, training = problem(make, class_weight=((1, 3.0),))
    data = replace(data, weights=np.random.default_rng(1).random(70))
    whole = train(document.network, document.parameters, training, data)
    parts = train(document.network, document.parameters, replace(training, accumulate=5), data)
    for key, w in whole.parameters.weights.items():
        np.testing.assert_allclose(parts.parameters.weights[key], w, rtol=1e-12, atol=1e-12)
    run = TrainingRun(document.network, document.parameters, training, data)
    for _ in range(7):
        run.step("batch")
        run.snapshot()
    run.start()
    assert run.snapshot().parameters.equals(whole.parameters)
    assert run.join(10)


def test_a_trace_knows_the_weight(make) -> None:
    document, data, training = problem(make, class_weight=((0, 2.0), (1, 3.0), (2, 4.0)))
    row = int(data.train[0])
    plain = trace(document.network, document.parameters, replace(training, class_weight=None), data, row)
    found = trace(document.network, document.parameters, training, data, row)
    weight = 2.0 + data.targets[row]
    assert found.loss == pytest.approx(weight * plain.loss)
    np.testing.assert_allclose(found.layers[2].delta, weight * plain.layers[2].delta)
    one = train(document.network, document.parameters, training, replace(data, train=np.array([row])), goal=1)
    for key, bundle in found.synapses.items():
        np.testing.assert_allclose(bundle.weights.new, one.parameters.weights[key], rtol=1e-12, atol=1e-14)


def test_weights_that_cannot_be(make) -> None:
    document, data, training = problem(make)
    for weights in (np.ones(3), np.full(70, np.nan), -np.ones(70)):
        with pytest.raises(StudioError, match="one weight from 0 up for each of the 70 rows"):
            train(document.network, document.parameters, training, replace(data, weights=weights))
    with pytest.raises(StudioError, match="no class 7; there are 3"):
        train(document.network, document.parameters, replace(training, class_weight=((7, 1.0),)), data)
    numbers = make.numbers(4, 3)
    training = replace(training, loss=Part("mse"), class_weight="balanced")
    document = make.chain((4, 6, 3))
    with pytest.raises(StudioError, match="a target that has classes"):
        train(document.network, document.parameters, training, numbers)


def test_the_order_knows_nothing_of_weights(make) -> None:
    _, data, training = problem(make)
    order = np.zeros(len(data.train), dtype=np.int64)
    set_order(order, data.train, int(training.shuffle), training.seed, 0)
    np.testing.assert_array_equal(np.sort(order), np.sort(data.train))

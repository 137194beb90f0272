"""The engine's gradient against differences, against the reference interpreter, and against a worked example."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.catalog import activations, losses
from nnstudio.document import Parameters, Part, StudioError, Synapses, Training
from nnstudio.engine import check_gradients, forward, gradients, loss, predict, train
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference
from nnstudio.engine.slopes import Gradients, compare_with_differences

PAIRS = [(a, k) for k in losses for a in activations if losses[k].fits(a)]


def rows(make, inputs, outputs, samples=9, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(samples, inputs)), rng.random(size=(samples, outputs))


def targets_for(document, X, key: str, seed: int = 0):
    """Targets that the loss ``key`` can take, where it has no kink or bend near any output."""
    rng = np.random.default_rng(seed)
    entry = losses[key]
    output = document.network.of_kind("output")[0]
    o = forward(document.network, document.parameters, X)[output.id]
    o = o.z if entry.from_logits else o.a
    Y = rng.random(o.shape)
    for _ in range(100):
        if entry.side is None:
            return Y
        near = entry.side(o - 0.03, Y) != entry.side(o + 0.03, Y)
        if not near.any():
            return Y
        Y = np.where(near, rng.uniform(-2.0, 2.0, Y.shape), Y)
    raise AssertionError("every target is near a kink")


def holds(document, key: str) -> None:
    X, _ = rows(None, 3, 4)
    report = check_gradients(document.network, document.parameters, X, targets_for(document, X, key), Part(key))
    assert report.passed, report
    own = sum(values.size for values in document.parameters.own.values())  # PReLU's slope is trained too
    assert report.checked + report.skipped == 3 * 5 + 5 + 5 * 4 + 4 + own
    assert report.checked >= 30


@pytest.mark.parametrize(("output", "key"), PAIRS)
def test_gradient_of_every_loss_after_every_activation_equals_central_differences(make, output: str, key: str) -> None:
    holds(make.chain((3, 5, 4), "tanh", output, seed=4), key)


@pytest.mark.parametrize("key", ["mse", "cross_entropy", "huber"])
@pytest.mark.parametrize("hidden", list(activations))
def test_gradient_through_every_activation_equals_central_differences(make, hidden: str, key: str) -> None:
    holds(make.chain((3, 5, 4), hidden, next(iter(losses[key].activations), "tanh"), seed=4), key)


def test_a_wrong_gradient_is_seen(make) -> None:
    document = make.chain((3, 5, 4), "tanh", "linear")
    X, Y = rows(make, 3, 4)
    right = gradients(document.network, document.parameters, X, Y, Part("mse"))
    key = next(iter(right.weights))
    wrong = right.weights[key].copy()
    wrong[1, 2] *= 1.0001
    found = Gradients({**right.weights, key: wrong}, right.biases)
    report = compare_with_differences(document.network, document.parameters, X, Y, Part("mse"), found)
    assert not report.passed
    assert report.where == ("weights", key, (1, 2))


@given(seed=st.integers(0, 10**6), samples=st.integers(1, 40), key=st.sampled_from(sorted(losses)))
@settings(max_examples=40, deadline=None)
def test_any_wiring_equals_the_reference(make, seed: int, samples: int, key: str) -> None:
    rng = np.random.default_rng(seed)
    entry = losses[key]
    output = min(entry.activations, default="tanh")
    document = make.random_dag(rng, output)
    network, parameters = document.network, document.parameters
    inputs = sum(layer.size for layer in network.of_kind("input"))
    outputs = sum(layer.size for layer in network.of_kind("output"))
    X, Y = rng.normal(size=(samples, inputs)), rng.random(size=(samples, outputs))
    program = compile_program(network, Part(key))
    reference = Reference(program, parameters)
    wanted = reference.gradient(X, Y)
    for dtype, near in (("float64", 1e-12), ("float32", 2e-5)):
        assert loss(network, parameters, X, Y, Part(key), dtype) == pytest.approx(wanted, rel=near)
        found = gradients(network, parameters, X, Y, Part(key), dtype)
        scale = max(1e-3, float(np.abs(reference.g).max(initial=0.0)))
        for slots, arrays in ((program.weights, found.weights), (program.biases, found.biases)):
            for place, slot in slots.items():
                exact = entry.downhill * reference.g[slot.span].reshape(slot.shape)
                np.testing.assert_allclose(arrays[place], exact, rtol=near, atol=near * scale)
        for place in set(parameters.weights) - set(program.weights):
            assert (found.weights[place] == 0).all()


@given(seed=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_forward_equals_the_reference(make, seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = make.random_dag(rng)
    network = document.network
    inputs = sum(layer.size for layer in network.of_kind("input"))
    X = rng.normal(size=(5, inputs))
    said = predict(network, document.parameters, X)
    program = compile_program(network, Part("mse"))
    value = float(np.mean((said - 0.5) ** 2))
    assert Reference(program, document.parameters).loss(X, np.full(said.shape, 0.5)) == pytest.approx(value, rel=1e-12)
    activity = forward(network, document.parameters, X, "float32")
    assert set(activity) == set(network.layers)
    assert all(a.a.dtype == np.float32 for a in activity.values())


def mazur(make, *, biases: bool):
    """The network of Matt Mazur's step by step example: two inputs, two hidden, two outputs, one shared bias each."""
    document = make.chain((2, 2, 2), "sigmoid", "sigmoid")
    first, second = document.network.synapses
    parameters = Parameters(
        {first: np.array([[0.15, 0.25], [0.20, 0.30]]), second: np.array([[0.40, 0.50], [0.45, 0.55]])},
        {2: np.array([0.35, 0.35]), 3: np.array([0.60, 0.60])},
    )
    if not biases:
        held = np.ones(2, dtype=bool)
        parameters = parameters.with_frozen_bias(2, held).with_frozen_bias(3, held)
    return document.network, parameters, (first, second)


@pytest.mark.parametrize(("biases", "after"), [(False, 0.29102777369359933), (True, 0.28047144679143016)])
def test_mazurs_worked_example(make, biases: bool, after: float) -> None:
    network, parameters, (first, second) = mazur(make, biases=biases)
    X, Y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    assert loss(network, parameters, X, Y, Part("half_mse")) == pytest.approx(0.298371109, abs=1e-9)
    np.testing.assert_allclose(predict(network, parameters, X), [[0.75136507, 0.772928465]], atol=1e-8)
    data = make.numbers(2, 2, 1)
    data = type(data)("mazur", "regression", X, Y, np.array([0]), np.array([], dtype=np.int64))
    training = Training(Part("half_mse"), Part.of("sgd", learning_rate=0.5), 1, 1, dtype="float64")
    trained = train(network, parameters, training, data).parameters
    np.testing.assert_allclose(trained.weights[second].T.ravel()[:2], [0.35891648, 0.408666186], atol=1e-8)
    np.testing.assert_allclose(
        trained.weights[first].T.ravel(), [0.149780716, 0.19956143, 0.24975114, 0.29950229], atol=1e-8
    )
    assert loss(network, trained, X, Y, Part("half_mse")) == pytest.approx(after, rel=1e-14)


def test_penalties_move_weights_as_the_reference_does(make) -> None:
    document = make.chain((3, 4, 2))
    network = document.network
    key = next(iter(network.synapses))
    old = network.synapses[key]
    network = network.with_synapses(Synapses(key, old.source, old.target, old.wiring, old.initializer, 0.01, 0.1))
    data = make.numbers(3, 2, 10)
    training = Training(Part("mse"), Part.of("sgd", learning_rate=0.1), 10, 5, shuffle=False, dtype="float64")
    found = train(network, document.parameters, training, data).parameters
    reference = Reference(compile_program(network, training.loss, training.optimizer), document.parameters)
    for _ in range(5):
        reference.gradient(data.inputs[data.train], data.target_rows[data.train])
        reference.update()
    np.testing.assert_allclose(found.weights[key], reference.weights(key), rtol=1e-13)


def test_what_does_not_fit_is_said_in_one_sentence(make) -> None:
    document = make.chain((3, 4, 2))
    X, Y = rows(make, 3, 2)
    with pytest.raises(StudioError, match="The inputs have the shape 9 x 2"):
        predict(document.network, document.parameters, X[:, :2])
    with pytest.raises(StudioError, match="The targets have the shape"):
        loss(document.network, document.parameters, X, Y[:, :1], Part("mse"))
    with pytest.raises(StudioError, match="softmax"):
        loss(document.network, document.parameters, X, Y, Part("cross_entropy"))
    with pytest.raises(StudioError, match="weights number"):
        loss(document.network, Parameters(), X, Y, Part("mse"))
    soft = make.chain((3, 4, 2), "tanh", "softmax")
    with pytest.raises(StudioError, match="classes must lie"):
        loss(soft.network, soft.parameters, X, np.full(9, 2), Part("cross_entropy"))
    empty = document.network.without([3])
    with pytest.raises(StudioError, match="no output layer"):
        predict(empty, document.parameters, X)


def test_classes_are_as_good_as_rows(make) -> None:
    soft = make.chain((3, 4, 2), "tanh", "softmax")
    X, _ = rows(make, 3, 2)
    classes = np.arange(9) % 2
    by_class = loss(soft.network, soft.parameters, X, classes, Part("cross_entropy"))
    assert by_class == loss(soft.network, soft.parameters, X, np.eye(2)[classes], Part("cross_entropy"))

"""A muted neuron sends nothing and learns nothing, a bypassed layer passes z on: in every form of the engine."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nnstudio.catalog.initial import fill
from nnstudio.document import Document, Layer, Network, Part, Synapses, Training
from nnstudio.document.edits import Bypass, Mute
from nnstudio.engine import check_gradients, forward, gradients, loss, predict, trace, train
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference

HIDDEN = ["tanh", "relu", "linear", "softmax", "log_softmax"]


def muted(document: Document) -> Document:
    document = Mute(2, (0, 3)).apply(document)
    return Mute(1, (1,)).apply(document)


def samples(count: int = 9) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.normal(size=(count, 4)), rng.normal(size=(count, 3))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_muted_neurons_send_nothing_and_learn_nothing(make: SimpleNamespace, hidden: str) -> None:
    document = muted(make.chain((4, 5, 6, 3), hidden))
    X, Y = samples()
    network, parameters = document.network, document.parameters
    activity = forward(network, parameters, X)
    assert not activity[2].a[:, [0, 3]].any()
    assert not activity[1].a[:, 1].any()
    cut = np.array(parameters.weights[6])
    cut[[0, 3]] = 0.0
    without = np.array(parameters.weights[5])
    without[1] = 0.0
    heard = replace(parameters.with_weights(6, cut).with_weights(5, without), muted={})
    np.testing.assert_array_equal(predict(network, parameters, X), predict(network, heard, X))
    found = gradients(network, parameters, X, Y, Part("mse"))
    assert not found.weights[6][[0, 3]].any()
    assert not found.weights[5][1].any()
    assert found.weights[6][[1, 2, 4]].any(axis=1).all()
    if hidden in ("tanh", "linear"):  # softmax neurons depend on each other: others' slopes pass through their z
        assert not found.weights[5][:, [0, 3]].any()
        assert not found.biases[2][[0, 3]].any()


@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_compiled_gradient_equals_the_reference_and_differences(make: SimpleNamespace, hidden: str) -> None:
    document = muted(make.chain((4, 5, 6, 3), hidden))
    X, Y = samples(70)
    network, parameters = document.network, document.parameters
    program = compile_program(network, Part("mse"), muted=parameters.muted)
    reference = Reference(program, parameters)
    wanted = reference.gradient(X, Y)
    for dtype, near in (("float64", 1e-12), ("float32", 3e-5)):
        assert loss(network, parameters, X, Y, Part("mse"), dtype) == pytest.approx(wanted, rel=near)
        found = gradients(network, parameters, X, Y, Part("mse"), dtype)
        scale = float(np.abs(reference.g).max())
        for slots, arrays in ((program.weights, found.weights), (program.biases, found.biases)):
            for key, slot in slots.items():
                np.testing.assert_allclose(arrays[key], slot.taken(reference.g), rtol=near, atol=near * scale)
    report = check_gradients(network, parameters, X[:6], Y[:6], Part("mse"))
    assert report.passed, report


def test_muted_pixels_of_an_image_and_their_pooling(make: SimpleNamespace) -> None:
    network = Network()
    for place, (kind, shape) in enumerate(
        (("input", (4, 4, 2)), ("hidden", (4, 4, 3)), ("hidden", (2, 2, 3)), ("output", (2,)))
    ):
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", shape, Part("tanh")))
    for place, wiring in enumerate(("convolution", "pooling", "full")):
        network = network.with_synapses(Synapses(network.next_id, place + 1, place + 2, Part(wiring)))
    document = fill(Document(network))
    document = Mute(2, tuple(range(0, 48, 5))).apply(Mute(1, (0, 7, 31)).apply(document))
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(5, 32)), rng.normal(size=(5, 2))
    assert not forward(document.network, document.parameters, X)[2].a[:, ::5].any()
    report = check_gradients(document.network, document.parameters, X, Y, Part("mse"), most=150)
    assert report.passed, report


def test_a_bypassed_layer_is_a_linear_one(make: SimpleNamespace) -> None:
    document = make.chain((4, 5, 6, 3), "tanh", "sigmoid")
    bypassed = Bypass(4).apply(Bypass(2).apply(document))
    assert bypassed.network.layers[2].activation == Part("tanh")
    plain = document.network.changed_layer(2, activation=Part("linear")).changed_layer(4, activation=Part("linear"))
    X, Y = samples()
    np.testing.assert_array_equal(
        predict(bypassed.network, document.parameters, X), predict(plain, document.parameters, X)
    )
    found = gradients(bypassed.network, document.parameters, X, Y, Part("mse"))
    wanted = gradients(plain, document.parameters, X, Y, Part("mse"))
    for key, slope in found.weights.items():
        np.testing.assert_array_equal(slope, wanted.weights[key])
    assert check_gradients(bypassed.network, document.parameters, X, Y, Part("mse")).passed


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_training_leaves_what_is_muted_alone_and_moves_the_rest(make: SimpleNamespace, dtype: str) -> None:
    document, dataset, training = make.iris_like()
    document = muted(document)
    training = replace(training, dtype=dtype, optimizer=Part.of("sgd", learning_rate=0.1), epochs=2)
    snapshot = train(document.network, document.parameters, training, dataset)
    before, after = document.parameters, snapshot.parameters
    number = np.dtype(dtype).type
    for key, gone in ((5, np.s_[1, :]), (5, np.s_[:, [0, 3]]), (6, np.s_[[0, 3], :])):
        np.testing.assert_array_equal(after.weights[key][gone], before.weights[key][gone].astype(number))
    assert (after.weights[6][[1, 2, 4]] != before.weights[6][[1, 2, 4]]).all()
    assert after.muted is before.muted


def test_training_equals_the_reference_update_by_update(make: SimpleNamespace) -> None:
    document = muted(make.chain((4, 5, 6, 3), "softmax"))
    dataset = make.numbers(4, 3, 24)
    training = Training(Part("mse"), Part.of("adam", learning_rate=0.01), 24, 5, shuffle=False, dtype="float64")
    program = compile_program(document.network, training.loss, training.optimizer, muted=document.parameters.muted)
    reference = Reference(program, document.parameters)
    rows = dataset.train
    for _ in range(5):
        reference.gradient(dataset.inputs[rows], dataset.target_rows[rows])
        reference.update()
    moved = train(document.network, document.parameters, training, dataset).parameters
    for key, slot in program.weights.items():
        np.testing.assert_allclose(moved.weights[key], slot.taken(reference.w), rtol=1e-9, atol=1e-12)


def test_the_trace_tells_of_silence(make: SimpleNamespace) -> None:
    document, dataset, training = make.iris_like()
    document = muted(document)
    found = trace(document.network, document.parameters, training, dataset, 0)
    assert not found.layers[2].a[[0, 3]].any()
    assert not found.layers[2].delta[[0, 3]].any()
    assert found.layers[2].z[[0, 3]].all()

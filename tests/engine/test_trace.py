"""The trace of one sample: every number against differences of the loss, and against the engine's own step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.document import Part, Stop, StudioError, Training
from nnstudio.engine import forward, loss, trace, train

OUTPUTS = [("softmax", "cross_entropy"), ("linear", "mse"), ("sigmoid", "half_mse"), ("tanh", "huber")]


def setup(make, output: str, key: str):
    document = make.chain((4, 5, 3, 3), "tanh", output)
    training = Training(Part(key), Part.of("adam", learning_rate=0.02), 16, 10, dtype="float64")
    return document, make.classes(4, 3, 60), training


@pytest.mark.parametrize(("output", "key"), OUTPUTS)
def test_every_slope_equals_differences_of_the_loss(make, output: str, key: str) -> None:
    document, data, training = setup(make, output, key)
    network, parameters = document.network, document.parameters
    x, y = data.inputs[7:8], data.target_rows[7:8]
    found = trace(network, parameters, training, data, 7)

    def at(changed) -> float:
        return loss(network, changed, x, y, training.loss)

    def difference(change) -> float:
        h = 1e-3
        values = [at(change(moved * h)) for moved in (1, -1, 2, -2)]
        return (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * h)

    assert found.loss == pytest.approx(at(parameters), rel=1e-12)
    for key_, bundle in found.synapses.items():
        for place in np.ndindex(bundle.weights.value.shape):

            def moved(h: float, key_=key_, place=place):
                w = np.array(parameters.weights[key_])
                w[place] += h
                return parameters.with_weights(key_, w)

            assert bundle.weights.slope[place] == pytest.approx(difference(moved), rel=1e-6, abs=1e-10)
    for layer, traced in found.layers.items():
        if traced.bias is None:
            continue
        for neuron in range(len(traced.z)):

            def shifted(h: float, layer=layer, neuron=neuron):
                b = np.array(parameters.biases[layer])
                b[neuron] += h
                return parameters.with_bias(layer, b)

            # z = ... + b, so that dL/db is the neuron's delta
            assert traced.delta[neuron] == pytest.approx(difference(shifted), rel=1e-6, abs=1e-10)
            np.testing.assert_array_equal(traced.bias.slope, traced.delta)


def test_the_values_follow_from_each_other(make) -> None:
    document, data, training = setup(make, "softmax", "cross_entropy")
    found = trace(document.network, document.parameters, training, data, 3)
    activity = forward(document.network, document.parameters, data.inputs[3:4])
    for layer, traced in found.layers.items():
        np.testing.assert_allclose(traced.z, activity[layer].z[0], rtol=1e-12)
        np.testing.assert_allclose(traced.a, activity[layer].a[0], rtol=1e-12)
    for key, bundle in found.synapses.items():
        ends = document.network.synapses[key]
        source, target = found.layers[ends.source], found.layers[ends.target]
        np.testing.assert_array_equal(bundle.x, source.a)
        np.testing.assert_allclose(bundle.products.sum(axis=0) + target.bias.value, target.z, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(bundle.weights.slope, np.outer(source.a, target.delta), rtol=1e-12)
    hidden, last = found.layers[3], found.layers[4]
    np.testing.assert_allclose(hidden.slope, 1 - hidden.a**2, rtol=1e-12)
    back = document.parameters.weights[7] @ last.delta
    np.testing.assert_allclose(hidden.delta, back * hidden.slope, rtol=1e-12)
    assert last.slope is None
    assert found.layers[1].delta is None
    np.testing.assert_allclose(last.delta, last.a - last.target, rtol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nadam", "rmsprop", "adadelta", "lion"])
def test_the_new_weights_are_the_engines(make, optimizer: str) -> None:
    document, data, training = setup(make, "softmax", "cross_entropy")
    mask = np.random.default_rng(0).random((4, 5)) < 0.3
    network = document.network.with_synapses(replace(document.network.synapses[6], l1=0.01, l2=0.02))
    training = replace(
        training,
        optimizer=Part.of(optimizer, learning_rate=0.02),
        clip_value=0.1,
        clip_norm=0.2,
        schedule=Part.of("one_cycle", rise=0.5),
        stop=Stop(patience=99),
    )
    begun = train(network, document.parameters.with_frozen(5, mask), training, data, goal=4)
    found = trace(network, begun.parameters, training, data, 9, begun.progress)
    assert found.learning_rate == pytest.approx(begun.learning_rate, rel=1e-12)
    assert found.update == begun.updates + 1
    one = replace(data, train=np.array([9]))
    moved = train(
        network,
        begun.parameters,
        replace(training, schedule=None, optimizer=Part.of(optimizer, learning_rate=found.learning_rate)),
        one,
        begun.progress,
        goal=5,
    )
    assert moved.updates == begun.updates + 1
    for key, bundle in found.synapses.items():
        np.testing.assert_allclose(bundle.weights.new, moved.parameters.weights[key], rtol=1e-12, atol=1e-14)
        for name, values in bundle.weights.new_state.items():
            kept = moved.progress.state[f"{optimizer}/{name}/weights/{key}"]
            np.testing.assert_allclose(values, kept, rtol=1e-12, atol=1e-14)
            before = begun.progress.state[f"{optimizer}/{name}/weights/{key}"]
            np.testing.assert_array_equal(bundle.weights.state[name], before)
    for layer, traced in found.layers.items():
        if traced.bias is not None:
            np.testing.assert_allclose(traced.bias.new, moved.parameters.biases[layer], rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(found.synapses[5].weights.new[mask], begun.parameters.weights[5][mask])


def test_a_plateau_is_part_of_the_rate(make) -> None:
    document, data, training = setup(make, "softmax", "cross_entropy")
    part = Part.of("reduce_on_plateau", patience=0, factor=0.5, threshold=0.9)
    training = replace(training, schedule=part)
    begun = train(document.network, document.parameters, training, data, goal=4)
    assert begun.learning_rate < 0.02
    found = trace(document.network, begun.parameters, training, data, 0, begun.progress)
    assert found.learning_rate == pytest.approx(begun.learning_rate, rel=1e-12)


def test_a_row_that_is_not_there(make) -> None:
    document, data, training = setup(make, "softmax", "cross_entropy")
    with pytest.raises(StudioError, match="no row 60; there are 60"):
        trace(document.network, document.parameters, training, data, 60)

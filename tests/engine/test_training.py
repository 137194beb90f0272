"""What training does to weights: the formulas, PyTorch's trajectories, frozen values, order, divergence, scores."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog import metrics
from nnstudio.document import Dataset, Layer, Network, Parameters, Part, StudioError, Synapses, Training
from nnstudio.engine import loss, predict, train
from nnstudio.engine.loop import set_order
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference

OPTIMIZERS = [
    Part.of("sgd", learning_rate=0.1),
    Part.of("sgd", learning_rate=0.1, weight_decay=0.01),
    Part.of("sgd", learning_rate=0.05, momentum=0.9),
    Part.of("sgd", learning_rate=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    Part.of("adam", learning_rate=0.01),
    Part.of("adam", learning_rate=0.01, beta1=0.8, beta2=0.99, epsilon=1e-4, weight_decay=0.01),
]


def batches(data: Dataset, training: Training, epoch: int) -> list[np.ndarray]:
    order = np.zeros(len(data.train), dtype=np.int64)
    set_order(order, data.train, int(training.shuffle), training.seed, epoch)
    return [order[k : k + training.batch_size] for k in range(0, len(order), training.batch_size)]


def followed(document, data: Dataset, training: Training, epochs: int) -> tuple[Reference, list[float]]:
    """The same training by the reference interpreter."""
    reference = Reference(compile_program(document.network, training.loss, training.optimizer), document.parameters)
    curve = []
    for epoch in range(epochs):
        total = 0.0
        for rows in batches(data, training, epoch):
            total += len(rows) * reference.gradient(data.inputs[rows], data.target_rows[rows])
            reference.update()
        curve.append(total / len(data.train))
    return reference, curve


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_float64_trajectory_equals_the_formulas(make, optimizer: Part) -> None:
    document = make.chain((4, 8, 6, 3), "tanh", "softmax")
    data = make.classes(4, 3, 50)
    training = Training(Part("cross_entropy"), optimizer, 16, 20, dtype="float64", seed=3)
    found = train(document.network, document.parameters, training, data)
    reference, curve = followed(document, data, training, 20)
    assert found.updates == reference.updates == 20 * 4
    for key in document.network.synapses:
        np.testing.assert_allclose(found.parameters.weights[key], reference.weights(key), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.series["loss"], curve, rtol=1e-12)


def test_float32_stays_near_float64(make) -> None:
    document = make.chain((4, 8, 6, 3), "tanh", "softmax")
    data = make.classes(4, 3, 64)
    for steps, near in ((1, 1e-6), (10, 5e-6), (100, 2e-5)):
        training = Training(Part("cross_entropy"), Part.of("sgd", learning_rate=0.1), 64, steps)
        single = train(document.network, document.parameters, training, data).parameters
        double = train(document.network, document.parameters, replace(training, dtype="float64"), data).parameters
        for key in document.network.synapses:
            np.testing.assert_allclose(single.weights[key], double.weights[key], atol=near)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_float64_trajectory_equals_pytorch(make, optimizer: Part) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")
    document = make.chain((4, 8, 6, 3), "tanh", "softmax")
    data = make.classes(4, 3, 50)
    training = Training(Part("cross_entropy"), optimizer, 16, 20, dtype="float64", seed=3)
    found = train(document.network, document.parameters, training, data).parameters
    weights = [torch.tensor(np.array(document.parameters.weights[k]), requires_grad=True) for k in (5, 6, 7)]
    biases = [torch.tensor(np.array(document.parameters.biases[k]), requires_grad=True) for k in (2, 3, 4)]
    chosen = dict(optimizer.settings)
    rate = chosen.pop("learning_rate")
    if optimizer.key == "adam":
        if "beta1" in chosen:
            chosen = {
                "betas": (chosen["beta1"], chosen["beta2"]),
                "eps": chosen["epsilon"],
                "weight_decay": chosen["weight_decay"],
            }
        stepper = torch.optim.Adam([*weights, *biases], lr=rate, **chosen)
    else:
        stepper = torch.optim.SGD([*weights, *biases], lr=rate, **chosen)
    for epoch in range(20):
        for rows in batches(data, training, epoch):
            a = torch.tensor(data.inputs[rows])
            for place, (w, b) in enumerate(zip(weights, biases, strict=True)):
                a = a @ w + b
                a = torch.tanh(a) if place < 2 else a
            stepper.zero_grad()
            torch.nn.functional.cross_entropy(a, torch.tensor(data.targets[rows])).backward()
            stepper.step()
    for key, w in zip((5, 6, 7), weights, strict=True):
        np.testing.assert_allclose(found.weights[key], w.detach().numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("optimizer", OPTIMIZERS[1:], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_frozen_values_do_not_move_at_all(make, optimizer: Part, dtype: str) -> None:
    document = make.chain((4, 8, 6, 3), "tanh", "softmax")
    network = document.network
    mask = np.random.default_rng(0).random((4, 8)) < 0.5
    parameters = document.parameters.with_frozen(5, mask).with_frozen_bias(3, np.array([True] * 3 + [False] * 3))
    old = network.synapses[7]
    network = network.with_synapses(replace(old, trainable=False))
    kept = Parameters(
        {key: w.astype(dtype).astype(float) for key, w in parameters.weights.items()},
        {key: b.astype(dtype).astype(float) for key, b in parameters.biases.items()},
        parameters.frozen,
        parameters.frozen_biases,
    )
    training = Training(Part("cross_entropy"), optimizer, 16, 5, dtype=dtype)
    found = train(network, kept, training, make.classes(4, 3, 50)).parameters
    np.testing.assert_array_equal(found.weights[5][mask], kept.weights[5][mask])
    assert (found.weights[5][~mask] != kept.weights[5][~mask]).all()
    np.testing.assert_array_equal(found.biases[3][:3], kept.biases[3][:3])
    assert (found.biases[3][3:] != kept.biases[3][3:]).all()
    np.testing.assert_array_equal(found.weights[7], kept.weights[7])
    np.testing.assert_array_equal(found.frozen[5], mask)


def test_each_epoch_has_an_order_of_its_own_and_every_sample_once(make) -> None:
    data = make.classes(4, 3, 100, 20)
    training = Training(batch_size=7, seed=5)
    orders = [np.concatenate(batches(data, training, epoch)) for epoch in range(3)]
    for order in orders:
        np.testing.assert_array_equal(np.sort(order), np.sort(data.train))
    assert not np.array_equal(orders[0], orders[1])
    np.testing.assert_array_equal(orders[0], np.concatenate(batches(data, training, 0)))
    assert not np.array_equal(orders[0], np.concatenate(batches(data, replace(training, seed=6), 0)))
    fixed = replace(training, shuffle=False)
    np.testing.assert_array_equal(np.concatenate(batches(data, fixed, 4)), data.train)


def test_series_are_the_losses_and_scores_they_say_they_are(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, dtype="float64", epochs=3)
    found = train(document.network, document.parameters, training, data)
    assert list(found.series) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(values) == 3 for values in found.series.values())
    X, Y = data.inputs[data.validation], data.target_rows[data.validation]
    exact = loss(document.network, found.parameters, X, Y, training.loss)
    assert found.series["val_loss"][-1] == pytest.approx(exact, rel=1e-12)
    said = predict(document.network, found.parameters, X)
    assert found.series["val_accuracy"][-1] == metrics["accuracy"].value(said, Y)
    still = replace(training, optimizer=Part.of("sgd", learning_rate=0.0))
    held = train(document.network, document.parameters, still, data)
    X, Y = data.inputs[data.train], data.target_rows[data.train]
    assert held.series["loss"][-1] == pytest.approx(
        loss(document.network, document.parameters, X, Y, training.loss), rel=1e-12
    )
    said = predict(document.network, document.parameters, X)
    assert held.series["accuracy"][-1] == pytest.approx(metrics["accuracy"].value(said, Y))


@pytest.mark.parametrize("key", ["mse", "half_mse"])
def test_regression_scores(make, key: str) -> None:
    document = make.chain((3, 6, 2), "relu", "linear")
    data = make.numbers(3, 2, 60, 20)
    training = Training(Part(key), Part.of("adam", learning_rate=0.01), 8, 30, dtype="float64")
    found = train(document.network, document.parameters, training, data)
    assert list(found.series) == ["loss", "r2", "val_loss", "val_r2"]
    X, Y = data.inputs[data.validation], data.targets[data.validation]
    said = predict(document.network, found.parameters, X)
    assert found.series["val_r2"][-1] == pytest.approx(metrics["r2"].value(said, Y), rel=1e-10)
    assert found.series["r2"][-1] > found.series["r2"][0]


def test_several_inputs_and_outputs_share_the_columns_in_order_of_their_ids(make) -> None:
    network = Network()
    for layer in (
        Layer(1, "input", "a", (1,)),
        Layer(2, "input", "b", (2,)),
        Layer(3, "output", "y", (1,)),
        Layer(4, "output", "z", (2,)),
    ):
        network = network.with_layer(layer)
    network = network.with_synapses(Synapses(5, 1, 3)).with_synapses(Synapses(6, 2, 4))
    parameters = Parameters(
        {5: np.array([[2.0]]), 6: np.array([[1.0, 0.0], [0.0, 3.0]])}, {3: np.zeros(1), 4: np.zeros(2)}
    )
    X = np.array([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(predict(network, parameters, X), [[2.0, 2.0, 9.0]])
    data = Dataset("two", "regression", X, np.array([[2.0, 2.0, 8.0]]), np.array([0]), np.array([], dtype=np.int64))
    training = Training(Part("mse"), Part.of("sgd", learning_rate=0.3), 4, 1, dtype="float64")
    found = train(network, parameters, training, data)
    assert found.series["loss"][0] == pytest.approx(1 / 3)
    np.testing.assert_array_equal(found.parameters.weights[5], parameters.weights[5])
    assert found.parameters.weights[6][1, 1] == pytest.approx(3.0 - 0.3 * 2 / 3 * 1.0 * 3.0)


def test_bytes_train_as_their_numbers_do(make) -> None:
    document = make.chain((20, 5, 3), "tanh", "softmax")
    data = make.classes(20, 3, 40)
    images = replace(data, inputs=np.random.default_rng(0).integers(0, 4, (40, 4, 5)).astype(np.uint8))
    floats = replace(images, inputs=images.inputs.reshape(40, 20).astype(float))
    training = Training(batch_size=16, epochs=3)
    a = train(document.network, document.parameters, training, images)
    b = train(document.network, document.parameters, training, floats)
    assert a.parameters.equals(b.parameters)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_keeps_the_last_finite_weights(make, dtype: str) -> None:
    document = make.chain((3, 6, 6, 1), "relu", "linear")
    data = make.numbers(3, 1, 40, 10)
    training = Training(Part("mse"), Part.of("sgd", learning_rate=1e4), 8, 500, dtype=dtype)
    found = train(document.network, document.parameters, training, data)
    assert found.state == "finished"
    assert found.reason == "diverged"
    assert found.message is not None
    assert f"epoch {found.epoch + 1}, batch {found.batch + 1}" in str(found.message)
    for values in (*found.parameters.weights.values(), *found.parameters.biases.values()):
        assert np.isfinite(values).all()
    assert any(
        not found.parameters.weights[k].any() or (found.parameters.weights[k] != document.parameters.weights[k]).any()
        for k in found.parameters.weights
    )


def test_a_missing_value_in_the_samples_is_divergence_in_the_first_batch(make) -> None:
    document = make.chain((3, 4, 1))
    data = make.numbers(3, 1, 10)
    data.inputs[data.train[0], 1] = np.nan
    training = Training(Part("mse"), Part("sgd"), 10, 5)
    found = train(document.network, document.parameters, training, data)
    assert found.reason == "diverged"
    assert found.updates == 0
    assert found.parameters.weights[4] == pytest.approx(document.parameters.weights[4], abs=1e-7)


def test_a_layer_that_leads_nowhere_is_left_alone(make) -> None:
    document = make.chain((3, 4, 1))
    network = document.network.with_layer(Layer(20, "hidden", "stray", (2,), Part("tanh")))
    network = network.with_synapses(Synapses(21, 2, 20))
    parameters = document.parameters.with_weights(21, np.ones((4, 2))).with_bias(20, np.ones(2))
    training = Training(Part("mse"), Part.of("sgd", weight_decay=0.1), 10, 5)
    found = train(network, parameters, training, make.numbers(3, 1, 30)).parameters
    np.testing.assert_array_equal(found.weights[21], np.ones((4, 2)))
    np.testing.assert_array_equal(found.biases[20], np.ones(2))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"batch_size": 0}, "The batch size is 0"),
        ({"loss": Part("mse_")}, "There is no loss"),
        ({"optimizer": Part.of("sgd", learning_rate=-1.0)}, "Learning rate of SGD is -1.0"),
        ({"dtype": "float16"}, "float32 or float64"),
    ],
)
def test_settings_that_cannot_be(make, change, sentence: str) -> None:
    document, data, training = make.iris_like()
    with pytest.raises(StudioError, match=sentence):
        train(document.network, document.parameters, replace(training, **change), data)


def test_data_that_does_not_fit(make) -> None:
    document, data, training = make.iris_like()
    with pytest.raises(StudioError, match="5 outputs but the network has 3"):
        train(document.network, document.parameters, training, make.classes(4, 5))
    with pytest.raises(StudioError, match="no training samples"):
        train(document.network, document.parameters, training, replace(data, train=np.zeros(0, dtype=np.int64)))
    with pytest.raises(StudioError, match="takes 4 values a sample"):
        train(document.network, document.parameters, training, make.classes(6, 3))


def test_the_window_can_ask_for_predictions_without_loading_the_compiler() -> None:
    code = (
        "import sys; from nnstudio.engine import forward, predict, TrainingRun, train; import nnstudio.catalog as c;"
        "list(c.activations), list(c.losses), list(c.optimizers);"
        "print([m for m in ('numba', 'scipy', 'llvmlite') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Normalization and PReLU: gradients, the loop against the reference, statistics that are kept, what is held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog import normalizations
from nnstudio.document import Dataset, Document, Part, Stop, Training
from nnstudio.engine import check_gradients, forward, gradients, loss, predict, trace, train
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Moment, Reference
from nnstudio.engine.slopes import Gradients, compare_with_differences
from nnstudio.engine.table import Table
from tests.engine.layered import document

KINDS = [*normalizations, None]
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(45, 3)), RNG.normal(size=(45, 3))
X_IMAGE = RNG.normal(size=(45, 24))


def data(made: Document, validation: int = 0) -> Dataset:
    rows = X if made.network.layers[1].size == 3 else X_IMAGE
    return Dataset("rows", "regression", rows, Y, np.arange(45 - validation), np.arange(45 - validation, 45))


def settings(**changes: object) -> Training:
    made = Training(Part("mse"), Part.of("sgd", learning_rate=0.05, momentum=0.9), 16, 4, seed=7, dtype="float64")
    return replace(made, shuffle=False, **changes)


def followed(made: Document, how: Training, size: int = 16) -> Reference:
    """The same training by the reference interpreter: ``size`` is that of a part of a batch."""
    program = compile_program(made.network, how.loss, how.optimizer)
    reference = Reference(program, made.parameters, training=True)
    rows = data(made)
    for epoch in range(how.epochs):
        for start in range(0, 45, how.batch_size):
            members = np.arange(start, min(45, start + how.batch_size))
            total = np.zeros(program.size)
            for low in range(0, len(members), size):
                some = members[low : low + size]
                reference.moment = Moment(how.seed, epoch, some)
                reference.gradient(rows.inputs[some], rows.targets[some])
                total += reference.g * len(some) / len(members)
            reference.g[:] = total
            reference.update()
    return reference


def assert_equal(made: Document, found, reference: Reference, near: float) -> None:
    program = reference.program
    for slots, arrays in (
        (program.weights, found.weights),
        (program.biases, found.biases),
        (program.own, found.own),
    ):
        assert slots
        for key, slot in slots.items():
            np.testing.assert_allclose(arrays[key], slot.taken(reference.w), rtol=near, atol=near, err_msg=str(key))


@pytest.mark.parametrize("image", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "relu", "softmax", "prelu", "linear"])
@pytest.mark.parametrize("normalization", KINDS)
def test_gradients_equal_central_differences(normalization: str | None, activation: str, image: bool) -> None:
    made = document(normalization, activation, 0.3, image=image)
    rows = X_IMAGE if image else X
    report = check_gradients(made.network, made.parameters, rows[:12], Y[:12], Part("mse"), most=150)
    assert report.passed, report
    assert report.checked > 60


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
@pytest.mark.parametrize("normalization", list(normalizations))
def test_gradients_of_normalized_outputs_that_a_loss_reads_as_logits(normalization: str, output: str) -> None:
    made = document(normalization, output=output)
    network = made.network.changed_layer(4, normalization=Part(normalization))
    from nnstudio.catalog.initial import fill

    made = fill(made.having(network=network))
    key = "cross_entropy" if output == "softmax" else "binary_cross_entropy"
    wanted = np.random.default_rng(3).dirichlet(np.ones(3), 12)
    report = check_gradients(network, made.parameters, X[:12], wanted, Part(key), most=150)
    assert report.passed, report


@pytest.mark.parametrize("name", ["gain", "shift", "slope"])
def test_a_wrong_gradient_of_what_a_layer_owns_is_found(name: str) -> None:
    made = document("batch", "prelu")
    right = gradients(made.network, made.parameters, X[:12], Y[:12], Part("mse"), training=True)
    assert compare_with_differences(made.network, made.parameters, X[:12], Y[:12], Part("mse"), right).passed
    wrong = {key: 1.001 * slopes if key == (3, name) else slopes for key, slopes in right.own.items()}
    found = Gradients(right.weights, right.biases, wrong)
    report = compare_with_differences(made.network, made.parameters, X[:12], Y[:12], Part("mse"), found)
    assert not report.passed
    assert report.where is not None
    assert report.where[:2] == (name, 3)


@pytest.mark.parametrize(("dtype", "near"), [("float64", 1e-11), ("float32", 2e-5)])
@pytest.mark.parametrize("image", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("activation", ["tanh", "prelu", "softmax"])
@pytest.mark.parametrize("normalization", list(normalizations))
def test_the_compiled_loop_equals_the_reference(
    normalization: str, activation: str, dropout: float, image: bool, dtype: str, near: float
) -> None:
    made = document(normalization, activation, dropout, image=image, first=dropout / 2)
    how = settings(dtype=dtype)
    found = train(made.network, made.parameters, how, data(made))
    assert_equal(made, found.parameters, followed(made, how), near)


def test_a_batch_split_into_parts_is_measured_part_by_part() -> None:
    made, how = document("batch"), settings(accumulate=3)
    parts = train(made.network, made.parameters, how, data(made)).parameters
    assert_equal(made, parts, followed(made, how, 6), 1e-11)
    whole = train(made.network, made.parameters, settings(), data(made)).parameters
    assert not np.allclose(parts.own[2, "mean"], whole.own[2, "mean"])
    made = document("layer", "prelu", 0.3)  # here no sample depends on others, so that parts change nothing
    parts = train(made.network, made.parameters, how, data(made)).parameters
    whole = train(made.network, made.parameters, settings(), data(made)).parameters
    np.testing.assert_allclose(parts.weights[12], whole.weights[12], rtol=1e-12, atol=1e-12)


def test_a_part_of_one_sample_goes_by_the_running_statistics_and_leaves_them_alone() -> None:
    made = document("batch")
    alone = replace(data(made), train=np.arange(1))
    how = settings(batch_size=1, epochs=1)
    found = train(made.network, made.parameters, how, alone).parameters
    for layer in (2, 3):
        for name in ("mean", "variance"):
            assert (found.own[layer, name] == made.parameters.own[layer, name]).all()
        assert (found.own[layer, "gain"] != made.parameters.own[layer, "gain"]).all()
    slopes = gradients(made.network, made.parameters, X[:1], Y[:1], Part("mse"))  # of evaluation
    rate = 0.05
    np.testing.assert_allclose(found.weights[11], made.parameters.weights[11] - rate * slopes.weights[11], rtol=1e-12)
    seventeen = replace(data(made), train=np.arange(17))  # the last batch holds one sample
    assert np.isfinite(train(made.network, made.parameters, settings(), seventeen).parameters.own[2, "variance"]).all()


def test_an_image_of_one_sample_is_measured_over_its_places() -> None:
    made = document("batch", image=True)
    alone = replace(data(made), train=np.arange(1))
    found = train(made.network, made.parameters, settings(batch_size=1, epochs=1), alone).parameters
    activity = forward(made.network, made.parameters, X_IMAGE[:1], training=True)
    z = activity[2].z.reshape(12, 5)
    np.testing.assert_allclose(
        found.own[2, "mean"], 0.9 * made.parameters.own[2, "mean"] + 0.1 * z.mean(axis=0), rtol=1e-12
    )
    np.testing.assert_allclose(
        found.own[2, "variance"], 0.9 * made.parameters.own[2, "variance"] + 0.1 * z.var(axis=0, ddof=1), rtol=1e-12
    )


@pytest.mark.parametrize("normalization", list(normalizations))
def test_answers_losses_and_scores_of_validation_agree(normalization: str) -> None:
    made = document(normalization, "prelu", 0.4)
    found = train(made.network, made.parameters, settings(), data(made, 13))
    rows = data(made, 13)
    said = predict(made.network, found.parameters, X[rows.validation])
    wrong = np.square(said - Y[rows.validation]).mean()
    assert found.series["val_loss"][-1] == pytest.approx(wrong, rel=1e-12)
    assert loss(made.network, found.parameters, X[32:], Y[32:], Part("mse")) == pytest.approx(wrong, rel=1e-12)
    program = compile_program(made.network, Part("mse"))
    assert Reference(program, found.parameters).loss(X[32:], Y[32:]) == pytest.approx(wrong, rel=1e-12)


def test_normalized_values_have_mean_0_and_variance_1() -> None:
    made = document("batch")
    parameters = made.parameters.with_own(2, "gain", np.ones(8)).with_own(2, "shift", np.zeros(8))
    n = forward(made.network, parameters, X, training=True)[2].n
    np.testing.assert_allclose(n.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(n.var(axis=0), 1.0, rtol=1e-3)
    n = forward(document("layer").network, parameters, X)[2].n
    np.testing.assert_allclose(n.mean(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose(n.var(axis=1), 1.0, rtol=1e-2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_held_does_not_move_at_all(dtype: str) -> None:
    made = document("batch", "prelu")
    chosen = np.arange(8) % 2 == 0
    parameters = made.parameters.with_frozen_own(2, "gain", chosen).with_frozen_own(3, "slope", np.array(True))
    optimizer = Part.of("adam", learning_rate=0.01, weight_decay=0.1)
    found = train(made.network, parameters, settings(optimizer=optimizer, dtype=dtype), data(made)).parameters
    before = parameters.own
    assert (found.own[2, "gain"][chosen] == before[2, "gain"][chosen]).all()
    assert (found.own[2, "gain"][~chosen] != before[2, "gain"][~chosen]).all()
    assert found.own[3, "slope"] == before[3, "slope"]
    assert found.own[2, "slope"] != before[2, "slope"]


def test_no_optimizer_touches_the_running_statistics() -> None:
    made = document("batch")
    network = made.network.changed_layer(2, normalization=Part.of("batch", momentum=0.0))
    optimizer = Part.of("adamw", learning_rate=0.1, weight_decay=0.5)
    found = train(network, made.parameters, settings(optimizer=optimizer), data(made)).parameters
    assert (found.own[2, "mean"] == made.parameters.own[2, "mean"]).all()
    assert (found.own[2, "variance"] == made.parameters.own[2, "variance"]).all()


def test_a_bypassed_activation_keeps_its_slope() -> None:
    made = document(None, "prelu")
    network = made.network.changed_layer(2, bypassed=True)
    optimizer = Part.of("adamw", learning_rate=0.1, weight_decay=0.5)
    found = train(network, made.parameters, settings(optimizer=optimizer), data(made)).parameters
    assert found.own[2, "slope"] == made.parameters.own[2, "slope"]
    assert found.own[3, "slope"] != made.parameters.own[3, "slope"]


def test_a_batch_that_diverges_leaves_no_trace_in_the_running_statistics() -> None:
    made = document("batch")
    broken = X.copy()
    broken[20] = np.nan
    found = train(made.network, made.parameters, settings(), replace(data(made), inputs=broken))
    assert found.reason == "diverged"
    assert all(np.isfinite(values).all() for values in found.parameters.own.values())
    assert "row 21 is not a number" in str(found.message)


def test_networks_without_any_of_it_take_the_very_same_instructions() -> None:
    made = document(None)
    program = compile_program(made.network, Part("mse"))
    table = Table(program, made.parameters, "float32", 16, "r2")
    from nnstudio.engine import layout

    assert layout.LAYER not in table.rows[:, 0]
    assert program.trained == program.size
    for layer in program.layers:
        blocks = table._blocks[layer.id]
        assert blocks.n == blocks.z
        assert blocks.a == blocks.f
    plain = len(table.rows)
    changed = compile_program(document("batch", dropout=0.1).network, Part("mse"))
    assert len(Table(changed, document("batch").parameters, "float32", 16, "r2").rows) == plain + 2 * (4 + 2)


@pytest.mark.parametrize("normalization", KINDS)
def test_the_trace_of_a_sample_adds_up(normalization: str | None) -> None:
    made = document(normalization, "prelu", 0.3)
    found = trace(made.network, made.parameters, settings(), data(made), 5)
    activity = forward(made.network, made.parameters, X[5:6])
    for key in (2, 3):
        layer, own = found.layers[key], made.parameters.own_of(key)
        np.testing.assert_allclose(layer.z, activity[key].z[0], rtol=1e-12)
        np.testing.assert_allclose(layer.a, activity[key].a[0], rtol=1e-12)
        n = layer.z if normalization is None else layer.n
        assert n is not None
        np.testing.assert_allclose(layer.a, np.where(n > 0, n, own["slope"] * n), rtol=1e-12)
        trained = {"slope"} | ({"gain", "shift"} if normalization else set())
        assert set(layer.own) == trained
        for name, moved in layer.own.items():
            np.testing.assert_allclose(moved.new, own[name] - 0.05 * moved.gradient, rtol=1e-12)


def test_the_best_weights_come_back_with_their_running_statistics() -> None:
    made = document("batch", "prelu", 0.3)
    stop = Stop(monitor="val_loss", patience=3)
    optimizer = Part.of("adam", learning_rate=0.1)
    how = settings(epochs=60, optimizer=optimizer, stop=stop)
    found = train(made.network, made.parameters, how, data(made, 13))
    assert found.reason == "patience"
    best = float(np.min(found.series["val_loss"]))
    assert best < found.series["val_loss"][-1]
    said = loss(made.network, found.parameters, X[32:], Y[32:], Part("mse"))
    assert said == pytest.approx(best, rel=1e-12)


def test_a_pause_while_waiting_for_better_changes_nothing() -> None:
    made = document("batch", "prelu", 0.3)
    stop = Stop(monitor="val_loss", patience=4)
    how = settings(epochs=60, optimizer=Part.of("adam", learning_rate=0.1), stop=stop)
    whole = train(made.network, made.parameters, how, data(made, 13))
    half = train(made.network, made.parameters, how, data(made, 13), goal=whole.epoch - 2)
    rest = train(made.network, half.parameters, how, data(made, 13), half.progress, goal=60)
    assert rest.reason == "patience"
    assert rest.parameters.equals(whole.parameters)

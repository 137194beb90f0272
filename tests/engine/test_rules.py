"""Parts of a batch, bounds of the gradient, schedules and stop rules: the same numbers whatever happens in between."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog import optimizers, schedules
from nnstudio.document import Part, Progress, Stop, StudioError, Training
from nnstudio.engine import Snapshot, TrainingRun, train
from nnstudio.engine.loop import set_order
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference
from nnstudio.engine.run import FLAGS
from nnstudio.engine.work import Work

SCHEDULES = [
    Part("constant"),
    Part.of("step", factor=0.5, every=2),
    Part.of("exponential", factor=0.9, unit="update"),
    Part.of("polynomial", power=2.0, end=0.1),
    Part.of("cosine", unit="update", warm_up=5),
    Part.of("warm_restarts", first=3),
    Part("one_cycle"),
    Part.of("one_cycle", cycle_momentum=True, warm_up=3),
    Part.of("linear_warm_up", length=9, unit="update"),
    Part.of("reduce_on_plateau", patience=0, factor=0.5, threshold=0.2),
]


def same(a: Snapshot, b: Snapshot) -> bool:
    return (
        a.parameters.equals(b.parameters)
        and (a.epoch, a.batch, a.updates, a.reason) == (b.epoch, b.batch, b.updates, b.reason)
        and a.series.keys() == b.series.keys()
        and all(np.array_equal(a.series[name], b.series[name], equal_nan=True) for name in a.series)
        and a.progress.state.keys() == b.progress.state.keys()
        and all(np.array_equal(a.progress.state[n], b.progress.state[n], equal_nan=True) for n in a.progress.state)
    )


def in_pieces(document, training: Training, data, pieces: tuple[str, ...] = ("batch", "epoch", "batch", "batch")):
    """The same training by runs that each do a little and hand over what they kept."""
    parameters, progress = document.parameters, Progress()
    for grain in pieces:
        run = TrainingRun(document.network, parameters, training, data, progress)
        run.step(grain)
        rest = run.snapshot()
        run.stop()
        assert run.join(10)
        if rest.state == "finished":
            return rest
        parameters, progress = rest.parameters, rest.progress
    return train(document.network, parameters, training, data, progress, goal=training.epochs)


def order_of(data, training: Training, epoch: int) -> np.ndarray:
    order = np.zeros(len(data.train), dtype=np.int64)
    set_order(order, data.train, int(training.shuffle), training.seed, epoch)
    return order


# -- parts of a batch -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [2, 3, 5, 36, 37, 50])
def test_a_batch_in_parts_is_the_batch(make, parts: int) -> None:
    document, data, training = make.iris_like()
    network = document.network.with_synapses(replace(document.network.synapses[5], l2=0.01))
    training = replace(training, dtype="float64", batch_size=37, clip_norm=0.3)  # 120 samples: the last batch has 9
    whole = train(network, document.parameters, training, data)
    found = train(network, document.parameters, replace(training, accumulate=parts), data)
    assert found.updates == whole.updates == 12 * 4
    for key, w in whole.parameters.weights.items():
        np.testing.assert_allclose(found.parameters.weights[key], w, rtol=1e-12, atol=1e-12)
    for key, b in whole.parameters.biases.items():
        np.testing.assert_allclose(found.parameters.biases[key], b, rtol=1e-12, atol=1e-12)
    for name, values in whole.series.items():
        np.testing.assert_allclose(found.series[name], values, rtol=1e-12)


def test_a_batch_in_parts_takes_the_memory_of_a_part(make) -> None:
    document, data = make.chain((64, 64, 3), "tanh", "softmax"), make.classes(64, 3, 4096)
    training = Training(batch_size=4096)

    def values(parts: int) -> int:
        work = Work(
            document.network,
            document.parameters,
            replace(training, accumulate=parts),
            data,
            Progress(),
            np.zeros(FLAGS, dtype=np.int64),
        )
        return work.table.arena.size - 4 * work.table.stride

    assert values(64) * 60 < values(1)


def test_a_batch_in_parts_pauses_without_changing_a_bit(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, batch_size=37, accumulate=4)
    assert same(in_pieces(document, training, data), train(document.network, document.parameters, training, data))


# -- schedules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", SCHEDULES, ids=lambda part: part.key)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_schedule_goes_on_with_the_same_bits(make, part: Part, dtype: str) -> None:
    document, data, training = make.iris_like()
    training = replace(training, schedule=part, dtype=dtype)
    wanted = train(document.network, document.parameters, training, data)
    assert same(in_pieces(document, training, data), wanted)
    run = TrainingRun(document.network, document.parameters, training, data)
    run.start()
    while run.state == "running":
        run.poll()
    assert same(run.snapshot(), wanted)
    assert run.join(10)


@pytest.mark.parametrize("part", SCHEDULES, ids=lambda part: part.key)
def test_the_rate_of_every_update_is_the_formulas(make, part: Part) -> None:
    document, data, training = make.iris_like()
    training = replace(training, schedule=part, dtype="float64", optimizer=Part.of("sgd", learning_rate=0.5), epochs=6)
    found = train(document.network, document.parameters, training, data)
    entry = schedules[part.key]
    batches, numbers = 8, np.array(entry.numbers(part))
    unit, warm_up = entry.counts(part)
    state, last, velocity, momenta = entry.begin, [], 0.0, []
    moves = entry.moves_momentum(part, optimizers["sgd"])
    reference = Reference(compile_program(document.network, training.loss, training.optimizer), document.parameters)
    for epoch in range(6):
        order = order_of(data, training, epoch)
        for done in range(batches):
            moment, total = (epoch * batches + done, 6 * batches) if unit == "update" else (epoch, 6)
            rate = 0.5 * state[0] * entry.share_at(moment, total, warm_up, numbers)
            rows = order[done * 16 : (done + 1) * 16]
            reference.gradient(data.inputs[rows], data.target_rows[rows])
            momentum = entry.momentum_at(moment, total, warm_up, numbers) if moves else 0.0
            velocity = momentum * velocity + reference.g
            reference.w -= rate * velocity
        last.append(rate)
        momenta.append(momentum)
        if entry.follow is not None:
            state = entry.follow(state, found.series["val_loss"][epoch], **entry.values(part))
    np.testing.assert_allclose(found.series["learning_rate"], last, rtol=1e-12)
    assert ("momentum" in found.series) == moves
    np.testing.assert_allclose(found.series.get("momentum", np.zeros(6)), momenta, rtol=1e-12)
    for key in document.network.synapses:
        np.testing.assert_allclose(found.parameters.weights[key], reference.weights(key), rtol=1e-12, atol=1e-12)


def test_a_momentum_stays_where_an_optimizer_has_none(make) -> None:
    document, data, training = make.iris_like()
    for key in ("adagrad", "nadam"):  # Nadam moves its momentum itself
        kept = replace(training, optimizer=Part.of(key, learning_rate=0.01), schedule=Part("one_cycle"))
        moved = replace(kept, schedule=Part.of("one_cycle", cycle_momentum=True))
        found = [train(document.network, document.parameters, t, data) for t in (kept, moved)]
        assert found[0].parameters.equals(found[1].parameters)
        assert "momentum" not in found[1].series


def test_a_plateau_lowers_the_rate(make) -> None:
    document, data, training = make.iris_like()
    part = Part.of("reduce_on_plateau", patience=1, factor=0.5, threshold=0.9, least=0.2, cooldown=1)
    found = train(document.network, document.parameters, replace(training, schedule=part), data)
    # no loss is a tenth of the one before: two bad epochs, a step, an epoch of rest, two bad epochs, ...
    shares = found.series["learning_rate"] / 0.01
    np.testing.assert_allclose(shares, [1.0] * 3 + [0.5] * 3 + [0.25] * 3 + [0.2] * 3)


def test_a_schedule_needs_what_it_watches(make) -> None:
    document, data, training = make.iris_like(validation=0)
    training = replace(training, schedule=Part.of("reduce_on_plateau", monitor="val_loss"))
    with pytest.raises(StudioError, match="no samples for validation"):
        train(document.network, document.parameters, training, data)


def test_a_constant_rate_changes_no_bit_and_adds_a_curve(make) -> None:
    document, data, training = make.iris_like()
    plain = train(document.network, document.parameters, training, data)
    found = train(document.network, document.parameters, replace(training, schedule=Part("constant")), data)
    assert found.parameters.equals(plain.parameters)
    assert "learning_rate" not in plain.series
    assert plain.learning_rate == found.learning_rate == 0.01
    np.testing.assert_array_equal(found.series["learning_rate"], np.full(12, 0.01))


def test_another_run_of_the_same_length_starts_the_wave_again(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, schedule=Part("cosine"))
    first = train(document.network, document.parameters, training, data)
    again = train(document.network, first.parameters, training, data, first.progress)
    np.testing.assert_array_equal(again.series["learning_rate"][12:], first.series["learning_rate"])


# -- bounds of the gradient -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "norm"), [(0.01, None), (None, 0.05), (0.02, 0.05)])
def test_a_bounded_gradient_equals_the_formula(make, value: float | None, norm: float | None) -> None:
    document, data, training = make.iris_like()
    training = replace(
        training, dtype="float64", clip_value=value, clip_norm=norm, optimizer=Part.of("sgd", learning_rate=0.5)
    )
    found = train(document.network, document.parameters, training, data)
    reference = Reference(compile_program(document.network, training.loss, training.optimizer), document.parameters)
    touched = 0
    for epoch in range(training.epochs):
        order = order_of(data, training, epoch)
        for rows in (order[k : k + 16] for k in range(0, len(order), 16)):
            reference.gradient(data.inputs[rows], data.target_rows[rows])
            before = reference.g.copy()
            if value is not None:
                np.clip(reference.g, -value, value, out=reference.g)
            if norm is not None:
                reference.g *= min(1.0, norm / (np.linalg.norm(reference.g) + 1e-6))
            touched += not np.array_equal(before, reference.g)
            reference.update()
    assert touched > 20
    for key in document.network.synapses:
        np.testing.assert_allclose(found.parameters.weights[key], reference.weights(key), rtol=1e-12, atol=1e-12)


def test_a_bound_that_nothing_reaches_changes_no_bit(make) -> None:
    document, data, training = make.iris_like()
    plain = train(document.network, document.parameters, training, data)
    found = train(document.network, document.parameters, replace(training, clip_norm=1e6, clip_value=1e6), data)
    assert found.parameters.equals(plain.parameters)


def test_what_is_held_does_not_count_in_the_length(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, dtype="float64", clip_norm=0.01, epochs=1, optimizer=Part.of("sgd", learning_rate=1.0))
    held = document.network.with_synapses(replace(document.network.synapses[5], trainable=False))
    found = train(held, document.parameters, replace(training, batch_size=1000), data).parameters
    moved = sum(
        float(np.sum((array - before[key]) ** 2))
        for arrays, before in ((found.weights, document.parameters.weights), (found.biases, document.parameters.biases))
        for key, array in arrays.items()
    )
    assert math.sqrt(moved) == pytest.approx(0.01, rel=1e-3)


# -- stop rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stop",
    [
        Stop("loss", target=0.5),
        Stop("accuracy", target=0.8),
        Stop("val_loss", patience=3, least_change=0.02),
        Stop("val_accuracy", patience=4),
        Stop("loss", patience=2, least_change=0.05, restore_best=False),
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_stop_rule_ends_the_run_at_the_same_bit_paused_or_not(make, stop: Stop, dtype: str) -> None:
    document, data, training = make.iris_like()
    training = replace(training, epochs=400, stop=stop, dtype=dtype)
    found = train(document.network, document.parameters, training, data)
    assert found.state == "finished"
    assert found.reason == ("target" if stop.target is not None else "patience")
    assert 2 < found.epoch < 400
    assert same(in_pieces(document, training, data, ("epoch", "batch", "batch", "epoch", "epoch", "batch")), found)
    run = TrainingRun(document.network, document.parameters, training, data)
    run.start()
    while run.state == "running":
        run.poll()
    assert same(run.snapshot(), found)
    assert run.join(10)


def test_a_target_ends_with_the_epoch_that_reaches_it(make) -> None:
    document, data, training = make.iris_like()
    curve = train(document.network, document.parameters, replace(training, epochs=60), data).series["loss"]
    wanted = int(np.flatnonzero(curve <= 0.6)[0]) + 1
    training = replace(training, epochs=60, stop=Stop("loss", target=0.6))
    found = train(document.network, document.parameters, training, data)
    assert found.epoch == wanted
    assert len(found.series["loss"]) == wanted


def test_patience_brings_the_best_weights_back(make) -> None:
    document, data, training = make.iris_like()
    stop = Stop("val_loss", patience=3, least_change=0.02)
    training = replace(training, epochs=400, stop=stop)
    found = train(document.network, document.parameters, training, data)
    curve, best, since = found.series["val_loss"], math.inf, 0
    for epoch, value in enumerate(curve, 1):
        if best - value > 0.02:
            best, since = value, epoch
    assert found.epoch == since + 3
    then = train(document.network, document.parameters, replace(training, stop=Stop()), data, goal=since)
    assert found.parameters.equals(then.parameters)
    left = train(document.network, document.parameters, replace(training, stop=replace(stop, restore_best=False)), data)
    assert left.epoch == found.epoch
    assert not left.parameters.equals(found.parameters)
    on = train(document.network, found.parameters, training, data, found.progress)
    assert on.epoch >= found.epoch + 3  # patience begins anew


def test_time_ends_a_run_between_two_batches(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, epochs=10_000_000, stop=Stop(seconds=0.2))
    found = train(document.network, document.parameters, training, data)
    assert found.reason == "time"
    assert 0.2 <= found.seconds < 0.4
    plain = train(document.network, document.parameters, replace(training, stop=Stop()), data, goal=found.epoch)
    np.testing.assert_array_equal(plain.series["loss"], found.series["loss"])
    again = train(document.network, found.parameters, training, data, found.progress)
    assert 0.2 <= again.seconds - found.seconds < 0.4


def test_time_goes_on_after_a_pause(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, epochs=10_000_000, stop=Stop(seconds=0.2))
    run = TrainingRun(document.network, document.parameters, training, data)
    run.step("epoch")
    half = run.snapshot()
    assert half.state == "paused"
    run.start()
    found = run.snapshot()
    assert run.join(10)
    assert found.reason == "time"
    assert 0.2 <= found.seconds < 0.4


def test_a_rule_names_what_it_cannot_watch(make) -> None:
    document, data, training = make.iris_like(validation=0)
    with pytest.raises(StudioError, match='stop by "val_loss", but this run records: loss, accuracy'):
        train(document.network, document.parameters, replace(training, stop=Stop("val_loss", patience=2)), data)


# -- numbers that are none --------------------------------------------------------------------------------------------


def test_divergence_names_layer_batch_and_cause(make) -> None:
    document = make.chain((3, 6, 6, 1), "relu", "linear")
    data = make.numbers(3, 1, 40)
    training = Training(Part("mse"), Part.of("sgd", learning_rate=1e4), 8, 500)
    found = train(document.network, document.parameters, training, data)
    assert found.reason == "diverged"
    text = str(found.message)
    assert f"epoch {found.epoch + 1}, batch {found.batch + 1}" in text
    assert '"layer ' in text
    assert "beyond all bounds" in text
    for array in (*found.parameters.weights.values(), *found.parameters.biases.values()):
        assert np.isfinite(array).all()


@pytest.mark.parametrize("parts", [1, 3])
def test_a_hole_in_the_data_is_named(make, parts: int) -> None:
    document = make.chain((3, 4, 1))
    training = Training(Part("mse"), Part("sgd"), 10, 5, shuffle=False, accumulate=parts)
    data = make.numbers(3, 1, 30)
    row = int(data.train[17])
    data.inputs[row, 1] = np.nan
    found = train(document.network, document.parameters, training, data)
    assert (found.epoch, found.batch) == (0, 1)
    assert f"the input 2 of row {row + 1} is not a number" in str(found.message)
    data = make.numbers(3, 1, 30)
    data.targets[row, 0] = np.inf
    found = train(document.network, document.parameters, training, data)
    assert f"the target 1 of row {row + 1} is not a number" in str(found.message)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_update_that_overflows_is_taken_back(make, dtype: str) -> None:
    document = make.chain((3, 4, 1), "tanh", "linear")
    data = make.numbers(3, 1, 30)
    training = Training(Part("mae"), Part.of("sgd", learning_rate=10.0, weight_decay=10.0), 10, 1000, dtype=dtype)
    found = train(document.network, document.parameters, training, data)
    assert found.reason == "diverged"
    assert "beyond all bounds" in str(found.message)
    for array in (*found.parameters.weights.values(), *found.parameters.biases.values()):
        assert np.isfinite(array).all()
        assert np.isfinite(array.astype(dtype)).all()


# -- penalties --------------------------------------------------------------------------------------------------------


def test_an_l1_weight_may_return_from_zero_and_biases_pay_nothing(make) -> None:
    document = make.chain((1, 1))
    network = document.network.with_synapses(replace(document.network.synapses[3], l1=0.1))
    parameters = document.parameters.with_weights(3, np.zeros((1, 1))).with_bias(2, np.zeros(1))
    data = make.numbers(1, 1, 40)
    x = data.inputs[data.train]
    object.__setattr__(data, "targets", 2.0 * data.inputs)
    training = Training(Part("mse"), Part.of("sgd", learning_rate=0.1), 40, 200, dtype="float64")
    found = train(network, parameters, training, data).parameters
    # d/dw of mean (w x + b - 2 x)^2 + 0.1 |w| is 0, and so is that by b: b = (2 - w) mean(x)
    centred = x - x.mean()
    assert found.weights[3][0, 0] == pytest.approx(2.0 - 0.05 / float((centred**2).mean()), rel=1e-6)
    assert found.biases[2][0] == pytest.approx(float((2.0 - found.weights[3][0, 0]) * x.mean()), rel=1e-6)

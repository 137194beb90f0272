"""A walk through the next update: its numbers follow from each other, and its end is what training does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.initial import fill
from nnstudio.document import Document, Part, Training
from nnstudio.document.edits import Mute
from nnstudio.engine import Operation, TrainingRun, Walk, forward, loss, train
from nnstudio.engine.loop import set_order
from nnstudio.engine.order import order_of

KINDS = ("inputs", "sum", "activate", "sum", "activate", "loss", "delta", "slopes", "delta", "slopes")


def task(make, **settings) -> tuple[Document, object, Training]:
    document = make.chain((4, 5, 3), "tanh", "softmax")
    training = Training(Part("cross_entropy"), Part.of("adam", learning_rate=0.05), 8, 10, dtype="float64")
    return document, make.classes(4, 3, 30), replace(training, **settings)


def walked(document, data, training, progress=None, parameters=None) -> Walk:
    from nnstudio.document import Progress

    return Walk(document.network, parameters or document.parameters, training, data, progress or Progress())


def operations(walk: Walk) -> list[Operation]:
    return [walk.operation(place) for place in range(len(walk))]


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("count", [1, 2, 31, 400])
def test_the_order_is_the_loops(shuffle: bool, count: int) -> None:
    rows = np.random.default_rng(1).permutation(1000)[:count].astype(np.int64)
    for epoch in (0, 1, 77):
        wanted = np.zeros(count, dtype=np.int64)
        set_order(wanted, rows, int(shuffle), 12345, epoch)
        np.testing.assert_array_equal(order_of(rows, shuffle, 12345, epoch), wanted)


def test_operations_come_in_the_order_of_the_engine(make) -> None:
    walk = walked(*task(make, accumulate=3))
    found = operations(walk)
    assert tuple(o.kind for o in found[:10]) == KINDS
    assert [o.layer or o.synapses for o in found[:10]] == [1, 2, 2, 3, 3, 3, 3, 5, 2, 4]
    assert [(s.start, s.stop) for s in walk.parts] == [(0, 3), (3, 6), (6, 8)]
    assert [place for place, o in enumerate(found) if o.kind == "average"] == [30, 61, 82]
    assert [o.name for o in found[83:]] == ["weights/4", "weights/5", "biases/2", "biases/3", ""]
    assert len(found) == 88
    assert [walk.row(o) for o in found if o.kind == "inputs"] == walk.rows.tolist()


def test_steps_of_each_grain(make) -> None:
    walk = walked(*task(make, accumulate=3))
    assert [walk.after(-1, "operation"), walk.after(4, "operation"), walk.after(87, "operation")] == [0, 5, 87]
    ends, place = [], -1
    while place < len(walk) - 1:
        place = walk.after(place, "sample")
        ends.append(place)
    assert ends == [9, 19, 29, 40, 50, 60, 71, 81, 87]
    assert [walk.after(p, "micro_batch") for p in (-1, 30, 45, 82, 84)] == [30, 61, 61, 87, 87]
    assert [walk.after(p, "batch") for p in (-1, 40)] == [87, 87]


def test_the_values_of_a_sample_follow_from_each_other(make) -> None:
    document, data, training = task(make)
    document = Mute(2, (1,)).apply(document)
    walk = walked(document, data, training)
    weights = document.parameters.weights
    for first in (0, 30):
        operation = {walk.operation(first + k): k for k in range(10)}
        inputs, sum2, act2, sum3, act3, lost, delta3, slopes5, delta2, slopes4 = (walk.values(o) for o in operation)
        row = walk.row(walk.operation(first))
        activity = forward(document.network, document.parameters, data.inputs[row : row + 1])
        np.testing.assert_array_equal(inputs["x"], data.inputs[row])
        np.testing.assert_allclose(sum2["products"], inputs["x"] @ weights[4], rtol=1e-12)
        np.testing.assert_allclose(sum2["products"] + sum2["bias"], sum2["z"], rtol=1e-12)
        np.testing.assert_allclose(act2["a"], np.tanh(sum2["z"]))
        np.testing.assert_allclose(act2["sent"], activity[2].a[0])
        assert act2["sent"][1] == 0.0 != act2["a"][1]
        np.testing.assert_allclose(sum3["products"], act2["sent"] @ weights[5], rtol=1e-12)
        np.testing.assert_allclose(act3["a"], activity[3].a[0])
        np.testing.assert_array_equal(lost["target"], data.target_rows[row])
        np.testing.assert_allclose(delta3["delta"], act3["a"] - lost["target"])
        np.testing.assert_allclose(slopes5["dw"], np.outer(act2["sent"], delta3["delta"]))
        back = weights[5] @ delta3["delta"]
        back[1] = 0.0
        np.testing.assert_allclose(delta2["arriving"], back)
        np.testing.assert_allclose(delta2["slope"], 1 - act2["a"] ** 2)
        np.testing.assert_allclose(delta2["delta"], delta2["arriving"] * delta2["slope"])
        np.testing.assert_allclose(slopes4["dw"], np.outer(inputs["x"], delta2["delta"]))
        x, y = data.inputs[row : row + 1], data.target_rows[row : row + 1]
        wanted = loss(document.network, document.parameters, x, y, training.loss)
        assert walk.loss(walk.operation(first)) == pytest.approx(wanted, rel=1e-12)


def test_the_gradient_is_the_mean_of_the_samples_slopes(make) -> None:
    document, data, training = task(make, accumulate=3, class_weight=((0, 2.0), (2, 0.5)))
    walk = walked(document, data, training)
    total, count = np.zeros((4, 5)), 0
    for operation in operations(walk):
        if operation.kind == "slopes" and operation.synapses == 4:
            total += walk.values(operation)["dw"]
            count += 1
        if operation.kind == "average":
            np.testing.assert_allclose(walk.gradients(operation.part)["weights/4"], total / count, rtol=1e-10)
    assert count == 8


CASES = {
    "plain": {},
    "parts": {"accumulate": 3},
    "weights of classes": {"class_weight": "balanced", "accumulate": 2},
    "bounds and schedule": {"clip_norm": 0.2, "clip_value": 0.1, "schedule": Part.of("one_cycle", rise=0.5)},
    "momentum moves": {"schedule": Part.of("one_cycle", cycle_momentum=True)},
    "in order": {"shuffle": False, "optimizer": Part.of("sgd", learning_rate=0.1, momentum=0.9)},
    "carried over": {"carry_over": True},
    "whole": {"optimizer": Part("lbfgs")},
    "search": {"optimizer": Part.of("lbfgs", line_search="strong_wolfe", learning_rate=3.0), "accumulate": 2},
    "lion": {"optimizer": Part.of("lion", learning_rate=0.01, weight_decay=0.1)},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("own", [False, True])
def test_its_end_is_what_training_does(make, name: str, own: bool) -> None:
    document, data, training = task(make, **CASES[name])
    network = document.network.with_synapses(replace(document.network.synapses[5], l1=0.01, l2=0.02))
    if own:
        # no bias: before a normalization it has no slope but rounding, which an optimizer would blow up
        network = network.changed_layer(2, normalization=Part("batch"), dropout=0.3, bias=False)
    mask = np.zeros((4, 5), np.bool_)
    mask[2] = True
    document = fill(document.having(network=network, parameters=document.parameters.with_frozen(4, mask)))
    begun = train(document.network, document.parameters, training, data, goal=2)
    for _ in range(3):
        walk = Walk(document.network, begun.parameters, training, data, begun.progress)
        moved = _one_batch(document, begun, training, data)
        assert walk.update == moved.updates
        for operation in operations(walk)[-len(walk.at_the_end) : -1]:
            kind, key, *rest = operation.name.split("/")
            moving = walk.moving(operation.name)
            arrays = {"weights": moved.parameters.weights, "biases": moved.parameters.biases}
            new = arrays[kind][int(key)] if kind in arrays else moved.parameters.own[int(key), rest[0]]
            np.testing.assert_allclose(moving.new, new, rtol=1e-9, atol=1e-12)
            for title, values in moving.new_state.items():
                kept = moved.progress.state[f"{training.optimizer.key}/{title}/{operation.name}"]
                np.testing.assert_allclose(values, kept, rtol=1e-9, atol=1e-12)
        begun = moved


def _one_batch(document, begun, training, data):
    from nnstudio.engine.run import FLAGS
    from nnstudio.engine.work import Work

    work = Work(document.network, begun.parameters, training, data, begun.progress, np.zeros(FLAGS, dtype=np.int64), 1)
    work.advance(99, 1)
    return work.snapshot(1, 99, "paused")


def test_samples_that_wait_for_the_next_epoch(make) -> None:
    document, data, training = task(make, carry_over=True)
    begun = train(document.network, document.parameters, training, data, goal=1)
    for _ in range(3):
        begun = _one_batch(document, begun, training, data)
    walk = walked(document, data, training, begun.progress, begun.parameters)
    assert walk.waits
    assert len(walk.rows) == 30 % 8
    assert [o.kind for o in walk.at_the_end] == ["update"]


def test_the_next_batch_after_an_epoch_that_was_halted_at_its_end(make) -> None:
    document, data, training = make.iris_like()
    run = TrainingRun(document.network, document.parameters, training, data)
    run.step("batch")
    snapshot = run.snapshot()
    run.stop()
    assert run.join(10)
    batches = -(-len(data.train) // training.batch_size)
    halted = replace(snapshot.progress, batch=batches)  # the pause came while the validation samples were looked at
    walk = Walk(document.network, snapshot.parameters, training, data, halted)
    assert (walk.progress.epoch, walk.progress.batch) == (1, 0)
    wanted = order_of(data.train, training.shuffle, training.seed, 1)[: training.batch_size]
    np.testing.assert_array_equal(walk.rows, wanted)


def test_an_epoch_starts_again_in_batches_of_another_size(make) -> None:
    document, data, training = make.iris_like()
    run = TrainingRun(document.network, document.parameters, training, data)
    for _ in range(5):
        run.step("batch")
        snapshot = run.snapshot()
    run.stop()
    assert run.join(10)
    assert snapshot.progress.batch == 5
    larger = replace(training, batch_size=64)  # five of them would be more than there are samples
    walk = Walk(document.network, snapshot.parameters, larger, data, snapshot.progress)
    assert walk.progress.batch == 0
    assert len(walk.rows) == 64

"""Runs on a worker thread: pausing, stepping, going on, stopping; the same bits whatever happened in between."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.document import Part, Progress, Training
from nnstudio.engine import Snapshot, TrainingRun, train


def finished(run: TrainingRun, seconds: float = 60.0) -> Snapshot:
    snapshot = run.snapshot()
    assert run.join(seconds)
    return snapshot


def equal(a: Snapshot, b: Snapshot) -> bool:
    return (
        a.parameters.equals(b.parameters)
        and (a.epoch, a.batch, a.updates) == (b.epoch, b.batch, b.updates)
        and a.series.keys() == b.series.keys()
        and all(np.array_equal(a.series[name], b.series[name]) for name in a.series)
        and a.progress.state.keys() == b.progress.state.keys()
        and all(np.array_equal(a.progress.state[name], b.progress.state[name]) for name in a.progress.state)
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_gives_the_bits_of_train_however_often_it_is_polled(make, dtype: str) -> None:
    document, data, training = make.iris_like()
    training = replace(training, dtype=dtype, epochs=2000)
    wanted = train(document.network, document.parameters, training, data)
    run = TrainingRun(document.network, document.parameters, training, data)
    assert run.state == "new"
    assert run.poll() is None
    run.start()
    seen = 0
    while run.state == "running":
        snapshot = run.poll()
        if snapshot is not None and snapshot.state == "running":
            seen += 1
            assert snapshot.run == run.id
            assert snapshot.progress.state == {}
    found = finished(run)
    assert seen > 1
    assert found.reason == "epochs"
    assert found.epoch == found.goal == 2000
    assert equal(found, wanted)
    assert found.samples_per_second > 0
    assert found.seconds > 0


def test_stepping_and_pausing_and_going_on_elsewhere_change_no_bit(make) -> None:
    document, data, training = make.iris_like()
    wanted = train(document.network, document.parameters, training, data)
    parameters, progress = document.parameters, Progress()
    for grain in ("batch", "batch", "epoch", "batch", "epoch", "epoch", "batch"):
        run = TrainingRun(document.network, parameters, training, data, progress)
        before = progress
        run.step(grain)
        snapshot = run.snapshot()
        run.stop()
        assert run.join(10)
        assert snapshot.state == "paused"
        assert snapshot.reason is None
        if grain == "batch":
            assert snapshot.updates == before.updates + 1
        else:
            assert snapshot.epoch == before.epoch + 1
            assert snapshot.batch == 0
        parameters, progress = snapshot.parameters, snapshot.progress
    found = train(document.network, parameters, training, data, progress, goal=training.epochs)
    assert equal(found, wanted)


def test_steps_in_one_run(make) -> None:
    document, data, training = make.iris_like()
    wanted = train(document.network, document.parameters, training, data)
    run = TrainingRun(document.network, document.parameters, training, data)
    for updates in range(1, 8):
        run.step("batch")
        assert run.snapshot().updates == updates
        assert run.state == "paused"
    run.step("epoch")
    assert run.snapshot().epoch == 1
    run.resume()
    assert equal(finished(run), wanted)


def test_pausing_at_any_moment_changes_no_bit(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, epochs=2000)
    wanted = train(document.network, document.parameters, training, data)
    run = TrainingRun(document.network, document.parameters, training, data)
    for _ in range(10):
        run.start()
        run.pause()
        run.snapshot()
    assert run.state in ("paused", "finished")
    run.start()
    assert equal(finished(run), wanted)


def test_the_same_seed_gives_the_same_bits_and_another_does_not(make) -> None:
    document, data, training = make.iris_like()
    first = train(document.network, document.parameters, training, data)
    assert equal(train(document.network, document.parameters, training, data), first)
    other = train(document.network, document.parameters, replace(training, seed=1), data)
    assert not other.parameters.equals(first.parameters)


def test_an_epoch_whose_data_changed_starts_again(make) -> None:
    document, data, training = make.iris_like()
    run = TrainingRun(document.network, document.parameters, training, data)
    run.step("batch")
    half = run.snapshot()
    run.stop()
    assert run.join(10)
    fewer = replace(data, train=data.train[:50])
    found = train(document.network, half.parameters, training, fewer, half.progress, goal=1)
    assert found.updates == half.updates + 4
    assert np.isfinite(found.series["loss"]).all()


def test_another_optimizer_starts_with_its_own_state(make) -> None:
    document, data, training = make.iris_like()
    first = train(document.network, document.parameters, training, data, goal=2)
    sgd = replace(training, optimizer=Part.of("sgd", learning_rate=0.1, momentum=0.9))
    found = train(document.network, first.parameters, sgd, data, first.progress, goal=4)
    fresh = train(document.network, first.parameters, sgd, data, replace(first.progress, state={}), goal=4)
    assert found.parameters.equals(fresh.parameters)
    assert len(found.series["loss"]) == 4


def test_training_beyond_the_goal_goes_on_for_as_many_epochs_again(make) -> None:
    document, data, training = make.iris_like()
    first = train(document.network, document.parameters, training, data)
    again = train(document.network, first.parameters, training, data, first.progress)
    assert again.epoch == 24
    at_once = train(document.network, document.parameters, replace(training, epochs=24), data)
    assert equal(again, at_once)


def large(make):
    document = make.chain((256, 512, 512, 10), "relu", "softmax")
    data = make.classes(256, 10, 4000, 2000)
    return document, data, Training(Part("cross_entropy"), Part.of("sgd", learning_rate=0.01), 64, 10_000)


def test_pause_and_stop_wait_for_a_batch_not_for_an_epoch(make) -> None:
    document, data, training = large(make)
    run = TrainingRun(document.network, document.parameters, training, data)
    run.start()
    while (snapshot := run.poll()) is None or snapshot.updates < 10:
        time.sleep(0.005)
    rested = []
    for _ in range(5):
        run.pause()
        at_rest = run.snapshot()
        assert run.state == at_rest.state == "paused"
        rested.append(at_rest.batch)
        run.start()
    assert any(rested), "every pause came at an epoch's end"
    run.stop()
    assert run.join(10)
    assert run.snapshot().reason == "cancelled"


def test_a_stopped_run_stays_stopped(make) -> None:
    document, data, training = large(make)
    run = TrainingRun(document.network, document.parameters, training, data)
    run.stop()
    run.start()
    run.step("batch")
    assert run.join(10)
    assert run.state == "finished"
    assert run.snapshot().updates == 0


def test_pausing_before_the_first_batch_does_not_wait(make) -> None:
    document, data, training = large(make)
    run = TrainingRun(document.network, document.parameters, training, data)
    run.start()
    run.pause()
    snapshot = run.snapshot()
    assert snapshot.state == "paused"
    run.stop()
    assert run.join(60)


def test_a_fault_of_the_worker_is_handed_over(make) -> None:
    document, data, training = make.iris_like()
    run = TrainingRun(document.network, document.parameters, replace(training, batch_size=0), data)
    run.start()
    snapshot = run.snapshot()
    assert run.state == snapshot.state == "failed"
    assert "batch size" in str(snapshot.failure)
    assert snapshot.parameters is document.parameters
    taken = run.poll()
    assert taken is not None
    assert taken.failure is snapshot.failure
    assert run.join(10)


def test_divergence_ends_a_run(make) -> None:
    document, data, training = make.iris_like()
    wild = replace(training, optimizer=Part.of("sgd", learning_rate=1e6), loss=Part("mse"))
    document = make.chain((4, 8, 8, 3), "relu", "linear")
    run = TrainingRun(document.network, document.parameters, wild, data)
    run.start()
    snapshot = finished(run)
    assert run.state == "finished"
    assert snapshot.reason == "diverged"
    assert "diverged" in str(snapshot.message)


def test_every_epoch_is_told_of(make) -> None:
    document, data, training = make.iris_like()
    seen: list[int] = []
    found = train(document.network, document.parameters, training, data, on_epoch=lambda s: seen.append(s.epoch))
    assert seen == list(range(1, 13))
    assert equal(found, train(document.network, document.parameters, training, data))


def test_an_interrupt_keeps_what_was_trained(make) -> None:
    document, data, training = make.iris_like()

    def interrupt(snapshot: Snapshot) -> None:
        if snapshot.epoch == 5:
            raise KeyboardInterrupt

    found = train(document.network, document.parameters, training, data, on_epoch=interrupt)
    assert found.reason == "cancelled"
    assert found.epoch == 5
    assert found.updates == 5 * 8


def test_ids_are_never_the_same(make) -> None:
    document, data, training = make.iris_like()
    runs = [TrainingRun(document.network, document.parameters, training, data) for _ in range(3)]
    assert len({run.id for run in runs}) == 3

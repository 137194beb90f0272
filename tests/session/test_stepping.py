"""Five grains of a step: small ones walk through the next update, and its end is training's own, bit for bit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nnstudio.document import Part, StudioError
from nnstudio.document.edits import MoveLayers, SetActivation, SetWeight
from nnstudio.session import Session, Walking

Build = Callable[..., Session]
Wait = Callable[..., None]


def walking(session: Session) -> Walking:
    assert session.walks.present is not None
    return session.walks.present


def at_rest(session: Session, until: Wait) -> None:
    until(lambda: session.state != "running")


@pytest.mark.parametrize("grain", ["operation", "sample", "micro_batch", "batch"])
def test_every_grain_leads_to_the_bits_of_training(build: Build, until: Wait, grain: str) -> None:
    session = build(epochs=1, accumulate=2)
    session.train()
    at_rest(session, until)
    straight = session.document
    session.reset()
    steps = 0
    while session.document.progress.epoch < 1:
        before = session.document
        session.step(grain)  # type: ignore[arg-type]
        at_rest(session, until)
        steps += 1
        if session.document is before:
            assert not walking(session).is_done
        assert steps < 2000
    assert session.document.parameters.equals(straight.parameters)
    for name, values in straight.progress.series.items():
        assert np.array_equal(session.document.progress.series[name], values)
    updates, samples = straight.progress.updates, len(session.dataset.train)
    if grain != "batch":
        walk = walking(session).walk
        each = len(walk.of_sample), len(walk.at_the_end)
        wanted = {"operation": samples * each[0] + updates * (2 + each[1]), "sample": samples + updates}
        assert steps == wanted.get(grain, 3 * updates)


def test_nothing_moves_before_the_update_and_it_is_one_named_step(build: Build, until: Wait) -> None:
    session = build(epochs=3)
    before, told = session.document, []
    session.walks.changed.connect(told.append)
    session.step("operation")
    first = walking(session)
    assert (first.place, first.operation.kind, first.operation.layer) == (0, "inputs", 1)
    while walking(session).place < first.last - 1:
        session.step("sample" if walking(session).place < 30 else "operation")
        assert session.document is before
        assert session.state == "idle"
    assert walking(session).operation.kind == "optimizer"
    session.step("operation")
    assert walking(session).operation.kind == "update"
    at_rest(session, until)
    done = walking(session)
    assert done.is_done
    assert done.after is session.document
    assert told[-1] is done
    assert str(session.history.undo_name) == "Train one batch"
    for key, weights in session.document.parameters.weights.items():
        moving = done.walk.moving(f"weights/{key}")
        np.testing.assert_allclose(weights, moving.new, rtol=1e-5, atol=1e-7)
        assert not np.array_equal(weights, before.parameters.weights[key])
    session.step("sample")
    assert walking(session).walk is not done.walk, "after the update comes the next batch"
    session.step("batch")
    at_rest(session, until)
    assert [str(e.name) for e in session.history.entries[-2:]] == ["Train one batch", "Train one batch"]
    assert walking(session).operation.kind == "update"
    session.undo()
    assert session.walks.present is None
    session.undo()
    assert session.document.parameters.equals(before.parameters)


def test_back_and_forth(build: Build, until: Wait) -> None:
    session = build(epochs=3)
    session.walks.back()
    assert session.walks.present is None
    session.step("sample")
    end = walking(session).place
    session.walks.back()
    session.walks.back()
    assert walking(session).place == end - 2
    session.walks.look_at(10_000)
    assert walking(session).place == walking(session).last - 1, "the update is not made by looking"
    session.walks.look_at(-5)
    assert walking(session).place == 0
    session.walks.back()
    assert walking(session).place == 0
    session.step("batch")
    at_rest(session, until)
    done = walking(session)
    session.walks.back()
    session.walks.back()
    assert walking(session).place == done.last - 2
    moved = session.document
    session.step("operation")
    session.step("operation")
    assert walking(session).place == done.last
    assert session.document is moved, "an update is made once"


def test_whatever_training_reads_ends_a_walk(build: Build, until: Wait) -> None:
    session = build(epochs=3)
    session.step("sample")
    session.do(MoveLayers({1: (5.0, 5.0)}))
    assert session.walks.present is not None
    for edit in (SetWeight(4, 0, 0, 0.5), SetActivation(2, Part("relu"))):
        session.do(edit)
        assert session.walks.present is None
        session.step("sample")
    session.step("epoch")
    assert session.walks.present is None
    at_rest(session, until)
    assert session.document.progress.epoch == 1
    session.step("operation")
    session.train()
    assert session.walks.present is None
    session.step("operation")
    assert session.walks.present is None, "not while it trains"
    session.pause()


def test_what_cannot_train_cannot_be_walked_through(session: Session) -> None:
    with pytest.raises(StudioError):
        session.step("operation")
    assert session.walks.present is None


def test_a_batch_whose_samples_wait_is_stepped_over(build: Build, until: Wait) -> None:
    session = build(epochs=3, carry_over=True, batch_size=32)
    size = len(session.dataset.train)
    assert size % 32
    for _ in range(-(-size // 32)):
        session.step("batch")
        at_rest(session, until)
    assert (session.document.progress.epoch, session.document.progress.updates) == (1, size // 32)


def test_what_takes_long_is_worked_out_in_the_background(
    build: Build, until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnstudio.engine import walk as engine_walk

    monkeypatch.setattr(engine_walk, "LIGHT", 0)
    session = build(epochs=3, accumulate=2)
    session.step("sample")
    session.step("sample")
    assert session.walks.present is None, "not there yet; another step is not taken meanwhile"
    until(lambda: session.walks.present is not None)
    assert walking(session).operation.place == 0
    session.step("sample")
    assert walking(session).operation.place == 1, "the samples of a part are worked out together"
    session.step("micro_batch")
    session.step("micro_batch")
    until(lambda: walking(session).operation.kind == "average" and walking(session).operation.part == 1)
    session.walks.look_at(3)
    until(lambda: walking(session).place == 3)
    session.step("micro_batch")
    session.step("micro_batch")
    session.do(SetWeight(4, 0, 0, 0.25))
    until(lambda: not session.background.busy)
    assert session.walks.present is None, "what comes too late is dropped"
    session.step("operation")
    until(lambda: session.walks.present is not None)
    while not walking(session).is_done:
        session.step("micro_batch")
        until(lambda: not session.background.busy and session.state != "running")
    moved = walking(session).walk.moving("weights/4").new
    np.testing.assert_allclose(session.document.parameters.weights[4], moved, rtol=1e-5, atol=1e-7)

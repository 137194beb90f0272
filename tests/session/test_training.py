"""Training from a session: run, pause, step, stop, reset, edit while it runs, fail, close."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from nnstudio import engine
from nnstudio.document import Part, Progress, Source, StudioError
from nnstudio.document.edits import (
    AddNote,
    Bypass,
    GroupLayers,
    MoveLayers,
    Mute,
    RemoveNeuron,
    RenameLayer,
    ResizeLayer,
    SetActivation,
    SetTraining,
    SetWeight,
)
from nnstudio.session import Live, Session

Build = Callable[..., Session]
Wait = Callable[..., None]
ENDLESS = 5_000_000


def trained(session: Session, until: Wait) -> Session:
    session.train()
    until(lambda: session.state != "running")
    return session


def test_training_to_the_end_is_one_step_that_can_be_undone(build: Build, until: Wait) -> None:
    session = build(epochs=20)
    before, states, heard = session.document, [], []
    session.state_changed.connect(states.append)
    session.live_changed.connect(heard.append)
    assert session.state == "idle"
    assert session.goal == 20
    trained(session, until)
    assert states == ["running", "finished"]
    assert str(session.history.undo_name) == "Train 20 epochs"
    progress = session.document.progress
    assert (progress.epoch, progress.batch) == (20, 0)
    assert set(progress.series) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(len(series) == 20 for series in progress.series.values())
    assert not session.document.parameters.equals(before.parameters)
    assert session.document.initial is before.initial
    assert heard[-1].epoch == 20
    after = session.document
    session.undo()
    assert session.document is before
    assert session.state == "idle"
    session.redo()
    assert session.document is after
    assert session.state == "paused"


def test_train_again_trains_as_many_epochs_more(build: Build, until: Wait) -> None:
    session = trained(build(epochs=5), until)
    assert session.goal == 10
    trained(session, until)
    assert session.document.progress.epoch == 10
    assert [str(e.name) for e in session.history.entries[-2:]] == ["Train 5 epochs", "Train 5 epochs"]


def test_paused_and_resumed_is_bit_for_bit_the_same_as_never_paused(build: Build, until: Wait) -> None:
    session = trained(build(epochs=30_000), until)
    straight = session.document
    session.reset()
    assert session.state == "idle"
    pauses = 0
    session.train()
    while session.state == "running":
        until(lambda: session.state != "running" or session.live.epoch > session.document.progress.epoch)
        if session.state == "running":
            session.pause()
            if session.state == "paused":
                pauses += 1
                session.train()
    assert pauses
    assert session.document.progress.epoch == 30_000
    assert session.document.parameters.equals(straight.parameters)
    for name, series in straight.progress.series.items():
        assert np.array_equal(session.document.progress.series[name], series), name


def test_stepping_by_batch_and_epoch_is_the_same_as_running(build: Build, until: Wait) -> None:
    session = trained(build(epochs=2), until)
    straight = session.document
    session.reset()
    for _ in range(3):
        session.step("batch")
        until(lambda: session.state != "running")
    assert (session.document.progress.epoch, session.document.progress.batch) == (0, 3)
    assert str(session.history.undo_name) == "Train 3 batches", "steps that follow each other are one undo"
    session.step("epoch")
    until(lambda: session.state != "running")
    assert (session.document.progress.epoch, session.document.progress.batch) == (1, 0)
    assert session.state == "paused"
    session.step("epoch")
    until(lambda: session.state != "running")
    assert session.state == "finished"
    assert session.document.parameters.equals(straight.parameters)
    session.undo()
    assert session.document.progress == Progress()


def test_stop_keeps_the_result_and_train_starts_a_full_number_again(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > session.document.progress.epoch)
    session.stop()
    assert session.state == "finished"
    done = session.document.progress.epoch
    assert done > 0
    session.do(SetTraining((("epochs", 7),)))
    assert session.goal == done + 7


def test_reset_goes_back_to_the_same_weights_and_redraw_to_others(build: Build, until: Wait) -> None:
    session = build(epochs=3)
    start = session.document.parameters
    trained(session, until)
    session.reset()
    assert session.document.parameters is start
    assert session.document.progress == Progress()
    assert str(session.history.undo_name) == "Reset to the initial weights"
    steps = len(session.history.entries)
    session.reset()
    assert len(session.history.entries) == steps, "already there"
    session.redraw()
    assert session.document.seed == 1
    assert not session.document.parameters.equals(start)
    session.undo()
    assert session.document.parameters is start


def test_the_same_seed_trains_to_the_same_bits(build: Build, until: Wait) -> None:
    session = trained(build(epochs=10), until)
    first = session.document.parameters
    session.reset()
    trained(session, until)
    assert session.document.parameters.equals(first)
    session.reset()
    session.do(SetTraining((("seed", 1),)))
    trained(session, until)
    assert not session.document.parameters.equals(first)


def test_newest_values_are_told_while_it_trains(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    heard: list[Live] = []
    session.live_changed.connect(heard.append)
    session.train()
    until(lambda: len(heard) >= 5)
    epochs = [live.epoch for live in heard]
    assert epochs == sorted(epochs)
    assert heard[-1].goal == ENDLESS
    assert heard[-1].samples_per_second > 0
    assert heard[-1].seconds_left is not None
    assert len(heard[-1].series["loss"]) == heard[-1].epoch
    assert not session.live.parameters.equals(session.document.parameters)
    session.pause()
    assert session.live.parameters.equals(session.document.parameters)


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (ResizeLayer(2, 6), "Resize Hidden 1 to 6 neurons"),
        (RemoveNeuron(2, 0), "Delete neuron 1 of Hidden 1"),
        (SetActivation(2, Part("relu")), "Use relu"),
        (SetWeight(4, 0, 0, 0.5), "Set weight Input x1 → Hidden 1 1"),
        (SetTraining((("batch_size", 7),)), "Change batch size"),
    ],
    ids=["resize", "delete", "activation", "weight", "batch"],
)
def test_an_edit_of_what_training_reads_pauses_and_goes_on(build: Build, until: Wait, edit: object, what: str) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    session.do(edit)  # type: ignore[arg-type]
    assert session.state == "running"
    train, mine = session.history.entries[-2:]
    assert str(train.name).startswith("Train ")
    assert str(mine.name) == what
    done = session.document.progress.epoch
    assert done > 0
    until(lambda: session.live.epoch > done)
    session.pause()
    assert str(session.history.undo_name).startswith("Train ")


def test_an_edit_that_training_does_not_read_leaves_it_alone(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    run = session._run
    session.do(MoveLayers({2: (300.0, 24.0)}))
    session.do(AddNote("It trains", (0.0, 0.0, 200.0, 90.0)))
    session.do(GroupLayers(frozenset({1, 2})))
    assert session._run is run
    until(lambda: session.live.epoch > 5)
    session.pause()
    assert session.document.layout[2] == (300.0, 24.0)
    assert [str(e.name).split()[0] for e in session.history.entries[-4:]] == ["Move", "Add", "Group", "Train"]


def test_undo_while_training_pauses_and_takes_the_training_back(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    before = session.document
    session.train()
    until(lambda: session.live.epoch > 0)
    session.undo()
    assert session.state == "idle"
    assert session.document is before


def test_an_edit_that_makes_training_impossible_stops_it(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    session.do(ResizeLayer(3, 5))
    assert session.state == "paused"
    with pytest.raises(StudioError, match='"Output" has 5 neurons, but the data has 2 classes'):
        session.train()
    session.undo()
    session.train()
    assert session.state == "running"


def test_an_edit_during_a_step_does_not_start_a_run(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.step("epoch")
    session.do(ResizeLayer(2, 5))
    assert session.state != "running"
    assert session.document.network.layers[2].size == 5


def test_an_edit_at_the_very_end_of_a_run_does_not_start_another(build: Build, until: Wait) -> None:
    session = build(epochs=5)
    session.train()
    run = session._run
    assert run is not None
    while run.state == "running":
        time.sleep(0.002)
    session.do(ResizeLayer(2, 5))
    assert session.state != "running"
    assert session.document.progress.epoch == 5


def test_more_epochs_move_the_goal_of_a_paused_run(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    session.pause()
    wanted = session.document.progress.epoch + 9
    session.do(SetTraining((("epochs", wanted),)))
    assert session.goal == wanted
    trained(session, until)
    assert session.document.progress.epoch == wanted


def test_saving_while_training_saves_what_was_trained_and_goes_on(build: Build, until: Wait, tmp_path: object) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    session.save(f"{tmp_path}/p.nns")
    saved = session.document
    assert session.state == "running"
    assert session.edited
    assert saved.progress.epoch > 0
    session.pause()
    other = Session()
    other.open(f"{tmp_path}/p.nns")
    assert other.document.parameters.equals(saved.parameters)
    assert other.state == "paused"
    assert other.document.progress.epoch == saved.progress.epoch
    other.close()


def test_a_saved_project_trains_on_bit_for_bit(build: Build, until: Wait, tmp_path: object) -> None:
    session = trained(build(epochs=4), until)
    session.do(SetTraining((("epochs", 8),)))
    session.save(f"{tmp_path}/p.nns")
    trained(session, until)
    other = Session()
    other.open(f"{tmp_path}/p.nns")
    other.train()
    while other.state == "running":
        other.poll()
        time.sleep(0.002)
    assert other.document.parameters.equals(session.document.parameters)
    other.close()


def test_a_run_that_diverges_says_so_and_offers_a_slower_rate(build: Build, until: Wait) -> None:
    session = build("generator", "plane", epochs=2000, optimizer=Part.of("sgd", learning_rate=1e5))
    trained(session, until)
    assert session.state == "paused"
    warning = next(p for p in session.problems if p.severity == "warning")
    assert warning.where.kind == "training"
    assert warning.fix is not None
    assert str(warning.fix.label) == "Learn at 10000"
    assert all(np.isfinite(w).all() for w in session.document.parameters.weights.values())
    session.do(warning.fix.edit)
    assert session.document.training.optimizer.get("learning_rate") == 1e4
    assert not session.problems
    session.train()
    session.pause()


def test_a_fault_in_the_worker_reaches_failed_and_the_document_stays_usable(
    build: Build, until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nnstudio.engine.work import Work

    def broken(*_: object) -> int:
        raise RuntimeError("the kernel broke")

    session = build(epochs=50)
    before = session.document
    failures: list[Exception] = []
    session.failed.connect(failures.append)
    monkeypatch.setattr(Work, "advance", broken)
    session.train()
    until(lambda: bool(failures))
    assert str(failures[0]) == "the kernel broke"
    assert session.state == "idle"
    assert session.document is before
    monkeypatch.undo()
    session.do(RenameLayer(2, "Middle"))
    trained(session, until)
    assert session.state == "finished"


def test_closing_while_training_ends_all_threads(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    session.background.submit("x", lambda: None, lambda _: None)
    session.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("nnstudio")]
    assert session.document.progress.epoch > 0


def test_other_data_while_training_starts_afresh_with_it(build: Build, until: Wait) -> None:
    session = build("generator", "xor", epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    session.choose_data(Source("generator", "circle", (("samples", 40),)))
    assert session.document.progress == Progress()
    until(lambda: session.state != "running" or session.live.epoch > 0)
    session.pause()
    assert session.document.data is not None
    assert session.document.data.name == "Circle"


def test_what_an_older_run_still_brings_is_dropped(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS)
    session.train()
    until(lambda: session.live.epoch > 0)
    old = session._run
    assert old is not None
    session.pause()
    session.train()
    assert session._run is not old
    assert session._run is not None
    stale = old.snapshot()
    session._run.poll = lambda: stale  # type: ignore[method-assign]
    assert not session.poll()
    assert session.state == "running"


def test_a_regression_brings_r2(build: Build, until: Wait) -> None:
    session = trained(build("generator", "plane", epochs=30), until)
    series = session.document.progress.series
    assert set(series) == {"loss", "r2", "val_loss", "val_r2"}
    assert series["r2"][-1] > series["r2"][0]
    assert engine.predict(session.document.network, session.document.parameters, np.zeros((1, 2))).shape == (1, 1)


def test_muting_and_bypassing_while_training_goes_on_from_the_exact_state(build: Build, until: Wait) -> None:
    session = build(epochs=ENDLESS, optimizer=Part.of("sgd", learning_rate=0.01))  # no momentum is left to go on
    session.train()
    for edit in (Mute(2, (1,)), Bypass(2), Mute(2, None, False), Bypass(2, False)):
        until(lambda: session.live.epoch > session.document.progress.epoch)
        before = session.document.progress.updates
        session.do(edit)
        assert session.state == "running"
        assert session.document.progress.updates > before, "what was trained until then is part of the document"
        if edit == Mute(2, (1,)):
            still = session.document.parameters
            until(lambda: session.live.epoch > session.document.progress.epoch)
            session.pause()
            moved = session.document.parameters
            assert np.array_equal(moved.weights[4][:, 1], still.weights[4][:, 1])
            assert not np.array_equal(moved.weights[4][:, 0], still.weights[4][:, 0])
            session.train()
    session.pause()
    names = [str(entry.name) for entry in session.history.entries]
    assert {"Mute Hidden 1 2", "Bypass Hidden 1", "Unmute Hidden 1", "Use Hidden 1 again"} <= set(names)
    for _ in range(len(names) - names.index("Mute Hidden 1 2")):
        session.undo()
    assert not session.document.parameters.muted

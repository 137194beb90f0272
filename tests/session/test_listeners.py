"""What listeners do in answer to a change, or fail to do, leaves the session whole and everybody informed."""

from __future__ import annotations

import pytest

from nnstudio.document.edits import AddLayer, RenameLayer, SetTraining
from nnstudio.events import Event
from nnstudio.session import Change, Session

LATE = AddLayer("hidden", (528.0, 264.0))


class FaultError(Exception):
    """What a listener raises that has a bug."""


def fail(_value: object) -> None:
    raise FaultError


def test_who_was_taken_away_by_another_listener_hears_nothing() -> None:
    event: Event[int] = Event()
    heard: list[int] = []
    ends = []
    event.connect(lambda _value: ends[0]())
    ends.append(event.connect(heard.append))
    event.emit(1)
    assert heard == []


def test_those_who_wait_hear_of_two_changes_as_of_one(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    known = [session.document, session.document]
    heard: list[list[Change]] = [[], []]

    def rename(change: Change) -> None:
        heard[0].append(change)
        if len(heard[0]) == 1:
            session.do(RenameLayer(2, "Again"))

    session.changed.connect(rename)
    session.changed.connect(heard[1].append)
    session.do(AddLayer("hidden", (264.0, 0.0)))
    assert [len(changes) for changes in heard] == [2, 1]
    for before, changes in zip(known, heard, strict=True):
        for change in changes:
            assert change.before is before
            before = change.after  # noqa: PLW2901 (the chain goes on from there)
        assert before is session.document
    assert session.document.network.layers[2].name == "Again"
    session.undo()
    assert heard[1][-1].before.network.layers[2].name == "Again"


def test_a_fault_while_hearing_of_a_run_leaves_it_paused_and_told(build) -> None:
    session: Session = build(epochs=5_000_000)
    states: list[str] = []
    documents: list[object] = []
    session.changed.connect(fail)
    session.changed.connect(lambda change: documents.append(change.after))
    session.state_changed.connect(states.append)
    session.train()
    while not session.live.epoch:
        session.poll()
    with pytest.raises(FaultError):
        session.pause()
    assert session.state == "paused"
    assert states == ["running", "paused"]
    assert documents == [session.document]
    assert session.document.progress.updates


@pytest.mark.parametrize("event", ["changed", "walks"])
def test_a_fault_while_hearing_of_an_edit_keeps_it_from_nobody(build, event: str) -> None:
    session: Session = build()
    session.step("operation")
    assert session.walks.present is not None
    documents: list[object] = []
    (session.changed if event == "changed" else session.walks.changed).connect(fail)
    session.changed.connect(lambda change: documents.append(change.after))
    with pytest.raises(FaultError):
        session.do(LATE)
    assert documents == [session.document]
    assert session.walks.present is None


def test_a_fault_while_hearing_that_a_walk_has_ended_does_not_hide_that_it_trains(build) -> None:
    session: Session = build(epochs=5_000_000)
    session.step("operation")
    session.walks.changed.connect(fail)
    with pytest.raises(FaultError):
        session.train()
    assert session.state == "running"
    session.pause()
    assert session.state == "paused"


def test_the_end_of_a_walk_is_told_when_everybody_knows_of_the_document(build) -> None:
    """Whoever hears that a walk has ended reads the document, and what is selected in it."""
    session: Session = build()
    known: list[object] = [session.document]
    heard: list[bool] = []
    session.changed.connect(lambda change: known.append(change.after))
    session.walks.changed.connect(lambda _walking: heard.append(known[-1] is session.document))
    session.step("operation")
    session.do(RenameLayer(2, "Other"))
    session.step("operation")
    session.undo()
    session.step("operation")
    session.new()
    assert heard == [True] * 6


def test_training_goes_on_after_an_edit_that_a_listener_failed_to_hear_of(build) -> None:
    session: Session = build(epochs=5_000_000)

    def fail_at_settings(change: Change) -> None:
        if change.after.training != change.before.training:
            raise FaultError

    session.changed.connect(fail_at_settings)
    session.train()
    while not session.live.epoch:
        session.poll()
    with pytest.raises(FaultError):
        session.do(SetTraining((("batch_size", 7),)))
    assert session.state == "running"
    assert session.document.training.batch_size == 7


def test_opening_finds_problems_in_the_data_that_was_opened(build, tmp_path) -> None:
    """Whoever hears that the walk has ended may ask for problems: not with the data of the project before."""
    session: Session = build()
    path = tmp_path / "whole.nns"
    session.save(path)
    session.new()
    build(kind="bundled", key="iris")
    session.step("operation")
    assert session.walks.present is not None
    found: list[object] = []
    session.walks.changed.connect(lambda _walking: found.append(session.problems))
    session.open(path)
    assert found == [session.problems]
    assert not [problem for problem in session.problems if problem.severity == "error"]
    assert session.dataset is not None
    assert session.dataset.inputs.shape[1] == 2

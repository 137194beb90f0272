"""Going straight to a step of the history."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nnstudio.document.edits import AddLayer, SetTraining
from nnstudio.session import Change, Session

Build = Callable[..., Session]
Wait = Callable[[Callable[[], bool]], None]


def test_a_jump_goes_there_at_once_and_tells_once(session: Session) -> None:
    for place in range(4):
        session.do(AddLayer("hidden", (place * 200.0, 0.0)))
    documents = [entry.document for entry in session.history.entries]
    told: list[Change] = []
    session.changed.connect(told.append)
    session.jump(1)
    assert session.document is documents[1]
    assert session.history.can_redo
    assert len(session.history.entries) == 5
    session.jump(4)
    assert session.document is documents[4]
    session.jump(4)
    assert [(change.before, change.after) for change in told] == [
        (documents[4], documents[1]),
        (documents[1], documents[4]),
    ]
    assert str(told[0].name) == "Add Hidden 1"
    session.jump(0)
    assert not session.document.network.layers
    assert not session.history.can_undo


def test_there_is_no_step_beyond_the_last(session: Session) -> None:
    with pytest.raises(IndexError):
        session.jump(1)


def test_data_and_state_go_along(build: Build) -> None:
    session = build()
    first = next(i for i, entry in enumerate(session.history.entries) if entry.document.data is not None)
    session.jump(0)
    assert session.dataset is None
    session.jump(first)
    assert session.dataset is not None
    assert session.state == "idle"


def test_a_run_is_paused_first_and_can_be_gone_back_to(build: Build, until: Wait) -> None:
    session = build(epochs=100_000)
    here = session.history.index
    session.train()
    until(lambda: session.live.epoch > 0)
    session.jump(here)
    assert session.state == "idle"
    assert session.document.progress.updates == 0
    assert session.history.can_redo
    session.redo()
    assert session.document.progress.updates > 0
    assert session.state == "paused"


def test_a_step_that_the_run_has_replaced_is_gone(build: Build, until: Wait) -> None:
    session = build(epochs=100_000)
    session.do(SetTraining((("batch_size", 7),)))
    undone = session.history.index
    session.undo()
    session.train()
    until(lambda: session.live.epoch > 0)
    session.jump(undone)
    assert session.document.progress.updates > 0
    assert session.document.training.batch_size != 7
    assert session.state == "paused"

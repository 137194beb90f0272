"""A gesture that is given up leaves no trace in the history."""

from __future__ import annotations

import pytest

from nnstudio.document.edits import AddLayer, RenameLayer
from nnstudio.session import Session
from nnstudio.session.history import MOST_STEPS


@pytest.fixture
def session():
    made = Session()
    made.do(AddLayer("hidden", (0.0, 0.0), "A"))
    yield made
    made.close()


def names(session: Session) -> list[str]:
    return [str(entry.name) for entry in session.history.entries]


def test_all_of_its_edits_are_taken_back_at_once(session: Session) -> None:
    before, steps = session.document, names(session)
    for name in ("B", "C", "D"):
        session.do(RenameLayer(1, name), "drag")
    told = []
    session.changed.connect(told.append)
    session.retract("drag")
    assert session.document is before
    assert names(session) == steps
    assert not session.history.can_redo
    assert [change.after for change in told] == [before]


def test_what_could_be_redone_can_be_redone_again(session: Session) -> None:
    session.do(RenameLayer(1, "B"))
    session.do(RenameLayer(1, "C"))
    session.undo()
    session.undo()
    steps = names(session)
    session.do(RenameLayer(1, "X"), "drag")
    session.do(RenameLayer(1, "Y"), "drag")
    session.retract("drag")
    assert names(session) == steps
    session.redo()
    session.redo()
    assert session.document.network.layers[1].name == "C"


def test_another_step_stays(session: Session) -> None:
    session.do(RenameLayer(1, "B"), "drag")
    for spoil in (lambda: session.do(RenameLayer(1, "C")), session.undo):
        spoil()
        steps, document = names(session), session.document
        session.retract("drag")
        session.retract("other")
        assert (names(session), session.document) == (steps, document)


def test_an_empty_history_has_nothing_to_take_back() -> None:
    session = Session()
    session.retract("drag")
    assert names(session) == ["Start"]
    session.close()


def test_the_oldest_steps_come_back_too(session: Session) -> None:
    for k in range(MOST_STEPS):
        session.do(RenameLayer(1, f"N{k}"))
    steps = names(session)
    assert len(steps) == MOST_STEPS
    session.do(RenameLayer(1, "X"), "drag")
    assert names(session) != steps
    session.retract("drag")
    assert names(session) == steps
    assert session.history.index == MOST_STEPS - 1

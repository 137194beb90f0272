"""Doing and undoing: names, merging, files and what counts as edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nnstudio.document import Message, Part, Source, StudioError
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    MoveLayers,
    RenameLayer,
    ResizeLayer,
    SetActivation,
    SetTraining,
    Several,
)
from nnstudio.session import Change, Session, load

Build = Callable[..., Session]


def names(session: Session) -> list[str]:
    return [str(entry.name) for entry in session.history.entries[1:]]


def test_every_step_has_a_name_and_can_be_undone_and_redone(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(AddLayer("hidden", (9.0, 0.0)))
    session.do(Connect(1, 2))
    session.do(ResizeLayer(2, 4))
    assert names(session) == ["Add Input", "Add Hidden 1", "Wire Input to Hidden 1", "Resize Hidden 1 to 4 neurons"]
    before = session.document
    session.undo()
    assert session.document.network.layers[2].size == 8
    assert (str(session.history.undo_name), str(session.history.redo_name)) == (names(session)[2], names(session)[3])
    session.redo()
    assert session.document is before
    assert session.history.redo_name is None
    session.redo()
    assert session.document is before


def test_a_new_step_drops_what_could_be_redone(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(AddLayer("hidden", (0.0, 0.0)))
    session.undo()
    session.do(RenameLayer(1, "Pixels"))
    assert names(session) == ["Add Input", "Rename Input to Pixels"]
    assert not session.history.can_redo


def test_a_drag_of_fifty_moves_is_one_undo(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    for place in range(50):
        session.do(MoveLayers({1: (float(place), 0.0)}), merge="drag 1")
    assert names(session) == ["Add Input", "Move Input"]
    assert session.document.layout[1] == (49.0, 0.0)
    session.undo()
    assert session.document.layout[1] == (0.0, 0.0)
    session.redo()
    assert session.document.layout[1] == (49.0, 0.0)


def test_another_drag_is_another_undo(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(MoveLayers({1: (1.0, 0.0)}), merge="drag 1")
    session.do(MoveLayers({1: (2.0, 0.0)}), merge="drag 2")
    assert len(names(session)) == 3
    session.undo()
    session.do(MoveLayers({1: (3.0, 0.0)}), merge="drag 1")
    assert len(names(session)) == 2, "back on the first drag, it goes on"


def test_a_refused_edit_changes_nothing_and_tells_nobody(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    told: list[Change] = []
    session.changed.connect(told.append)
    before = session.document
    with pytest.raises(StudioError, match="cannot be wired to itself"):
        session.do(Connect(1, 1))
    both = Several(Message.of("Both"), (ResizeLayer(1, 4), Connect(1, 1)))
    with pytest.raises(StudioError):
        session.do(both)
    assert session.document is before
    assert not told


def test_listeners_hear_of_each_change_once_with_both_documents(session: Session) -> None:
    told: list[Change] = []
    disconnect = session.changed.connect(told.append)
    session.do(AddLayer("input", (0.0, 0.0)))
    session.undo()
    disconnect()
    session.redo()
    assert [str(change.name) for change in told] == ["Add Input", "Add Input"]
    assert (len(told[0].before.network.layers), len(told[0].after.network.layers)) == (0, 1)
    assert told[1].after is told[0].before


def test_old_steps_are_forgotten_after_five_hundred(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    for place in range(600):
        session.do(MoveLayers({1: (float(place), 1.0)}))
    assert len(session.history.entries) == 500
    while session.history.can_undo:
        session.undo()
    assert session.document.layout[1] == (100.0, 1.0)


def test_saved_opened_and_edited(session: Session, tmp_path: Path) -> None:
    assert not session.edited
    session.do(AddLayer("input", (0.0, 0.0)))
    assert session.edited
    with pytest.raises(StudioError, match="This project has no file yet: choose where to save it"):
        session.save()
    session.save(tmp_path / "a.nns")
    assert not session.edited
    session.do(RenameLayer(1, "Pixels"))
    assert session.edited
    session.undo()
    assert not session.edited
    session.redo()
    session.save()
    other = Session()
    other.open(tmp_path / "a.nns")
    assert other.document.network == session.document.network
    assert not other.history.can_undo
    assert not other.edited
    other.new()
    assert other.path is None
    assert not other.document.network.layers
    other.close()


def test_a_file_that_cannot_be_opened_leaves_the_present_project(session: Session, tmp_path: Path) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    before = session.document
    (tmp_path / "bad.nns").write_bytes(b"PK\x03\x04 nothing of the sort")
    for name in ("bad.nns", "absent.nns"):
        with pytest.raises(StudioError):
            session.open(tmp_path / name)
    assert session.document is before
    assert session.path is None


def test_a_failed_save_loses_nothing(session: Session, tmp_path: Path) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    with pytest.raises((StudioError, OSError)):
        session.save(tmp_path / "absent" / "a.nns")
    assert session.path is None
    assert session.edited


def test_choosing_data_is_one_step(build: Build) -> None:
    session = build("generator", "xor")
    steps, before = len(session.history.entries), session.document
    session.choose_data(Source("bundled", "iris"))
    assert len(session.history.entries) == steps + 1
    assert str(session.history.undo_name) == "Use Iris"
    first, last = session.document.network.layers[1], session.document.network.layers[3]
    assert (first.size, last.size) == (4, 3)
    assert first.labels == session.dataset.input_names if session.dataset else None
    assert last.labels == ("setosa", "versicolor", "virginica")
    session.undo()
    assert session.document is before
    assert session.dataset is not None
    assert session.dataset.outputs == 2
    session.redo()
    assert session.dataset.outputs == 3


def test_the_same_data_again_is_no_step(build: Build) -> None:
    session = build()
    recipe = session.document.data
    assert recipe is not None
    before = session.document
    session.change_recipe(recipe)
    assert session.document is before


def test_data_that_cannot_be_read_changes_nothing(build: Build, tmp_path: Path) -> None:
    session = build()
    before = session.document
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(StudioError):
        session.choose_data(Source("file", str(tmp_path / "empty.csv")))
    with pytest.raises(StudioError):
        session.choose_data(Source("bundled", "iris"), target="petals")
    assert session.document is before


def test_a_lost_data_file_is_a_problem_and_no_lost_project(session: Session, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(
        "a,b,y\n" + "\n".join(f"{n * 7 % 11},{n % 3},{'yes' if n % 2 else 'no'}" for n in range(20)) + "\n"
    )
    session.choose_data(Source("file", str(table)), "y")
    session.do(AddLayer("input", (0.0, 0.0)))
    session.save(tmp_path / "p.nns")
    table.unlink()
    other = Session()
    other.open(tmp_path / "p.nns")
    assert other.dataset is None
    assert any(p.where.kind == "data" and p.severity == "error" for p in other.problems)
    assert other.document.network.layers[1].labels == ("a", "b")
    other.close()


def test_loading_can_run_in_the_background(session: Session, until: Callable[..., None]) -> None:
    session.background.submit("data", lambda: load(Source("generator", "plane")), session.use)
    until(lambda: session.dataset is not None)
    assert session.document.data is not None
    assert session.document.data.name == "Plane"
    assert not session.background.busy


def test_of_several_requests_the_newest_counts(session: Session, until: Callable[..., None]) -> None:
    import threading

    gate, got = threading.Event(), []
    session.background.submit("other", lambda: gate.wait(10), lambda _: None)
    for number in range(5):
        session.background.submit("same", lambda n=number: n, got.append)  # type: ignore[misc]
    gate.set()
    until(lambda: not session.background.busy)
    assert got == [4]


def test_a_fault_in_the_background_reaches_failed(session: Session, until: Callable[..., None]) -> None:
    failures: list[Exception] = []
    session.failed.connect(failures.append)
    session.background.submit("boom", lambda: 1 // 0, lambda _: None)
    until(lambda: bool(failures))
    assert isinstance(failures[0], ZeroDivisionError)
    session.do(AddLayer("input", (0.0, 0.0)))
    assert len(session.document.network.layers) == 1


def test_a_listener_that_fails_does_not_silence_the_others(session: Session) -> None:
    told: list[str] = []

    def broken(_: Change) -> None:
        raise RuntimeError("listener")

    session.changed.connect(broken)
    session.changed.connect(lambda change: told.append(str(change.name)))
    with pytest.raises(RuntimeError, match="listener"):
        session.do(AddLayer("input", (0.0, 0.0)))
    assert told == ["Add Input"]


def test_settings_and_activations_are_steps_too(build: Build) -> None:
    session = build()
    session.do(SetActivation(2, Part("relu")))
    session.do(SetTraining((("batch_size", 5),)))
    assert names(session)[-2:] == ["Use relu", "Change batch size"]

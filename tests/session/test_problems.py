"""Each thing that keeps a network from training: its sentence, its place, and a fix that mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.document import (
    Dataset,
    Document,
    Layer,
    Message,
    Network,
    Part,
    Source,
    StudioError,
    Synapses,
)
from nnstudio.document.edits import AddLayer, Connect, Edit, Remove, ResizeLayer, SetActivation, SetData, SetTraining
from nnstudio.session import Problem, Session, find_problems

Build = Callable[..., Session]


def errors(session: Session) -> list[Problem]:
    return [problem for problem in session.problems if problem.severity == "error"]


def test_an_empty_canvas_says_what_is_missing(session: Session) -> None:
    assert [problem.text for problem in session.problems] == [
        "The canvas is empty: drag an Input, a Hidden and an Output onto it.",
        "There is no data: open a CSV file or pick a data set.",
    ]
    with pytest.raises(StudioError, match="The canvas is empty"):
        session.train()
    with pytest.raises(StudioError, match="The canvas is empty"):
        session.step("batch")
    assert session.state == "idle"


def test_a_sound_project_has_none(build: Build) -> None:
    assert build().problems == ()


@pytest.mark.parametrize(
    ("edits", "text", "where"),
    [
        ([Remove(layers=frozenset({1}))], "There is no input layer: drag one onto the canvas.", ("network", None)),
        ([Remove(layers=frozenset({3}))], "There is no output layer: drag one onto the canvas.", ("network", None)),
        (
            [AddLayer("hidden", (264.0, 240.0))],
            '"Hidden 2" has no incoming synapses: wire a layer to it.',
            ("layer", 6),
        ),
        (
            [AddLayer("hidden", (264.0, 240.0)), Connect(1, 6)],
            '"Hidden 2" leads nowhere: wire it to another layer.',
            ("layer", 6),
        ),
        (
            [ResizeLayer(1, 5)],
            '"Input" has 5 neurons, but the data has 2 input columns.',
            ("layer", 1),
        ),
        (
            [AddLayer("output", (264.0, 240.0), size=3), Connect(2, 6)],
            '"Output", "Output 2" have 5 neurons together, but the data has 2 classes.',
            ("layer", 3),
        ),
        ([ResizeLayer(3, 4)], '"Output" has 4 neurons, but the data has 2 classes.', ("layer", 3)),
        (
            [SetActivation(3, Part("tanh"))],
            "Cross-entropy needs an output with softmax activation, not tanh.",
            ("layer", 3),
        ),
        (
            [SetTraining((("loss", Part("binary_cross_entropy")),))],
            "Binary cross-entropy needs an output with sigmoid activation, not softmax.",
            ("layer", 3),
        ),
    ],
    ids=[
        "no input",
        "no output",
        "dangling",
        "leads nowhere",
        "inputs",
        "two outputs",
        "outputs",
        "activation",
        "loss",
    ],
)
def test_the_sentence_the_place_and_the_fix(
    build: Build, edits: list[Edit], text: str, where: tuple[str, int | None]
) -> None:
    session = build()
    for edit in edits:
        session.do(edit)
    problem = next(p for p in session.problems if p.text == text)
    assert problem.severity == "error"
    assert (problem.where.kind, problem.where.id) == where
    with pytest.raises(StudioError):
        session.train()
    assert session.state == "idle"
    assert problem.fix is not None
    assert str(problem.fix.label)
    steps = len(session.history.entries)
    session.do(problem.fix.edit)
    assert len(session.history.entries) == steps + 1
    assert text not in [p.text for p in session.problems]


def test_a_loss_that_does_not_fit_the_data_is_mended_by_one_that_does(build: Build) -> None:
    session = build("generator", "plane")
    session.do(SetTraining((("loss", Part("cross_entropy")),)))
    problem = errors(session)[0]
    assert problem.text == "The loss Cross-entropy does not fit this data: it is for classes."
    assert problem.where.kind == "training"
    assert problem.fix is not None
    session.do(problem.fix.edit)
    assert session.document.training.loss == Part("mse")
    assert not session.problems


def test_a_loss_for_counts_needs_counts(build: Build) -> None:
    session = build("generator", "plane")
    session.do(SetTraining((("loss", Part("poisson")),)))
    first, second = errors(session)
    assert first.text.startswith("The loss Poisson needs targets from 0 up, but the smallest is -")
    assert second.text == "Poisson needs an output with exponential activation, not linear."
    assert second.fix is not None
    session.do(second.fix.edit)
    assert session.document.network.layers[3].activation == Part("exponential")
    assert [problem.text for problem in errors(session)] == [first.text]
    recipe = session.document.data
    assert recipe is not None
    session.change_recipe(replace(recipe, preparation=None, scaling="range"))
    assert not session.problems
    assert session.document.network.layers[3].activation == Part("exponential")
    session.change_recipe(replace(recipe, preparation=None, scaling="standard"))
    assert first.fix is not None
    session.do(first.fix.edit)
    assert session.document.training.loss == Part("mse")
    assert not session.problems


def test_following_every_fix_leads_to_a_network_that_trains(session: Session, until: Callable[..., None]) -> None:
    session.choose_data(Source("generator", "xor", (("samples", 40),)))
    for _ in range(10):
        if not session.problems:
            break
        fix = next(problem.fix for problem in session.problems if problem.fix is not None)
        session.do(fix.edit)
    assert session.problems == ()
    assert [layer.kind for layer in session.document.network.layers.values()] == ["input", "hidden", "output"]
    session.do(SetTraining((("epochs", 2),)))
    session.train()
    until(lambda: session.state == "finished")


def test_a_cycle_in_a_file_is_one_problem_and_no_crash() -> None:
    layers = {
        1: Layer(1, "input", "in", (1,)),
        2: Layer(2, "hidden", "a", (1,)),
        3: Layer(3, "hidden", "b", (1,)),
        4: Layer(4, "output", "out", (1,)),
    }
    wires = {5: Synapses(5, 1, 2), 6: Synapses(6, 2, 3), 7: Synapses(7, 3, 2), 8: Synapses(8, 3, 4)}
    document = Document(network=Network(layers, wires, 9))
    texts = [problem.text for problem in find_problems(document, None)]
    assert texts[0] == 'The synapses form a cycle through "a"; remove one of them.'


def test_no_rows_for_training_is_said_of_the_data() -> None:
    none = np.zeros(0, dtype=np.int64)
    data = Dataset("d", "classification", np.zeros((2, 1)), np.array([0, 1]), none, none)
    texts = [p.text for p in find_problems(Document(), data)]
    assert "No rows are left for training: lower the share for validation." in texts


def test_removed_data_is_missed(build: Build) -> None:
    session = build()
    session.do(SetData(None))
    assert [p.text for p in session.problems] == ["There is no data: open a CSV file or pick a data set."]
    with pytest.raises(StudioError, match="There is no data"):
        session.train()
    session.undo()
    assert session.problems == ()


def test_a_notice_of_the_last_run_is_a_warning_after_all_errors() -> None:
    found = find_problems(Document(), None, notice=Message.of("It diverged."))
    assert [p.severity for p in found] == ["error", "error", "warning"]
    assert found[-1].text == "It diverged."

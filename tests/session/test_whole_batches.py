"""What L-BFGS asks for is said before training, with fixes that mend it."""

from __future__ import annotations

from collections.abc import Callable

from nnstudio.document import Part
from nnstudio.document.edits import ResizeLayer, SetDropout, SetTraining
from nnstudio.session import Session

Build = Callable[..., Session]


def optimizer(session: Session, **settings: float | str) -> None:
    session.do(SetTraining((("optimizer", Part.of("lbfgs", **settings)),)))


def test_much_memory(build: Build) -> None:
    session = build()
    optimizer(session, history_size=1000)
    assert session.problems == ()
    hidden = session.document.network.of_kind("hidden")[0]
    session.do(ResizeLayer(hidden.id, 20_000))
    told = [problem for problem in session.problems if "of memory" in problem.text]
    count = sum(w.size for w in session.document.parameters.weights.values())
    count += sum(b.size for b in session.document.parameters.biases.values())
    assert [problem.severity for problem in told] == ["warning"]
    size = f"{2002 * 4 * count / 1e9:.1f}"
    assert f"remembers 1000 steps and slopes of all parameters, which takes {size} GB of memory" in told[0].text
    session.do(told[0].fixes[0].edit)
    assert session.document.training.optimizer.get("history_size") < 1000
    assert not any("of memory" in problem.text for problem in session.problems)


def test_bounded_slopes(build: Build) -> None:
    session = build()
    optimizer(session)
    session.do(SetTraining((("clip_norm", 1.0),)))
    problem = session.problems[0]
    assert problem.text == "LBFGS learns the curvature from the slopes, and bounded slopes mislead it."
    session.do(problem.fixes[0].edit)
    assert session.problems == ()
    assert session.document.training.clip_norm is None


def test_dropout(build: Build) -> None:
    session = build()
    optimizer(session)
    hidden = session.document.network.of_kind("hidden")[0]
    session.do(SetDropout(hidden.id, 0.2))
    problem = session.problems[0]
    assert "draws another one each time" in problem.text
    assert hidden.name in problem.text
    session.do(problem.fixes[0].edit)
    assert session.problems == ()
    session.undo()
    session.do(problem.fixes[1].edit)
    assert session.problems == ()
    assert session.document.training.optimizer == Part("adam")

"""Normalization that has nothing to measure is said, with a fix that mends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nnstudio.document import Part
from nnstudio.document.edits import ResizeLayer, SetNormalization, SetTraining
from nnstudio.session import Session

Build = Callable[..., Session]


def hidden(session: Session) -> int:
    return session.document.network.of_kind("hidden")[0].id


@pytest.mark.parametrize("fields", [(("batch_size", 1),), (("batch_size", 8), ("accumulate", 8))])
def test_batches_of_one_sample(build: Build, fields: tuple[tuple[str, int], ...]) -> None:
    session = build()
    session.do(SetNormalization(hidden(session), Part("batch")))
    assert session.problems == ()
    session.do(SetTraining(fields))
    problem = session.problems[0]
    assert problem.severity == "warning"
    assert problem.where.id == hidden(session)
    assert "cannot measure a batch of one sample" in problem.text
    assert problem.fix is not None
    session.do(problem.fix.edit)
    assert session.problems == ()
    assert session.document.training.batch_size == 32
    session.do(SetTraining(fields))
    session.do(SetNormalization(hidden(session), Part("layer")))
    assert session.problems == ()


def test_layer_normalization_of_a_single_neuron(build: Build) -> None:
    session = build()
    session.do(SetNormalization(hidden(session), Part("layer")))
    session.do(ResizeLayer(hidden(session), 1))
    problem = session.problems[0]
    assert "has a single neuron" in problem.text
    assert problem.fix is not None
    session.do(problem.fix.edit)
    assert session.document.network.layers[hidden(session)].normalization is None
    assert session.problems == ()

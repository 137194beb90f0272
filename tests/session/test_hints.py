"""Warnings that make one think: too many parameters for the data, dead neurons; and several fixes for one problem."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.document import Part, Source
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    ReshapeLayer,
    ResizeLayer,
    SetActivation,
    SetBias,
    SetSynapses,
    SetTraining,
)
from nnstudio.session import Session
from nnstudio.session.hints import CROWDED, dead_neurons, parameter_counts


@pytest.fixture
def iris(session: Session) -> Session:
    """4-8-6-3 on iris."""
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(AddLayer("hidden", (264.0, 0.0), size=8, activation=Part("relu")))
    session.do(AddLayer("hidden", (528.0, 0.0), size=6, activation=Part("tanh")))
    session.do(AddLayer("output", (792.0, 0.0)))
    for source in (1, 2, 3):
        session.do(Connect(source, source + 1))
    session.choose_data(Source("bundled", "iris"))
    return session


def test_parameters_are_counted_as_they_are(iris: Session) -> None:
    counts = parameter_counts(iris.document.network)
    parameters = iris.document.parameters
    held = sum(w.size for w in parameters.weights.values()) + sum(b.size for b in parameters.biases.values())
    assert sum(counts.values()) == held == 4 * 8 + 8 + 8 * 6 + 6 + 6 * 3 + 3


def test_too_many_parameters_are_told_beside_their_layer(iris: Session) -> None:
    assert iris.problems == ()
    iris.do(ResizeLayer(2, 256))
    samples = len(iris.dataset.train)
    assert sum(parameter_counts(iris.document.network).values()) > CROWDED * samples
    (problem,) = iris.problems
    assert (problem.severity, problem.where.kind, problem.where.id) == ("warning", "layer", 3)
    assert f"{samples:,} training samples" in problem.text
    labels = [str(fix.label) for fix in problem.fixes]
    assert labels == ["Stop after 20 epochs without progress", 'Halve "Hidden 2"']
    iris.do(problem.fixes[0].edit)
    assert iris.document.training.stop.patience == 20
    assert [str(fix.label) for fix in iris.problems[0].fixes] == ['Halve "Hidden 2"']
    iris.undo()
    iris.do(problem.fixes[1].edit)
    assert iris.document.network.layers[3].size == 3


def test_errors_come_first_and_hints_wait(iris: Session) -> None:
    iris.do(ResizeLayer(2, 256))
    iris.do(ResizeLayer(1, 5))
    assert [problem.severity for problem in iris.problems] == ["error"]


def test_dead_neurons_are_those_that_never_answer(iris: Session) -> None:
    for neuron in (2, 5):
        iris.do(SetBias(2, neuron, -100.0))
    found = dead_neurons(iris.document.network, iris.document.parameters, iris.dataset)
    assert found.neurons[2] == (2, 5)
    assert 3 not in found.neurons  # tanh cannot die so
    assert found.samples == len(iris.dataset.train)
    iris.do(SetActivation(2, Part("leaky_relu")))
    assert dead_neurons(iris.document.network, iris.document.parameters, iris.dataset).neurons == {}


def test_of_images_only_whole_maps_die(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(ReshapeLayer(1, (8, 8, 1)))
    session.do(AddLayer("hidden", (264.0, 0.0), activation=Part("relu")))
    session.do(ReshapeLayer(2, (8, 8, 3)))
    session.do(AddLayer("output", (528.0, 0.0), size=10))
    session.do(Connect(1, 2, Part("convolution")))
    session.do(Connect(2, 3))
    session.choose_data(Source("bundled", "digits"))
    session.do(SetBias(2, 1, -100.0))
    assert dead_neurons(session.document.network, session.document.parameters, session.dataset).neurons == {2: (1,)}


@pytest.mark.parametrize("place", range(2))
def test_each_fix_of_a_wrong_loss_mends_it(iris: Session, place: int) -> None:
    iris.do(SetActivation(4, Part("sigmoid")))
    (problem,) = [problem for problem in iris.problems if problem.severity == "error"]
    labels = [str(fix.label) for fix in problem.fixes]
    assert len(labels) == 2
    before = iris.document
    iris.do(problem.fixes[place].edit)
    assert not [problem for problem in iris.problems if problem.severity == "error"], labels[place]
    iris.undo()
    assert iris.document is before


def test_an_image_stays_one_where_the_columns_make_a_square(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0)))
    session.do(ReshapeLayer(1, (28, 28, 1)))
    session.do(AddLayer("output", (264.0, 0.0), size=10))
    session.do(Connect(1, 2))
    session.choose_data(Source("bundled", "digits"))
    session.do(ReshapeLayer(1, (28, 28, 1)))
    problem = next(problem for problem in session.problems if problem.where.id == 1)
    session.do(problem.fixes[0].edit)
    assert session.document.network.layers[1].shape == (8, 8, 1)
    assert session.problems == ()


def test_layers_that_do_not_fit_can_be_wired_fully(session: Session) -> None:
    session.do(AddLayer("input", (0.0, 0.0), size=5))
    session.do(AddLayer("output", (264.0, 0.0), size=3))
    session.do(Connect(1, 2))
    session.do(SetSynapses(3, (("wiring", Part("one_to_one")),)))
    problem = next(problem for problem in session.problems if problem.where.kind == "synapses")
    session.do(problem.fixes[-1].edit)
    assert session.document.network.synapses[3].wiring.key == "full"
    assert not [problem for problem in session.problems if problem.where.kind == "synapses"]


def test_a_loss_of_a_trained_network_keeps_its_hints(iris: Session) -> None:
    iris.do(SetTraining((("epochs", 1),)))
    iris.do(SetBias(2, 0, -1000.0))
    iris.train()
    told: list[object] = []
    iris.problems_changed.connect(told.append)
    while iris.state == "running":
        iris.poll()
    assert iris.problems == ()
    while iris.background.busy:
        iris.poll()
    assert len(told) == 1
    assert [problem.where.id for problem in iris.problems] == [2]
    assert np.isfinite(iris.document.parameters.biases[2]).all()

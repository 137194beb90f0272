"""Edits while a network trains act between two batches; weights whose neurons survive go on from where they were."""

from __future__ import annotations

import time

import numpy as np
import pytest

from nnstudio.document import Part, Source
from nnstudio.document.edits import (
    AddLayer,
    Bypass,
    Connect,
    Edit,
    Freeze,
    Join,
    Mute,
    Prune,
    RemoveNeuron,
    SetCells,
    SetChosen,
    SetTraining,
    TakeOut,
)
from nnstudio.document.message import Message
from nnstudio.session import Session

INTO, BETWEEN = 4, 5  # the bundles


@pytest.fixture
def running():
    """Iris on 4-8-3, training without an end in sight, some batches done."""
    session = Session()
    session.do(AddLayer("input", (0, 0), size=4))
    session.do(AddLayer("hidden", (264, 0)))
    session.do(AddLayer("output", (528, 0), size=3, activation=Part("softmax")))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.choose_data(Source("bundled", "iris"))
    session.do(SetTraining((("epochs", 5_000_000),)))
    session.train()
    advance(session)
    yield session
    session.close()


def advance(session: Session) -> None:
    """Let some more batches pass."""
    start, deadline = session.live.epoch, time.monotonic() + 60
    while session.live.epoch < start + 3:
        assert time.monotonic() < deadline
        assert session.state == "running"
        session.poll()


def chosen(*places: tuple[int, int]) -> dict[int, np.ndarray]:
    mask = np.zeros((4, 8), np.bool_)
    for place in places:
        mask[place] = True
    return {INTO: mask}


def test_pruned_synapses_stay_away_and_the_others_go_on(running: Session) -> None:
    running.do(Prune(chosen((0, 0), (3, 7))))
    assert running.state == "running"
    at_the_cut = running.document.parameters.weights[INTO]
    assert at_the_cut[0, 0] == at_the_cut[3, 7] == 0
    advance(running)
    running.pause()
    weights = running.document.parameters.weights[INTO]
    assert weights[0, 0] == weights[3, 7] == 0
    assert (weights != at_the_cut).sum() >= 25


def test_a_synapse_drawn_meanwhile_is_trained(running: Session) -> None:
    running.do(Prune(chosen((1, 1))))
    advance(running)
    running.do(Join(1, 2, 1, 1, 0.125))
    assert running.document.parameters.weights[INTO][1, 1] == 0.125
    advance(running)
    running.pause()
    assert running.document.parameters.weights[INTO][1, 1] not in (0.0, 0.125)


def test_set_weights_go_on_from_there_and_frozen_ones_stay(running: Session) -> None:
    held = chosen((2, 2), (2, 3))
    running.do(SetChosen(held, 0.75))
    assert (running.document.parameters.weights[INTO][held[INTO]] == 0.75).all()
    running.do(Freeze(INTO, held[INTO]))
    frozen = running.document.parameters.weights[INTO]
    advance(running)
    running.pause()
    after = running.document.parameters.weights[INTO]
    np.testing.assert_array_equal(after[held[INTO]], frozen[held[INTO]])
    assert (after[~held[INTO]] != frozen[~held[INTO]]).any()


def test_cells_are_set_in_the_newest_weights(running: Session) -> None:
    running.do(SetCells(Message.of("Set"), INTO, np.array([1]), np.array([2.5])))
    trained = running.history.entries[running.history.index - 1]  # the run up to the edit is a step of its own
    assert str(trained.name).startswith("Train")
    then, now = trained.document.parameters.weights[INTO].copy(), running.document.parameters.weights[INTO]
    assert now[0, 1] == 2.5
    then[0, 1] = 2.5
    np.testing.assert_array_equal(now, then)
    assert (now != running.document.initial.weights[INTO]).all()


@pytest.mark.parametrize("edit", [Mute(2, (3,)), Bypass(2), Mute(1, (0, 1))], ids=["neuron", "bypass", "inputs"])
def test_what_is_muted_is_muted_from_the_next_batch(running: Session, edit: Edit) -> None:
    running.do(edit)
    assert running.state == "running"
    before = running.document.parameters
    advance(running)
    running.pause()
    after = running.document.parameters
    assert after.muted.keys() == before.muted.keys()
    if edit == Mute(2, (3,)):  # no slope reaches it, and none goes out from it
        running.do(SetTraining((("optimizer", Part.of("sgd", learning_rate=0.01)),)))
        still = running.document.parameters
        running.train()
        advance(running)
        running.pause()
        np.testing.assert_array_equal(running.document.parameters.weights[BETWEEN][3], still.weights[BETWEEN][3])
        np.testing.assert_array_equal(running.document.parameters.weights[INTO][:, 3], still.weights[INTO][:, 3])
    assert (after.weights[BETWEEN][0] != before.weights[BETWEEN][0]).any()


@pytest.mark.parametrize("edit", [RemoveNeuron(2, 4), TakeOut(2, 4, (264.0, 400.0))], ids=["removed", "taken out"])
def test_a_structural_edit_keeps_every_weight_whose_neuron_survives(running: Session, edit: Edit) -> None:
    running.do(edit)
    assert running.state == "running"
    trained = running.history.entries[running.history.index - 1]  # the run up to the edit is a step of its own
    assert str(trained.name).startswith("Train")
    kept = [n for n in range(8) if n != 4]
    now, then = running.document.parameters, trained.document.parameters
    np.testing.assert_array_equal(now.weights[INTO], then.weights[INTO][:, kept])
    np.testing.assert_array_equal(now.weights[BETWEEN], then.weights[BETWEEN][kept])
    np.testing.assert_array_equal(now.biases[2], then.biases[2][kept])
    assert (then.weights[INTO] != trained.document.initial.weights[INTO]).any()
    advance(running)
    running.pause()
    assert (running.document.parameters.weights[INTO] != now.weights[INTO]).any()


def test_a_new_rate_counts_from_the_next_batch(running: Session) -> None:
    running.do(SetTraining((("optimizer", Part.of("sgd", learning_rate=0.0)),)))
    before = running.document.parameters.weights[INTO]
    assert running.state == "running"
    advance(running)
    running.pause()
    np.testing.assert_array_equal(running.document.parameters.weights[INTO], before)

"""``nn.load``: a project in Python's hands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio import cli
from nnstudio.document import Part


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    path = tmp_path / "iris.nns"
    assert cli.main(["new", "--data", "iris", "--hidden", "6", "--set", "training.epochs=10", "-o", str(path)]) == 0
    return path


def test_a_project_has_network_data_and_training(iris: Path) -> None:
    project = nn.load(iris)
    assert [layer.name for layer in project.network.layers] == ["Input", "Hidden 1", "Output"]
    assert project.data is not None
    assert project.data.name == "Iris"
    assert project.training.epochs == 10
    assert project.dataset.inputs.shape == (150, 4)
    assert project.problems() == []
    assert "Iris" in repr(project)


def test_training_keeps_the_result_and_goes_on(iris: Path) -> None:
    project = nn.load(str(iris))
    before = project.network
    run = project.train()
    assert run.epochs == 10
    assert project.network is run.network
    assert not np.array_equal(before.weights(("Input", "Hidden 1")), run.network.weights(("Input", "Hidden 1")))
    assert project.train().epochs == 20
    assert project.history["loss"].shape == (20,)
    project.reset()
    assert project.network.weights(("Input", "Hidden 1")).tolist() == before.weights(("Input", "Hidden 1")).tolist()
    assert project.history == {}


def test_saved_and_loaded_it_trains_on_bit_for_bit(iris: Path, tmp_path: Path) -> None:
    project = nn.load(iris)
    project.train()
    project.save(tmp_path / "b.nns")
    straight = project.train().network
    again = nn.load(tmp_path / "b.nns").train().network
    for synapses in straight.synapses:
        assert np.array_equal(again.weights(synapses), straight.weights(synapses))


def test_settings_can_be_given_to_train_or_assigned(iris: Path) -> None:
    project = nn.load(iris)
    project.train(epochs=3, optimizer=nn.SGD(0.5), seed=4)
    assert (project.training.epochs, project.training.optimizer, project.training.seed) == (
        3,
        Part.of("sgd", learning_rate=0.5),
        4,
    )
    project.training = replace(project.training, batch_size=50)
    assert project.training.batch_size == 50
    with pytest.raises(ValueError, match="Epochs is 0"):
        project.train(epochs=0)
    with pytest.raises(ValueError, match='Training has no setting "speed"'):
        project.train(speed=1)
    with pytest.raises(ValueError, match="Batch size is -1"):
        project.training = replace(project.training, batch_size=-1)


def test_weights_set_by_hand_are_part_of_the_project(iris: Path, tmp_path: Path) -> None:
    project = nn.load(iris)
    project.network.set_bias("Output", [1.0, 2.0, 3.0])
    project.save(tmp_path / "b.nns")
    assert nn.load(tmp_path / "b.nns").network.bias("Output").tolist() == [1.0, 2.0, 3.0]


def test_predictions_are_in_words(iris: Path, tmp_path: Path) -> None:
    project = nn.load(iris)
    project.train(epochs=60)
    table = tmp_path / "new.csv"
    names = ",".join(project.data.column(c.name).name for c in project.data.columns if c.role == "input")  # type: ignore[union-attr]
    table.write_text(f"{names}\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n")
    said = project.predict(table)
    assert said["species"].tolist() == ["setosa", "virginica"]
    assert said["species=setosa"][0] > 0.8


def test_a_project_that_cannot_be_loaded_or_trained_says_why(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"absent\.nns"):
        nn.load(tmp_path / "absent.nns")
    net = nn.Network()
    net.connect(net.add(nn.Input(2)), net.add(nn.Output(1)))
    net.save(tmp_path / "bare.nns")
    project = nn.load(tmp_path / "bare.nns")
    with pytest.raises(ValueError, match="This project has no data"):
        project.train()
    with pytest.raises(ValueError, match="does not know what columns to read"):
        project.predict(tmp_path / "x.csv")
    assert [p.where.kind for p in project.problems()] == ["data"]
    with pytest.raises(ValueError, match="no file yet"):
        nn.Project(net.document).save()

"""Window, terminal and Python give bit-identical weights for the same project and seed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio import cli
from nnstudio.document import Document, Parameters
from nnstudio.session import Session


def _same_bits(a: Parameters, b: Parameters) -> bool:
    return all(
        mine.keys() == theirs.keys() and all(mine[key].tobytes() == theirs[key].tobytes() for key in mine)
        for mine, theirs in ((a.weights, b.weights), (a.biases, b.biases), (a.own, b.own))
    )


def _opened(path: Path) -> Document:
    session = Session()
    session.open(path)
    session.close()
    return session.document


@pytest.fixture(params=["float32", "float64", "float32 batch 0.2", "float64 layer 0.5"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "p.nns"
    words = ["new", "--data", "iris", "--hidden", "8,6", "--activation", "tanh", "--seed", "11", "-o", str(path)]
    dtype, *regular = request.param.split()
    words += ["--set", "training.epochs=25", "--set", f"training.dtype={dtype}"]
    if regular:
        words += ["--normalization", regular[0], "--dropout", regular[1], "--set", "layer.Hidden 1.activation=prelu"]
    assert cli.main(words) == 0
    return path


def _window(path: Path) -> Document:
    """What the window does: the worker trains, a timer polls, and a person pauses now and then."""
    session = Session()
    session.open(path)
    session.train()
    polls = 0
    while session.state == "running":
        session.poll()
        polls += 1
        if polls == 3 and session.live.epoch:
            session.pause()
            if session.state == "paused":
                session.train()
        time.sleep(0.0005)
    session.close()
    return session.document


def test_three_fronts_one_result(project: Path, tmp_path: Path) -> None:
    window = _window(project)
    out = tmp_path / "out.nns"
    assert cli.main(["train", str(project), "-o", str(out), "--json"]) == 0
    terminal = _opened(out)
    loaded = nn.load(project)
    python = loaded.train().network.document
    assert window.progress.epoch == terminal.progress.epoch == python.progress.epoch == 25
    assert not _same_bits(window.parameters, _opened(project).parameters), "training has moved them"
    assert _same_bits(window.parameters, terminal.parameters)
    assert _same_bits(window.parameters, python.parameters)
    for name, series in window.progress.series.items():
        assert np.array_equal(series, terminal.progress.series[name]), name
        assert np.array_equal(series, python.progress.series[name]), name


def test_another_process_gives_the_same_bits(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.nns"
    words = [sys.executable, "-m", "nnstudio", "train", str(project), "-o", str(out)]
    subprocess.run(words, check=True, capture_output=True)
    assert _same_bits(_opened(out).parameters, nn.load(project).train().network.document.parameters)


def test_a_seed_of_the_order_of_samples_is_the_same_everywhere(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.nns"
    assert cli.main(["train", str(project), "--seed", "5", "--epochs", "9", "-o", str(out)]) == 0
    terminal = _opened(out).parameters
    assert _same_bits(terminal, nn.load(project).train(seed=5, epochs=9).network.document.parameters)
    assert not _same_bits(terminal, nn.load(project).train(seed=6, epochs=9).network.document.parameters)


def test_arrays_in_python_train_like_the_project(project: Path) -> None:
    loaded = nn.load(project)
    data = loaded.dataset
    settings = loaded.training
    run = nn.train(
        loaded.network,
        data.inputs[data.train],
        data.targets[data.train],
        optimizer=settings.optimizer,
        batch_size=settings.batch_size,
        epochs=25,
        seed=settings.seed,
        dtype=settings.dtype,
        validation=(data.inputs[data.validation], data.targets[data.validation]),
    )
    trained = loaded.train().network.document
    assert _same_bits(run.network.document.parameters, trained.parameters)
    assert run.history.keys() == loaded.history.keys()
    assert all(np.array_equal(run.history[name], series) for name, series in loaded.history.items())


def test_the_number_of_threads_changes_no_bit(tmp_path: Path) -> None:
    path, found = tmp_path / "p.nns", []
    words = ["new", "--data", "iris", "--hidden", "300,200", "--seed", "3", "-o", str(path)]
    assert cli.main([*words, "--set", "training.epochs=2", "--set", "training.batch_size=64"]) == 0
    for count in ("1", "2", "5"):
        out = tmp_path / f"{count}.nns"
        assert cli.main(["train", str(path), "--threads", count, "-o", str(out)]) == 0
        found.append(_opened(out).parameters)
    assert not _same_bits(found[0], _opened(path).parameters)
    assert _same_bits(found[0], found[1])
    assert _same_bits(found[0], found[2])


def test_no_threads_at_all_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["train", str(project), "--threads", "0"]) != 0
    assert "--threads is 0" in capsys.readouterr().err

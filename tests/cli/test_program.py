"""The program itself: usage, exit codes, interruption, and what goes to which stream."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnstudio import cli
from nnstudio.cli import program
from nnstudio.session import Session


def start(*words: str, **settings: Any) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-m", "nnstudio", *words], stdout=pipe, stderr=pipe, text=True, **settings)


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    path = tmp_path / "p.nns"
    words = ["new", "--data", "spiral", "--hidden", "32", "-o", str(path), "--set", "training.epochs=9000000"]
    assert cli.main(words) == 0
    return path


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["warp"],
        ["new"],
        ["new", "--data", "iris"],
        ["train"],
        ["train", "a", "--epochs", "x"],
        ["predict", "a"],
        ["info", "a", "b"],
        ["--nothing"],
    ],
)
def test_wrong_usage_is_two_and_says_how(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert "usage: nnstudio" in captured.err


def test_help_and_version_are_zero(capsys: pytest.CaptureFixture[str]) -> None:
    from nnstudio import __version__

    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"nnstudio {__version__}\n"
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"    {name} " in text for name in cli.COMMANDS)
    for name in ("new", "train", "evaluate", "predict", "check", "info"):
        assert cli.main([name, "--help"]) == 0
        assert f"usage: nnstudio {name}" in capsys.readouterr().out


def test_a_command_of_another_room_can_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(program.COMMANDS, "again", cli.Command("say what a project holds", "nnstudio.cli.info"))
    assert cli.main(["again", "absent.nns"]) == 1


def test_a_fault_of_the_program_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Session, "open", broken)
    monkeypatch.delenv("NNSTUDIO_TRACEBACK", raising=False)
    assert cli.main(["info", str(tmp_path / "p.nns")]) == 1
    err = capsys.readouterr().err
    assert err.startswith("nnstudio: a fault of nnstudio itself (RuntimeError: broken)")
    assert len(err.splitlines()) == 1
    monkeypatch.setenv("NNSTUDIO_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        cli.main(["info", str(tmp_path / "p.nns")])


def test_help_needs_neither_the_engine_nor_qt() -> None:
    heavy = ("numba", "scipy", "duckdb", "PySide6", "rich")
    code = (
        f"import sys; from nnstudio import cli; cli.main(['--help']); print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_training_is_saved(endless: Path, how: signal.Signals) -> None:
    # a shell may have told its children to ignore Ctrl+C
    process = start("train", str(endless), "--json", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    assert process.stderr is not None
    try:
        first = process.stderr.readline()
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert first.startswith("epoch ")
    assert process.returncode == 130, err
    said = json.loads(out)
    assert said["stopped"] == "cancelled"
    assert said["epochs"] > 0
    assert "interrupted after" in err
    session = Session()
    session.open(endless)
    assert session.document.progress.epoch == said["epochs"]
    session.close()


def test_a_terminal_gets_a_bar_and_stdout_stays_clean(tmp_path: Path) -> None:
    path = tmp_path / "p.nns"
    assert cli.main(["new", "--data", "xor", "-o", str(path), "--set", "training.epochs=20"]) == 0
    reader, writer = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nnstudio", "train", str(path), "--json"],
        stdout=subprocess.PIPE,
        stderr=writer,
        env={**os.environ, "COLUMNS": "80"},
        text=True,
    )
    os.close(writer)
    shown = b""
    try:
        while True:
            try:
                piece = os.read(reader, 4096)
            except OSError:  # Linux ends a terminal whose other side has closed with an error
                break
            if not piece:
                break
            shown += piece
        out = process.communicate(timeout=60)[0]
    finally:
        process.kill()
        os.close(reader)
    assert process.returncode == 0
    assert json.loads(out)["epochs"] == 20
    assert b"epoch" in shown
    assert b"epoch 20 of 20" in shown


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "p.nns"
    assert cli.main(["new", "--data", "digits", "-o", str(path)]) == 0
    process = start("predict", str(path), "--data", "digits")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in err
    assert "BrokenPipe" not in err

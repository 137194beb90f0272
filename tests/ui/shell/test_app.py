"""The program as a process: it starts, it closes on demand, and it ends with 0 even in the midst of training."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnstudio import project
from nnstudio.__main__ import main
from nnstudio.catalog import initial
from nnstudio.document import Document

TRAIN_AND_CLOSE = """
import sys, time
from PySide6.QtCore import QTimer
from nnstudio.document import Source
from nnstudio.document.edits import AddLayer, Connect, SetTraining
from nnstudio.ui import app
from nnstudio.ui.main_window import MainWindow

begin = MainWindow.load_rest_later

def load_then_train(window, then):
    def ready():
        then()
        session = window.session
        for kind, x in (("input", 0.0), ("hidden", 264.0), ("output", 528.0)):
            session.do(AddLayer(kind, (x, 0.0)))
        session.do(Connect(1, 2))
        session.do(Connect(2, 3))
        session.choose_data(Source("bundled", "digits"))
        session.do(SetTraining((("epochs", 10_000_000),)))
        session.train()
        QTimer.singleShot(700, close)
    def close():
        assert window.session.state == "running", window.session.state
        print("closing", time.time(), flush=True)
        window.close_now()
    begin(window, ready)

MainWindow.load_rest_later = load_then_train
code = app.run(None)
print("closed", time.time(), flush=True)
sys.exit(code)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    changed = {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "QT_QPA_PLATFORM": "offscreen",
        "NNSTUDIO_TIMING": "1",
    }
    return {**os.environ, **changed}


def test_closing_while_training_ends_with_0_and_waits_for_no_training(engine, environment) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRAIN_AND_CLOSE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    ended = time.time()
    assert done.returncode == 0, done.stderr
    closing = float(re.search(r"closing (\S+)", done.stdout)[1])
    assert ended - closing < 30.0, "ten million epochs take hours; how soon it stops, the benchmark of the window tells"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_close_the_window(environment, number) -> None:
    process = subprocess.Popen([sys.executable, "-m", "nnstudio"], env=environment, stderr=subprocess.PIPE, text=True)
    told = []
    for line in process.stderr:
        told.append(line)
        if "everything loaded" in line:
            break
    assert any(line.startswith("first paint") for line in told), told
    process.send_signal(number)
    _, rest = process.communicate(timeout=20)
    assert process.returncode == 0, [*told, rest]
    assert "Traceback" not in rest


def test_a_project_named_on_the_command_line_is_opened(environment, tmp_path: Path) -> None:
    from nnstudio.document.edits import AddLayer

    path = tmp_path / "given.nns"
    project.save(initial.fill(AddLayer("input", (0.0, 0.0), size=7).apply(Document())), path)
    script = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from nnstudio.ui import app\n"
        "from nnstudio.ui.files import Files\n"
        "open_any = Files.open_any\n"
        "def then_tell(files, path):\n"
        "    open_any(files, path)\n"
        "    print(files._window.windowTitle(), files._session.document.network.layers[1].size, flush=True)\n"
        "    files._window.close_now()\n"
        "Files.open_any = then_tell\n"
        "sys.exit(app.run(sys.argv[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "given.nns[*] — nnstudio 7"


def test_commands_go_to_the_terminal(monkeypatch) -> None:
    from nnstudio import cli

    seen = []
    monkeypatch.setattr(cli, "main", lambda arguments: seen.append(list(arguments)) or 3, raising=False)
    for command in ("new", "train", "evaluate", "predict", "check", "info", "demo"):
        assert main([command, "x"]) == 3
        assert seen[-1] == [command, "x"]
    assert main(["--help"]) == 3


def test_importing_the_program_loads_nothing_heavy() -> None:
    script = (
        "import sys, nnstudio.__main__, nnstudio.ui.app, nnstudio.ui.main_window\n"
        "heavy = 'numba', 'scipy', 'pyqtgraph', 'duckdb', 'rich', 'torch', 'nnstudio.engine', 'nnstudio.data'\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"

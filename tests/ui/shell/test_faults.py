"""Faults of the program itself: told once, logged, and the work goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from nnstudio.document import StudioError
from nnstudio.document.edits import AddLayer
from nnstudio.session import Session
from nnstudio.ui.faults import Faults
from nnstudio.ui.main_window import MainWindow


@pytest.fixture
def faults(qapp, tmp_path: Path):
    made = Faults(tmp_path)
    made.install()
    yield made
    made.uninstall()


@pytest.fixture
def watched(qtbot, settings, person, faults: Faults):
    window = MainWindow(Session(), settings, person, faults=faults)
    window.load_rest()
    window.show()
    yield window
    if window.open:
        window.close_now()
    window.deleteLater()


def boom() -> None:
    raise RuntimeError("a wheel came off")


def test_one_dialog_for_many_faults(watched, faults: Faults, qtbot, capsys) -> None:
    for _ in range(5):
        QTimer.singleShot(0, boom)
    qtbot.waitUntil(lambda: faults.count == 5)
    qtbot.waitUntil(lambda: faults.dialog is not None)
    first = faults.dialog
    assert first.isVisible()
    assert not first.isModal()
    assert "a wheel came off" in first.informativeText()

    def another() -> None:
        raise KeyError("another")

    QTimer.singleShot(0, another)
    qtbot.waitUntil(lambda: faults.count == 6 and not faults._waiting)
    assert faults.dialog is first
    watched.session.do(AddLayer("input", (0.0, 0.0)))
    assert watched.session.document.network.layers
    first.close()
    assert faults.dialog is None
    QTimer.singleShot(0, boom)
    qtbot.waitUntil(lambda: faults.count == 7)
    qtbot.wait(20)
    assert faults.dialog is None, "the same fault is told only once"
    log = faults.log.read_text(encoding="utf-8")
    assert log.count("RuntimeError: a wheel came off") == 1
    assert "another" in log
    capsys.readouterr()


def test_faults_of_threads_arrive(watched, faults: Faults, qtbot, capsys) -> None:
    thread = threading.Thread(target=boom)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: faults.dialog is not None)
    faults.dialog.close()
    capsys.readouterr()


def test_failures_of_workers(watched, faults: Faults, qtbot, capsys) -> None:
    watched.session.failed.emit(StudioError("The file {name} is gone.", name="x.csv"))
    assert watched.notices.words.text() == "The file x.csv is gone."
    assert faults.count == 0
    watched.session.failed.emit(ZeroDivisionError("in a worker"))
    qtbot.waitUntil(lambda: faults.dialog is not None)
    faults.dialog.close()
    assert watched.session.state == "idle"
    capsys.readouterr()


def test_a_crash_is_reported_by_the_next_start(tmp_path: Path) -> None:
    script = (
        "import faulthandler, sys; from pathlib import Path; from nnstudio.ui.faults import Faults\n"
        "Faults(Path(sys.argv[1])).watch_crashes()\n"
        "faulthandler._sigsegv()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, env={**os.environ})
    faults = Faults(tmp_path)
    reports = faults.watch_crashes()
    assert len(reports) == 1
    assert "Segmentation fault" in reports[0].read_text(encoding="utf-8")
    faults.uninstall()
    again = Faults(tmp_path)
    assert again.watch_crashes() == []
    again.uninstall()
    assert list(tmp_path.glob("crash-*")) == []

"""The guards of the tests see what they are there for: a test that leaves something behind fails, and no other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = """
import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

kept, rest = [], threading.Event()


def test_nothing(qtbot): pass

def test_timer(qtbot):
    kept.append(QTimer())
    kept[-1].start(1000)

def test_timer_again(qtbot):
    kept.append(QTimer())
    kept[-1].start(1000)

def test_stopped(qtbot):
    kept.append(QTimer())

def test_widget(qtbot):
    kept.append(QWidget())

def test_ring(qtbot):
    widget = QWidget()
    widget.me = widget
    QTimer(widget).start(5)
    widget.deleteLater()

def test_thread():
    threading.Thread(target=rest.wait, daemon=True).start()

def test_end(qtbot):
    rest.set()
"""


def test_what_is_left_behind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "test_leaks.py"
    path.write_text(TESTS)
    wide = {**os.environ, "COLUMNS": "300"}  # or the summary leaves out what each says
    words = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-rE", "-q", str(path)]
    done = subprocess.run(words, cwd=Path(__file__).parents[1], env=wide, capture_output=True, text=True, check=False)
    failed = re.findall(
        r"^ERROR \S+::test_(\w+) - AssertionError: (threads|timers|top-level)", done.stdout, re.MULTILINE
    )
    assert failed == [
        ("timer", "timers"),
        ("timer_again", "timers"),
        ("widget", "top-level"),
        ("thread", "threads"),
    ], done.stdout
    assert "8 passed, 4 errors" in done.stdout


def test_no_property_is_held_against_the_clock() -> None:
    from hypothesis import settings

    assert settings().deadline is None

"""Guards for every test: nothing a test starts may outlive it, and nothing may touch the person's own settings."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# Settings, logs and recent files go to a folder of the test run; the cache stays, it holds the compiled kernels.
_home = tempfile.mkdtemp(prefix="nnstudio-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = str(Path(_home) / _variable.lower())
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"

# Library threads that live as long as the process (OpenMP and BLAS pools are not Python threads and do not show).
LASTING = ("pydev", "ThreadPoolExecutor", "asyncio")


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A test that leaves a thread running fails."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 3.0
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [
        thread.name
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and not thread.name.startswith(LASTING)
    ]
    assert not left, f"threads left running: {left}"


@pytest.fixture(autouse=True)
def no_leaked_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of the window that leaves a top-level widget or a running timer behind fails."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    request.getfixturevalue("qapp")
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    # By type: what is a dead weak proxy cannot be asked for its class.
    timers_before = {id(thing) for thing in gc.get_objects() if issubclass(type(thing), QTimer)}
    yield
    # Where no screen is, nobody is told who owns it.
    if QGuiApplication.clipboard().ownsClipboard() or QGuiApplication.platformName() == "offscreen":
        # Python's data on it would be deleted after Python has gone, which ends in a crash; the window does the same.
        QGuiApplication.clipboard().setText("")
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()
    left = [repr(widget) for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    running = [
        repr(thing.parent())
        for thing in gc.get_objects()
        if issubclass(type(thing), QTimer) and id(thing) not in timers_before and isValid(thing) and thing.isActive()
    ]
    assert not left, f"top-level widgets left behind: {left}"
    assert not running, f"timers left running, of: {running}"


@pytest.fixture(autouse=True)
def dark_at_first(request: pytest.FixtureRequest) -> None:
    """Every test of the window begins in the dark theme, whatever the one before it left."""
    if {"qapp", "qtbot"} & set(request.fixturenames):
        from nnstudio.ui.theme import theme

        theme.use("dark")

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
from typing import Any
from weakref import WeakSet

import pytest
from hypothesis import HealthCheck, settings

# Whether a property holds does not hang on how busy the machine is: an example may take its time.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Settings, logs and recent files go to a folder of the test run; the cache stays, it holds the compiled kernels.
_home = tempfile.mkdtemp(prefix="nnstudio-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = str(Path(_home) / _variable.lower())
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"

LONG = "tests/ui/shell/test_random_events.py"  # a minute each


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where files stay in one process, let each test of the longest one go to whichever process is free."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if nodeid.startswith(LONG) else super()._split_scope(nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests come first, so that no process is left with one of them in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


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


@pytest.fixture(autouse=True, scope="module")
def old_objects_end_with_their_file() -> Iterator[None]:
    """What a file of tests kept between its tests can be collected after them."""
    yield
    gc.unfreeze()


_timers: WeakSet[Any] = WeakSet()  # all that were there before


def _new_timers() -> list[Any]:
    """The timers that came since it was asked last; what is frozen need not be looked through again."""
    from PySide6.QtCore import QTimer

    # By type: what is a dead weak proxy cannot be asked for its class.
    found = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer)]
    new = [thing for thing in found if thing not in _timers]
    _timers.update(new)
    return new


@pytest.fixture(autouse=True)
def no_leaked_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of the window that leaves a top-level widget or a running timer behind fails."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    request.getfixturevalue("qapp")
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    _new_timers()
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
    running = [repr(timer.parent()) for timer in _new_timers() if isValid(timer) and timer.isActive()]
    gc.freeze()  # what is left lasts: to look through 300,000 objects after every test takes a fifth of the time
    assert not left, f"top-level widgets left behind: {left}"
    assert not running, f"timers left running, of: {running}"


@pytest.fixture(autouse=True)
def dark_at_first(request: pytest.FixtureRequest) -> None:
    """Every test of the window begins in the dark theme, whatever the one before it left."""
    if {"qapp", "qtbot"} & set(request.fixturenames):
        from nnstudio.ui.theme import theme

        theme.use("dark")

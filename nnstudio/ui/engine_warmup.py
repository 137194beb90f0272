"""Has the engine compiled in a process of its own at the first start, so that the first Train starts at once."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from nnstudio.ui.settings import text

if TYPE_CHECKING:
    import subprocess

COMMAND = "from nnstudio.engine import warm_up; warm_up()"
LONGEST_SECONDS = 300.0
logger = logging.getLogger("nnstudio")


def fingerprint() -> str:
    """What the compiled engine depends on: interpreter, compiler, and the newest source of engine and catalog."""
    from importlib import metadata

    package = Path(__file__).parent.parent
    newest = max(
        (path.stat().st_mtime_ns for room in ("engine", "catalog") for path in (package / room).rglob("*.py")),
        default=0,
    )
    return f"{sys.version_info[:3]} {metadata.version('numba')} {newest}"


class EngineWarmup:
    """First a process that fills the compiler's cache, where that was not done before; then a thread that loads it."""

    def __init__(self, settings: QSettings, tell: Callable[[bool], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._begun = 0.0
        self._wanted = ""

    @property
    def preparing(self) -> bool:
        """Whether the compiler is at work."""
        return self._process is not None

    def start(self) -> None:
        """Begin; ``tell(True)`` while the compiler works."""
        import subprocess

        self._wanted = fingerprint()
        if text(self._settings, "engine/compiled") == self._wanted:
            self._load()
            return
        self._begun = monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._tell(True)

    def poll(self) -> bool:
        """Look how far the process is; False when there is nothing left to look at."""
        process = self._process
        if process is None:
            return False
        code = process.poll()
        if code is None:
            if monotonic() - self._begun > LONGEST_SECONDS:
                process.kill()
            return True
        errors = process.stderr.read().decode(errors="replace") if process.stderr else ""
        self._finish()
        if code == 0:
            self._settings.setValue("engine/compiled", self._wanted)
            self._load()
        else:
            logger.warning("Preparing the engine ended with %s: %s", code, errors.strip())
        return False

    def close(self) -> None:
        """End what still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._finish()
        if self._thread is not None:
            self._thread.join()

    def _finish(self) -> None:
        if self._process is not None and self._process.stderr is not None:
            self._process.stderr.close()
        self._process = None
        self._tell(False)

    def _load(self) -> None:
        self._thread = threading.Thread(target=_load_engine, name="nnstudio engine loader", daemon=True)
        self._thread.start()


def _load_engine() -> None:
    from nnstudio.engine import warm_up

    warm_up("float32")  # the precision that training starts with

"""Starts the window: application, theme, language, faults; the rest is loaded after the first paint."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, QObject, QSocketNotifier, Qt, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio import __version__
from nnstudio.assets import asset
from nnstudio.session import Session
from nnstudio.ui.faults import Faults
from nnstudio.ui.settings import log_folder, open_settings
from nnstudio.ui.style import Appearance
from nnstudio.ui.text import tr

_STARTED = time.perf_counter()


def make_application(argv: Sequence[str]) -> QApplication:
    """The application of this process, made where there is none, with its name and its language."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(list(argv))
    app.setApplicationName("nnstudio")
    app.setApplicationDisplayName("")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("nnstudio")
    load_language(app)
    return app


def load_language(app: QApplication, locale: QLocale | None = None) -> bool:
    """Use the translation for ``locale`` (by default the system's); False where this build ships none."""
    language = (locale or QLocale.system()).name().split("_")[0]
    try:
        path = asset(f"translations/nnstudio_{language}.qm")
    except FileNotFoundError:
        return False
    translator = QTranslator(app)
    return translator.load(str(path)) and app.installTranslator(translator)


def run(path: str | None) -> int:
    """Show the window, with the project (or the table) at ``path`` where one is named, until it closes."""
    from nnstudio.ui.main_window import MainWindow

    app = make_application(sys.argv[:1])
    settings = open_settings()
    faults = Faults(log_folder())
    faults.install()
    reports = faults.watch_crashes()
    session = Session()
    window = MainWindow(session, settings, appearance=Appearance(app, settings), faults=faults)
    start_window(window, path)
    if reports:
        window.notices.tell(
            tr("The last start of nnstudio ended in a crash. What is known of it is in {file}.", file=str(reports[-1])),
            "info",
        )
    stop_listening = _close_on_signals(app, window.close_now)
    try:
        return app.exec()
    finally:
        stop_listening()
        session.close()
        faults.uninstall()


def start_window(window: QWidget, path: str | None = None) -> None:
    """Show ``window``; everything heavy is loaded when it has been painted."""
    from nnstudio.ui.main_window import MainWindow

    assert isinstance(window, MainWindow)  # noqa: S101

    def painted() -> None:
        tell_timing("first paint")
        window.clock.start()
        window.load_rest_later(finished)

    def finished() -> None:
        tell_timing("everything loaded")
        window.start_engine()
        if path is not None:
            window.files.open_any(Path(path).absolute())

    window.clock.rest()
    FirstPaint(window, painted)
    window.show()
    window.canvas.setFocus()


class FirstPaint(QObject):
    """Calls ``then`` once, after ``window`` has been painted for the first time."""

    def __init__(self, window: QWidget, then: Callable[[], object]) -> None:
        super().__init__(window)
        self._then = then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first update of the whole window, which paints everything in it."""
        if event.type() in (QEvent.Type.Paint, QEvent.Type.UpdateRequest):
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._then)
        return False


def tell_timing(what: str) -> None:
    """With NNSTUDIO_TIMING=1, print the milliseconds since the process started to the error stream."""
    if os.environ.get("NNSTUDIO_TIMING") == "1":
        sys.stderr.write(f"{what}: {milliseconds_running():.0f} ms\n")
        sys.stderr.flush()


def milliseconds_running() -> float:
    """Milliseconds since this process was started (since this module was imported, where the system cannot tell)."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        begun = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return (time.clock_gettime(time.CLOCK_BOOTTIME) - begun) * 1000
    except (OSError, AttributeError, IndexError, ValueError):
        return (time.perf_counter() - _STARTED) * 1000


def _close_on_signals(app: QApplication, close: Callable[[], object]) -> Callable[[], None]:
    """Close the window on SIGINT and SIGTERM: the handler writes to a socket that Qt's own loop listens to."""
    if not hasattr(socket, "socketpair") or sys.platform == "win32":
        return lambda: None
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    old_descriptor = signal.set_wakeup_fd(writing.fileno())
    old = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, app)

    def heard() -> None:
        reading.recv(64)
        close()

    notifier.activated.connect(heard)

    def stop() -> None:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(old_descriptor)
        for number, handler in old.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()

    return stop

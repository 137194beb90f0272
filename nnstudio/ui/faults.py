"""The one place where exceptions of slots, paint events and threads end: logged, told once, and work goes on."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from nnstudio.ui.icons import pixmap
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

LOG_BYTES = 1_000_000
logger = logging.getLogger("nnstudio")


class Faults:
    """Catches what nobody else caught. At most one dialog is open, and the same fault is shown only once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "nnstudio.log"
        self.dialog: QMessageBox | None = None
        self.count = 0
        self._parent: QWidget | None = None
        self._seen: set[str] = set()
        self._waiting: deque[BaseException] = deque()
        self._call_soon: Callable[[], None] | None = None
        self._handler: logging.Handler | None = None
        self._old_hooks: tuple[object, object] | None = None
        self._crash_file: TextIO | None = None
        self._was_enabled = False

    # -- coming and going -----------------------------------------------------------------------------------------

    def install(self) -> None:
        """Take over the hooks of Python and of Qt, and begin to log."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        self._handler = logging.FileHandler(self.log, encoding="utf-8", delay=True)
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(self._handler)
        logger.setLevel(logging.INFO)
        self._old_hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook
        qInstallMessageHandler(self._qt_message)

    def watch_crashes(self) -> list[Path]:
        """Let a crash of the process write its traceback to a file; the reports of earlier crashes, newest last."""
        reports = []
        for path in sorted(self.folder.glob("crash-*.txt"), key=lambda p: p.stat().st_mtime):
            number = path.stem.removeprefix("crash-")
            if number.isdigit() and _alive(int(number)):
                continue
            if path.stat().st_size:
                kept = path.with_name(f"reported-{path.name}")
                path.replace(kept)
                reports.append(kept)
            else:
                path.unlink()
        # it stays open as long as the process lives: a crash has no time to open it
        self._crash_file = (self.folder / f"crash-{os.getpid()}.txt").open("w", encoding="utf-8")
        self._was_enabled = faulthandler.is_enabled()
        faulthandler.enable(self._crash_file)
        return reports

    def attach(self, parent: QWidget, call_soon: Callable[[], None]) -> None:
        """Dialogs belong to ``parent``; ``call_soon`` (safe from any thread) makes ``drain`` run in the window's."""
        self._parent, self._call_soon = parent, call_soon

    def detach(self) -> None:
        """The window is going."""
        self._parent, self._call_soon = None, None
        if self.dialog is not None:
            self.dialog.close()

    def uninstall(self) -> None:
        """Give everything back as it was."""
        self.detach()
        if self._old_hooks is not None:
            sys.excepthook, threading.excepthook = self._old_hooks  # type: ignore[assignment]
            self._old_hooks = None
        qInstallMessageHandler(None)
        if self._handler is not None:
            logger.removeHandler(self._handler)
            self._handler.close()
            self._handler = None
        if self._crash_file is not None:
            faulthandler.disable()
            if self._was_enabled and sys.__stderr__ is not None:
                faulthandler.enable(sys.__stderr__)
            self._crash_file.close()
            Path(self._crash_file.name).unlink(missing_ok=True)
            self._crash_file = None

    # -- faults ---------------------------------------------------------------------------------------------------

    def report(self, error: BaseException) -> None:
        """Log ``error`` and tell the person of it, unless they know it already. Safe from any thread."""
        self.count += 1
        place = _place(error)
        known = place in self._seen
        self._seen.add(place)
        if known:
            logger.error("Again: %s", place)
            return
        report = "".join(traceback.format_exception(error)).rstrip()
        logger.error("%s", report)
        if sys.stderr is not None:
            sys.stderr.write(report + "\n")
        self._waiting.append(error)
        if threading.current_thread() is threading.main_thread():
            QTimer.singleShot(0, self.drain)  # never from inside a paint event
        elif self._call_soon is not None:
            self._call_soon()

    def drain(self) -> None:
        """Show what was reported, in one dialog; more faults wait until it is closed and then only sit in the log."""
        if not self._waiting or QApplication.instance() is None:
            return
        error = self._waiting.popleft()
        self._waiting.clear()
        if self.dialog is not None:
            return
        box = QMessageBox(self._parent)
        self.dialog = box
        box.setObjectName("faultDialog")
        box.setIconPixmap(pixmap("warning", theme.colors.warning, 36, box.devicePixelRatioF()))
        box.setWindowTitle(tr("A fault in nnstudio"))
        box.setText(tr("Something went wrong inside nnstudio. Your network is still here, and you can go on."))
        box.setInformativeText(
            tr(
                "{fault}\n\nIt is best to save a copy now. The details are in {log}.",
                fault=f"{type(error).__name__}: {error}",
                log=str(self.log),
            )
        )
        box.setDetailedText("".join(traceback.format_exception(error)))
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        box.setDefaultButton(QMessageBox.StandardButton.Close)
        box.setModal(False)
        box.finished.connect(self._closed)
        box.show()

    def _closed(self, _result: int) -> None:
        box, self.dialog = self.dialog, None
        if box is not None:
            box.deleteLater()

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(130)
            return
        self.report(error.with_traceback(trace))

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)

    def _qt_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        level = {
            QtMsgType.QtDebugMsg: logging.DEBUG,
            QtMsgType.QtInfoMsg: logging.INFO,
            QtMsgType.QtWarningMsg: logging.WARNING,
        }.get(kind, logging.ERROR)
        logger.log(level, "Qt %s: %s", context.category, text)


def _place(error: BaseException) -> str:
    """What makes a fault the same fault: its type and the line where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(error)
    return f"{type(error).__name__} at {where}"


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

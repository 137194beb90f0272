"""A real X server (Xvfb) with one program in it, driven by xdotool as a person drives it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

NEEDED = ("Xvfb", "xdotool")


def missing() -> list[str]:
    """Which of the programs are not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


class Screen:
    """Xvfb at 1680x1050 and the studio in it; use as a context manager."""

    def __init__(self, *arguments: str, scale: float = 1.0, extra: dict[str, str] | None = None) -> None:
        self._arguments = arguments
        self._scale = scale
        self._extra = extra or {}

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1680x1050x24", "-nolisten", "tcp"],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as stream:
            self._display = f":{stream.readline().strip()}"
        self.environment = {
            **os.environ,
            "DISPLAY": self._display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(self._scale),
            **self._extra,
        }
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.studio = subprocess.Popen(
            [sys.executable, "-m", "nnstudio", *self._arguments],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.window = self._found("nnstudio")
        self._do("windowmove", self.window, "0", "0")
        self._do("windowsize", "--sync", self.window, "1680", "1050")
        self._do("windowfocus", "--sync", self.window)
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self.studio, self._server):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.studio.stderr is not None:
            self.studio.stderr.close()

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at ``start``, move to ``end`` in steps, release; a person's pace."""
        self._do("mousemove", *map(str, start), "mousedown", "1")
        for step in range(1, 11):
            x, y = (round(a + (b - a) * step / 10) for a, b in zip(start, end, strict=True))
            self._do("mousemove", "--sync", str(x), str(y), "sleep", "0.02")
        self._do("sleep", "0.1", "mouseup", "1", "sleep", "0.1")

    def click(self, at: tuple[int, int]) -> None:
        """One click with the left button."""
        self._do("mousemove", *map(str, at), "sleep", "0.05", "click", "1", "sleep", "0.05")

    def key(self, *names: str) -> None:
        """Press keys, for example ``ctrl+s``."""
        self._do("key", "--clearmodifiers", *names)

    def type(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", "20", text)

    @property
    def title(self) -> str:
        """What the title bar says now."""
        return self._do("getwindowname", self.window).strip()

    def wait_for_title(self, words: str, seconds: float = 20.0) -> None:
        """Wait until the title bar says ``words``; it is how a person sees that something was saved."""
        deadline = time.monotonic() + seconds
        while words not in self.title:
            assert time.monotonic() < deadline, f"the title is {self.title!r}, not {words!r}"
            self._do("sleep", "0.05")

    def picture(self, path: Path) -> None:
        """The whole screen as a file, where ImageMagick is installed."""
        if shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True)

    def _found(self, name: str, seconds: float = 60.0) -> str:
        """The first window whose title says ``name``, as soon as it is there.

        xdotool's own waiting gives up where a window goes away while it looks, as one does when a program starts.
        """
        deadline = time.monotonic() + seconds
        while True:
            looked = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", name],
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            if looked.stdout:
                return looked.stdout.split()[0]
            assert self.studio.poll() is None, "the studio ended before its window came"
            assert time.monotonic() < deadline, f'no window called "{name}" came: {looked.stderr}'
            time.sleep(0.05)

    def _do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

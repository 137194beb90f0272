"""How smooth the window is: gaps of its event loop while training at full speed, and how long it lets one wait.

python -m tests.benchmarks.window [--seconds 30] [--networks iris digits] [--starts 3] [--trace]

Runs on the platform that QT_QPA_PLATFORM names, else offscreen where there is no display. Prints a line a figure with
its goal, and ends with 1 where a goal was missed.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

GOALS = {"longest gap": 100.0, "99th percentile gap": 25.0, "first plotted point": 300.0, "stop": 100.0, "paint": 600.0}
TRACED_MS = 60.0
missed: list[str] = []


def tell(name: str, milliseconds: float, goal: str = "") -> None:
    limit = GOALS.get(goal)
    verdict = "" if limit is None else f"   goal {limit:.0f} ms: {'met' if milliseconds <= limit else 'MISSED'}"
    if limit is not None and milliseconds > limit:
        missed.append(name)
    print(f"  {name:<44}{milliseconds:9.1f} ms{verdict}", flush=True)


class Heartbeat:
    """Asks the event loop for a turn every millisecond and notes how late each comes."""

    def __init__(self, parent, trace: bool) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._trace = trace
        self._watching = False
        self.seen: list[str] = []

    def start(self) -> None:
        self.gaps.clear()
        self._last = time.perf_counter()
        self._timer.start(1)
        if self._trace:
            self._watching = True
            threading.Thread(target=self._watch, args=(threading.get_ident(),), daemon=True).start()

    def stop(self) -> np.ndarray:
        self._timer.stop()
        self._watching = False
        return np.array(self.gaps) * 1000.0

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, now - self._last - 0.001))
        self._last = now

    def _watch(self, thread: int) -> None:
        """Notes where the window's thread is whenever it is late."""
        told = 0.0
        while self._watching:
            time.sleep(0.004)
            begun = self._last
            if (time.perf_counter() - begun) * 1000 > TRACED_MS and begun != told:
                told = begun
                frame = sys._current_frames().get(thread)
                if frame is not None:
                    self.seen.append("".join(traceback.format_stack(frame)[-6:]))


class Collections:
    """How long Python's garbage collector held everything up."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._begun = 0.0

    def __call__(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._begun = time.perf_counter()
        else:
            self.longest = max(self.longest, time.perf_counter() - self._begun)


def spin(app, seconds: float) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def spin_until(app, done: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.perf_counter() + seconds
    while not done():
        app.processEvents()
        if time.perf_counter() > end:
            raise SystemExit("waited in vain")


def build(session, source: str, hidden: tuple[int, ...], batch: int) -> None:
    from nnstudio.document import Part, Source
    from nnstudio.document.edits import AddLayer, Connect, SetTraining

    session.new()
    session.do(AddLayer("input", (0.0, 0.0)))
    for place, size in enumerate(hidden):
        kind = Part("relu" if place else "tanh")
        session.do(AddLayer("hidden", (240.0 * (place + 1), 0.0), size=size, activation=kind))
    session.do(AddLayer("output", (240.0 * (len(hidden) + 1), 0.0)))
    layers = list(session.document.network.layers)
    for a, b in pairwise(layers):
        session.do(Connect(a, b))
    session.choose_data(Source("bundled", source))
    session.do(SetTraining((("epochs", 10_000_000), ("batch_size", batch))))


NETWORKS = {"iris": ("4-8-6-3 on iris", "iris", (8, 6), 16), "digits": ("64-64-10 on digits", "digits", (64,), 32)}


def first_point(app, window) -> float:
    """Milliseconds from Train to the first time the loss plot has drawn a value, everything warm."""
    window.session.reset()
    plot = window.late.plots["loss"]
    spin(app, 0.3)
    begin = time.perf_counter()
    window.acts["train"].trigger()
    spin_until(app, lambda: not plot.empty)
    return (time.perf_counter() - begin) * 1000


def stop(app, window) -> float:
    """Milliseconds from Stop to a window at rest."""
    begin = time.perf_counter()
    window.acts["stop"].trigger()
    spin_until(app, lambda: window.session.state != "running")
    return (time.perf_counter() - begin) * 1000


def measure(app, window, key: str, seconds: float, trace: bool) -> None:
    name, source, hidden, batch = NETWORKS[key]
    build(window.session, source, hidden, batch)
    for _, layer in zip(range(2), window.session.document.network.of_kind("hidden"), strict=False):
        window.selection.select([layer.id])
    spin(app, 0.5)
    first_point(app, window)
    spin(app, 0.5)
    stop(app, window)
    print(f"{name}, {seconds:.0f} s at full speed, {len(window.late.plots)} plots open", flush=True)
    tell("Train to first plotted point, warm", first_point(app, window), "first plotted point")
    heart = Heartbeat(window, trace)
    drawn = {key: plot.draws for key, plot in window.late.plots.items()}
    begin = time.perf_counter()
    collections = Collections()
    gc.callbacks.append(collections)
    heart.start()
    spin(app, seconds)
    gaps = heart.stop()
    gc.callbacks.remove(collections)
    took = time.perf_counter() - begin
    epoch = window.session.live.epoch
    tell("longest gap of the event loop", float(gaps.max()), "longest gap")
    tell("99th percentile gap", float(np.percentile(gaps, 99)), "99th percentile gap")
    late = gaps[gaps > 4]
    tell("99th percentile of gaps over 4 ms", float(np.percentile(late, 99)) if len(late) else 0.0)
    tell("longest pause of the garbage collector", collections.longest * 1000)
    rates = ", ".join(f"{key} {(plot.draws - drawn[key]) / took:.0f}" for key, plot in window.late.plots.items())
    print(f"  frames a second: {rates}; epoch {epoch:,}; {window.session.live.samples_per_second:,.0f} samples/s")
    tell("Stop to stopped", stop(app, window), "stop")
    for stack in heart.seen[:12]:
        print(stack)


def paint_time(starts: int) -> list[float]:
    """Milliseconds from the start of the process to the first painted window, warm."""
    found = []
    for _ in range(starts + 1):
        with tempfile.TemporaryDirectory() as home:
            env = {**os.environ, "NNSTUDIO_TIMING": "1"}
            env |= {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")}
            process = subprocess.Popen([sys.executable, "-m", "nnstudio"], env=env, stderr=subprocess.PIPE, text=True)
            try:
                for line in process.stderr:
                    if line.startswith("first paint:"):
                        found.append(float(line.split(":")[1].split()[0]))
                    if line.startswith("everything loaded:"):
                        break
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=20)
    return found[1:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--networks", nargs="+", choices=sorted(NETWORKS), default=["iris", "digits"])
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--trace", action="store_true", help="print where the window was in its longest gaps")
    options = parser.parse_args()
    if "QT_QPA_PLATFORM" not in os.environ and not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    home = tempfile.TemporaryDirectory()
    os.environ |= {f"XDG_{kind}_HOME": str(Path(home.name) / kind) for kind in ("CONFIG", "DATA", "STATE")}
    print(f"platform {os.environ.get('QT_QPA_PLATFORM', 'of the display')}, {os.cpu_count()} cores")
    if options.starts:
        times = paint_time(options.starts)
        print("start")
        if not times:
            raise SystemExit("no start told of its first paint: does the window open at all?")
        tell(f"first painted window, median of {len(times)}, warm", statistics.median(times), "paint")
    from nnstudio.session import Session
    from nnstudio.ui.app import make_application
    from nnstudio.ui.main_window import MainWindow

    app = make_application(["nnstudio"])
    session = Session()
    window = MainWindow(session)
    window.resize(1680, 1050)
    window.show()
    window.load_rest()
    spin(app, 0.5)
    try:
        for key in options.networks:
            measure(app, window, key, options.seconds, options.trace)
    finally:
        window.close_now()
        session.close()
        home.cleanup()
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""How fluid the canvas is: frame times by the number of visible synapses, and what edits of a large network cost.

python -m tests.benchmarks.canvas [--frames 40] [--synapses 1000 10000 100000] [--size 1680 1050]

Every live frame takes new weights from a run at full speed on another thread. Beside it the same picture drawn by
QPainter, a line each. Prints a line a figure with its goal, and ends with 1 where a goal was missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from itertools import combinations, pairwise

import numpy as np

GOALS = {1_000: 60.0, 10_000: 30.0, 100_000: 10.0}  # frames a second while training
MOVING = 60.0  # panning and zooming
EDIT_MS, OPEN_MS = 16.0, 1000.0
missed: list[str] = []


def verdict(name: str, value: float, goal: float, more: bool) -> str:
    met = value >= goal if more else value <= goal
    if not met:
        missed.append(name)
    return f"goal {goal:.0f}: {'met' if met else 'MISSED'}"


def timed(count: int, frame: Callable[[], None]) -> np.ndarray:
    """Milliseconds of each of ``count`` frames, after two that do not count."""
    times = []
    for k in range(count + 2):
        begin = time.perf_counter()
        frame()
        if k >= 2:
            times.append((time.perf_counter() - begin) * 1000)
    return np.array(times)


def tell(name: str, times: np.ndarray, goal: float | None = None, note: str = "") -> None:
    median, late = float(np.median(times)), float(np.percentile(times, 95))
    words = "" if goal is None else verdict(name, 1000 / median, goal, more=True)
    print(
        f"  {name:<44}median {median:8.2f} ms   p95 {late:8.2f} ms   {1000 / median:6.0f} a second   {words}{note}",
        flush=True,
    )


def build(session, synapses: int) -> None:
    """Layers of 16 with so many synapses in all: a chain for few, every layer wired to all later ones for many."""
    from nnstudio.document import Part, Source
    from nnstudio.document.edits import AddLayer, Connect, SetTraining, Several

    bundles = round(synapses / 256)
    count = 2
    while (count - 1 if bundles < 10 else count * (count - 1) // 2) < bundles:
        count += 1
    session.new()
    edits = [AddLayer("input", (0.0, 0.0), size=13)]
    for k in range(1, count - 1):
        side = 0.0 if bundles < 10 else 120.0 * (-1) ** k
        edits.append(AddLayer("hidden", (264.0 * k, side), size=16, activation=Part("tanh")))
    edits.append(AddLayer("output", (264.0 * (count - 1), 0.0), size=3))
    pairs = list(pairwise(range(1, count + 1)) if bundles < 10 else combinations(range(1, count + 1), 2))
    from nnstudio.document import Message

    session.do(Several(Message.of("Build"), (*edits, *(Connect(a, b) for a, b in pairs))))
    session.choose_data(Source("bundled", "wine"))
    session.do(SetTraining((("epochs", 10_000_000), ("batch_size", 16))))


def live_frame(view, session) -> Callable[[], None]:
    def frame() -> None:
        session.poll()
        view._live_changed(None)
        view._draw_live()
        view.viewport().repaint()

    return frame


def by_qpainter(view) -> np.ndarray:
    """The same strokes, a line each, into an image of the same size."""
    from nnstudio.ui.canvas.frame import Frame
    from nnstudio.ui.theme import theme

    frame = Frame()
    layers = view.wires.layers(view.shown, view.nearness.far, view.parameters.weights, theme.colors, {})
    size, ratio = view.viewport().size(), view.devicePixelRatioF()
    times = []
    for _ in range(2):
        frame._drawn = ()
        begin = time.perf_counter()
        frame.draw(size, ratio, view.camera, theme.colors, layers)
        times.append((time.perf_counter() - begin) * 1000)
    return np.array(times[-1:])


def measure(app, view, session, synapses: int, frames: int) -> None:
    build(session, synapses)
    view.level = "middle"
    view.fit()
    app.processEvents()
    visible = view.wires.count
    layers, wires = len(view.scene.layers), len(view.scene.bundles)
    print(f"{visible:,} visible synapses, {layers} layers, {wires} wires, zoom {view.camera.zoom:.2f}", flush=True)
    tell("drawn by QPainter", by_qpainter(view))
    session.train()
    live_frame(view, session)()
    times = timed(frames, live_frame(view, session))
    left = view._frame.left_out
    note = f"   strongest {visible - left:,} first" if left else ""
    tell("live frame while training", times, GOALS[synapses], note)
    if synapses >= 100_000:
        view.level = "far"
        tell("live frame while training, as ribbons", timed(frames, live_frame(view, session)), GOALS[synapses])
        view.level = "middle"
    session.pause()
    view.viewport().repaint()
    way = iter(range(1_000_000))

    def pan() -> None:
        view.pan(*((6, 3) if next(way) % 40 < 20 else (-6, -3)))
        view.viewport().repaint()

    def zoom() -> None:
        view.zoom_to(view.camera.zoom * (1.02 if next(way) % 40 < 20 else 1 / 1.02))
        view.viewport().repaint()

    tell("panning", timed(frames, pan), MOVING)
    tell("zooming", timed(frames, zoom), MOVING)
    view.level = None


def large(app, view, session, folder: str) -> None:
    """200 layers and 2,000 wires."""
    from nnstudio import project
    from nnstudio.catalog import initial
    from nnstudio.document import Document, Layer, Network, Part, Synapses
    from nnstudio.document.edits import MoveLayers, RenameLayer, ResizeLayer, SetActivation, SetWeight

    layers = {i: Layer(i, "hidden", f"Layer {i}", (8,), Part("tanh")) for i in range(1, 201)}
    pairs = [(a, a + step) for step in range(1, 12) for a in range(1, 201 - step)][:2000]
    wires = {201 + k: Synapses(201 + k, a, b) for k, (a, b) in enumerate(pairs)}
    layout = {i: (264.0 * ((i - 1) % 25), 640.0 * ((i - 1) // 25)) for i in layers}
    document = initial.fill(Document(network=Network(layers, wires, 201 + len(wires)), layout=layout))
    path = f"{folder}/large.nns"
    project.save(document, path)
    view.fit()
    app.processEvents()
    print(f"{len(layers)} layers, {len(wires):,} wires", flush=True)
    begin = time.perf_counter()
    session.open(path)
    opened = (time.perf_counter() - begin) * 1000
    begin = time.perf_counter()
    view.viewport().repaint()
    painted = (time.perf_counter() - begin) * 1000
    total = opened + painted
    print(f"  {'open and first picture':<44}{total:9.1f} ms   {verdict('open', total, OPEN_MS, more=False)}")
    steps = iter(range(1_000_000))
    edits = {
        "move a layer": lambda: MoveLayers({100: (264.0 * (next(steps) % 9), 24.0)}),
        "rename a layer": lambda: RenameLayer(90, f"Name {next(steps)}"),
        "change an activation": lambda: SetActivation(80, Part("relu" if next(steps) % 2 else "tanh")),
        "resize a layer": lambda: ResizeLayer(70, 8 + next(steps) % 2),
        "set a weight": lambda: SetWeight(300, 1, 1, 0.01 * next(steps)),
    }
    for name, make in edits.items():
        did, drew = [], []
        for _ in range(15):
            begin = time.perf_counter()
            session.do(make())
            middle = time.perf_counter()
            view.viewport().repaint()
            drew.append((time.perf_counter() - middle) * 1000)
            did.append((middle - begin) * 1000)
        both = float(np.median(did) + np.median(drew))
        words = verdict(name, both, EDIT_MS, more=False)
        print(f"  {name:<32}edit {np.median(did):7.1f} ms   picture {np.median(drew):7.1f} ms   {words}", flush=True)
    view.level = None


def main() -> int:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--synapses", type=int, nargs="*", choices=sorted(GOALS), default=sorted(GOALS))
    parser.add_argument("--size", type=int, nargs=2, default=(1680, 1050))
    parser.add_argument("--no-large", action="store_true", help="leave out the network of 200 layers")
    options = parser.parse_args()
    if "QT_QPA_PLATFORM" not in os.environ and not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(
        f"platform {os.environ.get('QT_QPA_PLATFORM', 'of the display')}, {os.cpu_count()} cores, "
        f"{options.size[0]} x {options.size[1]}"
    )
    from nnstudio.session import Session
    from nnstudio.ui.app import make_application
    from nnstudio.ui.canvas import CanvasView
    from nnstudio.ui.canvas.surface import load_rasterizer
    from nnstudio.ui.frames import FrameClock
    from nnstudio.ui.selection import Selection

    app = make_application(["nnstudio"])
    session = Session()
    clock = FrameClock(session)
    view = CanvasView(session, Selection(), clock)
    view.resize(*options.size)
    view.show()
    view.use_rasterizer(load_rasterizer())
    clock.stop()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for synapses in options.synapses:
                measure(app, view, session, synapses, options.frames)
            if not options.no_large:
                large(app, view, session, folder)
    finally:
        view.close()
        session.close()
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

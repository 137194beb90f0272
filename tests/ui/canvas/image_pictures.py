"""Draws the pictures of images in docs/canvas.md: ``python -m tests.ui.canvas.image_pictures docs``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHAPES = (("input", (8, 8, 1)), ("hidden", (8, 8, 4)), ("hidden", (4, 4, 4)), ("hidden", (4, 4, 8)))


def convolution(session) -> None:
    """Two convolutions and a pooling after four epochs on digits."""
    from nnstudio.document import Part, Source
    from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer, SetTraining

    session.choose_data(Source("bundled", "digits"))
    for place, (kind, shape) in enumerate(SHAPES):
        activation = Part("linear" if place == 2 else "relu")
        session.do(AddLayer(kind, (264.0 * place, 0.0), activation=activation))
        session.do(ReshapeLayer(place + 1, shape))
    session.do(AddLayer("output", (1056.0, 0.0), size=10, activation=Part("softmax")))
    wirings = ("convolution", "pooling", "convolution", "full")
    for place, wiring in enumerate(wirings):
        session.do(Connect(place + 1, place + 2, Part(wiring), Part("he_normal")))
    session.choose_data(Source("bundled", "iris"))
    session.undo()
    session.do(SetTraining((("epochs", 4), ("loss", Part("cross_entropy")))))
    session.train()
    while session.state == "running":
        session.poll()
        time.sleep(0.01)


def colours(session, folder: Path) -> None:
    """Pictures of 12 x 12 pixels with a disc, a square or a ball; a convolution and a pooling after 20 epochs."""
    import numpy as np

    from nnstudio.document import Part, Source
    from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer, SetTraining

    rng, side = np.random.default_rng(0), 12
    down, across = np.mgrid[:side, :side]
    lines = [",".join([*(f"y{y}x{x}{c}" for y in range(side) for x in range(side) for c in "rgb"), "kind"])]
    for k in range(240):
        image = rng.uniform(0, 0.5, 3) + rng.normal(0.12, 0.03, (side, side, 3))
        y, x, wide = *rng.integers(3, 9, 2), rng.integers(2, 4)
        away = np.abs(down - y), np.abs(across - x)
        inside = np.maximum(*away) <= wide if k % 3 == 1 else np.hypot(*away) <= wide
        shade = ((0.95, 0.25, 0.15), (0.2, 0.8, 0.3), (0.25, 0.4, 0.95))[k % 3]
        image[inside] = shade + rng.normal(0, 0.05, (int(inside.sum()), 3))
        values = np.rint(np.clip(image, 0, 1) * 255).astype(int).reshape(-1)
        lines.append(",".join([*map(str, values), ("disc", "square", "ball")[k % 3]]))
    path = folder / "shapes.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    session.choose_data(Source("file", str(path)), "kind")
    shapes = (("input", (12, 12, 3)), ("hidden", (12, 12, 6)), ("hidden", (6, 6, 6)))
    for place, (kind, shape) in enumerate(shapes):
        session.do(AddLayer(kind, (270.0 * place, 0.0), activation=Part("relu" if place == 1 else "linear")))
        session.do(ReshapeLayer(place + 1, shape))
    session.do(AddLayer("output", (780.0, 0.0)))
    for place, wiring in enumerate(("convolution", "pooling", "full")):
        session.do(Connect(place + 1, place + 2, Part(wiring), Part("he_normal")))
    session.do(SetTraining((("epochs", 20),)))
    session.train()
    while session.state == "running":
        session.poll()
        time.sleep(0.01)


def save(app, session, view, path: Path) -> None:
    """The canvas as a file, when all that is worked out for it has come."""
    for _ in range(20):
        app.processEvents()
        session.poll()
        time.sleep(0.02)
    view.grab().toImage().save(str(path), "PNG", 0)


def colour_input(app, style, folder: Path, home: Path) -> None:
    """A colour input above its three maps, and what a neuron behind it sees, in both themes."""
    from PySide6.QtCore import Qt

    from nnstudio.catalog.fields import neuron_of
    from nnstudio.session import Session
    from nnstudio.ui.canvas import CanvasView
    from nnstudio.ui.canvas.surface import load_rasterizer
    from nnstudio.ui.frames import FrameClock
    from nnstudio.ui.selection import NeuronRef, Selection
    from nnstudio.ui.theme import theme

    session, selection = Session(), Selection()
    colours(session, home)
    clock = FrameClock(session)
    view = CanvasView(session, selection, clock)
    view.resize(1100, 420)
    view.show()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    view.use_rasterizer(load_rasterizer())
    hidden = session.document.network.layers[2]
    selection.show_sample(8)
    selection.select_neuron(NeuronRef(2, neuron_of(hidden, 6, 5, 3)))
    for name in ("dark", "light"):
        style.use(name)
        view.fit()
        save(app, session, view, folder / f"canvas-colour-{theme.name}.png")
    clock.stop()
    view.close()
    session.close()


def main() -> int:
    """A neuron's fields and synapses, a kernel near by, and a colour input, in both themes."""
    from PySide6.QtCore import QPointF, QSettings, Qt
    from PySide6.QtTest import QTest

    from nnstudio.catalog.fields import neuron_of
    from nnstudio.session import Session
    from nnstudio.ui.app import make_application
    from nnstudio.ui.canvas import CanvasView
    from nnstudio.ui.canvas.surface import load_rasterizer
    from nnstudio.ui.frames import FrameClock
    from nnstudio.ui.selection import NeuronRef, Selection
    from nnstudio.ui.style import Appearance
    from nnstudio.ui.theme import theme

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    app = make_application(["nnstudio"])
    session, selection = Session(), Selection()
    convolution(session)
    clock = FrameClock(session)
    view = CanvasView(session, selection, clock)
    view.resize(1100, 560)
    view.show()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    home = tempfile.TemporaryDirectory()
    style = Appearance(app, QSettings(f"{home.name}/settings.ini", QSettings.Format.IniFormat))
    view.use_rasterizer(load_rasterizer())
    layers = session.document.network.layers
    bundles = [s.id for s in session.document.network.synapses.values()]

    def grab(name: str) -> None:
        save(app, session, view, folder / f"canvas-{name}-{theme.name}.png")

    def point_at(point: QPointF) -> None:
        QTest.mouseMove(view.viewport(), view.camera.to_view(point).toPoint())
        app.processEvents()

    for name in ("dark", "light"):
        style.use(name)
        selection.clear()
        view.fit()
        selection.select_neuron(NeuronRef(2, neuron_of(layers[2], 3, 2, 3)))
        selection.unroll(bundles[0], True)
        pixel = view.scene.layers[4].maps.pixel(neuron_of(layers[4], 1, 2, 4))
        point_at(pixel.center())
        grab("images")
        selection.unroll(bundles[0], False)
        selection.clear()
        view.zoom_to(2.3)
        view.center_on(QPointF(132.0, -4.0))
        app.processEvents()
        view.grab()
        kernel = view.images.kernels.placed[0]
        point_at(kernel.cell(3, 0, 2).center())
        time.sleep(1.8)
        grab("kernels")
    clock.stop()
    view.close()
    session.close()
    colour_input(app, style, folder, Path(home.name))
    home.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())

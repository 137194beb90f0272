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


def main() -> int:
    """The middle magnification with a neuron's fields and synapses, and a kernel near by, in both themes."""
    from PySide6.QtCore import QPointF, QSettings
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
    home = tempfile.TemporaryDirectory()
    style = Appearance(app, QSettings(f"{home.name}/settings.ini", QSettings.Format.IniFormat))
    view.use_rasterizer(load_rasterizer())
    layers = session.document.network.layers
    bundles = [s.id for s in session.document.network.synapses.values()]

    def grab(name: str) -> None:
        for _ in range(20):
            app.processEvents()
            session.poll()
            time.sleep(0.02)
        view.grab().toImage().save(str(folder / f"canvas-{name}-{theme.name}.png"), "PNG", 0)

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
    home.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())

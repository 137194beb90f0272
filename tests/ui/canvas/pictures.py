"""Draws the pictures of docs/canvas.md: ``python -m tests.ui.canvas.pictures docs``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def trained(session) -> list[int]:
    """4-8-6-3 after 100 epochs on iris; gives the ids of its layers."""
    from nnstudio.document import Part, Source
    from nnstudio.document.edits import AddLayer, Connect, SetTraining

    session.do(AddLayer("input", (0.0, 0.0)))
    for k, (size, activation) in enumerate(((8, "tanh"), (6, "relu"))):
        session.do(AddLayer("hidden", (264.0 * (k + 1), 0.0), size=size, activation=Part(activation)))
    session.do(AddLayer("output", (792.0, 0.0)))
    ids = list(session.document.network.layers)
    for a, b in pairwise(ids):
        session.do(Connect(a, b))
    session.choose_data(Source("bundled", "iris"))
    session.do(SetTraining((("epochs", 100),)))
    session.train()
    while session.state == "running":
        session.poll()
        time.sleep(0.01)
    return ids


def main() -> int:
    """Three magnifications of 4-8-6-3 trained on iris, in both themes, into the folder that is named."""
    from PySide6.QtCore import QPointF, QSettings, Qt

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
    ids = trained(session)
    clock = FrameClock(session)
    view = CanvasView(session, selection, clock)
    view.resize(860, 530)
    view.show()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    home = tempfile.TemporaryDirectory()
    style = Appearance(app, QSettings(f"{home.name}/settings.ini", QSettings.Format.IniFormat))
    view.use_rasterizer(load_rasterizer())

    def grab(name: str) -> None:
        for _ in range(20):
            app.processEvents()
            session.poll()
            time.sleep(0.02)
        picture = view.grab().toImage()
        path = folder / f"canvas-{name}-{theme.name}.png"
        picture.save(str(path), "PNG", 0)

    for name in ("dark", "light"):
        style.use(name)
        selection.clear()
        view.zoom_to(0.40)
        view.center_on(view.scene.bounds.center())
        grab("far")
        view.fit()
        selection.select({ids[1]})
        grab("middle")
        selection.select_neuron(NeuronRef(ids[1], 4))
        view.zoom_to(2.4)
        view.center_on(QPointF(160.0, -10.0))
        grab("near")
    clock.stop()
    view.close()
    session.close()
    home.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())

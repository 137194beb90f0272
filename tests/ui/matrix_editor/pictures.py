"""Draws the matrix and the marks of docs/canvas.md: ``python -m tests.ui.matrix_editor.pictures docs``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def kernels(style, folder: Path) -> None:
    """The spreadsheet of a convolution, one kernel chosen, in both themes."""
    from PySide6.QtCore import QItemSelection, QItemSelectionModel

    from nnstudio.session import Session
    from nnstudio.ui.frames import FrameClock
    from nnstudio.ui.matrix_editor import MatrixPanel
    from nnstudio.ui.selection import Selection
    from nnstudio.ui.theme import theme
    from tests.ui.canvas.image_pictures import convolution

    session = Session()
    convolution(session)
    clock = FrameClock(session)
    panel = MatrixPanel(session, Selection(), clock)
    panel.resize(760, 180)
    panel.show()
    for name in ("dark", "light"):
        style.use(name)
        panel.show_bundle(min(session.document.network.synapses))
        panel.table.setCurrentIndex(panel.cells.index(1, 3))
        chosen = QItemSelection(panel.cells.index(1, 3), panel.cells.index(3, 5))
        panel.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        panel.grab().toImage().save(str(folder / f"canvas-kernel-matrix-{theme.name}.png"), "PNG", 0)
    panel.close()
    clock.stop()
    session.close()


def main() -> int:
    """Spreadsheets of a pruned bundle and of kernels; the canvas with what is cut, frozen, muted and bypassed."""
    from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSettings, Qt

    from nnstudio.document.edits import Bypass, Join, Mute, Prune
    from nnstudio.session import Session
    from nnstudio.ui import choosing
    from nnstudio.ui.app import make_application
    from nnstudio.ui.canvas import CanvasView
    from nnstudio.ui.canvas.surface import load_rasterizer
    from nnstudio.ui.frames import FrameClock
    from nnstudio.ui.matrix_editor import MatrixPanel
    from nnstudio.ui.selection import Selection, SynapseRef
    from nnstudio.ui.style import Appearance
    from nnstudio.ui.theme import theme
    from tests.ui.canvas.pictures import trained

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    app = make_application(["nnstudio"])
    session, selection = Session(), Selection()
    ids = trained(session)
    first = next(iter(session.document.network.synapses))
    weak = choosing.pick(session.document.parameters, (first,), "weaker", 0.3)
    strong = choosing.pick(session.document.parameters, (first,), "stronger", 1.2)
    session.do(Prune(weak))
    session.do(choosing.freezing(strong, True))
    session.do(Join(ids[0], ids[2], 1, 0))
    session.do(Mute(ids[1], (5, 6)))
    session.do(Bypass(ids[2]))
    clock = FrameClock(session)
    view = CanvasView(session, selection, clock)
    view.resize(860, 530)
    view.show()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    view.use_rasterizer(load_rasterizer())
    panel = MatrixPanel(session, selection, clock)
    panel.resize(760, 230)
    panel.show()
    home = tempfile.TemporaryDirectory()
    style = Appearance(app, QSettings(f"{home.name}/settings.ini", QSettings.Format.IniFormat))
    for name in ("dark", "light"):
        style.use(name)
        view.fit()
        selection.select_synapse(SynapseRef(max(session.document.network.synapses), 1, 0))
        for _ in range(20):
            app.processEvents()
            session.poll()
            time.sleep(0.02)
        view.grab().toImage().save(str(folder / f"canvas-single-{theme.name}.png"), "PNG", 0)
        panel.show_bundle(first)
        panel.table.setCurrentIndex(panel.cells.index(2, 1))
        chosen = QItemSelection(panel.cells.index(2, 1), panel.cells.index(3, 3))
        panel.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        panel.grab().toImage().save(str(folder / f"canvas-matrix-{theme.name}.png"), "PNG", 0)
    panel.close()
    view.close()
    clock.stop()
    session.close()
    kernels(style, folder)
    home.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())

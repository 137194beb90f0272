"""The actions of the View menu."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QKeySequence

from nnstudio.ui.actions.row import Row, on_canvas
from nnstudio.ui.motion import motion
from nnstudio.ui.text import tr

Keys = QKeySequence.StandardKey


def rows() -> Iterator[Row]:
    """Zoom, panels, panes (panels, themes and workspaces are made by the menus)."""
    yield Row(
        "zoom_in",
        "view",
        0,
        tr("Zoom in"),
        lambda w: w.canvas.zoom_in(),
        (Keys.ZoomIn, "Ctrl+="),
        "zoom-in",
        enabled=on_canvas,
    )
    yield Row(
        "zoom_out",
        "view",
        0,
        tr("Zoom out"),
        lambda w: w.canvas.zoom_out(),
        (Keys.ZoomOut,),
        "zoom-out",
        enabled=on_canvas,
    )
    yield Row(
        "zoom_one",
        "view",
        0,
        tr("Zoom to 100 %"),
        lambda w: w.canvas.zoom_reset(),
        ("Ctrl+1",),
        "zoom-one",
        enabled=on_canvas,
    )
    yield Row(
        "fit",
        "view",
        0,
        tr("Fit the network"),
        lambda w: w.canvas.fit(),
        ("Ctrl+0",),
        "fit",
        tr("Show the whole network"),
        enabled=on_canvas,
    )
    yield Row(
        "outline",
        "view",
        2,
        tr("Outline"),
        lambda w: w.show_panel("outline"),
        ("Ctrl+L",),
        "outline",
        tr("The network as a tree: layers, neurons, synapses"),
    )
    yield Row(
        "history",
        "view",
        2,
        tr("History"),
        lambda w: w.show_panel("history"),
        ("Ctrl+H",),
        "history",
        tr("Every step, to go back to"),
    )
    yield Row(
        "trace",
        "view",
        2,
        tr("Trace"),
        lambda w: w.show_panel("trace"),
        ("Ctrl+T",),
        "trace",
        tr("The next update, operation by operation, with every number"),
    )
    yield Row("reset_layout", "view", 3, tr("Reset the layout"), lambda w: w.reset_layout(), icon="layout")
    yield Row(
        "unroll",
        "view",
        3,
        tr("Show as synapses"),
        lambda w: w.canvas.images.toggle(),
        icon="synapse",
        tip=tr("Draw the synapses of a neuron of an image one by one (U on the canvas)"),
        enabled=lambda w: bool(w.canvas.images.unrollable),
        checked=lambda w: w.canvas.images.all_unrolled,
    )
    yield Row(
        "reduce_motion",
        "view",
        3,
        tr("Reduce motion"),
        lambda w: motion.toggle(w.settings),
        tip=tr("Changes are shown at once, nothing moves by itself"),
        checked=lambda _w: motion.reduced,
    )
    yield Row(
        "next_problem",
        "view",
        3,
        tr("Next problem"),
        lambda w: w.show_next_problem(),
        ("Ctrl+.",),
        "warning",
        tr("Go to the next problem and its fixes"),
        enabled=lambda w: bool(w.session.problems),
    )
    yield Row("next_pane", "view", 3, tr("Next pane"), lambda w: w.panes.move(1), ("F6",))
    yield Row("previous_pane", "view", 3, tr("Previous pane"), lambda w: w.panes.move(-1), ("Shift+F6",))

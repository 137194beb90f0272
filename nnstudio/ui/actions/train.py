"""The actions of the Train menu."""

from __future__ import annotations

from collections.abc import Iterator

from nnstudio.ui.actions import steps
from nnstudio.ui.actions.row import Row
from nnstudio.ui.text import tr


def rows() -> Iterator[Row]:
    """Train, step, stop, and back to the start."""
    yield Row(
        "train",
        "train",
        0,
        tr("Train"),
        lambda w: w.train_or_pause(),
        ("F5",),
        "train",
        text_now=lambda w: tr("Pause") if w.session.state == "running" else tr("Train"),
        icon_now=lambda w: "pause" if w.session.state == "running" else "train",
    )
    yield from steps.rows()
    yield Row(
        "stop",
        "train",
        1,
        tr("Stop"),
        lambda w: w.session.stop(),
        ("Shift+F5",),
        "stop",
        tr("End this training; what it learned stays"),
        enabled=lambda w: w.session.state in {"running", "paused"},
    )
    yield Row(
        "reset",
        "train",
        2,
        tr("Reset to the initial weights"),
        lambda w: w.session.reset(),
        ("Ctrl+R",),
        "reset",
        short=tr("Reset"),
        enabled=lambda w: w.trained,
    )
    yield Row(
        "redraw",
        "train",
        2,
        tr("Draw new initial weights"),
        lambda w: w.session.redraw(),
        ("Ctrl+Shift+R",),
        "redraw",
        short=tr("Re-draw"),
        enabled=lambda w: bool(w.session.document.parameters.weights),
    )

"""The rows of the actions table for single and many synapses, neurons, and the matrix of a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnstudio.ui import muting
from nnstudio.ui.actions.row import Row
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

GROUP = 4


def _bypass_text(window: MainWindow) -> str:
    bypassed = muting.all_bypassed(window.session.document, window.selection)
    return tr("Use the activation again") if bypassed else tr("Bypass")


def rows() -> Iterator[Row]:
    """Choosing, freezing and the matrix, for the Edit menu and the command palette."""

    def wired(window: MainWindow) -> bool:
        return window.workspace == "build" and bool(window.session.document.network.synapses)

    yield Row(
        "choose_synapses",
        "edit",
        GROUP,
        tr("Select synapses…"),
        lambda w: w.canvas.open_chooser(),
        ("Ctrl+Shift+A",),
        "synapse",
        tr("By sign or magnitude, among those selected or all"),
        enabled=wired,
    )
    yield Row(
        "choose_positive",
        "edit",
        GROUP,
        tr("Select the positive synapses"),
        lambda w: w.canvas.choose_by("positive"),
        enabled=wired,
    )
    yield Row(
        "choose_negative",
        "edit",
        GROUP,
        tr("Select the negative synapses"),
        lambda w: w.canvas.choose_by("negative"),
        enabled=wired,
    )
    yield Row(
        "prune",
        "edit",
        GROUP,
        tr("Prune the selected synapses"),
        lambda w: w.canvas.delete_selected(),
        icon="delete",
        tip=tr("Cut them: they exist no more"),
        enabled=lambda w: bool(w.selection.chosen or w.selection.synapse),
    )
    yield Row(
        "freeze",
        "edit",
        GROUP,
        tr("Freeze"),
        lambda w: w.canvas.freeze_selected(),
        ("K",),
        "frozen",
        tr("Hold the selected synapses or biases against training, or let them go"),
        enabled=lambda w: w.canvas.can_freeze,
        text_now=lambda w: tr("Free") if w.canvas.can_freeze and w.canvas.all_frozen else tr("Freeze"),
    )
    yield Row(
        "mute",
        "edit",
        GROUP,
        tr("Mute"),
        lambda w: w.canvas.mute_selected(),
        ("M",),
        tip=tr("The selected neurons or layers send nothing on"),
        enabled=lambda w: bool(muting.mutable(w.session.document, w.selection)),
        text_now=lambda w: tr("Unmute") if muting.all_muted(w.session.document, w.selection) else tr("Mute"),
    )
    yield Row(
        "bypass",
        "edit",
        GROUP,
        tr("Bypass"),
        lambda w: w.canvas.bypass_selected(),
        ("B",),
        tip=tr("The selected layers skip their activation"),
        enabled=lambda w: bool(muting.bypassable(w.session.document, w.selection)),
        text_now=_bypass_text,
    )
    yield Row(
        "matrix",
        "edit",
        GROUP,
        tr("Edit as a matrix"),
        lambda w: w.show_matrix(),
        ("Ctrl+M",),
        "table",
        tr("The weights of the selected synapses as a spreadsheet"),
        enabled=lambda w: w.matrix_target() is not None,
    )

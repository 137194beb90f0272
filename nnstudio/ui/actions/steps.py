"""The actions that step through training, one for each grain, and the panel that shows the small ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnstudio.ui.actions.row import Row
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

STEPS = ("step_operation", "step_sample", "step_micro_batch", "step_batch", "step_epoch")


def rows() -> Iterator[Row]:
    """From the smallest grain to the largest, and back by one operation."""

    def at_rest(window: MainWindow) -> bool:
        return window.session.state != "running"

    def on_the_way(window: MainWindow) -> bool:
        walking = window.session.walks.present
        return walking is not None and walking.place > 0 and at_rest(window)

    yield Row(
        "step_operation",
        "train",
        1,
        tr("Step one operation"),
        lambda w: w.step("operation"),
        ("F9",),
        "step-operation",
        tr("See the next operation of the next update with all its numbers; only the update itself moves weights"),
        tr("Operation"),
        at_rest,
    )
    yield Row(
        "step_back",
        "train",
        1,
        tr("Back one operation"),
        lambda w: w.session.walks.back(),
        ("Shift+F9",),
        "step-back",
        tr("See the operation before it again; what was trained stays"),
        tr("Back"),
        on_the_way,
    )
    yield Row(
        "step_sample",
        "train",
        1,
        tr("Step one sample"),
        lambda w: w.step("sample"),
        ("Ctrl+F9",),
        "step-sample",
        tr("Go through all operations of a sample"),
        tr("Sample"),
        at_rest,
    )
    yield Row(
        "step_micro_batch",
        "train",
        1,
        tr("Step one micro-batch"),
        lambda w: w.step("micro_batch"),
        ("Ctrl+F7",),
        "step-part",
        tr("Go through a part of the batch; without parts (In parts: 1) that is all of its samples, before the update"),
        tr("Micro-batch"),
        at_rest,
    )
    yield Row(
        "step_batch",
        "train",
        1,
        tr("Step one batch"),
        lambda w: w.step("batch"),
        ("F7",),
        "step-batch",
        tr("Train on one batch, then rest"),
        tr("Step"),
        at_rest,
    )
    yield Row(
        "step_epoch",
        "train",
        1,
        tr("Step one epoch"),
        lambda w: w.step("epoch"),
        ("F8",),
        "step-epoch",
        tr("Train on every sample once, then rest"),
        tr("Epoch"),
        at_rest,
    )

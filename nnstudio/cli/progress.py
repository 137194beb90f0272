"""How far a run has come, on stderr: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nnstudio.cli.output import number, say
from nnstudio.session import Live

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress(goal: int) -> Iterator[Callable[[Live], None]]:
    """A function that shows the newest values while the block runs."""
    if sys.stderr.isatty():
        with _bar(goal) as show:
            yield show
    else:
        yield _lines(goal)


def _lines(goal: int) -> Callable[[Live], None]:
    due = 0.0  # the first values at once, so that one sees that it has begun

    def show(live: Live) -> None:
        nonlocal due
        if live.epoch and time.monotonic() >= due:
            due = time.monotonic() + SECONDS_BETWEEN_LINES
            say(f"epoch {live.epoch} of {goal}: {describe(live)}")

    return show


@contextmanager
def _bar(goal: int) -> Iterator[Callable[[Live], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("epoch {task.completed} of {task.total}"),
        BarColumn(bar_width=20),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=goal)
        yield lambda live: bar.update(task, completed=live.epoch, description=_newest(live))


def describe(live: Live) -> str:
    """The newest value of each series, and the pace."""
    values = [f"{name} {number(float(series[-1]))}" for name, series in live.series.items() if len(series)]
    if live.samples_per_second > 0:
        values.append(f"{live.samples_per_second:,.0f} samples/s")
    return "  ".join(values)


def _newest(live: Live) -> str:
    """The loss and the last other series in few letters: a terminal has 80 columns."""
    named = [(name, float(series[-1])) for name, series in live.series.items() if len(series)]
    chosen = [item for item in named if item[0] == "loss"] + [item for item in named if "loss" not in item[0]][-1:]
    return "  ".join(f"{name} {value:.3g}" for name, value in chosen)

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
    last = time.monotonic()

    def show(live: Live) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            say(f"epoch {live.epoch} of {goal}: {describe(live)}")

    return show


@contextmanager
def _bar(goal: int) -> Iterator[Callable[[Live], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("epoch"),
        MofNCompleteColumn(),
        BarColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=goal)
        yield lambda live: bar.update(task, completed=live.epoch, description=describe(live))


def describe(live: Live) -> str:
    """The newest value of each series, and the pace."""
    values = [f"{name} {number(float(series[-1]))}" for name, series in live.series.items() if len(series)]
    if live.samples_per_second > 0:
        values.append(f"{live.samples_per_second:,.0f} samples/s")
    return "  ".join(values)

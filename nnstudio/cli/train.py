"""``nnstudio train``: the window's Train, in a terminal."""

from __future__ import annotations

import argparse
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from nnstudio.cli.opening import opened
from nnstudio.cli.output import number, say, write_json
from nnstudio.cli.progress import progress
from nnstudio.cli.settings import HELP, apply_settings, set_training
from nnstudio.document import StudioError
from nnstudio.session import Session

_STATES = {
    "cancelled": "interrupted after",
    "target": "reached the target after",
    "patience": "no better for a while after",
    "time": "out of time after",
}
SHORTEST_WAIT, LONGEST_WAIT = 0.005, 0.1  # seconds: each poll makes the worker copy the parameters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("project", type=Path, metavar="P.nns")
    parser.add_argument("--epochs", type=int, metavar="N", help="train to epoch N (N more where that is reached)")
    parser.add_argument("--seed", type=int, metavar="S", help="draws the order of samples")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=HELP)
    parser.add_argument("--reset", action="store_true", help="start from the initial weights again")
    parser.add_argument("--threads", type=int, metavar="N", help="use so many at most; the weights do not depend on it")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.nns", help="write here and leave P.nns alone")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Train, save, and say how far it came; 130 where it was interrupted (what was trained is saved)."""
    if arguments.threads is not None and arguments.threads < 1:
        raise StudioError("--threads is {count}; it must be a whole number from 1 up.", count=arguments.threads)
    with opened(arguments.project) as session:
        session.threads = arguments.threads
        if arguments.epochs is not None:
            set_training(session, epochs=arguments.epochs)
        if arguments.seed is not None:
            set_training(session, seed=arguments.seed)
        apply_settings(session, arguments.set)
        if arguments.reset:
            session.reset()
        begun = session.document.progress
        stopped = train_to_the_end(session)
        target = arguments.output or arguments.project
        if stopped != "diverged":
            session.save(target)
        done = session.document.progress
        metrics = {name: float(values[-1]) for name, values in done.series.items() if len(values)}
        report = {
            "project": target,
            "stopped": stopped,
            "epochs": done.epoch,
            "updates": done.updates,
            "seconds": done.seconds - begun.seconds,
            "metrics": metrics,
        }
        if arguments.json:
            write_json(report)
        values = ", ".join(f"{name} {number(value)}" for name, value in metrics.items())
        if stopped == "diverged":
            say(f"nnstudio: {session.notice}")
            return 1
        if not arguments.json or stopped == "cancelled":
            state = _STATES.get(stopped, "trained")
            say(f"{target}: {state} {done.epoch} epochs: {values}")
        return 130 if stopped == "cancelled" else 0


def train_to_the_end(session: Session) -> str:
    """Train until the goal, a stop rule, a divergence or an interruption, and return which.

    One of: epochs, target, patience, time, diverged, cancelled.

    An exception of the worker is raised here.
    """
    failures: list[Exception] = []
    disconnect = session.failed.connect(failures.append)
    try:
        with _interruptible(), progress(session.goal) as show:
            session.train()
            began = time.monotonic()
            try:
                while session.state == "running":
                    time.sleep(min(max(SHORTEST_WAIT, 0.02 * (time.monotonic() - began)), LONGEST_WAIT))
                    if session.poll():
                        show(session.live)
            except KeyboardInterrupt:
                session.pause()
                return "cancelled"
    finally:
        disconnect()
    if failures:
        raise failures[0]
    return (session.stopped or "epochs") if session.state == "finished" else "diverged"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a request to terminate end training like Ctrl+C: what was trained is saved."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only there may signals be handled
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

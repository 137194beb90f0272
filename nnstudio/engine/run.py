"""A training on its own thread: orders go in, the newest snapshot comes out of a mailbox with one slot."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np

from nnstudio.document import Dataset, Network, Parameters, Progress, Training
from nnstudio.engine.snapshot import Reason, RunState, Snapshot, Values

if TYPE_CHECKING:
    from nnstudio.engine.work import Work

_ids = itertools.count(1)
HALT, ASK, FLAGS = 0, 1, 2
MOST_BATCHES = 1 << 30  # between two looks: an epoch that ends earlier must not let the number grow without end
BETWEEN = 0.015  # seconds between two requests for a snapshot: each costs the worker a turn at Python's lock
BREATH = 0.1  # seconds between two looks at signals, where training runs in the caller's thread


def goal_after(progress: Progress, training: Training) -> int:
    """The epoch at which training ends: the settings' epochs, or where they are reached, as many more."""
    done, wanted = progress.epoch, training.epochs
    return wanted if wanted > done else done + wanted


class TrainingRun:
    """One run of training. All methods are called from one thread; the work is done on another.

    ``team``: how many threads share large steps at most (None: as many as ``threads()`` says); the bits do not depend
    on it. Nothing is compiled or copied before ``start``. ``pause``, ``resume`` and ``step`` leave the run able to go
    on; ``stop`` ends it, and ``join`` waits for its thread.
    """

    def __init__(
        self,
        network: Network,
        parameters: Parameters,
        training: Training,
        dataset: Dataset,
        progress: Progress | None = None,
        goal: int | None = None,
        team: int | None = None,
    ) -> None:
        self.id = next(_ids)
        self._start_progress = progress or Progress()
        self.goal = goal_after(self._start_progress, training) if goal is None else goal
        self._ingredients = (network, parameters, training, dataset, self._start_progress)
        self._team = team
        self._flags = np.zeros(FLAGS, dtype=np.int64)
        self._mailbox: deque[Snapshot] = deque(maxlen=1)
        self._turn = threading.Condition()
        self._asked = 0.0  # when a snapshot was asked for last
        self._order: tuple[int, int] | None = None  # (goal, batches): what the worker is to do next
        self._ended = False
        self._working = False
        self._work: Work | None = None
        self._state: RunState = "new"
        self._last: Snapshot | None = None
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> RunState:
        """What the run does: "running" from ``start`` until the worker is at rest again."""
        return self._state

    # -- orders -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Train until the goal."""
        self._give((self.goal, -1))

    resume = start

    def step(self, grain: Literal["batch", "epoch"]) -> None:
        """Train one batch, or to the end of the epoch in progress, then rest."""
        if grain == "batch":
            self._give((self.goal, 1))
        else:
            epoch = self._last.epoch if self._last is not None else self._start_progress.epoch
            self._give((min(self.goal, epoch + 1), -1))

    def _give(self, order: tuple[int, int]) -> None:
        with self._turn:
            if self._flags[HALT]:
                self._turn.wait_for(lambda: self._state != "running")
            if self._ended or self._state in ("running", "finished", "failed"):
                return
            self._order, self._state = order, "running"
            self._flags[HALT] = 0
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"nnstudio run {self.id}", daemon=True)
                self._thread.start()
            self._turn.notify_all()

    def pause(self) -> None:
        """Rest after the batch in progress; ``snapshot`` waits for that."""
        with self._turn:
            self._order = None
            self._flags[HALT] = 1
            if not self._working and self._state == "running":
                # The worker is still getting ready (the compiler may be at work): nothing was trained yet.
                self._settle("paused")

    def stop(self) -> None:
        """End the run after the batch in progress. What was trained stays in ``snapshot``."""
        with self._turn:
            self._order, self._ended = None, True
            self._flags[HALT] = 1
            if not self._working and self._state not in ("finished", "failed"):
                self._settle("finished", "cancelled")
            self._turn.notify_all()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread to end (after ``stop``, or the end of training); whether it has."""
        thread = self._thread
        if thread is None:
            return True
        thread.join(timeout)
        return not thread.is_alive()

    # -- results ----------------------------------------------------------------------------------------------------

    def poll(self) -> Snapshot | None:
        """The newest snapshot that was not taken yet, or None; and ask the worker for another one.

        However often this is called, the worker is asked no more than every ``BETWEEN`` seconds.
        """
        if self._state == "running" and (now := perf_counter()) - self._asked >= BETWEEN:
            self._asked = now
            self._flags[ASK] = 1
        try:
            return self._mailbox.pop()
        except IndexError:
            return None

    def snapshot(self) -> Snapshot:
        """The exact present state; waits until the worker is at rest (call ``pause`` first, or wait for the end)."""
        with self._turn:
            self._turn.wait_for(lambda: self._state != "running")
            if self._last is None:
                self._last = self._untouched("paused")
            return self._last

    def _untouched(self, state: RunState, reason: Reason | None = None, failure: Exception | None = None) -> Snapshot:
        """The state at the start of the run."""
        before = self._start_progress
        values = Values(self._ingredients[1], rest=before.state)
        return Snapshot(
            self.id,
            before.epoch,
            before.batch,
            before.updates,
            self.goal,
            before.seconds,
            0.0,
            before.series,
            state,
            values,
            reason,
            failure,
        )

    def _settle(
        self, state: RunState, reason: Reason | None = None, failure: Exception | None = None, *, diverged: bool = False
    ) -> None:
        """Come to rest (the lock is held): keep the exact state and put it into the mailbox."""
        work = self._work
        if work is None or failure is not None:
            last = self._untouched(state, reason, failure)
        else:
            last = work.snapshot(self.id, self.goal, state, reason, work.divergence() if diverged else None)
        self._last, self._state = last, state
        self._mailbox.append(last)
        self._turn.notify_all()

    # -- the worker -------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            self._prepare()
            while (order := self._wait()) is not None:
                self._carry_out(*order)
        except Exception as error:  # noqa: BLE001 (handed over to the other thread, which shows it)
            with self._turn:
                self._working = False
                if self._state != "finished":
                    self._settle("failed", failure=error)

    def _prepare(self) -> None:
        from nnstudio.engine.work import Work

        work = Work(*self._ingredients, self._flags, self._team)
        with self._turn:
            self._work = work

    def _wait(self) -> tuple[int, int] | None:
        """Rest until there is an order; None when the run has ended."""
        with self._turn:
            self._turn.wait_for(lambda: self._ended or self._order is not None)
            order, self._order = self._order, None
            self._working = order is not None and not self._ended
            return order if self._working else None

    def _carry_out(self, goal: int, batches: int) -> None:
        from nnstudio.engine import loop

        work = self._work
        if work is None:
            return
        last = work.updates + batches
        while True:
            code = work.advance(goal, last - work.updates if batches >= 0 else -1)
            if code == loop.ASKED:
                self._flags[ASK] = 0
                self._mailbox.append(work.snapshot(self.id, self.goal, "running"))
                continue
            with self._turn:
                self._working = False
                if code == loop.DIVERGED:
                    self._ended = True
                    self._settle("finished", "diverged", diverged=True)
                elif code == loop.STOPPED:
                    self._ended = True
                    self._settle("finished", work.stopped)
                elif work.epoch >= self.goal:
                    self._ended = True
                    self._settle("finished", "epochs")
                elif self._ended:
                    self._settle("finished", "cancelled")
                else:
                    self._settle("paused")
            return


def train(
    network: Network,
    parameters: Parameters,
    training: Training,
    dataset: Dataset,
    progress: Progress | None = None,
    goal: int | None = None,
    on_epoch: Callable[[Snapshot], object] | None = None,
    team: int | None = None,
) -> Snapshot:
    """Train in the caller's thread, with the same bits as a TrainingRun, and return the last Snapshot.

    ``on_epoch`` is told of every finished epoch. Ctrl+C ends training after the batch in progress: the Snapshot then
    has the reason "cancelled" and all that was trained. ``team``: how many threads share large steps (None: as many as
    ``threads()`` says); the bits do not depend on it.
    """
    from nnstudio.engine.apart import compile_apart

    compile_apart(training.dtype, "uint8" if dataset.inputs.dtype == np.uint8 else training.dtype)
    from nnstudio.engine import loop
    from nnstudio.engine.work import Work

    began = progress or Progress()
    end = goal_after(began, training) if goal is None else goal
    run, flags = next(_ids), np.zeros(FLAGS, dtype=np.int64)
    work = Work(network, parameters, training, dataset, began, flags, team)
    code, batches = loop.HALTED, 64
    try:
        while work.epoch < end and code not in (loop.DIVERGED, loop.STOPPED):
            before, seconds = work.epoch, work.seconds
            code = work.advance(min(end, before + 1) if on_epoch else end, batches)
            spent = max(work.seconds - seconds, 1e-4)
            batches = max(1, min(4 * batches, int(batches * BREATH / spent), MOST_BATCHES))
            if on_epoch is not None and work.epoch > before:
                on_epoch(work.snapshot(run, end, "running"))
    except KeyboardInterrupt:
        return work.snapshot(run, end, "finished", "cancelled")
    if code == loop.DIVERGED:
        return work.snapshot(run, end, "finished", "diverged", work.divergence())
    return work.snapshot(run, end, "finished", work.stopped or "epochs")

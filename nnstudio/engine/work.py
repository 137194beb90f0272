"""One training at work: a Table, the samples, and where it is; moved on by the compiled loop, in any thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import losses, metrics, optimizers
from nnstudio.document import Dataset, Message, Network, Parameters, Progress, StudioError, Training
from nnstudio.engine import layout, loop
from nnstudio.engine.activity import as_rows, in_type, output_columns
from nnstudio.engine.carried import kept, taken_up
from nnstudio.engine.causes import first_cause
from nnstudio.engine.compiled import address
from nnstudio.engine.order import METRIC_OF, begun, identity_of
from nnstudio.engine.program import compile_program, held_places
from nnstudio.engine.rates import Rates, series_of
from nnstudio.engine.rules import limits_of, may_overflow, rules_of
from nnstudio.engine.series import Series
from nnstudio.engine.snapshot import Reason, RunState, Snapshot, Values
from nnstudio.engine.stopping import Stopped, Stopping
from nnstudio.engine.table import Table
from nnstudio.engine.team import Team, threads
from nnstudio.engine.vectors import STRIPE
from nnstudio.engine.weights import sample_weights

PART = 1024  # samples worked through at a time, where the batch is the whole training set
TICK = 0.02  # seconds between two looks at the clock, where a run has a limit of time
MOST_LEFT = 50_000  # parameters that one thread moves while the others wait
HISTORY = 1024  # finished epochs that the loop writes down before Python must read them


class Work:
    """Everything that training needs, ready to be moved on by ``advance``. Belongs to one thread at a time."""

    def __init__(
        self,
        network: Network,
        parameters: Parameters,
        training: Training,
        dataset: Dataset,
        progress: Progress,
        flags: NDArray[np.int64],
        team: int | None = None,
    ) -> None:
        metric = METRIC_OF[dataset.task]
        program = compile_program(
            network,
            training.loss,
            training.optimizer,
            metrics[metric].per_output,
            parameters.masks,
            parameters.muted,
            STRIPE,
        )
        _check(training, dataset, program.outputs)
        self._training, self._flags, self._start = training, flags, parameters
        self.program = program
        optimizer = optimizers[training.optimizer.key]
        self._group = optimizer.batch(training.batch_size, len(dataset.train))
        part = -(-self._group // training.accumulate)
        if optimizer.whole:  # a training set that is one batch need not lie in memory at once
            part = min(part, max(training.batch_size, PART))
        team = threads() if team is None else team
        self.table = Table(program, parameters, training.dtype, part, metric, team)

        self._data = _inputs(network, dataset, training.dtype)
        self._reach = dataset.reach if self.table.late < len(self.table.rows) else 0.0
        self._labels = np.zeros(0, dtype=np.int64)
        self._wanted = np.zeros((0, 0), dtype=training.dtype)
        if dataset.task == "classification" and dataset.targets.ndim == 1:
            self._labels = np.ascontiguousarray(dataset.targets, dtype=np.int64)
        else:
            self._wanted = in_type(dataset.targets, training.dtype, "The targets")
        self._train = np.ascontiguousarray(dataset.train, dtype=np.int64)
        self._validation = np.ascontiguousarray(dataset.validation, dtype=np.int64)
        held = held_places(program, parameters)
        self._held = np.array([*held, 0], dtype=np.int64)
        self._held_values = self.table.w[self._held].copy()
        self._weights = sample_weights(training, dataset)
        widest = max(layer.size for layer in network.of_kind("output"))
        self._apart = np.zeros(3 * widest * self.table.width if self._weights is not None else 0, self.table.dtype)
        parts = 1 + program.score_width
        self._sums = np.zeros(parts)
        self._history = np.zeros((HISTORY, 2 * parts))
        self._order = np.zeros(len(self._train), dtype=np.int64)
        self._unchecked = self.table.unchecked
        self._facts = self._made_facts(len(held), parts)
        self._team = Team(self.table, self._facts, self._data, self._order, team)
        self._counters = np.zeros(loop.COUNTERS, dtype=np.int64)
        guarded = may_overflow(training)
        searches = optimizer.searches(training.optimizer)
        copies = 2 if training.carry_over or searches else int(part < self._group or guarded)
        self._added_up = np.zeros(max(1, copies * self.table.stride), dtype=training.dtype)
        rows = dataset.target_rows
        columns = output_columns(network)
        self.series = Series(
            metric,
            [span.stop - span.start for span in columns.values()],
            rows[self._train],
            rows[self._validation],
            progress.series,
            progress.epoch,
            series_of(training),
        )
        self._rules, self._limits = rules_of(training, self._group, guarded=guarded), limits_of(training)
        names, state = self.series.names, progress.state
        self._rates = Rates(training, -(-len(self._train) // self._group), names, state, self._rules, self._limits)
        best, maximized = self._flat("stop/best", state), losses[training.loss.key].maximized
        self._stopping = Stopping(training.stop, names, state, progress.seconds, best, maximized=maximized)
        self._watching = self._stopping.watches or self._rates.follows
        self.seconds = progress.seconds
        self._recent: deque[tuple[float, int]] = deque()
        self._go_on_from(progress)

    def _made_facts(self, held: int, parts: int) -> NDArray[np.int64]:
        facts = self.table.facts(self._data.dtype.name)
        optimizer = optimizers[self.program.optimizer.key]
        facts[layout.OPTIMIZER] = address(optimizer.step, "optimizer", self.table.dtype)
        facts[layout.SHUFFLE] = int(self._training.shuffle)
        facts[layout.SEED] = facts[layout.DRAWN_FROM] = self._training.seed
        facts[layout.WIDE], facts[layout.WIDE_TARGETS] = self._data.shape[1], self._wanted.shape[1]
        facts[layout.CLASSES] = int(self._labels.size > 0)
        facts[layout.SUMS], facts[layout.HELD] = parts, held
        facts[layout.HELD_AT], facts[layout.HELD_VALUES] = self._held.ctypes.data, self._held_values.ctypes.data
        changed = held or self.table.batch_size < self._group or (self.table.rows[:, 0] == layout.PENALIZE).any()
        if len(self._unchecked) > 1 and not changed:  # slopes are final as soon as they are there
            facts[layout.LOOSE], facts[layout.LOOSE_AT] = len(self._unchecked), self._unchecked.ctypes.data
            small = self._reach <= self.table.most
            facts[layout.AT_ONCE] = small and self.table.late < len(self.table.rows) and not self._waits()
        if self._weights is not None:
            facts[layout.WEIGHED], facts[layout.APART] = self._weights.ctypes.data, self._apart.ctypes.data
        return facts

    @property
    def steps_at_once(self) -> bool:
        """Whether large bundles' weights take their step as their slopes come up, where these are sure to be finite."""
        return bool(self._facts[layout.AT_ONCE])

    def _waits(self) -> bool:
        """Whether an update needs the whole gradient before it begins, or has more to do than it takes to share it."""
        training = self._training
        clipped = training.clip_value is not None or training.clip_norm is not None
        left = (self._unchecked[:, 1] - self._unchecked[:, 0]).sum()
        whole = optimizers[training.optimizer.key].whole or training.carry_over or may_overflow(training)
        return bool(whole or clipped or left > MOST_LEFT)

    # -- where it is ------------------------------------------------------------------------------------------------

    @property
    def epoch(self) -> int:
        """Whole epochs done."""
        return int(self._counters[loop.EPOCH])

    @property
    def updates(self) -> int:
        """Parameter updates done."""
        return int(self._counters[loop.UPDATES])

    def _identity(self) -> NDArray[np.int64]:
        """What an epoch in progress depends on; where it changed, that epoch starts again."""
        return identity_of(self._training, len(self._train), len(self._sums))

    @property
    def _waiting(self) -> NDArray[Any]:
        """The sum of the gradients of samples that wait for the next epoch, where ``carry_over`` is set."""
        return self._added_up[self.table.stride : 2 * self.table.stride]

    def _go_on_from(self, progress: Progress) -> None:
        counters, state = self._counters, progress.state
        counters[loop.EPOCH], counters[loop.UPDATES] = progress.epoch, progress.updates
        if begun(progress, self._identity()):
            counters[loop.DONE] = min(progress.batch, -(-len(self._train) // self._group))
            self._sums[:] = state["epoch/sums"]
        found = taken_up(self.program, state) if self._training.carry_over else None
        if found is not None:
            counters[loop.WAITING], self._waiting[:] = found
        key = self.program.optimizer.key
        if f"{key}/steps" not in state:
            return
        counters[loop.STEPS] = int(state[f"{key}/steps"][0])
        for place, name in enumerate(optimizers[key].names(self.program.optimizer)):
            self._read(f"{key}/{name}", state, self.table.state(place))

    def _read(self, name: str, state: Mapping[str, NDArray[Any]], flat: NDArray[Any]) -> bool:
        """Put the arrays called ``name/weights/..`` and so on into ``flat``; whether all were there."""
        whole = True
        for place, slot in self.program.named_slots():
            array = state.get(f"{name}/{place}")
            if array is not None and array.shape == slot.shape:
                slot.put(flat, array)
            else:
                whole = False
        return whole

    def _flat(self, name: str, state: Mapping[str, NDArray[Any]]) -> NDArray[Any] | None:
        flat = np.zeros(self.program.size, dtype=self._training.dtype)
        return flat if self._read(name, state, flat) else None

    # -- moving on --------------------------------------------------------------------------------------------------

    def advance(self, goal: int, batches: int = -1) -> int:
        """Train until epoch ``goal``, for at most ``batches``, or until a flag is seen; returns why it stopped.

        ``loop.STOPPED``: one of the settings' stop rules holds, ``stopped`` says which.
        """
        with self._team.helping():
            return self._advance(goal, batches)

    def _advance(self, goal: int, batches: int) -> int:
        last = self.updates + batches
        history = self._history[:1] if self._watching else self._history
        slice_, spent = 1, 0.0
        while True:
            left = last - self.updates if batches >= 0 else -1
            if self._stopping.times:
                slice_ = max(1, min(2 * slice_, int(slice_ * TICK / max(spent, 1e-6))))
                left = slice_ if left < 0 else min(left, slice_)
            began = perf_counter()
            self._recent.append((began, self._samples()))
            code = int(
                loop.run(
                    self.table.arena,
                    self.table.rows,
                    self._facts,
                    self._counters,
                    self._flags,
                    self.table.settings,
                    self._data,
                    self._wanted,
                    self._labels,
                    self._train,
                    self._validation,
                    self._order,
                    self.table.offsets,
                    self._held,
                    self._held_values,
                    self._sums,
                    history,
                    self._team.job,
                    self._rules,
                    self._limits,
                    self._added_up,
                    goal,
                    left,
                )
            )
            ended = perf_counter()
            spent = ended - began
            self.seconds += spent
            self._recent.append((ended, self._samples()))
            while len(self._recent) > 2 and self._recent[1][0] < ended - 1.0:
                self._recent.popleft()
            if self._finish_epochs() or (code != loop.DIVERGED and self._stopping.look_at_the_clock(self.seconds)):
                return loop.STOPPED
            sliced = code == loop.HALTED and self._stopping.times and not self._flags[loop.HALT]
            if not (code == loop.FULL or sliced) or (batches >= 0 and self.updates >= last):
                return code

    def _finish_epochs(self) -> bool:
        """Take in what the loop wrote down of whole epochs; whether a rule says that the run ends."""
        count = int(self._counters[loop.RECORDED])
        self._counters[loop.RECORDED] = 0
        if not count:
            return False
        self.series.add(self._history[:count], self._rates.of_epochs(self.series.epochs, count))
        if not self._watching:
            return False
        series = self.series.read()
        self._rates.follow(series)
        return self._stopping.watches and self._stopping.watch(series, self.table.w)

    @property
    def stopped(self) -> Stopped | None:
        """Which of the stop rules ended the run."""
        return self._stopping.stopped

    def helper_arguments(self, job: NDArray[np.int64]) -> list[Any]:
        """What a helper of the team would be called with for that job (``warm_up`` compiles it)."""
        return self._team.arguments(1, self.table.offsets, job)

    def _samples(self) -> int:
        done = min(int(self._counters[loop.DONE]) * self._group, len(self._train))
        return self.epoch * len(self._train) + done

    def _rate(self) -> float:
        if len(self._recent) < 2:
            return 0.0
        (began, first), (ended, last) = self._recent[0], self._recent[-1]
        return (last - first) / (ended - began) if ended > began else 0.0

    def snapshot(
        self, run: int, goal: int, state: RunState, reason: Reason | None = None, message: Message | None = None
    ) -> Snapshot:
        """The values of this moment; at rest (any state but "running") with all that is needed to go on."""
        table = self.table
        optimizer = self.program.optimizer.key
        at_rest = state != "running"
        values = Values(
            self._start,
            self.program,
            table.w.copy(),
            self._states() if at_rest else None,
            {
                f"{optimizer}/steps": self._counters[loop.STEPS : loop.STEPS + 1].copy(),
                "epoch/identity": self._identity(),
                "epoch/sums": self._sums.copy(),
                **kept(self.program, int(self._counters[loop.WAITING]), self._waiting),
                **self._rates.arrays(),
                **self._stopping.arrays(),
            }
            if at_rest
            else {},
            self._stopping.best.copy() if at_rest and self._stopping.best is not None else None,
        )
        return Snapshot(
            run,
            self.epoch,
            int(self._counters[loop.DONE]),
            self.updates,
            goal,
            self.seconds,
            self._rate(),
            self.series.read(),
            state,
            values,
            reason,
            None,
            message,
            self._rates.at(self.epoch, int(self._counters[loop.DONE])),
        )

    def _states(self) -> tuple[NDArray[Any], ...]:
        """Copies of the optimizer's arrays; none of those at the end that have not been filled yet."""
        entry, part = optimizers[self.program.optimizer.key], self.program.optimizer
        count = len(entry.names(part))
        while count > len(entry.state) and not self.table.state(count - 1).any():
            count -= 1
        return tuple(self.table.state(place).copy() for place in range(count))

    def divergence(self) -> Message:
        """What happened when the loop stopped for divergence: where, and what was the first number that is none."""
        done, count = int(self._counters[loop.DONE]), int(self._counters[loop.LAST])
        first = done * self._group + int(self._counters[loop.FIRST])
        if self._counters[loop.FIRST] < 0 and optimizers[self.program.optimizer.key].whole:
            cause = Message.of("the step that the curvature asks for is longer than numbers reach")
        elif self._counters[loop.FIRST] < 0:
            cause = Message.of("the weight decay makes weights grow beyond all bounds")
        else:
            cause = first_cause(self.table, count, self._order[first : first + count])
        return Message.of(
            "Training diverged in epoch {epoch}, batch {batch}: {cause}. "
            "The last finite weights are kept; try a smaller learning rate or scaled data.",
            epoch=self.epoch + 1,
            batch=done + 1,
            cause=cause,
        )


def _inputs(network: Network, dataset: Dataset, dtype: str) -> NDArray[Any]:
    rows = dataset.inputs.reshape(len(dataset.inputs), -1)
    if rows.dtype == np.uint8:
        as_rows(network, rows[:1])  # only to check the columns: bytes stay bytes
        return np.ascontiguousarray(rows)
    return as_rows(network, rows, dtype)


def _check(training: Training, dataset: Dataset, outputs: int) -> None:
    if not len(dataset.train):
        raise StudioError("There are no training samples.")
    if training.batch_size < 1:
        raise StudioError("The batch size is {size}; it must be at least 1.", size=training.batch_size)
    if training.accumulate < 1:
        raise StudioError("A batch has {count} parts; it must have at least 1.", count=training.accumulate)
    if training.dtype not in ("float32", "float64"):
        raise StudioError('The number type is "{dtype}"; choose float32 or float64.', dtype=training.dtype)
    if dataset.outputs != outputs:
        raise StudioError(
            "The data has {wanted} outputs but the network has {given} output neurons.",
            wanted=dataset.outputs,
            given=outputs,
        )

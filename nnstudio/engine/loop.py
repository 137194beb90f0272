"""The compiled loop: whole epochs of batches over a table of instructions, without returning to Python."""

# ruff: noqa: RUF005, PLR0912, PLR0913, PLR0915, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.catalog.strong_wolfe import FOUND, PLACES
from nnstudio.engine.compiled import compiled, entered
from nnstudio.engine.gradient import add_up, are_finite, carry, clip, penalties
from nnstudio.engine.layers.draws import mixed
from nnstudio.engine.layout import (
    AHEAD,
    AT_EPOCH,
    AT_ONCE,
    AT_SAMPLE,
    BATCH,
    CHECK,
    COMING,
    DRAWS,
    EVALUATION,
    EXECUTE,
    FORWARD,
    HELD,
    LATE,
    LOOSE,
    LOOSE_AT,
    MEASURED,
    MODE,
    NOW,
    OPTIMIZER,
    OPTIMIZER_SETTINGS,
    ROWS,
    SEED,
    SHUFFLE,
    SIZE,
    STRIDE,
    SUMS,
    UNSOUND,
    UNSURE,
    UPDATE,
    UPDATE_CHUNKS,
)
from nnstudio.engine.panels import width_of
from nnstudio.engine.sharing import serve, together
from nnstudio.engine.signals import peek, post
from nnstudio.engine.soundness import finite_within, is_finite
from nnstudio.engine.vectors import address_of, invoke, invoke_number, pointer_like, pointer_to, shifted

# Places of the int64 vector ``counters``: where the run is,
# and the first of the batch's samples that it worked on last, and how many these were,
# and how many samples of an epoch's last batch wait for the next epoch
(EPOCH, DONE, UPDATES, STEPS, RECORDED, FIRST, LAST, WAITING, COUNTERS) = range(9)
# Places of ``flags``, which other threads write
(HALT, ASK, FLAGS) = range(3)
# Places of the int64 vector ``rules``: samples of an update, the schedule's kernel (0: none), whether it counts
# updates, how many of these units a run has, how many warm up; whether an update itself may overflow, and whether a
# batch that an epoch's end cuts short waits for the next epoch's first one, and the kernel of an optimizer that looks
# along its direction first (0: none), the schedule's kernel for the momentum (0: none) and the place of that setting
(GROUP, SCHEDULE, BY_UPDATE, TOTAL, WARM_UP, GUARDED, CARRIES, SEARCH, MOMENTUM, MOMENTUM_PLACE, RULES) = range(11)
# Places of the float64 vector ``limits``: the learning rate, what a plateau left of it, bounds of the gradient
# (0: none), whether the loss should fall (1) or grow (-1), then the settings of the schedule, then those of a search
(RATE, PLATEAU, CLIP_VALUE, CLIP_NORM, DOWNHILL, SCHEDULE_SETTINGS) = range(6)
SEARCHING = SCHEDULE_SETTINGS + 16
LIMITS = SEARCHING + PLACES
# Why the loop returned
REACHED, HALTED, ASKED, DIVERGED, FULL, STOPPED = range(6)


@compiled
def set_order(order: Any, rows: Any, shuffle: int, seed: int, epoch: int) -> None:
    """The order of samples in an epoch: it depends on nothing but seed and epoch (Fisher and Yates)."""
    count = order.size
    for k in range(count):
        order[k] = rows[k]
    if shuffle == 0:
        return
    key = mixed(mixed(np.uint64(seed)) ^ np.uint64(epoch))
    for k in range(count - 1, 0, -1):
        draw = mixed(key + np.uint64(k))
        other = np.int64(((draw >> np.uint64(32)) * np.uint64(k + 1)) >> np.uint64(32))
        held = order[k]
        order[k] = order[other]
        order[other] = held


@compiled
def _schedule(rules: Any, limits: Any, epoch: int, done: int, batches: int, chosen: Any) -> None:
    """Set the learning rate and the momentum of the update after ``epoch`` epochs and ``done`` batches.

    ``chosen``: the optimizer's settings.
    """
    moment = epoch * batches + done if rules[BY_UPDATE] != 0 else epoch
    warm_up = rules[WARM_UP]
    total = max(1, rules[TOTAL] - warm_up)
    settings = shifted(limits, SCHEDULE_SETTINGS)
    at = (max(0, moment - warm_up), total, settings)
    share = invoke_number(rules[SCHEDULE], at)
    if moment < warm_up:
        share *= (moment + 1) / (warm_up + 1)
    chosen[0] = limits[RATE] * limits[PLATEAU] * share
    if rules[MOMENTUM] != 0:
        chosen[rules[MOMENTUM_PLACE]] = invoke_number(rules[MOMENTUM], at)


@entered
def run(
    arena: Any,
    table: Any,
    facts: Any,
    counters: Any,
    flags: Any,
    settings: Any,
    data: Any,
    wanted: Any,
    labels: Any,
    train: Any,
    validation: Any,
    order: Any,
    offsets: Any,
    held: Any,
    held_values: Any,
    sums: Any,
    history: Any,
    job: Any,
    rules: Any,
    limits: Any,
    added_up: Any,
    goal: int,
    batches_left: int,
) -> int:
    """Train until epoch ``goal``, a flag, divergence, a full ``history`` or the last of ``batches_left`` (-1: no end).

    ``added_up``: the gradient of the parts of a batch that are done, where it has several; and the parameters before
    an update that may overflow; then, where batches wait for the next epoch, the sum of their samples' gradients, or
    the parameters from which a search looks along its direction.
    ``sums``: what the epoch in progress has added up; ``history``: a row for each finished epoch, first the sums over
    training samples, then those over validation samples. Returns why it stopped.
    """
    base, samples, targets, classes = pointer_to(arena), pointer_to(data), pointer_to(wanted), pointer_to(labels)
    rows, real, known, scratch = pointer_to(table), pointer_to(settings), pointer_to(facts), pointer_to(offsets)
    added, ordered, checked = pointer_to(sums), pointer_to(order), pointer_to(validation)
    shared, written = pointer_to(job), pointer_to(flags)
    ruled, limited, total = pointer_to(rules), pointer_to(limits), pointer_to(added_up)
    guarded, carries = rules[GUARDED] != 0, rules[CARRIES] != 0
    group, scheduled, clipped = rules[GROUP], rules[SCHEDULE], limits[CLIP_VALUE] > 0.0 or limits[CLIP_NORM] > 0.0
    size, batch, stride, parts = facts[SIZE], facts[BATCH], facts[STRIDE], facts[SUMS]
    forward, whole, optimizer, execute = facts[FORWARD], facts[ROWS], facts[OPTIMIZER], facts[EXECUTE]
    g, state = shifted(base, stride), shifted(base, 2 * stride)
    chosen = shifted(real, facts[OPTIMIZER_SETTINGS])
    width = width_of(base)  # a batch's lanes fill whole vectors
    batches = (train.size + group - 1) // group
    late, loose = facts[LATE], pointer_like(rows, facts[LOOSE_AT])
    fixed, rest = (base, samples, targets, classes, scratch), (real, known, shared)
    begun, searches, again = False, rules[SEARCH], False
    while counters[EPOCH] < goal:
        if not begun or counters[DONE] == 0:
            set_order(order, train, facts[SHUFFLE], facts[SEED], counters[EPOCH])
            begun = True
        if counters[DONE] == 0:
            sums[:] = 0.0
        known[MODE], known[AT_EPOCH] = MEASURED | DRAWS, counters[EPOCH]
        while counters[DONE] < batches:
            if not again:  # within a search there is no state to rest in
                if peek(written, HALT) != 0:
                    return HALTED
                if peek(written, ASK) != 0:
                    return ASKED
                if batches_left == 0:
                    return HALTED
            start = counters[DONE] * group
            members = min(group, train.size - start)
            loss, low, sound = 0.0, 0, True
            scored = shifted(added, 1)
            if again:  # scores are those from before the update: the others go where the epoch's record will lie
                scored = shifted(pointer_to(history), counters[RECORDED] * 2 * parts + 1)
            post(shared, UNSOUND, 0)
            while low < members:
                count = min(batch, members - low)
                lanes = (count + width - 1) // width * width
                places = shifted(ordered, start + low)
                known[AT_SAMPLE] = start + low
                coming = min(batch, train.size - (start + low + count))
                shared[AHEAD], shared[COMING] = address_of(shifted(places, count)) if coming > 0 else 0, coming
                part = invoke_number(execute, (rows, 0, forward) + fixed + (places, count, lanes, scored) + rest)
                if not math.isfinite(part):
                    if again:
                        sound = False
                        break
                    counters[FIRST], counters[LAST] = low, count
                    return DIVERGED
                moment = (places, count, lanes, scored)
                invoke_number(execute, (rows, forward, late) + fixed + moment + rest)
                if facts[AT_ONCE] != 0:
                    post(shared, UNSURE, 0)
                    invoke_number(execute, (rows, late, late + 1) + fixed + moment + rest)
                    if peek(shared, UNSURE) == 0 and finite_within(g, loose, facts[LOOSE]):
                        if scheduled != 0:
                            _schedule(ruled, limited, counters[EPOCH], counters[DONE], batches, chosen)
                        known[NOW] = counters[STEPS] + 1
                if late < whole:
                    invoke_number(execute, (rows, late + 1, whole) + fixed + moment + rest)
                if count < members:
                    add_up(total, g, size, count / members, low)
                loss += part
                low += count
            if members > batch:
                for k in range(size):
                    g[k] = total[k]
            if known[NOW] > 0:  # only what is left has still to take its step
                counters[STEPS], known[NOW] = known[NOW], 0
                for k in range(facts[LOOSE]):
                    low, end = loose[2 * k], loose[2 * k + 1]
                    w, left = shifted(base, low), shifted(state, low)
                    invoke(optimizer, (w, shifted(g, low), left, end - low, stride, counters[STEPS], chosen))
                sums[0] += loss
                counters[DONE] += 1
                counters[UPDATES] += 1
                batches_left -= 1
                continue
            if facts[LOOSE] > 0:
                sound = sound and peek(shared, UNSOUND) == 0 and finite_within(g, loose, facts[LOOSE])
            elif facts[UPDATE_CHUNKS] > 1:
                together(
                    CHECK,
                    facts[UPDATE_CHUNKS],
                    rows,
                    base,
                    samples,
                    scratch,
                    places,
                    count,
                    lanes,
                    real,
                    known,
                    counters[STEPS],
                    shared,
                )
                sound = peek(shared, UNSOUND) == 0
            else:
                for k in range(facts[HELD]):
                    g[held[k]] = 0.0
                sound = sound and is_finite(g, size)
            if not sound and not again:
                counters[FIRST], counters[LAST] = low - count, count
                return DIVERGED
            if carries and (members < group or counters[WAITING] > 0):
                waiting, before = shifted(total, stride), counters[WAITING]
                carry(waiting, g, size, members, before)
                counters[WAITING] = before + members if members < group else 0
                if members < group:
                    sums[0] += loss
                    counters[DONE] += 1
                    batches_left -= 1
                    continue
                for k in range(size):
                    g[k] = waiting[k] / (before + members)
            if clipped:
                clip(g, size, limits[CLIP_VALUE], limits[CLIP_NORM])
            if scheduled != 0:
                _schedule(ruled, limited, counters[EPOCH], counters[DONE], batches, chosen)
            if searches != 0:
                q = shifted(limited, SEARCHING)
                q[FOUND] = limits[DOWNHILL] * loss / members + penalties(rows, whole, base, real) if sound else np.inf
                if not again:
                    sums[0] += loss
                    counters[STEPS] += 1
                steps, origin = counters[STEPS], shifted(total, stride)
                again = invoke_number(searches, (base, g, state, origin, size, stride, steps, chosen, q)) != 0.0
                if not again:
                    counters[DONE] += 1
                    counters[UPDATES] += 1
                    batches_left -= 1
                continue
            counters[STEPS] += 1
            if guarded:
                for k in range(size):
                    total[k] = base[k]
            if facts[UPDATE_CHUNKS] > 1:
                together(
                    UPDATE,
                    facts[UPDATE_CHUNKS],
                    rows,
                    base,
                    samples,
                    scratch,
                    places,
                    count,
                    lanes,
                    real,
                    known,
                    counters[STEPS],
                    shared,
                )
            else:
                invoke(optimizer, (base, g, state, size, stride, counters[STEPS], chosen))
                for k in range(facts[HELD]):
                    base[held[k]] = held_values[k]
            if guarded and not are_finite(base, size):
                for k in range(size):
                    base[k] = total[k]
                counters[FIRST], counters[LAST] = -1, count
                return DIVERGED
            sums[0] += loss
            counters[DONE] += 1
            counters[UPDATES] += 1
            batches_left -= 1
        record = shifted(pointer_to(history), counters[RECORDED] * 2 * parts)
        for k in range(parts):
            record[k] = sums[k]
            record[parts + k] = 0.0
        known[MODE] = EVALUATION
        for start in range(0, validation.size, batch):
            if peek(written, HALT) != 0:
                return HALTED
            count = min(batch, validation.size - start)
            lanes = (count + width - 1) // width * width
            moment = (shifted(checked, start), count, lanes, shifted(record, parts + 1))
            record[parts] += invoke_number(execute, (rows, 0, forward) + fixed + moment + rest)
        counters[EPOCH] += 1
        counters[DONE] = 0
        counters[RECORDED] += 1
        if counters[RECORDED] == len(history):
            return FULL
    return REACHED


@entered
def once(
    arena: Any,
    table: Any,
    first: int,
    last: int,
    facts: Any,
    settings: Any,
    data: Any,
    wanted: Any,
    labels: Any,
    places: Any,
    offsets: Any,
    sums: Any,
    job: Any,
    lanes: int,
) -> float:
    """Run some instructions on one batch, the samples at ``places``; returns the sum of its losses."""
    number: float = invoke_number(
        facts[EXECUTE],
        (
            pointer_to(table),
            first,
            last,
            pointer_to(arena),
            pointer_to(data),
            pointer_to(wanted),
            pointer_to(labels),
            pointer_to(offsets),
            pointer_to(places),
            places.size,
            lanes,
            pointer_to(sums),
            pointer_to(settings),
            pointer_to(facts),
            pointer_to(job),
        ),
    )
    return number


@entered
def assist(
    arena: Any, table: Any, facts: Any, settings: Any, data: Any, order: Any, offsets: Any, job: Any, member: int
) -> None:
    """Work as that member of the team of a ``run`` in another thread, until told to quit."""
    serve(
        member,
        pointer_to(table),
        pointer_to(arena),
        pointer_to(data),
        pointer_to(offsets),
        pointer_to(order),
        pointer_to(settings),
        pointer_to(facts),
        pointer_to(job),
    )

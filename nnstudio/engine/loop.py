"""The compiled loop: whole epochs of batches over a table of instructions, without returning to Python."""

# ruff: noqa: PLR0912, PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.engine.compiled import compiled, entered
from nnstudio.engine.products import width_of
from nnstudio.engine.steps import (
    BATCH,
    EXECUTE,
    FORWARD,
    HELD,
    OPTIMIZER,
    OPTIMIZER_SETTINGS,
    ROWS,
    SEED,
    SHUFFLE,
    SIZE,
    STRIDE,
    SUMS,
    UPDATE,
    UPDATE_CHUNKS,
    serve,
    together,
)
from nnstudio.engine.vectors import invoke, invoke_number, peek, pointer_to, shifted

# Places of the int64 vector ``counters``: where the run is
(EPOCH, DONE, UPDATES, STEPS, RECORDED, COUNTERS) = range(6)
# Places of ``flags``, which other threads write
(HALT, ASK, FLAGS) = range(3)
# Why the loop returned
REACHED, HALTED, ASKED, DIVERGED, FULL = range(5)


@compiled
def mixed(value: Any) -> Any:
    """The next number of the SplitMix64 sequence at ``value`` (Steele, Lea and Flood 2014)."""
    z = np.uint64(value) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


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
def _is_finite(g: Any, count: int) -> bool:
    """Whether the sum of squares of a gradient is finite: false long before a parameter could overflow."""
    total = g[0] - g[0]
    for k in range(count):
        total += g[k] * g[k]
    return math.isfinite(total)


@entered
def run(
    arena: Any, table: Any, facts: Any, counters: Any, flags: Any, settings: Any, data: Any, wanted: Any, labels: Any,
    train: Any, validation: Any, order: Any, offsets: Any, held: Any, held_values: Any, sums: Any, history: Any,
    job: Any, goal: int, batches_left: int,
) -> int:
    """Train until epoch ``goal``, a flag, divergence, a full ``history`` or the last of ``batches_left`` (-1: no end).

    ``sums``: what the epoch in progress has added up; ``history``: a row for each finished epoch, first the sums over
    training samples, then those over validation samples. Returns why it stopped.
    """
    base, samples, targets, classes = pointer_to(arena), pointer_to(data), pointer_to(wanted), pointer_to(labels)
    rows, real, known, scratch = pointer_to(table), pointer_to(settings), pointer_to(facts), pointer_to(offsets)
    added, ordered, checked = pointer_to(sums), pointer_to(order), pointer_to(validation)
    shared, written = pointer_to(job), pointer_to(flags)
    size, batch, stride, parts = facts[SIZE], facts[BATCH], facts[STRIDE], facts[SUMS]
    forward, whole, optimizer, execute = facts[FORWARD], facts[ROWS], facts[OPTIMIZER], facts[EXECUTE]
    g, state = shifted(base, stride), shifted(base, 2 * stride)
    chosen = shifted(real, facts[OPTIMIZER_SETTINGS])
    width = width_of(base)  # a batch's lanes fill whole vectors
    batches = (train.size + batch - 1) // batch
    begun = False
    while counters[EPOCH] < goal:
        if not begun or counters[DONE] == 0:
            set_order(order, train, facts[SHUFFLE], facts[SEED], counters[EPOCH])
            begun = True
        if counters[DONE] == 0:
            sums[:] = 0.0
        while counters[DONE] < batches:
            if peek(written, HALT) != 0:
                return HALTED
            if peek(written, ASK) != 0:
                return ASKED
            if batches_left == 0:
                return HALTED
            start = counters[DONE] * batch
            count = min(batch, train.size - start)
            lanes = (count + width - 1) // width * width
            places = shifted(ordered, start)
            loss = invoke_number(execute, (rows, 0, forward, base, samples, targets, classes, scratch, places, count,
                                           lanes, shifted(added, 1), real, known, shared))
            if not math.isfinite(loss):
                return DIVERGED
            invoke_number(execute, (rows, forward, whole, base, samples, targets, classes, scratch, places, count,
                                    lanes, shifted(added, 1), real, known, shared))
            for k in range(facts[HELD]):
                g[held[k]] = 0.0
            if not _is_finite(g, size):
                return DIVERGED
            sums[0] += loss
            counters[STEPS] += 1
            if facts[UPDATE_CHUNKS] > 1:
                together(UPDATE, facts[UPDATE_CHUNKS], rows, base, samples, scratch, places, count, lanes, real, known,
                         counters[STEPS], shared)
            else:
                invoke(optimizer, (base, g, state, size, stride, counters[STEPS], chosen))
            for k in range(facts[HELD]):
                base[held[k]] = held_values[k]
            counters[DONE] += 1
            counters[UPDATES] += 1
            batches_left -= 1
        record = shifted(pointer_to(history), counters[RECORDED] * 2 * parts)
        for k in range(parts):
            record[k] = sums[k]
            record[parts + k] = 0.0
        for start in range(0, validation.size, batch):
            if peek(written, HALT) != 0:
                return HALTED
            count = min(batch, validation.size - start)
            lanes = (count + width - 1) // width * width
            record[parts] += invoke_number(
                execute,
                (rows, 0, forward, base, samples, targets, classes, scratch, shifted(checked, start), count, lanes,
                 shifted(record, parts + 1), real, known, shared),
            )
        counters[EPOCH] += 1
        counters[DONE] = 0
        counters[RECORDED] += 1
        if counters[RECORDED] == len(history):
            return FULL
    return REACHED


@entered
def once(
    arena: Any, table: Any, first: int, last: int, facts: Any, settings: Any, data: Any, wanted: Any, labels: Any,
    places: Any, offsets: Any, sums: Any, job: Any, lanes: int,
) -> float:
    """Run some instructions on one batch, the samples at ``places``; returns the sum of its losses."""
    number: float = invoke_number(
        facts[EXECUTE],
        (pointer_to(table), first, last, pointer_to(arena), pointer_to(data), pointer_to(wanted), pointer_to(labels),
         pointer_to(offsets), pointer_to(places), places.size, lanes, pointer_to(sums), pointer_to(settings),
         pointer_to(facts), pointer_to(job)),
    )
    return number


@entered
def assist(arena: Any, table: Any, facts: Any, settings: Any, data: Any, order: Any, offsets: Any, job: Any) -> None:
    """Work in the team of a ``run`` in another thread, until told to quit."""
    serve(pointer_to(table), pointer_to(arena), pointer_to(data), pointer_to(offsets), pointer_to(order),
          pointer_to(settings), pointer_to(facts), pointer_to(job))

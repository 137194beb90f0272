"""The compiled loop: whole epochs of batches over a table of instructions, without returning to Python."""

# ruff: noqa: PLR0912, PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnstudio.engine.compiled import compiled, entered
from nnstudio.engine.products import (
    bias_slope,
    flip,
    weight_slope_by_dots,
    width_of,
)
from nnstudio.engine.vectors import invoke, invoke_number, peek, pointer_to, same_number, shifted

# Instructions: the first column of the table says what a row does; the others are its operands.
GATHER, TARGETS, START, PRODUCT, ACTIVATE, LOSE, SCORE = range(7)
PULL, BIAS_SLOPE, FLIP, SLOPE_BY_DOTS, SLOPE_BY_TILES, SEND_BACK, PENALIZE = range(7, 14)
COLUMNS = 10

# Places of the int64 vector ``facts``: what does not change while a run goes on ...
(SIZE, OPTIMIZER, OPTIMIZER_SETTINGS, BATCH, SHUFFLE, SEED, FORWARD, ROWS, SUMS, SCRATCH, STRIDE, HELD) = range(12)
WIDE, WIDE_TARGETS, CLASSES, SPARE, FACTS = range(12, 17)
# ... and of ``counters``: where the run is.
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
def _gather(x: Any, data: Any, wide: int, offsets: Any, row: Any, places: Any, count: int, lanes: int) -> None:
    """Copy columns of the samples at ``places`` to the block x, one lane a sample; lanes without a sample are 0."""
    first, neurons = row[2], row[3]
    if same_number(x, data) and neurons >= width_of(x) and count >= width_of(x):
        for k in range(count):
            offsets[k] = places[k] * wide + first
        flip(x, lanes, data, offsets, count, neurons)
    else:  # few columns; or images, which stay bytes until a batch needs them
        for k in range(count):
            start = places[k] * wide + first
            for i in range(neurons):
                x[i * lanes + k] = data[start + i]
    if count < lanes:
        for i in range(neurons):
            for k in range(i * lanes + count, (i + 1) * lanes):
                x[k] = 0.0


@compiled
def _classes(y: Any, labels: Any, row: Any, places: Any, count: int, lanes: int) -> None:
    """Targets of classes: rows of zeros and a one."""
    first, neurons = row[2], row[3]
    for k in range(neurons * lanes):
        y[k] = 0.0
    for k in range(count):
        label = labels[places[k]] - first
        if 0 <= label < neurons:
            y[label * lanes + k] = 1.0


@compiled
def execute(
    table: Any, first: int, last: int, base: Any, data: Any, wanted: Any, labels: Any, offsets: Any, places: Any,
    count: int, lanes: int, sums: Any, settings: Any, facts: Any,
) -> float:
    """Run the instructions ``first`` to ``last`` on one batch and return the sum of its losses.

    All arrays are bare pointers: counting references would cost more than a small instruction does.
    """
    loss = 0.0
    scratch = shifted(base, facts[SCRATCH])
    spare = shifted(base, facts[SPARE])
    for place in range(first, last):
        row = shifted(table, place * COLUMNS)
        kind = row[0]
        one = shifted(base, row[1])
        two = shifted(base, row[2])
        if kind == PRODUCT:
            # z[j] = sum over i of w[i, j] a[i]: weights lie (sources, targets)
            invoke(row[8], (shifted(base, row[3]), lanes, one, 1, row[5], two, lanes, row[5], lanes, row[4],
                            row[6], shifted(base, row[7])))
        elif kind == ACTIVATE:
            invoke(row[5], (one, two, row[3], lanes, shifted(settings, row[4]), spare))
        elif kind == PULL:
            invoke(row[6], (one, two, shifted(base, row[3]), row[4], lanes, shifted(settings, row[5]), spare))
        elif kind == SLOPE_BY_TILES:
            invoke(row[8], (shifted(base, row[3]), row[5], one, lanes, 1, scratch, row[6], row[4], row[5], count,
                            0, base))
        elif kind == SLOPE_BY_DOTS:
            weight_slope_by_dots(shifted(base, row[3]), one, two, row[4], row[5], lanes)
        elif kind == SEND_BACK:
            # d[i] = sum over j of w[i, j] d[j]
            invoke(row[8], (shifted(base, row[3]), lanes, one, row[5], 1, two, lanes, row[4], lanes,
                            row[5], row[6], base))
        elif kind == BIAS_SLOPE:
            bias_slope(two, one, row[3], lanes)
        elif kind == FLIP:
            for j in range(row[2]):
                offsets[j] = j * lanes
            flip(scratch, row[3], one, offsets, row[2], count)
        elif kind == GATHER:
            _gather(one, data, facts[WIDE], offsets, row, places, count, lanes)
        elif kind == TARGETS:
            if facts[CLASSES] != 0:
                _classes(one, labels, row, places, count, lanes)
            else:
                _gather(one, wanted, facts[WIDE_TARGETS], offsets, row, places, count, lanes)
        elif kind == LOSE:
            at = shifted(settings, row[6])
            loss += invoke_number(
                row[5], (one, two, shifted(base, row[3]), row[4], lanes, count, at[0], shifted(at, 1), spare)
            )
        elif kind == SCORE:
            invoke(row[5], (one, two, row[3], lanes, count, shifted(sums, row[4]), spare))
        elif kind == START:
            for j in range(row[2]):
                value = shifted(base, row[3])[j] if row[4] != 0 else one[0] - one[0]
                for k in range(j * lanes, (j + 1) * lanes):
                    one[k] = value
        elif kind == PENALIZE:
            l1, l2 = settings[row[4]], settings[row[4] + 1]
            for k in range(row[3]):
                w = one[k]
                two[k] += l1 * ((w > 0) - (w < 0)) + l2 * w
    return loss


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
    goal: int, batches_left: int,
) -> int:
    """Train until epoch ``goal``, a flag, divergence, a full ``history`` or the last of ``batches_left`` (-1: no end).

    ``sums``: what the epoch in progress has added up; ``history``: a row for each finished epoch, first the sums over
    training samples, then those over validation samples. Returns why it stopped.
    """
    base, samples, targets, classes = pointer_to(arena), pointer_to(data), pointer_to(wanted), pointer_to(labels)
    rows, real, known, scratch = pointer_to(table), pointer_to(settings), pointer_to(facts), pointer_to(offsets)
    added, ordered, checked = pointer_to(sums), pointer_to(order), pointer_to(validation)
    size, batch, stride, parts = facts[SIZE], facts[BATCH], facts[STRIDE], facts[SUMS]
    forward, whole, optimizer = facts[FORWARD], facts[ROWS], facts[OPTIMIZER]
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
            if peek(flags, HALT) != 0:
                return HALTED
            if peek(flags, ASK) != 0:
                return ASKED
            if batches_left == 0:
                return HALTED
            start = counters[DONE] * batch
            count = min(batch, train.size - start)
            lanes = (count + width - 1) // width * width
            places = shifted(ordered, start)
            loss = execute(rows, 0, forward, base, samples, targets, classes, scratch, places, count, lanes,
                           shifted(added, 1), real, known)
            if not math.isfinite(loss):
                return DIVERGED
            execute(rows, forward, whole, base, samples, targets, classes, scratch, places, count, lanes,
                    shifted(added, 1), real, known)
            for k in range(facts[HELD]):
                g[held[k]] = 0.0
            if not _is_finite(g, size):
                return DIVERGED
            sums[0] += loss
            counters[STEPS] += 1
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
            if peek(flags, HALT) != 0:
                return HALTED
            count = min(batch, validation.size - start)
            lanes = (count + width - 1) // width * width
            record[parts] += execute(rows, 0, forward, base, samples, targets, classes, scratch,
                                     shifted(checked, start), count, lanes, shifted(record, parts + 1), real, known)
        counters[EPOCH] += 1
        counters[DONE] = 0
        counters[RECORDED] += 1
        if counters[RECORDED] == len(history):
            return FULL
    return REACHED


@entered
def once(
    arena: Any, table: Any, first: int, last: int, facts: Any, settings: Any, data: Any, wanted: Any, labels: Any,
    places: Any, offsets: Any, sums: Any, lanes: int,
) -> float:
    """Run some instructions on one batch, the samples at ``places``; returns the sum of its losses."""
    return execute(pointer_to(table), first, last, pointer_to(arena), pointer_to(data), pointer_to(wanted),
                   pointer_to(labels), pointer_to(offsets), pointer_to(places), places.size, lanes, pointer_to(sums),
                   pointer_to(settings), pointer_to(facts))

"""What each instruction of the table does, compiled: alone, or in chunks shared by a team of threads."""

# ruff: noqa: PLR0912, PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from nnstudio.engine.compiled import compiled
from nnstudio.engine.products import bias_slope, flip, weight_slope_by_dots, width_of
from nnstudio.engine.vectors import (
    address_of,
    breathe,
    clock,
    invoke,
    invoke_number,
    peek,
    pointer_like,
    post,
    same_number,
    shifted,
    take,
)

# Instructions: the first column of the table says what a row does; the others are its operands.
# Those before TARGETS can be cut into chunks of neurons.
PRODUCT, SLOPE_BY_TILES, SEND_BACK, ACTIVATE, PULL, FLIP, GATHER, WIRE, LAYER = range(9)
TARGETS, START, LOSE, SCORE, BIAS_SLOPE, SLOPE_BY_DOTS, PENALIZE = range(9, 16)
COLUMNS = 11
UNITS, CHUNKS = 9, 10  # columns: how many neurons a shared instruction has, and into how many chunks it is cut

# Places of the int64 vector ``facts``: what does not change while a run goes on
(SIZE, OPTIMIZER, OPTIMIZER_SETTINGS, BATCH, SHUFFLE, SEED, FORWARD, ROWS, SUMS, SCRATCH, STRIDE, HELD) = range(12)
WIDE, WIDE_TARGETS, CLASSES, SPARE, SLEEP, UPDATE_CHUNKS, PORTION, EXECUTE, WEIGHED, APART = range(12, 22)
# where the places of the parameters that are held lie, in order, and their values
HELD_AT, HELD_VALUES = range(22, 24)
# and the moment, as kernels of layers read it: what this is (EVALUATION, or bits of the others), the epoch, the seed,
# and which of the epoch's samples, in their order, is the batch's first
MODE, AT_EPOCH, DRAWN_FROM, AT_SAMPLE, FACTS = range(24, 29)
EVALUATION, MEASURED, DRAWS = 0, 1, 2  # running statistics; those of the batch; neurons are dropped
# Places of the int64 vector ``job``, each word that is fought over on a cache line of its own
TICKET, FINISHED, QUIT = 0, 16, 32
WHAT, COUNT, LANES, PLACES, STEP, ALONE, UNSOUND, JOB = 48, 49, 50, 51, 52, 53, 54, 64
UPDATE, CHECK = -1, -2  # instead of an instruction's place: the optimizer's step, and a look at the gradient before it
PATIENCE = 10_000  # turns without work, some tenths of a millisecond, until a helper sleeps between its looks
LONG_WAIT = 500_000  # of the processor's clock, for the last piece: some tenths of a millisecond


@compiled
def _gather(
    x: Any, data: Any, wide: int, offsets: Any, first: int, neurons: int, places: Any, count: int, lanes: int
) -> None:
    """Copy columns of the samples at ``places`` to the block x, one lane a sample; lanes without a sample are 0."""
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
def _calculate(row: Any, low: int, high: int, base: Any, count: int, lanes: int, settings: Any, facts: Any) -> None:
    """An instruction before FLIP for the neurons ``low`` to ``high``: they only call kernels."""
    kind, neurons = row[0], high - low
    one, two, three = shifted(base, row[1]), shifted(base, row[2]), shifted(base, row[3])
    down = low * lanes
    if kind == PRODUCT:
        # z[j] = sum over i of w[i, j] a[i]: weights lie (sources, targets)
        invoke(
            row[8],
            (
                shifted(three, down),
                lanes,
                shifted(one, low),
                1,
                row[5],
                two,
                lanes,
                neurons,
                lanes,
                row[4],
                row[6],
                shifted(base, row[7] + low),
            ),
        )
    elif kind == SLOPE_BY_TILES:
        invoke(
            row[8],
            (
                shifted(three, low * row[5]),
                row[5],
                shifted(one, down),
                lanes,
                1,
                shifted(base, facts[SCRATCH]),
                row[6],
                neurons,
                row[5],
                count,
                0,
                base,
            ),
        )
    elif kind == SEND_BACK:
        # d[i] = sum over j of w[i, j] d[j]
        invoke(
            row[8],
            (
                shifted(three, down),
                lanes,
                shifted(one, low * row[5]),
                row[5],
                1,
                two,
                lanes,
                neurons,
                lanes,
                row[5],
                row[6],
                base,
            ),
        )
    elif kind == ACTIVATE:
        invoke(
            row[5],
            (
                shifted(one, down),
                shifted(two, down),
                neurons,
                lanes,
                shifted(settings, row[4]),
                shifted(base, facts[SPARE]),
            ),
        )
    elif kind == PULL:
        invoke(
            row[6],
            (
                shifted(one, down),
                shifted(two, down),
                shifted(three, down),
                neurons,
                lanes,
                shifted(settings, row[5]),
                shifted(base, facts[SPARE]),
            ),
        )


def portion(
    row: Any,
    low: int,
    high: int,
    base: Any,
    data: Any,
    offsets: Any,
    places: Any,
    count: int,
    lanes: int,
    settings: Any,
    facts: Any,
) -> None:
    """Run one instruction for the neurons ``low`` to ``high``. Each number is computed alike, however it is cut."""
    kind, neurons = row[0], high - low
    one = shifted(base, row[1])
    if kind < FLIP:
        _calculate(row, low, high, base, count, lanes, settings, facts)
    elif kind == FLIP:
        for j in range(low, high):
            offsets[j] = j * lanes
        flip(shifted(base, facts[SCRATCH] + low), row[3], one, shifted(offsets, low), neurons, count)
    elif kind == GATHER:
        _gather(shifted(one, low * lanes), data, facts[WIDE], offsets, row[2] + low, neurons, places, count, lanes)
    elif kind == WIRE:  # any other wiring: a kernel with a plan of its own, which counts units as it likes
        invoke(row[5], (pointer_like(row, row[6]), base, low, high, lanes))
    elif kind == LAYER:  # likewise, and the kernel knows the samples and whether this is training
        invoke(
            row[5],
            (
                pointer_like(row, row[6]),
                base,
                shifted(settings, row[7]),
                low,
                high,
                count,
                lanes,
                places,
                shifted(facts, MODE),
            ),
        )


def _largest(pointer: Any) -> Any:
    """The largest number of that type whose square is sure to be finite (in compiled code, from the pointer's type)."""
    return np.float32(1e19) if pointer.dtype == np.float32 else 1e154


def _largest_of(pointer: Any) -> Any:
    most = np.float32(1e19) if pointer.dtype == types.float32 else np.float64(1e154)
    return lambda pointer: most  # noqa: ARG005


overload(_largest, strict=False)(_largest_of)


@compiled
def is_finite(g: Any, count: int) -> bool:
    """Whether every slope has a finite square: false long before a parameter could overflow."""
    most, wrong = _largest(g), 0
    for k in range(count):
        wrong += 0 if abs(g[k]) <= most else 1  # a comparison with what is no number is false
    return wrong == 0


@compiled
def _first_held(held: Any, count: int, place: int) -> int:
    """The first of the ordered places that is not before ``place``."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if held[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _chunk(
    what: int,
    piece: int,
    pieces: int,
    table: Any,
    base: Any,
    data: Any,
    offsets: Any,
    places: Any,
    count: int,
    lanes: int,
    settings: Any,
    facts: Any,
    step: int,
    job: Any,
) -> None:
    """Run one of the pieces of an instruction, of the look at the gradient, or of the optimizer's step."""
    row = shifted(table, max(what, 0) * COLUMNS)
    units = facts[SIZE] if what < 0 else row[UNITS]
    each = ((units + pieces - 1) // pieces + 15) // 16 * 16
    low = min(units, piece * each)
    high = min(units, low + each)
    if low == high:
        return
    stride, count_held = facts[STRIDE], facts[HELD]
    held = pointer_like(table, facts[HELD_AT])
    if what == CHECK:
        g = shifted(base, stride)
        k = _first_held(held, count_held, low)
        while k < count_held and held[k] < high:
            g[held[k]] = 0.0
            k += 1
        if not is_finite(shifted(g, low), high - low):
            post(job, UNSOUND, 1)
    elif what == UPDATE:
        invoke(
            facts[OPTIMIZER],
            (
                shifted(base, low),
                shifted(base, stride + low),
                shifted(base, 2 * stride + low),
                high - low,
                stride,
                step,
                shifted(settings, facts[OPTIMIZER_SETTINGS]),
            ),
        )
        values = pointer_like(base, facts[HELD_VALUES])
        k = _first_held(held, count_held, low)
        while k < count_held and held[k] < high:
            base[held[k]] = values[k]
            k += 1
    else:
        invoke(facts[PORTION], (row, low, high, base, data, offsets, places, count, lanes, settings, facts))


@compiled
def together(
    what: int,
    pieces: int,
    table: Any,
    base: Any,
    data: Any,
    offsets: Any,
    places: Any,
    count: int,
    lanes: int,
    settings: Any,
    facts: Any,
    step: int,
    job: Any,
) -> None:
    """Share an instruction with the team: post a ticket, take pieces like everyone else, wait for the last one.

    The ticket holds the job's number, its pieces and how many are taken in one word, so that nobody can take a piece
    of a job that is over.
    """
    if job[ALONE] > clock():
        for piece in range(pieces):
            _chunk(what, piece, pieces, table, base, data, offsets, places, count, lanes, settings, facts, step, job)
        return
    job[WHAT], job[COUNT], job[LANES], job[PLACES], job[STEP] = what, count, lanes, address_of(places), step
    post(job, FINISHED, 0)
    number = (peek(job, TICKET) >> 40) + 1
    post(job, TICKET, ((number & 0x3FFFFF) << 40) | (pieces << 20))
    while True:
        piece = take(job, TICKET) & 0xFFFFF
        if piece >= pieces:
            break
        _chunk(what, piece, pieces, table, base, data, offsets, places, count, lanes, settings, facts, step, job)
        take(job, FINISHED)
    began = clock()
    while peek(job, FINISHED) < pieces:
        breathe()
    waited = clock() - began
    if waited > LONG_WAIT:
        # Another program had the helper's processor: work alone for so long that such waits cost little.
        job[ALONE] = clock() + 8 * waited


@compiled
def serve(table: Any, base: Any, data: Any, offsets: Any, places: Any, settings: Any, facts: Any, job: Any) -> None:
    """What a thread of the team does until it is told to quit: take pieces of whatever is posted."""
    turns = 0
    while peek(job, QUIT) == 0:
        ticket = peek(job, TICKET)
        if ticket & 0xFFFFF >= (ticket >> 20) & 0xFFFFF:
            breathe()
            turns += 1
            if turns > PATIENCE and facts[SLEEP] != 0:
                invoke(facts[SLEEP], (np.int32(50),))
            continue
        turns = 0
        ticket = take(job, TICKET)
        piece, pieces = ticket & 0xFFFFF, (ticket >> 20) & 0xFFFFF
        if piece < pieces:
            _chunk(
                job[WHAT],
                piece,
                pieces,
                table,
                base,
                data,
                offsets,
                pointer_like(places, job[PLACES]),
                job[COUNT],
                job[LANES],
                settings,
                facts,
                job[STEP],
                job,
            )
            take(job, FINISHED)


@compiled
def _weighed(
    row: Any,
    o: Any,
    y: Any,
    d: Any,
    lanes: int,
    count: int,
    at: Any,
    spare: Any,
    places: Any,
    weights: Any,
    apart: Any,
) -> float:
    """The loss sample by sample, each in the block ``apart``, with its weight: returns their sum, and writes d."""
    neurons, width, total = row[4], width_of(o), 0.0
    wanted, slopes = shifted(apart, neurons * width), shifted(apart, 2 * neurons * width)
    for k in range(count):
        weight = weights[places[k]]
        for j in range(neurons):
            apart[j * width] = o[j * lanes + k]
            wanted[j * width] = y[j * lanes + k]
        total += weight * invoke_number(
            row[5], (apart, wanted, slopes, neurons, width, 1, at[0], shifted(at, 1), spare)
        )
        for j in range(neurons):
            d[j * lanes + k] = slopes[j * width] * weight / count
    for j in range(neurons):
        for k in range(count, lanes):
            d[j * lanes + k] = o[0] - o[0]
    return total


def execute(
    table: Any,
    first: int,
    last: int,
    base: Any,
    data: Any,
    wanted: Any,
    labels: Any,
    offsets: Any,
    places: Any,
    count: int,
    lanes: int,
    sums: Any,
    settings: Any,
    facts: Any,
    job: Any,
) -> float:
    """Run the instructions ``first`` to ``last`` on one batch and return the sum of its losses.

    All arrays are bare pointers: counting references would cost more than a small instruction does.
    """
    loss = 0.0
    spare = shifted(base, facts[SPARE])
    for place in range(first, last):
        row = shifted(table, place * COLUMNS)
        kind = row[0]
        one = shifted(base, row[1])
        two = shifted(base, row[2])
        if kind < TARGETS:
            if kind < FLIP and row[CHUNKS] <= 1:
                _calculate(row, 0, row[UNITS], base, count, lanes, settings, facts)
            elif row[CHUNKS] > 1:
                together(place, row[CHUNKS], table, base, data, offsets, places, count, lanes, settings, facts, 0, job)
            else:
                invoke(facts[PORTION], (row, 0, row[UNITS], base, data, offsets, places, count, lanes, settings, facts))
        elif kind == SLOPE_BY_DOTS:
            weight_slope_by_dots(shifted(base, row[3]), one, two, row[4], row[5], lanes)
        elif kind == BIAS_SLOPE:
            bias_slope(two, one, row[3], lanes)
        elif kind == TARGETS:
            if facts[CLASSES] != 0:
                _classes(one, labels, row, places, count, lanes)
            else:
                _gather(one, wanted, facts[WIDE_TARGETS], offsets, row[2], row[3], places, count, lanes)
        elif kind == LOSE:
            at = shifted(settings, row[6])
            if facts[WEIGHED] != 0:
                weights, apart = pointer_like(settings, facts[WEIGHED]), pointer_like(base, facts[APART])
                loss += _weighed(row, one, two, shifted(base, row[3]), lanes, count, at, spare, places, weights, apart)
            else:
                loss += invoke_number(
                    row[5], (one, two, shifted(base, row[3]), row[4], lanes, count, at[0], shifted(at, 1), spare)
                )
        elif kind == SCORE:
            invoke(row[5], (one, two, row[3], lanes, count, shifted(sums, row[4]), spare))
        elif kind == START:
            for j in range(row[2]):
                value = shifted(base, row[3])[j % row[5]] if row[4] != 0 else one[0] - one[0]
                for k in range(j * lanes, (j + 1) * lanes):
                    one[k] = value
        elif kind == PENALIZE:
            l1, l2 = settings[row[4]], settings[row[4] + 1]
            for k in range(row[3]):
                w = one[k]
                two[k] += l1 * ((w > 0) - (w < 0)) + l2 * w
    return loss

"""A team of threads shares large instructions: each member has pieces of its own, and helps with those of others."""

# ruff: noqa: PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

import numpy as np

from nnstudio.engine.ahead import WHOSE, expect
from nnstudio.engine.compiled import compiled
from nnstudio.engine.layout import (
    AHEAD,
    ALONE,
    BOUND,
    CHECK,
    COLUMNS,
    COMING,
    COUNT,
    FINISHED,
    HELD,
    HELD_AT,
    HELD_VALUES,
    LANES,
    LINE,
    LOOSE,
    MEMBERS,
    NOW,
    OPTIMIZER,
    OPTIMIZER_SETTINGS,
    PARTS,
    PLACES,
    PORTION,
    QUEUE_AT,
    QUIT,
    SIZE,
    SLEEP,
    SLOPE_BY_TILES,
    STEP,
    STRIDE,
    TICKETS,
    TIMES,
    TOGETHER,
    UNITS,
    UNSOUND,
    UNSURE,
    UPDATE,
    WHAT,
    WIDE,
    WIRE,
)
from nnstudio.engine.signals import breathe, clock, peek, post, take
from nnstudio.engine.soundness import are_bounded, is_finite
from nnstudio.engine.vectors import address_of, invoke, pointer_like, shifted

GRAIN, SLIM = 16, 4  # neurons or parameters that are not parted: whole cache lines and whole tiles; and units of wiring
ROOM = 1 << 15  # so many slopes does a thread keep near until the optimizer has read them
PATIENCE = 10_000  # turns without work, some tenths of a millisecond, until a helper sleeps between its looks
LONG_WAIT = 500_000  # of the processor's clock, beyond what one's own pieces took: some tenths of a millisecond
SOON, MOST_TIMES = 64, 8  # times as long as such a wait: in between, until it is a new one; and alone at most
NUMBER, MOST_PIECES = 40, 20  # a ticket holds, from these bits on, the job's number and where its pieces end
PIECES = (1 << MOST_PIECES) - 1


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
    first: int,
    end: int,
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
    """Run the pieces ``first`` to ``end`` of an instruction, the look at the gradient, or the optimizer's step."""
    row = shifted(table, max(what, 0) * COLUMNS)
    units = facts[SIZE] if what < 0 else row[UNITS]
    grain = SLIM if what >= 0 and row[0] == WIRE else GRAIN
    grains = (units + grain - 1) // grain
    low = min(units, grains * first // pieces * grain)
    high = min(units, grains * end // pieces * grain)
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
        if row[0] == BOUND:
            if not are_bounded(base, pointer_like(row, row[1]), row[2], low, high, lanes):
                post(job, UNSURE, 1)
            return
        if row[0] == SLOPE_BY_TILES:
            queue = shifted(offsets, facts[QUEUE_AT])
            if queue[WHOSE] != job[AHEAD]:
                expect(queue, data, facts[WIDE], job[AHEAD], job[COMING], job[MEMBERS])
        invoke(facts[PORTION], (row, low, high, base, data, offsets, places, count, lanes, settings, facts))
        looked_at = row[0] == SLOPE_BY_TILES and facts[LOOSE] > 0 and facts[NOW] == 0  # while these slopes are near
        if looked_at:
            for left in range(0, row[5], row[TOGETHER]):
                across = min(row[TOGETHER], row[5] - left)
                if not is_finite(shifted(base, row[3] + left * row[4] + low * across), (high - low) * across):
                    post(job, UNSOUND, 1)


@compiled
def _claimed(job: Any, member: int) -> tuple[int, int]:
    """Pieces for that member of the team, the first and their end, (0, 0) where none is left.

    Its own ones come first, then those of the others: half of what is left each time, so that few are called for one by
    one, and yet all members end at about the same time, whoever has the slower processor.
    """
    members = job[MEMBERS]
    for other in range(members):
        place = TICKETS + (member + other) % members * LINE
        ticket = peek(job, place)
        left = (ticket >> MOST_PIECES & PIECES) - (ticket & PIECES)
        if left > 0:
            some = (left + 1) // 2
            ticket = take(job, place, some)
            first, end = ticket & PIECES, ticket >> MOST_PIECES & PIECES
            if first < end:
                return first, min(end, first + some)
    return 0, 0


@compiled
def rest_from_helpers(job: Any, now: int, waited: int) -> None:
    """Settle until when to work alone, after a wait for a helper whose processor another program had.

    That happens; where it happens again and again, work alone for so long that such waits cost little.
    """
    again = now - job[ALONE] < SOON * waited
    job[TIMES] = max(1, min(MOST_TIMES, 2 * job[TIMES])) if again else 0
    job[ALONE] = now + job[TIMES] * waited


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
    """Share an instruction with the team: post a ticket for each member, take pieces like everyone else, wait for the
    last one.

    Every member begins with the same share of the neurons in every instruction, since its caches hold what it wrote
    there before. A ticket holds the job's number, its first piece that is not taken and its end in one word, so that
    nobody can take a piece of a job that is over.
    """
    if job[ALONE] > clock():
        _chunk(what, 0, pieces, pieces, table, base, data, offsets, places, count, lanes, settings, facts, step, job)
        return
    job[WHAT], job[COUNT], job[LANES], job[PLACES], job[STEP] = what, count, lanes, address_of(places), step
    job[PARTS] = pieces
    post(job, FINISHED, 0)
    members = job[MEMBERS]
    number = ((peek(job, TICKETS) >> NUMBER) + 1) & 0x3FFFFF
    for member in range(members):
        first, end = pieces * member // members, pieces * (member + 1) // members
        post(job, TICKETS + member * LINE, number << NUMBER | end << MOST_PIECES | first)
    began = clock()
    while True:
        first, end = _claimed(job, 0)
        if first == end:
            break
        _chunk(what, first, end, pieces, table, base, data, offsets, places, count, lanes, settings, facts, step, job)
        take(job, FINISHED, end - first)
    done = clock()
    while peek(job, FINISHED) < pieces:
        breathe()
    now = clock()
    waited = now - done
    if waited > LONG_WAIT + (done - began):
        rest_from_helpers(job, now, waited)


@compiled
def serve(
    member: int, table: Any, base: Any, data: Any, offsets: Any, places: Any, settings: Any, facts: Any, job: Any
) -> None:
    """What that member of the team does until it is told to quit: take pieces of whatever is posted."""
    turns = 0
    while peek(job, QUIT) == 0:
        first, end = _claimed(job, member)
        if first == end:
            breathe()
            turns += 1
            if turns > PATIENCE and facts[SLEEP] != 0:
                invoke(facts[SLEEP], (np.int32(50),))
            continue
        turns = 0
        _chunk(
            job[WHAT],
            first,
            end,
            job[PARTS],
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
        take(job, FINISHED, end - first)

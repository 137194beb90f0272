"""What each instruction of the table does, compiled: alone, or in chunks shared by a team of threads."""

# ruff: noqa: PLR0912, PLR0913, PLR0917 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.gathering import gather
from nnstudio.engine.layout import (
    ACTIVATE,
    APART,
    BIAS_SLOPE,
    CHUNKS,
    CLASSES,
    COLUMNS,
    FLIP,
    GATHER,
    HALVES,
    JOIN,
    LAYER,
    LOSE,
    MODE,
    NOW,
    OPTIMIZER,
    OPTIMIZER_SETTINGS,
    PENALIZE,
    PORTION,
    PRODUCT,
    PULL,
    QUEUE_AT,
    ROOM_AT,
    SCORE,
    SCRATCH,
    SEND_BACK,
    SLOPE_BY_DOTS,
    SLOPE_BY_TILES,
    SPARE,
    START,
    STRIDE,
    TARGETS,
    TOGETHER,
    UNITS,
    WEIGHED,
    WIDE,
    WIDE_TARGETS,
    WIRE,
)
from nnstudio.engine.panels import width_of
from nnstudio.engine.products import bias_slope, flip_panels, weight_slope_by_dots
from nnstudio.engine.sharing import GRAIN, ROOM, together
from nnstudio.engine.vectors import invoke, invoke_number, pointer_like, shifted


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
def _slopes(
    row: Any,
    g: Any,
    left: int,
    across: int,
    low: int,
    high: int,
    base: Any,
    offsets: Any,
    count: int,
    lanes: int,
    facts: Any,
) -> None:
    """Write to g the slopes of weights from the neurons ``low`` to ``high`` to ``across`` targets from ``left`` on."""
    a, flipped = shifted(base, row[1] + low * lanes), shifted(base, facts[SCRATCH] + left * lanes)
    queue = shifted(offsets, facts[QUEUE_AT])
    invoke(row[8], (g, a, flipped, queue, high - low, across, lanes, count))


@compiled
def _slopes_and_step(
    row: Any, low: int, high: int, base: Any, offsets: Any, count: int, lanes: int, settings: Any, facts: Any
) -> None:
    """Have the weights from the neurons ``low`` to ``high`` take their step while their slopes are near."""
    sources, targets, stride = row[4], row[5], facts[STRIDE]
    room = pointer_like(base, offsets[facts[ROOM_AT]])
    for left in range(0, targets, row[TOGETHER]):
        across = min(row[TOGETHER], targets - left)
        tall = max(GRAIN, ROOM // across // GRAIN * GRAIN)
        for top in range(low, high, tall):
            end = min(high, top + tall)
            _slopes(row, room, left, across, top, end, base, offsets, count, lanes, facts)
            w = row[3] - stride + left * sources + top * across
            invoke(
                facts[OPTIMIZER],
                (
                    shifted(base, w),
                    room,
                    shifted(base, 2 * stride + w),
                    (end - top) * across,
                    stride,
                    facts[NOW],
                    shifted(settings, facts[OPTIMIZER_SETTINGS]),
                ),
            )


@compiled
def _calculate(
    row: Any, low: int, high: int, base: Any, offsets: Any, count: int, lanes: int, settings: Any, facts: Any
) -> None:
    """An instruction before FLIP for the neurons ``low`` to ``high``: they only call kernels."""
    kind, neurons = row[0], high - low
    one, two, three = shifted(base, row[1]), shifted(base, row[2]), shifted(base, row[3])
    down = low * lanes
    if kind == PRODUCT:
        invoke(
            row[8],
            (
                three,
                one,
                two,
                shifted(base, row[7]),
                row[4],
                row[5],
                row[TOGETHER],
                low,
                high,
                0,
                lanes,
                0,
                row[4],
                lanes,
                row[6],
            ),
        )
    elif kind == SLOPE_BY_TILES:
        for left in range(0, row[5], row[TOGETHER]):
            across = min(row[TOGETHER], row[5] - left)
            g = shifted(three, left * row[4] + low * across)
            _slopes(row, g, left, across, low, high, base, offsets, count, lanes, facts)
    elif kind == SEND_BACK:
        invoke(row[8], (three, one, two, row[4], row[5], row[TOGETHER], low, high, lanes, row[6]))
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
    elif kind == BIAS_SLOPE:
        bias_slope(shifted(two, low), shifted(one, down), neurons, lanes)


@compiled
def _in_halves(row: Any, low: int, high: int, base: Any, lanes: int) -> None:
    """A forward product whose sums over the second half of the sources are kept apart.

    Units are lanes: first those of the first half, then those of the second.
    """
    targets, middle, whole = row[5], row[4] // 2 // GRAIN * GRAIN, row[UNITS] // 2
    for half in range(2):
        first, end = max(0, low - half * whole), min(lanes, high - half * whole)
        if first < end:
            invoke(
                row[8],
                (
                    shifted(base, row[9] if half == 1 else row[3]),
                    shifted(base, row[1]),
                    shifted(base, row[2]),
                    shifted(base, row[7]),
                    row[4],
                    targets,
                    row[TOGETHER],
                    0,
                    targets,
                    first,
                    end,
                    half * middle,
                    row[4] - middle if half == 1 else middle,
                    lanes,
                    0 if half == 1 else row[6],
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
    if kind == SLOPE_BY_TILES and facts[NOW] > 0:
        _slopes_and_step(row, low, high, base, offsets, count, lanes, settings, facts)
    elif kind < FLIP:
        _calculate(row, low, high, base, offsets, count, lanes, settings, facts)
    elif kind == HALVES:
        _in_halves(row, low, high, base, lanes)
    elif kind == JOIN:
        z, apart = shifted(one, low * lanes), shifted(base, row[2] + low * lanes)
        for k in range(neurons * lanes):
            z[k] += apart[k]
    elif kind == FLIP:
        flip_panels(shifted(base, facts[SCRATCH]), one, offsets, low, high, count, lanes)
    elif kind == GATHER:
        gather(shifted(one, low * lanes), data, facts[WIDE], offsets, row[2] + low, neurons, places, count, lanes)
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
                _calculate(row, 0, row[UNITS], base, offsets, count, lanes, settings, facts)
            elif row[CHUNKS] > 1:
                together(place, row[CHUNKS], table, base, data, offsets, places, count, lanes, settings, facts, 0, job)
            else:
                invoke(facts[PORTION], (row, 0, row[UNITS], base, data, offsets, places, count, lanes, settings, facts))
        elif kind == SLOPE_BY_DOTS:
            weight_slope_by_dots(shifted(base, row[3]), one, two, row[4], row[5], lanes)
        elif kind == TARGETS:
            if facts[CLASSES] != 0:
                _classes(one, labels, row, places, count, lanes)
            else:
                gather(one, wanted, facts[WIDE_TARGETS], offsets, row[2], row[3], places, count, lanes)
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

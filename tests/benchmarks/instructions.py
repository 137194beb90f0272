"""Where the time of a batch goes: what each instruction of a case's table takes, least and usual, in microseconds.

Each is timed by the processor's clock inside compiled code, batch after batch, with the team at work. The least and the
lower quarter tell what the code can do even where other programs take processors away now and then.

    python -m tests.benchmarks.instructions 784-128 [--threads N] [--batches N]
"""

# ruff: noqa: PLR0917, RUF005 -- compiled code passes plain numbers and arrays, not objects
from __future__ import annotations

import argparse
import os
import sys
import time

import numpy as np

from nnstudio.engine import layout
from nnstudio.engine.compiled import compiled
from nnstudio.engine.signals import clock
from nnstudio.engine.vectors import address_of, invoke, invoke_number, pointer_to, shifted
from tests.benchmarks.cases import CASES
from tests.benchmarks.rivals import work_of

NAMES = {
    layout.PRODUCT: "product",
    layout.HALVES: "product in halves",
    layout.JOIN: "join halves",
    layout.SLOPE_BY_TILES: "weight slopes",
    layout.SEND_BACK: "send back",
    layout.ACTIVATE: "activate",
    layout.PULL: "pull",
    layout.BIAS_SLOPE: "bias slopes",
    layout.FLIP: "flip",
    layout.GATHER: "gather",
    layout.WIRE: "other wiring",
    layout.LAYER: "layer",
    layout.BOUND: "bound",
    layout.TARGETS: "targets",
    layout.START: "start",
    layout.LOSE: "loss",
    layout.SCORE: "score",
    layout.SLOPE_BY_DOTS: "weight slopes by dots",
    layout.PENALIZE: "penalties",
}
PRODUCTS = (layout.PRODUCT, layout.HALVES, layout.SLOPE_BY_TILES, layout.SEND_BACK)


@compiled
def timed(arena, table, facts, settings, data, wanted, labels, order, offsets, sums, job, lanes, batch, ticks):
    """Fill ``ticks`` (batches, instructions + 1) of the clock; the last are an update's that comes after all."""
    base, rows, known, real = pointer_to(arena), pointer_to(table), pointer_to(facts), pointer_to(settings)
    given = (base, pointer_to(data), pointer_to(wanted), pointer_to(labels), pointer_to(offsets))
    team, count = (pointer_to(sums), real, known, pointer_to(job)), table.shape[0]
    late, at_once, stride = facts[layout.LATE], facts[layout.AT_ONCE] != 0, facts[layout.STRIDE]
    chosen = shifted(real, facts[layout.OPTIMIZER_SETTINGS])
    batches = order.size // batch
    for turn in range(len(ticks)):
        moment = (shifted(pointer_to(order), turn % batches * batch), batch, lanes)
        following = (turn + 1) % batches * batch
        job[layout.AHEAD], job[layout.COMING] = address_of(shifted(pointer_to(order), following)), batch
        for place in range(count):
            known[layout.NOW] = 1 if at_once and place > late else 0
            began = clock()
            invoke_number(facts[layout.EXECUTE], (rows, place, place + 1) + given + moment + team)
            ticks[turn, place] = clock() - began
        known[layout.NOW] = 0
        began = clock()
        if not at_once:
            state = shifted(base, 2 * stride)
            invoke(facts[layout.OPTIMIZER], (base, shifted(base, stride), state, stride, stride, 1, chosen))
        ticks[turn, count] = clock() - began


def ticks_of_a_microsecond() -> float:
    read = compiled(lambda: clock())  # noqa: PLW0108 (an intrinsic is no function)
    read()
    began, first = time.perf_counter(), read()
    time.sleep(0.1)
    return (read() - first) / (time.perf_counter() - began) / 1e6


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", help="part of a case's name")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--batches", type=int, default=500)
    chosen = parser.parse_args(arguments)
    if chosen.threads:
        os.environ["NNSTUDIO_THREADS"] = str(chosen.threads)
    case = next(case for case in CASES if chosen.case in case.name)
    work = work_of(case)
    work.advance(1)
    given = work.helper_arguments(work._team.job)
    arena, table, facts, settings, data, order, offsets, job = given[:8]
    ticks = np.zeros((chosen.batches, len(table) + 1), dtype=np.int64)
    with work._team.helping():
        sums = np.zeros(1024)
        for part in (ticks[:1], ticks):
            timed(
                *(arena, table, facts, settings, data, work._wanted, work._labels, order, offsets, sums, job),
                *(work.table.lanes, case.batch, part),
            )
    spent = ticks / ticks_of_a_microsecond()
    print(f"{case.title}: microseconds of a batch, least and lower quarter")
    for place, column in enumerate(spent.T):
        row = table[place] if place < len(table) else None
        name, pieces = ("update", 1) if row is None else (NAMES[int(row[0])], max(1, int(row[layout.CHUNKS])))
        if row is None and facts[layout.AT_ONCE]:
            continue
        low = np.percentile(column, 25)
        rate = ""
        if row is not None and row[0] in PRODUCTS:
            rate = f"{2 * int(row[4]) * int(row[5]) * work.table.lanes / low / 1e3:5.0f} GFLOP/s"
        print(f"  {name:22} {pieces:2} pieces {column.min():9.2f} {low:9.2f}  {rate}")
    batches = case.samples / case.batch
    usual = np.percentile(spent.sum(axis=1), 25)
    print(f"  a batch {usual:.1f}: {usual * batches / 1e3:.2f} ms an epoch")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Epochs of training side by side with PyTorch, JAX, scikit-learn and an object walk: a table with ratios.

Everything is measured in turns within one run, so that ratios hold even where the machine is busy. All shuffle every
epoch, use plain SGD in float32 and keep the loss of each epoch. Then: how soon a changed topology trains, what an epoch
costs as neurons grow, what it allocates, and how much memory a process takes.

    python -m tests.benchmarks.engine [--quick] [--rounds N] [--seconds S] [--only TEXT] [--without NAME ...]
                                      [--picture FILE]
"""

# ruff: noqa: E402 (the product's kernels are chosen before NumPy is imported)
from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.limits import bandwidth, choose_kernels, multiply_add_rate, product_rate

choose_kernels()

import numpy as np

from nnstudio.engine import threads, warm_up
from tests.benchmarks import growth
from tests.benchmarks.cases import CASES, Case
from tests.benchmarks.rivals import NEEDS, RIVALS, TITLES, Epochs, NotFor, installed, nnstudio

SETTLE = 0.1  # seconds of rest before each: threads of the one before wait for more work with full power for a while
LONG = 45.0  # seconds after which a case ends with the rounds that it has, three at least
PICTURE = Path("build") / "benchmark-growth.svg"


def calibrated(run: Epochs, seconds: float) -> int:
    """How many epochs take about that long; the first one, which compiles, does not count."""
    run(1)
    count = 1
    while True:
        spent = run(count)
        if spent > seconds / 4:
            return max(1, round(count * seconds / spent))
        count *= 2


def measured(case: Case, rounds: int, seconds: float, names: list[str]) -> tuple[dict[str, list[float]], list[float]]:
    """Milliseconds an epoch of each by round, taken in turns, and the product rate of each round.

    A rival that does not train the case is left out and says why.
    """
    runs: dict[str, Epochs] = {"nnstudio": nnstudio(case)}
    for name in names:
        try:
            runs[name] = RIVALS[name](case)
        except NotFor as why:
            print(f"  {TITLES[name]:17} left out: {why}")
    counts = {name: calibrated(run, seconds) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    rates: list[float] = []
    began = time.perf_counter()
    for turn in range(rounds):
        if turn >= 3 and time.perf_counter() - began > LONG:
            break
        rates.append(product_rate())
        for name, run in runs.items():
            time.sleep(SETTLE)
            times[name].append(run(counts[name]) / counts[name] * 1e3)
    for run in runs.values():
        if hasattr(run, "close"):
            run.close()
    return times, rates


def milliseconds(values: list[float]) -> str:
    middle = statistics.median(values)
    digits = 4 if middle < 1 else 2
    return f"{middle:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def verdict(value: float, goal: float | None, unit: str = "") -> str:
    if goal is None:
        return ""
    return f"   goal {goal:g}{unit}: {'met' if value >= goal else 'MISSED'}"


def show(case: Case, times: dict[str, list[float]], rates: list[float], moved: float) -> list[str]:
    """One case's lines, and the names of goals that were missed."""
    ours, missed = times["nnstudio"], []
    shares = [case.multiply_adds() / rate / mine * 1e3 for rate, mine in zip(rates, ours, strict=True)]
    share, memory = statistics.median(shares), case.bytes_moved() / moved / statistics.median(ours) * 1e3
    goal = None if case.share is None else 100 * case.share
    print(
        f"  {TITLES['nnstudio']:17} {milliseconds(ours):34} {share:4.0%} of the product rate, {memory:.0%} of the "
        f"bandwidth{verdict(100 * share, goal, ' %')}"
    )
    if case.share is not None and share < case.share:
        missed.append(f"{case.name}: share of the limit")
    for name, theirs in times.items():
        if name == "nnstudio":
            continue
        ratios = [other / mine for other, mine in zip(theirs, ours, strict=True)]
        ratio = statistics.median(ratios)
        print(
            f"  {TITLES[name]:17} {milliseconds(theirs):34} x {ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            f"{verdict(ratio, case.goals.get(name))}"
        )
        if ratio < case.goals.get(name, 0.0):
            missed.append(f"{case.name}: {TITLES[name]}")
    sys.stdout.flush()
    return missed


def machine() -> str:
    """Processor and versions."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    versions = [f"Python {platform.python_version()}", f"NumPy {np.__version__}"]
    modules = [name for name in ("torch", "jax", "sklearn", "numba") if importlib.util.find_spec(name)]
    versions += [f"{name} {importlib.import_module(name).__version__}" for name in modules]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name or platform.processor()}, {cores} cores; {', '.join(versions)}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three short rounds, nothing that compiles long")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="about how long each takes in a round")
    parser.add_argument("--only", default="", help="cases whose name contains this, and nothing else")
    parser.add_argument("--without", nargs="*", default=[], choices=sorted(RIVALS))
    parser.add_argument("--picture", type=Path, default=PICTURE, help="where the cost by neurons is drawn (SVG)")
    chosen = parser.parse_args(arguments)
    rounds = chosen.rounds or (3 if chosen.quick else 7)
    seconds = chosen.seconds or (0.15 if chosen.quick else 0.4)
    without = [*chosen.without, *(["compiled"] if chosen.quick else [])]
    rivals = [name for name in installed() if name not in without]
    absent = [TITLES[name] for name in NEEDS if name not in installed()]
    began = time.perf_counter()
    warm_up("float32")
    moved = bandwidth(threads())
    print(machine())
    print(
        f"nnstudio uses {threads()} thread(s). Float32 matrix product here (NumPy's OpenBLAS): "
        f"{2 * product_rate(10) / 1e9:.0f} GFLOP/s; multiply-adds in registers alone: "
        f"{2 * multiply_add_rate(threads()) / 1e9:.0f} GFLOP/s; memory: {moved / 1e9:.1f} GB/s read and written."
    )
    if absent:
        print(f"Not installed, so not measured: {', '.join(absent)}.")
    print(f"Milliseconds an epoch: median (fastest to slowest) of {rounds} rounds; x: theirs / ours.")
    missed: list[str] = []
    for case in CASES:
        if chosen.only not in case.name:
            continue
        print(f"\n{case.title}")
        times, rates = measured(case, rounds, seconds, rivals)
        missed += show(case, times, rates, moved)
    if not chosen.only:
        parts: list[Callable[[], list[str]]] = [
            lambda: growth.changed_topology(rivals),
            lambda: growth.neurons(rivals, chosen.picture, seconds / 3, quick=chosen.quick),
            growth.allocations,
            lambda: growth.peak_memory(rivals),
        ]
        for part in parts:
            missed += part()
            sys.stdout.flush()
    print(f"\n{time.perf_counter() - began:.0f} s. " + (f"Missed: {'; '.join(missed)}" if missed else "All goals met."))
    return 0


if __name__ == "__main__":
    sys.exit(main())

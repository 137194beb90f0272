"""What the benchmark tells beside its table: changed topologies, growing networks, allocations and peak memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np

from tests.benchmarks.cases import CASES, Case, dense
from tests.benchmarks.pictures import curves
from tests.benchmarks.rivals import RIVALS, TITLES, nnstudio, work_of

MOST_MS = 5.0  # from a changed topology to the first trained batch
NEURONS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
IMAGES = 60_000


def changed_topology(rivals: list[str]) -> list[str]:
    """Milliseconds from a network of other sizes to its first trained batch, weights drawn and everything made anew."""
    print("\nFrom a changed topology to the first trained batch, milliseconds: median (fastest to slowest)")
    missed = []
    for name, sizes_of, batch, samples in (
        ("2-k-2-1", lambda k: (2, k, 2, 1), 10, 300),
        ("784-k-10", lambda k: (784, k, 10), 128, 2_000),
    ):
        output = "linear" if name == "2-k-2-1" else "softmax"
        cases = [dense(sizes_of(k), "tanh", output, batch, samples) for k in range(5, 27)]
        for case in cases:
            _ready(case)
        ours = [_first_batch(case) * 1e3 for case in cases[2:]]
        middle = statistics.median(ours)
        met = "met" if middle < MOST_MS else "MISSED"
        print(f"  {name:10} {TITLES['nnstudio']:17} {_spread(ours)}   goal under {MOST_MS:g}: {met}")
        if middle >= MOST_MS:
            missed.append(f"{name}: first batch")
        for rival in rivals:
            if rival not in ("torch", "compiled", "jax"):
                continue
            few = range(7, 27) if rival == "torch" else range(7, 9)
            theirs = [_only_batch(dense(sizes_of(k), "tanh", output, batch, batch), rival) * 1e3 for k in few]
            print(f"  {name:10} {TITLES[rival]:17} {_spread(theirs)}")
    return missed


def _ready(case: Case) -> None:
    """Samples are at hand before the topology changes."""
    from tests.benchmarks.cases import dataset, samples

    samples(case)
    _ = dataset(case).target_rows


def _first_batch(case: Case) -> float:
    began = time.perf_counter()
    work = work_of(case)
    work.advance(1, 1)
    return time.perf_counter() - began


def _only_batch(case: Case, rival: str) -> float:
    """Of a case with a single batch."""
    _ready(case)
    if rival == "compiled":
        import torch

        torch.compiler.reset()
    began = time.perf_counter()
    RIVALS[rival](case)(1)
    return time.perf_counter() - began


def neurons(rivals: list[str], picture: Path, seconds: float, *, quick: bool) -> list[str]:
    """Milliseconds of an epoch of 64-N-10 as N grows; also a picture."""
    print("\nCost as neurons grow: 64-N-10 relu, softmax, batch 64, 2,048 samples; milliseconds an epoch")
    names = ["nnstudio", *(name for name in rivals if name in ("torch", "jax"))]
    found: dict[str, list[float]] = {name: [] for name in names}
    sizes = NEURONS[::2] if quick else NEURONS
    print("  " + "N".rjust(6) + "".join(TITLES[name].rjust(18) for name in names))
    for count in sizes:
        case = dense((64, count, 10), "relu", "softmax", 64, 2_048)
        runs = {name: (nnstudio if name == "nnstudio" else RIVALS[name])(case) for name in names}
        times: dict[str, list[float]] = {name: [] for name in names}
        for run in runs.values():
            run(1)
        counts = {name: max(1, round(seconds / max(1e-6, run(2) / 2))) for name, run in runs.items()}
        for _ in range(3):
            for name, run in runs.items():
                times[name].append(run(counts[name]) / counts[name] * 1e3)
        for name in names:
            found[name].append(statistics.median(times[name]))
        print("  " + f"{count:,}".rjust(6) + "".join(f"{found[name][-1]:18.3f}" for name in names), flush=True)
    picture.parent.mkdir(parents=True, exist_ok=True)
    lines = {TITLES[name]: found[name] for name in names}
    title = "An epoch of 64-N-10: 2,048 samples in batches of 64"
    picture.write_text(curves(list(sizes), lines, title, "hidden neurons N", "milliseconds"), encoding="utf-8")
    print(f"  drawn in {picture}")
    return []


def allocations() -> list[str]:
    """What a thousand epochs allocate, once training goes on steadily: in Python, in compiled code, by the process."""
    from numba.core.runtime import _nrt_python, rtsys

    print("\nSteady state, 1,000 epochs: allocations")
    missed = []
    _nrt_python.memsys_enable_stats()
    for case in (CASES[0], CASES[3]):
        work = work_of(case)
        work.advance(20)
        counts = []
        for epochs in (1, 1_000):  # handing the arrays over counts too, once a call
            before, resident = rtsys.get_allocation_stats().alloc, _resident()
            tracemalloc.start()
            work.advance(work.epoch + epochs)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            counts.append(rtsys.get_allocation_stats().alloc - before)
            grown = _resident() - resident
        compiled = counts[1] - counts[0]
        print(
            f"  {case.name:22} compiled code: {compiled}; Python: {peak / 1000:.1f} bytes an epoch (its curves); "
            f"process: {grown / 1000:+.1f} bytes an epoch"
        )
        if compiled:
            missed.append(f"{case.name}: allocations")
    return missed


def _resident() -> int:
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


OURS = """
import numpy as np, nnstudio as nn
X = np.random.default_rng(0).integers(0, 256, (IMAGES, 784), dtype=np.uint8)
y = np.random.default_rng(1).integers(0, 10, IMAGES)
net = nn.Network()
a, b, c = net.add(nn.Input(784)), net.add(nn.Hidden(128, "relu")), net.add(nn.Output(10, "softmax"))
net.connect(a, b); net.connect(b, c)
nn.train(net, X, y, optimizer=nn.SGD(1e-5), batch_size=128, epochs=2)
"""
THEIRS = """
import numpy as np, torch
X = torch.tensor(np.random.default_rng(0).integers(0, 256, (IMAGES, 784), dtype=np.uint8))
y = torch.tensor(np.random.default_rng(1).integers(0, 10, IMAGES))
model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
loss_of, stepper = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=1e-5)
for epoch in range(2):
    for rows in torch.randperm(IMAGES).split(128):
        stepper.zero_grad()
        loss_of(model(X[rows].float()), y[rows]).backward()
        stepper.step()
"""
PEAK = """
import json, resource, sys
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
print(json.dumps(peak))
"""


def peak_memory(rivals: list[str]) -> list[str]:
    """The most that a whole process took which trains 784-128-10 on 60,000 images of bytes."""
    print(f"\nPeak memory of a process that trains 784-128-10 on {IMAGES:,} images of bytes")
    found = {"nnstudio": _peak(OURS)}
    if "torch" in rivals:
        found["torch"] = _peak(THEIRS)
    for name, peak in found.items():
        times = "" if name == "nnstudio" else f"   x {peak / found['nnstudio']:.2f}"
        print(f"  {TITLES[name]:17} {peak:6.0f} MB{times}")
    return []


def _peak(script: str) -> float:
    code = f"IMAGES = {IMAGES}\n{script}\n{PEAK}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def _spread(values: list[float]) -> str:
    return f"{np.median(values):8.2f} ({min(values):.2f} to {max(values):.2f})"

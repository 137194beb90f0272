"""Epochs of training side by side with PyTorch, JAX and scikit-learn, where they are installed: a table with ratios.

Everything is measured in turns within one run, so that ratios hold even where the machine is busy. All shuffle every
epoch, use plain SGD in float32 and keep the loss of each epoch.

    python -m tests.benchmarks.engine [--rounds N] [--seconds S] [--only TEXT]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# OpenBLAS picks slow kernels on new AMD processors; the limit should be the machine's, not that choice's.
if Path("/proc/cpuinfo").exists() and "avx512f" in Path("/proc/cpuinfo").read_text():
    os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")

import numpy as np

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Progress, Synapses, Training
from nnstudio.engine import threads, warm_up
from nnstudio.engine.run import FLAGS
from nnstudio.engine.work import Work

Epochs = Callable[[int], None]
RATE = 0.003


@dataclass(frozen=True)
class Case:
    """One network and its batches; a target ratio for each rival, where one was set."""

    sizes: tuple[int, ...]
    hidden: str
    softmax: bool
    batch: int
    samples: int
    goals: dict[str, float]

    @property
    def name(self) -> str:
        hidden = self.sizes[1:-1]
        middle = f"{hidden[0]}x{len(hidden)}" if len(hidden) > 3 else "-".join(map(str, hidden))
        return f"{self.sizes[0]}-{middle}-{self.sizes[-1]} {self.hidden}, {self.batch}, {self.samples}"

    @property
    def multiply_adds(self) -> int:
        """Of one epoch: forward, weight slopes, and sending back (not to the inputs)."""
        pairs = list(zip(self.sizes, self.sizes[1:], strict=False))
        return self.samples * (3 * sum(a * b for a, b in pairs) - pairs[0][0] * pairs[0][1])


CASES = (
    Case((2, 4, 2, 1), "tanh", False, 10, 300, {"jax": 5, "torch": 100}),
    Case((7, 8, 8, 8, 8, 8, 8, 1), "tanh", False, 10, 500, {"jax": 3, "torch": 50}),
    Case((4, 16, 3), "relu", True, 16, 150, {"jax": 6, "torch": 60}),
    Case((64, 64, 10), "relu", True, 32, 1797, {"jax": 2.5, "torch": 25}),
    Case((784, 128, 10), "relu", True, 128, 10_000, {"jax": 1.3, "torch": 3.5}),
    Case((784, 1024, 1024, 10), "relu", True, 128, 10_000, {"jax": 1.1, "torch": 2.4}),
)


def samples(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (samples, inputs) float32, and classes or (samples, 1) numbers."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(case.samples, case.sizes[0])).astype(np.float32)
    if case.softmax:
        return X, rng.integers(0, case.sizes[-1], case.samples)
    return X, np.tanh(X[:, :1]).astype(np.float32)


def document(case: Case) -> Document:
    network = Network()
    last = len(case.sizes) - 1
    for place, size in enumerate(case.sizes):
        kind = "input" if place == 0 else "output" if place == last else "hidden"
        output = "softmax" if case.softmax else "linear"
        activation = {"input": "linear", "hidden": case.hidden, "output": output}[kind]
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", (size,), Part(activation)))
    for place in range(last):
        network = network.with_synapses(Synapses(network.next_id, place + 1, place + 2))
    return fill(Document(network))


def nnstudio(case: Case) -> Epochs:
    X, y = samples(case)
    rows, none = np.arange(case.samples), np.zeros(0, dtype=np.int64)
    names = tuple(map(str, range(case.sizes[-1])))
    data = Dataset("bench", "classification" if case.softmax else "regression", X, y, rows, none, (), names)
    start = document(case)
    loss = Part("cross_entropy" if case.softmax else "mse")
    training = Training(loss, Part.of("sgd", learning_rate=RATE), case.batch, 1)
    work = Work(start.network, start.parameters, training, data, Progress(), np.zeros(FLAGS, dtype=np.int64))
    return lambda epochs: (work.advance(work.epoch + epochs), None)[1]


def torch(case: Case) -> Epochs:
    import torch

    X, y = (torch.tensor(values) for values in samples(case))
    layers: list[torch.nn.Module] = []
    for a, b in zip(case.sizes, case.sizes[1:], strict=False):
        layers += [torch.nn.Linear(a, b), torch.nn.Tanh() if case.hidden == "tanh" else torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    loss_of = torch.nn.CrossEntropyLoss() if case.softmax else torch.nn.MSELoss()
    stepper = torch.optim.SGD(model.parameters(), lr=RATE)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            total = torch.zeros(())
            for rows in torch.randperm(case.samples).split(case.batch):
                stepper.zero_grad()
                loss = loss_of(model(X[rows]), y[rows])
                loss.backward()
                stepper.step()
                total += loss.detach() * len(rows)
            float(total)

    return run


def jax(case: Case) -> Epochs:
    import jax
    import jax.numpy as jnp

    X, y = (jnp.asarray(values) for values in samples(case))
    start = document(case).parameters
    parameters = [(jnp.asarray(w, jnp.float32), jnp.zeros(w.shape[1], jnp.float32)) for w in start.weights.values()]
    act = jnp.tanh if case.hidden == "tanh" else jax.nn.relu

    def loss_of(parameters, X, y):
        a = X
        for place, (w, b) in enumerate(parameters):
            a = a @ w + b
            a = act(a) if place < len(parameters) - 1 else a
        if case.softmax:
            return -jnp.take_along_axis(jax.nn.log_softmax(a), y[:, None], axis=1).mean()
        return ((a - y) ** 2).mean()

    def step(parameters, rows):
        loss, slopes = jax.value_and_grad(loss_of)(parameters, X[rows], y[rows])
        return jax.tree.map(lambda w, g: w - RATE * g, parameters, slopes), loss * len(rows)

    whole = case.samples // case.batch * case.batch

    @jax.jit
    def epoch(parameters, key):
        key, draw = jax.random.split(key)
        order = jax.random.permutation(draw, case.samples)
        parameters, losses = jax.lax.scan(step, parameters, order[:whole].reshape(-1, case.batch))
        total = losses.sum()
        if whole < case.samples:
            parameters, last = step(parameters, order[whole:])
            total = total + last
        return parameters, key, total

    state = [parameters, jax.random.key(0)]

    def run(epochs: int) -> None:
        for _ in range(epochs):
            state[0], state[1], total = epoch(*state)
        total.block_until_ready()

    return run


def sklearn(case: Case) -> Epochs:
    import warnings

    from sklearn.neural_network import MLPClassifier, MLPRegressor

    X, y = samples(case)
    kind = MLPClassifier if case.softmax else MLPRegressor

    def run(epochs: int) -> None:
        model = kind(
            hidden_layer_sizes=case.sizes[1:-1],
            activation=case.hidden,
            solver="sgd",
            batch_size=case.batch,
            momentum=0.0,
            alpha=0.0,
            learning_rate_init=RATE,
            max_iter=epochs,
            n_iter_no_change=10**9,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, y if case.softmax else y.ravel())

    return run


RIVALS: dict[str, Callable[[Case], Epochs]] = {"torch": torch, "jax": jax, "sklearn": sklearn}
TITLES = {"nnstudio": "nnstudio", "torch": "PyTorch eager", "jax": "JAX scan", "sklearn": "scikit-learn"}


def epochs_for(run: Epochs, seconds: float) -> int:
    """How many epochs take about that long."""
    run(1)
    count = 1
    while True:
        began = time.perf_counter()
        run(count)
        spent = time.perf_counter() - began
        if spent > seconds / 4:
            return max(1, round(count * seconds / spent))
        count *= 2


def measured(case: Case, rounds: int, seconds: float, rivals: list[str]) -> dict[str, list[float]]:
    """Milliseconds an epoch of each, one value a round, taken in turns."""
    runs = {"nnstudio": nnstudio(case), **{name: RIVALS[name](case) for name in rivals}}
    counts = {name: epochs_for(run, seconds) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.perf_counter()
            run(counts[name])
            times[name].append((time.perf_counter() - began) / counts[name] * 1e3)
    return times


def product_rate() -> float:
    """Multiply-adds a second of NumPy's float32 matrix product with all cores: the machine's own limit."""
    a = np.random.default_rng(0).normal(size=(1024, 1024)).astype(np.float32)
    best = 0.0
    for _ in range(10):
        began = time.perf_counter()
        a @ a
        best = max(best, 1024**3 / (time.perf_counter() - began))
    return best


def milliseconds(values: list[float]) -> str:
    middle = statistics.median(values)
    digits = 4 if middle < 1 else 2
    return f"{middle:.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="about how long each takes in a round")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    chosen = parser.parse_args(arguments)
    rivals = [name for name in RIVALS if importlib.util.find_spec(name)]
    missing = [TITLES[name] for name in RIVALS if name not in rivals]
    warm_up("float32")
    rate = product_rate()
    print(f"Training, milliseconds an epoch: median (fastest to slowest) of {chosen.rounds} rounds; float32, SGD.")
    print(f"nnstudio uses {threads()} thread(s). Matrix product here: {2 * rate / 1e9:.0f} GFLOP/s.")
    if missing:
        print(f"Not installed, so not measured: {', '.join(missing)}.")
    for case in CASES:
        if chosen.only not in case.name:
            continue
        times = measured(case, chosen.rounds, chosen.seconds, rivals)
        ours = statistics.median(times["nnstudio"])
        print(f"\n{case.name}")
        share = case.multiply_adds / rate / ours * 1e3
        print(f"  {TITLES['nnstudio']:14} {milliseconds(times['nnstudio']):36} {share:4.0%} of the limit")
        for name in rivals:
            ratios = [theirs / mine for theirs, mine in zip(times[name], times["nnstudio"], strict=True)]
            goal = f"   goal {case.goals[name]:g}" if name in case.goals else ""
            print(
                f"  {TITLES[name]:14} {milliseconds(times[name]):36} x {statistics.median(ratios):.2f}"
                f" ({min(ratios):.2f} to {max(ratios):.2f}){goal}"
            )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

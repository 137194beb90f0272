"""The others that the benchmark trains beside us: each makes a case into a function that trains so many epochs.

All shuffle every epoch, use plain SGD in float32 and keep the loss of each epoch. What cannot train a case says why.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nnstudio.document import Part, Progress, Training
from nnstudio.engine.run import FLAGS
from nnstudio.engine.work import Work
from tests.benchmarks.cases import RATE, Case, dataset, made, samples

Epochs = Callable[[int], float]  # so many epochs; the seconds they took


class NotFor(Exception):
    """Why a rival does not train a case."""


def timed(run: Callable[[int], Any]) -> Epochs:
    def clocked(epochs: int) -> float:
        began = time.perf_counter()
        run(epochs)
        return time.perf_counter() - began

    return clocked


def work_of(case: Case) -> Work:
    """Our engine, ready to train the case."""
    start = made(case)
    loss = Part("cross_entropy" if case.softmax else "mse")
    training = Training(loss, Part.of("sgd", learning_rate=RATE), case.batch, 1)
    return Work(start.network, start.parameters, training, dataset(case), Progress(), np.zeros(FLAGS, dtype=np.int64))


def nnstudio(case: Case) -> Epochs:
    work = work_of(case)
    return timed(lambda epochs: work.advance(work.epoch + epochs))


def torch_model(case: Case) -> tuple[Any, Any]:
    """The module and its loss."""
    import torch

    class Masked(torch.nn.Linear):
        """A dense layer with a mask, which is how sparse wiring is trained there."""

        def __init__(self, mask: np.ndarray) -> None:
            super().__init__(*mask.shape)
            self.register_buffer("mask", torch.tensor(mask.T, dtype=torch.float32))

        def forward(self, x: Any) -> Any:
            return torch.nn.functional.linear(x, self.weight * self.mask, self.bias)

    layers: list[Any] = []
    if case.kind == "convolution":
        layers += [torch.nn.Unflatten(1, (1, 28, 28))]
        for before, channels in ((1, 8), (8, 16)):
            layers += [torch.nn.Conv2d(before, channels, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
        layers += [torch.nn.Flatten(), torch.nn.Linear(784, 10)]
    elif case.kind == "sparse":
        layers += [Masked(np.array(next(iter(made(case).parameters.masks.values()))))]
    else:
        for a, b in zip(case.sizes, case.sizes[1:], strict=False):
            layers += [torch.nn.Linear(a, b), torch.nn.Tanh() if case.tanh else torch.nn.ReLU()]
        layers.pop()
    return torch.nn.Sequential(*layers), torch.nn.CrossEntropyLoss() if case.softmax else torch.nn.MSELoss()


def torch(case: Case, *, compiled: bool = False) -> Epochs:
    import torch

    X, y = (torch.tensor(values) for values in samples(case))
    model, loss_of = torch_model(case)
    stepper = torch.optim.SGD(model.parameters(), lr=RATE)

    def forward(X: Any, y: Any) -> Any:
        return loss_of(model(X), y)

    lose = torch.compile(forward) if compiled else forward

    def run(epochs: int) -> None:
        for _ in range(epochs):
            total = torch.zeros(())
            for rows in torch.randperm(case.samples).split(case.batch):
                stepper.zero_grad()
                loss = lose(X[rows], y[rows])
                loss.backward()
                stepper.step()
                total += loss.detach() * len(rows)
            float(total)

    return timed(run)


def torch_compiled(case: Case) -> Epochs:
    if shutil.which("g++") is None and shutil.which("clang++") is None:
        raise NotFor("its compiler needs g++")
    return torch(case, compiled=True)


def jax(case: Case) -> Epochs:
    import jax
    import jax.numpy as jnp

    X, y = (jnp.asarray(values) for values in samples(case))
    start = made(case)
    weights = [jnp.asarray(w, jnp.float32) for w in start.parameters.weights.values() if w.size]
    parameters = [(w, jnp.zeros(w.shape[-1], jnp.float32)) for w in weights]
    act = jnp.tanh if case.tanh else jax.nn.relu
    mask = jnp.asarray(next(iter(start.parameters.masks.values()), np.ones(1)), jnp.float32)

    def said(parameters: Any, X: Any) -> Any:
        if case.kind == "sparse":
            (w, b), *_ = parameters
            return X @ (w * mask) + b
        a = X
        if case.kind == "convolution":
            a = X.reshape(-1, 28, 28, 1)
            for w, b in parameters[:-1]:
                a = jax.lax.conv_general_dilated(a, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
                a = jax.lax.reduce_window(
                    jax.nn.relu(a + b), -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID"
                )
            w, b = parameters[-1]
            return a.reshape(len(a), -1) @ w + b
        for place, (w, b) in enumerate(parameters):
            a = a @ w + b
            a = act(a) if place < len(parameters) - 1 else a
        return a

    def loss_of(parameters: Any, X: Any, y: Any) -> Any:
        a = said(parameters, X)
        if case.softmax:
            return -jnp.take_along_axis(jax.nn.log_softmax(a), y[:, None], axis=1).mean()
        return ((a - y) ** 2).mean()

    def step(parameters: Any, rows: Any) -> Any:
        loss, slopes = jax.value_and_grad(loss_of)(parameters, X[rows], y[rows])
        return jax.tree.map(lambda w, g: w - RATE * g, parameters, slopes), loss * len(rows)

    whole = case.samples // case.batch * case.batch

    @jax.jit
    def epoch(parameters: Any, key: Any) -> Any:
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

    return timed(run)


def sklearn(case: Case) -> Epochs:
    import warnings

    from sklearn.neural_network import MLPClassifier, MLPRegressor

    if case.kind != "dense":
        raise NotFor("it has dense layers only")
    X, y = samples(case)
    kind = MLPClassifier if case.softmax else MLPRegressor

    def run(epochs: int) -> None:
        model = kind(
            hidden_layer_sizes=case.sizes[1:-1],
            activation="tanh" if case.tanh else "relu",
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

    return timed(run)


class Walk:
    """The object walk in a JavaScript process of its own; the seconds are its own clock's."""

    MOST = 3e7  # links times samples: more would take minutes an epoch

    def __init__(self, case: Case) -> None:
        node = shutil.which("node") or shutil.which("nodejs")
        if node is None:
            raise NotFor("it needs node")
        links = sum(a * b for a, b in zip(case.sizes, case.sizes[1:], strict=False))
        if case.kind != "dense" or links * case.samples > self.MOST:
            raise NotFor("one object for each of so many links and samples takes minutes")
        given = {"sizes": case.sizes, "tanh": case.tanh, "batch": case.batch, "samples": case.samples}
        script = Path(__file__).with_name("walk.js")
        self._process = subprocess.Popen(
            [node, str(script), json.dumps(given)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, epochs: int) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{epochs}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline().split()[0]) / 1000

    def close(self) -> None:
        self._process.communicate(timeout=60)


RIVALS: dict[str, Callable[[Case], Epochs]] = {
    "torch": torch,
    "compiled": torch_compiled,
    "jax": jax,
    "sklearn": sklearn,
    "walk": Walk,
}
TITLES = {
    "nnstudio": "nnstudio",
    "torch": "PyTorch eager",
    "compiled": "PyTorch compiled",
    "jax": "JAX jit + scan",
    "sklearn": "scikit-learn",
    "walk": "object walk (JS)",
}
NEEDS = {"torch": "torch", "compiled": "torch", "jax": "jax", "sklearn": "sklearn"}


def installed() -> list[str]:
    """The rivals whose library is here."""
    return [name for name in RIVALS if name not in NEEDS or importlib.util.find_spec(NEEDS[name])]

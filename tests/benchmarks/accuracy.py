"""Published accuracies, reached: scikit-learn's on iris and digits, its networks of Fashion-MNIST, and a convolution.

python -m tests.benchmarks.accuracy [--seeds 3] [--only TEXT]

Prints the mean over the seeds beside what was published, with spread and time; ends with 1 where one was not reached.
Fashion-MNIST lies beside the project (../shared/data/fashion-mnist, or the folder that NNSTUDIO_FASHION_MNIST names).
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import nnstudio as nn

HOUSE = Path(__file__).resolve().parents[2]
FASHION = Path(os.environ.get("NNSTUDIO_FASHION_MNIST", HOUSE.parent / "shared" / "data" / "fashion-mnist"))
SLACK = 0.006
Samples = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@cache
def table(name: str) -> Samples:
    """A bundled data set, each column between 0 and 1: the same samples to train on and to be asked about."""
    text = np.loadtxt(HOUSE / "resources" / "datasets" / f"{name}.csv", delimiter=",", skiprows=1, dtype=str)
    X = text[:, :-1].astype(np.float32)
    spans = X.max(axis=0) - X.min(axis=0)
    X = (X - X.min(axis=0)) / np.where(spans > 0, spans, 1)
    y = np.unique(text[:, -1], return_inverse=True)[1]
    return X, y, X, y


@cache
def fashion() -> Samples:
    """Fashion-MNIST: 60,000 images (784,) between 0 and 1 with their classes, and 10,000 to be asked about."""

    def read(name: str, count: int) -> tuple[np.ndarray, np.ndarray]:
        with gzip.open(FASHION / f"{name}-images-idx3-ubyte.gz") as file:
            pixels = np.frombuffer(file.read(), dtype=np.uint8, offset=16).reshape(count, 784)
        with gzip.open(FASHION / f"{name}-labels-idx1-ubyte.gz") as file:
            return pixels / np.float32(255), np.frombuffer(file.read(), dtype=np.uint8, offset=8)

    return *read("train", 60_000), *read("t10k", 10_000)


def perceptron(X: np.ndarray, classes: int, hidden: int, activation: str, seed: int, l2: float = 0.0) -> nn.Network:
    """One hidden layer."""
    net = nn.Network(seed=seed)
    inputs = net.add(nn.Input(X.shape[1]))
    middle, output = net.add(nn.Hidden(hidden, activation)), net.add(nn.Output(classes, "softmax"))
    net.connect(inputs, middle, nn.Full(l2=l2))
    net.connect(middle, output, nn.Full(l2=l2))
    return net


def convolutional(seed: int) -> nn.Network:
    """Two convolutions, each with a pooling behind it: 20,490 parameters."""
    net = nn.Network(seed=seed)
    before = net.add(nn.Input((28, 28, 1)))
    for side, channels in ((28, 16), (14, 32)):
        seen = net.add(nn.Hidden((side, side, channels), "relu"))
        net.connect(before, seen, nn.Convolution(3, initializer="he_uniform"))
        before = net.add(nn.Hidden((side // 2, side // 2, channels), "linear", bias=False))
        net.connect(seen, before, nn.Pooling())
    net.connect(before, net.add(nn.Output(10, "softmax")))
    return net


@dataclass(frozen=True)
class Row:
    """One published accuracy: the samples, a network for each seed, and how to train it.

    ``loss``: the training loss that was published with it.
    """

    name: str
    published: float
    samples: Callable[[], Samples]
    network: Callable[[int], nn.Network]
    settings: dict[str, Any] = field(default_factory=dict)
    loss: float | None = None
    slack: float = SLACK
    images: bool = False

    def reached(self, seed: int) -> tuple[float, float, float]:
        """With one seed: the accuracy, the training loss, and seconds of training."""
        X, y, asked, answers = self.samples()
        if self.images:
            X, asked = X.reshape(-1, 28, 28, 1), asked.reshape(-1, 28, 28, 1)
        began = time.perf_counter()
        run = nn.train(self.network(seed), X, y, seed=seed, **self.settings)
        seconds = time.perf_counter() - began
        said = run.network.predict(asked).argmax(axis=1)
        return float((said == answers).mean()), float(run.history["loss"][-1]), seconds


def of_sklearn(name: str, how: str, optimizer: nn.Optimizer, score: float, loss: float) -> Row:
    """A line of scikit-learn's example "Compare Stochastic learning strategies for MLPClassifier": its training score.

    MLPClassifier's defaults: 100 ReLU neurons, batches of 200, alpha 1e-4 (divided by the batch), and its own rule to
    stop where the loss does not fall by 1e-4 in ten epochs.
    """
    batch, epochs = (150, 400) if name == "iris" else (200, 15)
    stop = nn.Stop(monitor="loss", patience=10, least_change=1e-4, restore_best=False)
    settings = {"optimizer": optimizer, "batch_size": batch, "epochs": epochs, "stop": stop}

    def network(seed: int) -> nn.Network:
        X, y, *_ = table(name)
        return perceptron(X, len(np.unique(y)), 100, "relu", seed, 1e-4 / batch)

    return Row(f"{name}, {how}", score, lambda: table(name), network, settings, loss)


def of_fashion(activation: str, hidden: int, accuracy: float) -> Row:
    """A line of table 3 of arXiv 1708.07747: MLPClassifier on Fashion-MNIST, test accuracy."""
    settings = {"optimizer": nn.Adam(0.003), "batch_size": 128, "epochs": 15, "schedule": nn.Cosine()}
    return Row(
        f"Fashion-MNIST, {activation} [{hidden}]",
        accuracy,
        fashion,
        lambda seed: perceptron(fashion()[0], 10, hidden, activation, seed),
        settings,
    )


SKLEARN = (
    of_sklearn("iris", "constant rate", nn.SGD(0.2), 0.980, 0.096950),
    of_sklearn("iris", "momentum", nn.SGD(0.2, momentum=0.9), 0.980, 0.049530),
    of_sklearn("iris", "Nesterov", nn.SGD(0.2, momentum=0.9, nesterov=True), 0.980, 0.049540),
    of_sklearn("iris", "Adam", nn.Adam(0.01), 0.980, 0.045311),
    of_sklearn("digits", "constant rate", nn.SGD(0.2), 0.956038, 0.243802),
    of_sklearn("digits", "momentum", nn.SGD(0.2, momentum=0.9), 0.992766, 0.041297),
    of_sklearn("digits", "Nesterov", nn.SGD(0.2, momentum=0.9, nesterov=True), 0.993879, 0.042898),
    of_sklearn("digits", "Adam", nn.Adam(0.01), 0.991653, 0.045934),
)
PERCEPTRONS = (
    of_fashion("relu", 100, 0.871),
    of_fashion("tanh", 100, 0.868),
    of_fashion("relu", 10, 0.848),
    of_fashion("tanh", 10, 0.840),
)
CONVOLUTION = Row(
    "Fashion-MNIST, convolution 16-32",
    0.90,
    fashion,
    convolutional,
    {"optimizer": nn.Adam(0.003), "batch_size": 64, "epochs": 5, "schedule": nn.Cosine()},
    slack=0.0,
    images=True,
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    chosen = parser.parse_args(arguments)
    rows = [*SKLEARN, *PERCEPTRONS, CONVOLUTION]
    if not FASHION.exists():
        rows = list(SKLEARN)
        print(f"Fashion-MNIST is not at {FASHION}, so its rows are left out.")
    print(f"Accuracy: mean of {chosen.seeds} seeds (lowest to highest), as published, and seconds of training a seed.")
    missed = []
    for row in rows:
        if chosen.only not in row.name:
            continue
        found = [row.reached(seed) for seed in range(chosen.seeds)]
        scores, losses, seconds = zip(*found, strict=True)
        mean = statistics.mean(scores)
        met = mean >= row.published - row.slack
        loss = "" if row.loss is None else f"   loss {statistics.mean(losses):.4f}, published {row.loss:.4f}"
        print(
            f"  {row.name:34}{mean:.4f} ({min(scores):.4f} to {max(scores):.4f})   published {row.published:.3f}: "
            f"{'reached' if met else 'MISSED'}   {statistics.mean(seconds):6.2f} s{loss}",
            flush=True,
        )
        if not met:
            missed.append(row.name)
    print("all reached" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The networks of the benchmark table: their sizes, samples, and what each asks of the machine at least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import prod

import numpy as np

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Synapses

RATE = 0.003
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """Layers one after the other with the wiring between them, the batches, and ratios that are aimed at by rival.

    ``wirings``: full where none is given. ``share``: of the limit, that is aimed at.
    """

    name: str
    shapes: tuple[Shape, ...]
    activations: tuple[str, ...]
    batch: int
    samples: int
    goals: dict[str, float]
    wirings: tuple[Part, ...] = ()
    share: float | None = None
    kind: str = "dense"

    @property
    def title(self) -> str:
        return f"{self.name}, {self.batch}, {self.samples:,}"

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(prod(shape) for shape in self.shapes)

    @property
    def softmax(self) -> bool:
        return self.activations[-1] == "softmax"

    @property
    def tanh(self) -> bool:
        return "tanh" in self.activations

    def multiply_adds(self) -> int:
        """Of one epoch: forward, slopes of the weights, and sending back (not to the inputs)."""
        joints = [self._joints(place) for place in range(len(self.sizes) - 1)]
        return self.samples * (3 * sum(joints) - joints[0])

    def bytes_moved(self) -> int:
        """That must cross the memory in an epoch at least: samples once, parameters read and written each batch."""
        document = made(self)
        parameters = sum(w.size for w in document.parameters.weights.values())
        if self.kind == "sparse":
            parameters = sum(int(mask.sum()) for mask in document.parameters.masks.values())
        batches = -(-self.samples // self.batch)
        return 4 * (self.samples * (self.sizes[0] + (1 if self.softmax else self.sizes[-1])) + 2 * parameters * batches)

    def _joints(self, place: int) -> int:
        if self.kind == "sparse":
            return int(next(iter(made(self).parameters.masks.values())).sum())
        if self.kind == "convolution" and place < len(self.wirings):
            wiring, target = self.wirings[place], self.shapes[place + 1]
            return prod(target) * 9 * self.shapes[place][2] if wiring.key == "convolution" else 0
        return self.sizes[place] * self.sizes[place + 1]


def dense(sizes: Shape, hidden: str, output: str, batch: int, samples: int, share: float | None = None, **goals: float):
    """A chain of full bundles."""
    inner = sizes[1:-1]
    middle = f"{inner[0]}x{len(inner)}" if len(inner) > 3 else "-".join(map(str, inner))
    name = f"{sizes[0]}-{middle}-{sizes[-1]} {'softmax' if output == 'softmax' else hidden}"
    activations = (*([hidden] * len(inner)), output)
    return Case(name, tuple((size,) for size in sizes), activations, batch, samples, goals, share=share)


CASES = (
    dense((2, 4, 2, 1), "tanh", "linear", 10, 300, jax=5, torch=100),
    dense((7, 8, 8, 8, 8, 8, 8, 1), "tanh", "linear", 10, 500, jax=3, torch=50),
    dense((4, 16, 3), "relu", "softmax", 16, 150, jax=6, torch=60),
    dense((64, 64, 10), "relu", "softmax", 32, 1797, jax=2.5, torch=25),
    dense((784, 128, 10), "relu", "softmax", 128, 10_000, 0.75, jax=1.3, torch=3.5),
    dense((784, 1024, 1024, 10), "relu", "softmax", 128, 10_000, 0.85, jax=1.1, torch=2.4),
    Case(
        "conv 8-16 3x3 + pool on 28x28",
        ((28, 28, 1), (28, 28, 8), (14, 14, 8), (14, 14, 16), (7, 7, 16), (10,)),
        ("relu", "linear", "relu", "linear", "softmax"),
        64,
        2048,
        {"jax": 6, "torch": 2},
        (Part("convolution"), Part("pooling"), Part("convolution"), Part("pooling")),
        kind="convolution",
    ),
    Case(
        "1,000-1,000 sparse at 5 %",
        ((1000,), (1000,)),
        ("linear",),
        64,
        2048,
        {"jax": 2, "torch": 2},
        (Part.of("sparse", density=0.05),),
        kind="sparse",
    ),
)


@cache
def samples(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (samples, inputs) float32, and classes or (samples, outputs) numbers."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(case.samples, case.sizes[0])).astype(np.float32)
    if case.softmax:
        return X, rng.integers(0, case.sizes[-1], case.samples)
    return X, np.tanh(X[:, : case.sizes[-1]]).astype(np.float32)


@cache
def dataset(case: Case) -> Dataset:
    """The same for our engine."""
    X, y = samples(case)
    rows, none = np.arange(case.samples), np.zeros(0, dtype=np.int64)
    names = tuple(map(str, range(case.sizes[-1])))
    return Dataset("bench", "classification" if case.softmax else "regression", X, y, rows, none, (), names)


@cache
def made(case: Case) -> Document:
    """The network, its weights drawn."""
    network = Network()
    last = len(case.shapes) - 1
    for place, shape in enumerate(case.shapes):
        kind = "input" if place == 0 else "output" if place == last else "hidden"
        activation = Part("linear" if place == 0 else case.activations[place - 1])
        pooled = place and place <= len(case.wirings) and case.wirings[place - 1].key == "pooling"
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", shape, activation, not pooled))
    for place, (a, b) in enumerate(pairwise(range(1, last + 2))):
        wiring = case.wirings[place] if place < len(case.wirings) else Part("full")
        network = network.with_synapses(Synapses(network.next_id, a, b, wiring))
    return fill(Document(network))

"""Small networks of every kind and ways of training them, that PyTorch follows; what it made of them is kept in a file.

``golden/trajectories.npz`` holds the parameters that PyTorch arrived at, by "network/way/optimizer" (float64, after 20
epochs) and by "network/steps/optimizer" (float32, after 1, 10 and 100 updates). ``RECORD_GOLDEN=1`` with
``test_torch_trajectories.py`` writes it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnstudio.catalog import optimizers
from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Parameters, Part, Progress, Synapses, Training
from nnstudio.engine import train
from nnstudio.engine.run import FLAGS
from nnstudio.engine.work import Work

FILE = Path(__file__).parent / "golden" / "trajectories.npz"
# The last batch is smaller than the others, but not of two samples: batch normalization makes +1 and -1 of any two,
# so that their slopes are what rounding leaves of zeros. PyTorch itself, moved by one last digit, then ends 1e-10
# elsewhere.
EPOCHS, ROWS, BATCH = 20, 44, 16
part = Part.of

# Rprop and L-BFGS take all samples at once; rates are chosen so that every optimizer comes a good way
FULL_BATCH = ("rprop", "lbfgs")
OPTIMIZERS: dict[str, Part] = {
    **{key: Part(key) for key in optimizers},
    "sgd": part("sgd", learning_rate=0.1, momentum=0.5),
    "adam": part("adam", learning_rate=0.01),
    "adamw": part("adamw", learning_rate=0.01),
    "lbfgs": part("lbfgs", learning_rate=0.5),
    "lbfgs_search": part("lbfgs", learning_rate=0.3, history_size=10, line_search="strong_wolfe"),
}
CHAINS: dict[str, tuple[list[tuple[int, ...]], list[Part], list[str], Part | None]] = {
    "dense": ([(3,), (5,), (4,), (3,)], [part("full")] * 3, ["tanh", "sigmoid", "softmax"], None),
    "sparse": (
        [(6,), (8,), (6,), (6,), (3,)],
        [part("sparse", density=0.35, seed=3), part("sparse", density=0.7, seed=4), part("one_to_one"), part("full")],
        ["tanh", "softplus", "tanh", "softmax"],
        None,
    ),
    "convolutional": (
        [(6, 5, 2), (6, 5, 4), (3, 2, 4), (3, 2, 2), (1, 1, 2), (3,)],
        [
            part("convolution", padding="same"),
            part("pooling", size=2, stride=2),
            part("convolution", kernel=2, groups=2, dilation=2),
            part("pooling", kind="average", whole=True),
            part("full"),
        ],
        ["tanh", "linear", "elu", "linear", "softmax"],
        None,
    ),
    "batch normalized": ([(4,), (6,), (3,)], [part("full")] * 2, ["tanh", "softmax"], Part("batch")),
    "layer normalized": ([(4,), (6,), (3,)], [part("full")] * 2, ["tanh", "softmax"], Part("layer")),
}
# What is different from plain training, with the dense network
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "accumulation": {"accumulate": 3},
    "decay": {},
    "clipping": {"clip_value": 0.02, "clip_norm": 0.05},
    "schedule": {"schedule": part("cosine", end=0.1)},
    "penalties": {},
}
TOLERANCES = {1: 1e-6, 10: 5e-6, 100: 2e-5}
# In float32 some optimizers leave the way on which last digits do not matter: Rprop near a minimum, where it follows
# the signs of slopes that are next to 0, and L-BFGS with the differences of such slopes (and a search, of losses).
FEWER_STEPS = {"rprop": 10, "lbfgs": 1, "lbfgs_search": 0}


def cases() -> list[str]:
    """Every network with every optimizer, and the dense one in every way."""
    found = [f"{network}/plain/{key}" for network in CHAINS for key in OPTIMIZERS]
    for way in WAYS:
        found += [f"dense/{way}/{key}" for key in OPTIMIZERS if way != "plain" and _goes(way, key)]
    return found


def _goes(way: str, key: str) -> bool:
    """Not every optimizer has a weight decay; and bounded slopes mislead L-BFGS until its numbers mean nothing."""
    chosen = OPTIMIZERS[key]
    if way == "clipping":
        return chosen.key != "lbfgs"
    return way != "decay" or "weight_decay" in optimizers[chosen.key].values(chosen)


def single_cases() -> list[tuple[str, str]]:
    """(network, optimizer) of the trainings in float32."""
    return [(name, key) for name in CHAINS for key in OPTIMIZERS if FEWER_STEPS.get(key, 100)]


def optimizer(way: str, key: str) -> Part:
    """The optimizer in that way of training."""
    return OPTIMIZERS[key].with_setting("weight_decay", 0.05) if way == "decay" else OPTIMIZERS[key]


def document(name: str, way: str = "plain", seed: int = 5) -> Document:
    """The network with its weights; biases are moved away from 0, and a dense one has a second wire to its output."""
    shapes, wirings, activations, normalization = CHAINS[name]
    network = Network().with_layer(Layer(1, "input", "x", shapes[0]))
    for place, (shape, key) in enumerate(zip(shapes[1:], activations, strict=True), 2):
        kind = "output" if place == len(shapes) else "hidden"
        normal = normalization if kind == "hidden" else None
        network = network.with_layer(
            Layer(place, kind, f"layer {place}", shape, Part(key), bias=normal is None, normalization=normal)
        )
    for place, wiring in enumerate(wirings, 1):
        network = network.with_synapses(Synapses(network.next_id, place, place + 1, wiring))
    if name == "dense":
        network = network.with_synapses(Synapses(network.next_id, 1, len(shapes)))
    if way == "penalties":
        changed = {key: replace(s, l1=0.002, l2=0.03) for key, s in network.synapses.items()}
        network = replace(network, synapses=changed)
    filled = fill(Document(network))
    rng, parameters = np.random.default_rng(seed), filled.parameters
    for key, weights in tuple(parameters.weights.items()):
        mask = parameters.masks.get(key, np.True_)
        parameters = parameters.with_weights(key, rng.normal(0.0, 0.5, weights.shape) * mask)
    for layer, biases in tuple(parameters.biases.items()):
        parameters = parameters.with_bias(layer, rng.normal(0.0, 0.3, biases.shape))
    for (layer, own), values in tuple(parameters.own.items()):
        parameters = parameters.with_own(layer, own, values + rng.uniform(0.0, 0.3, values.shape))
    return filled.having(parameters=parameters)


def samples(made: Document, seed: int = 7) -> Dataset:
    """Overlapping classes."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(ROWS, made.network.layers[1].size))
    y = (X @ rng.normal(size=(X.shape[1], 3)) + rng.normal(0.0, 1.0, (ROWS, 3))).argmax(axis=1)
    nobody = np.zeros(0, dtype=np.int64)
    return Dataset("oracle", "classification", X, y, np.arange(ROWS), nobody, (), ("a", "b", "c"))


def training(way: str, key: str, dtype: Any = "float64") -> Training:
    """In the order of the rows, so that an order is no part of what is compared."""
    chosen = optimizer(way, key)
    size = ROWS if chosen.key in FULL_BATCH else BATCH
    return Training(Part("cross_entropy"), chosen, size, EPOCHS, shuffle=False, dtype=dtype, **WAYS[way])


def flat(parameters: Parameters) -> np.ndarray:
    """All parameters one after the other: weights, biases, what layers own; each in the order of their ids."""
    groups: tuple[Mapping[Any, Any], ...] = (parameters.weights, parameters.biases, parameters.own)
    return np.concatenate([np.ravel(array) for group in groups for _, array in sorted(group.items())])


def ours(case: str, seeds: tuple[int, int] = (5, 7)) -> np.ndarray:
    """Our parameters after all epochs."""
    name, way, key = case.split("/")
    made = document(name, way, seeds[0])
    found = train(made.network, made.parameters, training(way, key), samples(made, seeds[1]))
    return flat(found.parameters)


def steps_of(key: str) -> list[int]:
    """After how many updates in float32 an optimizer is compared."""
    return [steps for steps in TOLERANCES if steps <= FEWER_STEPS.get(key, 100)]


def ours_single(name: str, key: str) -> dict[int, np.ndarray]:
    """Our parameters in float32 after 1, 10 and 100 updates."""
    made = document(name)
    settings = training("plain", key, "float32")
    flags = np.zeros(FLAGS, dtype=np.int64)
    work = Work(made.network, made.parameters, settings, samples(made), Progress(), flags, 1)
    found = {}
    for steps in steps_of(key):
        work.advance(1000, steps - work.updates)
        found[steps] = flat(work.snapshot(1, 1000, "paused").parameters)
    return found

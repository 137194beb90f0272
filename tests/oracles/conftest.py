"""The small trainings that the oracles follow: one network, one data set, every optimizer with several settings.

``golden/*.json`` hold the settings and what PyTorch made of them; ``RECORD_GOLDEN=1`` with the tests against PyTorch
writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Synapses, Training
from nnstudio.engine import train

EPOCHS = 20
SIZES = (3, 5, 3)
GOLDEN = Path(__file__).parent / "golden"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``golden`` runs for every recorded training."""
    if "golden" in metafunc.fixturenames:
        names = sorted(path.stem for path in GOLDEN.glob("*.json"))
        metafunc.parametrize("golden", names, indirect=True)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> SimpleNamespace:
    """One recorded training: its file, optimizer, and the parameters by epoch (none where not yet recorded)."""
    path = GOLDEN / f"{request.param}.json"
    read = json.loads(path.read_text())
    recorded = {int(epoch): np.array(values) for epoch, values in read.get("parameters", {}).items()}
    return SimpleNamespace(path=path, read=read, part=Part.of(read["optimizer"], **read["settings"]), recorded=recorded)


def network() -> Document:
    """3-5-3, tanh and softmax, biases moved away from 0."""
    found = Network()
    kinds = ("input", "linear"), ("hidden", "tanh"), ("output", "softmax")
    for place, (size, (kind, key)) in enumerate(zip(SIZES, kinds, strict=True), 1):
        found = found.with_layer(Layer(place, kind, f"layer {place}", (size,), Part(key)))
    found = found.with_synapses(Synapses(4, 1, 2)).with_synapses(Synapses(5, 2, 3))
    document = fill(Document(found))
    rng = np.random.default_rng(5)
    parameters = document.parameters
    for key, weights in tuple(parameters.weights.items()):
        parameters = parameters.with_weights(key, rng.normal(0.0, 0.5, weights.shape))
    for layer, biases in tuple(parameters.biases.items()):
        parameters = parameters.with_bias(layer, rng.normal(0.0, 0.3, biases.shape))
    return document.having(parameters=parameters)


def samples() -> Dataset:
    """50 samples of three overlapping classes."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(50, 3))
    y = (X @ rng.normal(size=(3, 3)) + rng.normal(0.0, 1.0, (50, 3))).argmax(axis=1)
    nobody = np.zeros(0, dtype=np.int64)
    return Dataset("oracle", "classification", X, y, np.arange(50), nobody, (), ("a", "b", "c"))


def training(part: Part) -> Training:
    """In the order of the rows, so that an order is no part of what is compared; Rprop takes all rows at once."""
    size = 50 if part.key == "rprop" else 16
    return Training(Part("cross_entropy"), part, size, EPOCHS, shuffle=False, dtype="float64")


def ours(part: Part, epochs: int) -> np.ndarray:
    """All our parameters after ``epochs``, flat: weights in order of their ids, then biases."""
    document = network()
    found = train(document.network, document.parameters, training(part), samples(), goal=epochs).parameters
    arrays = [a for slots in (found.weights, found.biases) for _, a in sorted(slots.items())]
    return np.concatenate([a.ravel() for a in arrays])


def same_trajectory(found: np.ndarray, wanted: np.ndarray) -> None:
    """To 1e-12 of each parameter or of the largest: how wide a processor's vectors are decides in which order numbers
    are summed up, and a line search along a steep curvature makes more of it.
    """
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12 * max(1.0, float(np.abs(wanted).max())))


@pytest.fixture(scope="session")
def small() -> SimpleNamespace:
    """The builders of this file."""
    return SimpleNamespace(
        epochs=EPOCHS, network=network, samples=samples, training=training, ours=ours, same_trajectory=same_trajectory
    )

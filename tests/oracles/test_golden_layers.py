"""Normalized networks and PReLU against trajectories that PyTorch wrote down, where PyTorch itself is not at hand."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog import activations, normalizations
from nnstudio.document import Part
from tests.oracles.normalized import CASES, EPOCHS, flat, ours, written

RATES = {"sgd": 0.05, "adam": 0.01}


@pytest.mark.parametrize("optimizer", RATES)
@pytest.mark.parametrize("name", CASES)
def test_twenty_epochs_equal_what_pytorch_wrote_down(name: str, optimizer: str) -> None:
    recorded = written(name, optimizer)
    assert sorted(recorded) == sorted(["1", str(EPOCHS)])
    for epochs, wanted in recorded.items():
        found = flat(ours(name, Part.of(optimizer, learning_rate=RATES[optimizer]), int(epochs)))
        assert found.keys() == wanted.keys()
        for array, values in wanted.items():
            np.testing.assert_allclose(found[array], values, rtol=1e-12, atol=1e-12, err_msg=f"{name} {array}")


def test_every_normalization_and_every_trained_activation_is_written_down() -> None:
    parts = [
        (normalization.key if normalization else "", activation) for normalization, activation, _, _ in CASES.values()
    ]
    assert set(normalizations) <= {normalization for normalization, _ in parts}
    assert {key for key, entry in activations.items() if entry.owns} <= {activation for _, activation in parts}

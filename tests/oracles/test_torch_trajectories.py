"""The recorded trajectories against PyTorch itself; ``RECORD_GOLDEN=1`` writes them anew."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from tests.oracles.trajectories import FILE, TOLERANCES, cases, ours, ours_single, single_cases

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")


@pytest.fixture(scope="module")
def recorded() -> Iterator[dict[str, np.ndarray]]:
    """What PyTorch finds in these tests, by its name in the file; written where that is asked for."""
    found: dict[str, np.ndarray] = {}
    yield found
    if os.environ.get("RECORD_GOLDEN"):
        np.savez_compressed(FILE, **found)


@pytest.mark.parametrize("case", cases())
def test_twenty_epochs_in_float64(recorded: dict[str, np.ndarray], case: str) -> None:
    from tests.oracles.torch_side import at_the_end

    recorded[case] = at_the_end(case)
    np.testing.assert_allclose(ours(case), recorded[case], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "key"), single_cases())
def test_a_hundred_steps_in_float32(recorded: dict[str, np.ndarray], name: str, key: str) -> None:
    from tests.oracles.torch_side import single

    wanted, found = single(name, key), ours_single(name, key)
    assert wanted.keys() == found.keys()
    for steps, values in wanted.items():
        recorded[f"{name}/{steps}/{key}"] = values
        np.testing.assert_allclose(found[steps], values, rtol=TOLERANCES[steps], atol=TOLERANCES[steps])


@pytest.mark.parametrize("key", ["sgd", "adadelta", "rmsprop"])
def test_where_two_samples_are_normalized_pytorch_differs_from_itself_as_much(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    from tests.oracles import torch_side, trajectories

    for module in (trajectories, torch_side):
        monkeypatch.setattr(module, "ROWS", 50)  # the last batch has two samples
    case = f"batch normalized/plain/{key}"
    theirs = torch_side.at_the_end(case)
    jolted = max(
        float(np.abs(torch_side.at_the_end(case, jolt=jolt) - theirs).max()) for jolt in (2.3e-16, 1e-15, -1e-15)
    )
    assert jolted > 2e-12
    assert np.abs(ours(case) - theirs).max() < 20 * jolted

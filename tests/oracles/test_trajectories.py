"""Every optimizer on every kind of network, in every way of training, against what PyTorch wrote down."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog import optimizers
from tests.oracles.trajectories import (
    CHAINS,
    FILE,
    OPTIMIZERS,
    TOLERANCES,
    WAYS,
    cases,
    ours,
    ours_single,
    single_cases,
    steps_of,
)


@pytest.fixture(scope="module")
def written() -> dict[str, np.ndarray]:
    with np.load(FILE, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@pytest.mark.parametrize("case", cases())
def test_twenty_epochs_in_float64(written: dict[str, np.ndarray], case: str) -> None:
    np.testing.assert_allclose(ours(case), written[case], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "key"), single_cases())
def test_a_hundred_steps_in_float32(written: dict[str, np.ndarray], name: str, key: str) -> None:
    for steps, found in ours_single(name, key).items():
        bound = TOLERANCES[steps]
        np.testing.assert_allclose(found, written[f"{name}/{steps}/{key}"], rtol=bound, atol=bound)


def test_all_is_written_down(written: dict[str, np.ndarray]) -> None:
    singles = {f"{name}/{steps}/{key}" for name, key in single_cases() for steps in steps_of(key)}
    assert set(written) == set(cases()) | singles
    assert {OPTIMIZERS[key].key for key in OPTIMIZERS} == set(optimizers)
    for network in CHAINS:
        assert {case.split("/")[2] for case in cases() if case.startswith(f"{network}/plain/")} == set(OPTIMIZERS)
    for way in WAYS:
        assert len([case for case in cases() if case.split("/")[1] == way]) >= 8
    assert FILE.stat().st_size < 400_000


def test_the_weights_went_a_long_way_and_a_wrong_rate_is_seen(written: dict[str, np.ndarray]) -> None:
    from dataclasses import replace

    from nnstudio.engine import train
    from tests.oracles.trajectories import document, flat, samples, training

    for case in cases():
        name, way, _ = case.split("/")
        before = flat(document(name, way).parameters)
        assert np.abs(written[case] - before).max() > 2e-3, case
    made, settings = document("dense"), training("plain", "adam")
    other = replace(settings, optimizer=settings.optimizer.with_setting("epsilon", 1.001e-8))
    found = flat(train(made.network, made.parameters, other, samples(made)).parameters)
    assert not np.allclose(found, written["dense/plain/adam"], rtol=1e-12, atol=1e-12)

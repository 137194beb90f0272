"""``nn.train`` with parts of batches, schedules, bounds and stop rules; checkpoints that go on bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn


def same(a: nn.Network, b: nn.Network) -> bool:
    return all(np.array_equal(a.weights(s), b.weights(s)) for s in a.synapses)


def test_a_batch_in_parts_trains_the_same(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    whole = nn.train(net, X, Y, batch_size=40, epochs=5, dtype="float64")
    parts = nn.train(net, X, Y, batch_size=40, accumulate=7, epochs=5, dtype="float64")
    for s in net.synapses:
        np.testing.assert_allclose(parts.network.weights(s), whole.network.weights(s), rtol=1e-12, atol=1e-12)


def test_schedules_are_classes_of_the_catalog(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    schedule = nn.Cosine(end=0.1)
    assert isinstance(schedule, nn.Schedule)
    assert (schedule.end, schedule.unit) == (0.1, "epoch")
    assert schedule == nn.Cosine(0, 0.1)
    assert schedule != nn.Cosine()
    run = nn.train(net, X, Y, optimizer=nn.SGD(0.5), schedule=schedule, epochs=4)
    expected = 0.5 * (0.1 + 0.9 * (1 + np.cos(np.pi * np.arange(4) / 4)) / 2)
    np.testing.assert_allclose(run.history["learning_rate"], expected)
    assert {"OneCycle", "WarmRestarts", "LinearWarmUp", "ReduceOnPlateau", "Constant", "Step"} <= set(dir(nn))
    by_name = nn.train(net, X, Y, schedule="cosine", epochs=3)
    assert same(by_name.network, nn.train(net, X, Y, schedule=nn.Cosine, epochs=3).network)
    with pytest.raises(nn.StudioError, match=r"nn.Cosine\(\) or by its name, not by int"):
        nn.train(net, X, Y, schedule=3)  # type: ignore[arg-type]
    with pytest.raises(nn.StudioError, match='There is no schedule "wobble"'):
        nn.train(net, X, Y, schedule="wobble")


def test_stop_rules_say_why_a_run_ended(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    run = nn.train(net, X, Y, epochs=500, optimizer=nn.Adam(0.05), stop=nn.Stop("accuracy", target=0.9))
    assert run.stopped == "target"
    assert run.history["accuracy"][-1] >= 0.9 > run.history["accuracy"][-2]
    run = nn.train(
        net, X, Y, epochs=500, optimizer=nn.Adam(0.1), validation=0.3, stop=nn.Stop(patience=4, least_change=1e-3)
    )
    assert run.stopped == "patience"
    curve = run.history["val_loss"]
    assert curve.min() + 1e-3 >= run.network.loss(*_validation(samples), loss="cross_entropy") or len(curve) == 500
    run = nn.train(net, X, Y, epochs=10_000_000, stop=nn.Stop(seconds=0.1))
    assert run.stopped == "time"
    with pytest.raises(nn.StudioError, match='stop by "val_loss", which it does not record'):
        nn.train(net, X, Y, stop=nn.Stop("val_loss", patience=3))
    with pytest.raises(nn.StudioError, match="Patience is -1"):
        nn.train(net, X, Y, stop=nn.Stop(patience=-1))
    with pytest.raises(nn.StudioError, match="Stop rules are given as Stop"):
        nn.train(net, X, Y, stop="early")  # type: ignore[arg-type]


def _validation(samples: tuple) -> tuple:
    from nnstudio.data.split import split_rows

    X, Y = samples
    _, held = split_rows(len(X), 0.3, 0, Y)
    return X[held], Y[held]


def test_bounds_of_the_gradient(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    run = nn.train(net, X, Y, optimizer=nn.SGD(1.0), batch_size=90, epochs=1, clip_norm=0.01, dtype="float64")
    pairs = [(run.network.weights(s), net.weights(s)) for s in net.synapses]
    pairs += [(run.network.bias(name), net.bias(name)) for name in ("h", "y")]
    assert np.sqrt(sum(((a - b) ** 2).sum() for a, b in pairs)) == pytest.approx(0.01, rel=1e-3)
    run = nn.train(net, X, Y, optimizer=nn.SGD(1.0), batch_size=90, epochs=1, clip_value=0.001, dtype="float64")
    assert max(np.abs(run.network.weights(s) - net.weights(s)).max() for s in net.synapses) == pytest.approx(0.001)
    with pytest.raises(nn.StudioError, match=r"Clip norm is 0\.0; it must be more than 0"):
        nn.train(net, X, Y, clip_norm=0)
    with pytest.raises(nn.StudioError, match="clip_value is 'a'"):
        nn.train(net, X, Y, clip_value="a")  # type: ignore[arg-type]


def test_threads_change_no_bit(samples: tuple) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(256, 300)), rng.integers(0, 10, 256)
    net = nn.Network()
    h = net.add(nn.Hidden(256, activation="relu"))
    net.connect(net.add(nn.Input(300)), h)
    net.connect(h, net.add(nn.Output(10, activation="softmax")))
    one, two = (nn.train(net, X, Y, batch_size=128, epochs=2, threads=threads) for threads in (1, 2))
    assert same(one.network, two.network)
    with pytest.raises(nn.StudioError, match="threads is 0"):
        nn.train(net, X, Y, threads=0)


@pytest.mark.parametrize("validation", [None, 0.25, "own"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_checkpoint_goes_on_bit_for_bit(
    net: nn.Network, samples: tuple, tmp_path: Path, dtype: str, validation: object
) -> None:
    X, Y = samples
    given = (X[:20], Y[:20]) if validation == "own" else validation
    settings = {
        "optimizer": nn.Nadam(0.02),
        "batch_size": 16,
        "accumulate": 2,
        "epochs": 12,
        "seed": 4,
        "dtype": dtype,
        "schedule": nn.ReduceOnPlateau(0.5, 0, 0.3),
        "clip_norm": 0.5,
        "validation": given,
        "stop": nn.Stop(patience=50),
    }
    whole = nn.train(net, X, Y, **settings)
    part = nn.train(net, X, Y, **settings, on_epoch=lambda epoch: epoch.number < 5)
    assert (part.stopped, part.epochs) == ("cancelled", 5)
    part.save_checkpoint(tmp_path / "half.nns")
    on = nn.resume(tmp_path / "half.nns", X, Y, validation=given if validation == "own" else None)
    assert (on.stopped, on.epochs) == ("epochs", 12)
    assert same(on.network, whole.network)
    assert on.history.keys() == whole.history.keys()
    for name, values in whole.history.items():
        np.testing.assert_array_equal(on.history[name], values)
    on.save_checkpoint(tmp_path / "end.nns")
    more = nn.resume(tmp_path / "end.nns", X, Y, epochs=15, validation=given if validation == "own" else None)
    assert more.epochs == 15
    if validation == "own":
        with pytest.raises(nn.StudioError, match="give validation="):
            nn.resume(tmp_path / "half.nns", X, Y)


def test_a_run_that_diverged_says_where(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    wild = nn.Network()
    h = wild.add(nn.Hidden(6, activation="relu", name="middle"))
    wild.connect(wild.add(nn.Input(4)), h)
    wild.connect(h, wild.add(nn.Output(1)))
    run = nn.train(wild, X, Y.astype(float), loss="mse", optimizer=nn.SGD(1e4))
    assert run.stopped == "diverged"
    assert run.message is not None
    assert "batch" in run.message
    assert nn.train(net, X, Y, epochs=1).message is None


def test_weights_of_classes_and_samples(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    rare = np.concatenate([np.flatnonzero(Y == 0)[:3], np.flatnonzero(Y != 0)])
    X, Y = X[rare], Y[rare]
    settings = {"batch_size": 100, "epochs": 30, "dtype": "float64", "optimizer": nn.SGD(0.2)}
    counts = np.bincount(Y)
    weights = {k: len(Y) / (3 * count) for k, count in enumerate(counts)}
    balanced = nn.train(net, X, Y, class_weight="balanced", **settings)
    assert same(balanced.network, nn.train(net, X, Y, class_weight=weights, **settings).network)
    each = np.array([weights[k] for k in Y])
    own = nn.train(net, X, Y, sample_weight=each, validation=(X, Y), **settings)
    assert same(balanced.network, own.network)
    plain = nn.train(net, X, Y, **settings)
    right = [(run.network.predict(X[:3])[:, 0]).mean() for run in (plain, balanced)]
    assert right[1] > right[0]
    for given, words in (
        ({"class_weight": "heavy"}, "class_weight is 'heavy'"),
        ({"class_weight": {"a": 1}}, "must map whole numbers"),
        ({"class_weight": {0: -1}}, "weight of class 0 is -1.0"),
        ({"class_weight": {5: 1}}, "no class 5; there are 3"),
        ({"sample_weight": [1, 2]}, r"sample_weight has the shape \(2,\)"),
    ):
        with pytest.raises(nn.StudioError, match=words):
            nn.train(net, X, Y, **given, **settings)


def test_rules_hold_for_every_wiring(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(70, 8, 8, 1)), rng.integers(0, 3, 70)
    net = nn.Network(1)
    layers = [
        net.add(layer)
        for layer in (
            nn.Input((8, 8, 1)),
            nn.Hidden((8, 8, 4), "tanh"),
            nn.Hidden((4, 4, 4), "linear", bias=False),
            nn.Hidden(10, "tanh"),
            nn.Output(3, "softmax"),
        )
    ]
    wirings = (
        nn.Convolution(kernel=3, padding="same"),
        nn.Pooling("max", size=2, stride=2),
        nn.Sparse(density=0.3),
        nn.Full(),
    )
    for source, target, wiring in zip(layers, layers[1:], wirings, strict=False):
        net.connect(source, target, wiring)
    settings = {
        "batch_size": 24,
        "epochs": 6,
        "dtype": "float64",
        "optimizer": nn.Adam(0.01),
        "clip_norm": 0.5,
        "validation": 0.2,
        "class_weight": "balanced",
        "stop": nn.Stop(patience=3),
        "schedule": nn.OneCycle(),
    }
    whole, parts = (nn.train(net, X, Y, accumulate=parts, **settings) for parts in (1, 5))
    for s in net.synapses:
        np.testing.assert_allclose(parts.network.weights(s), whole.network.weights(s), rtol=1e-12, atol=1e-12)
    half = nn.train(net, X, Y, **settings, on_epoch=lambda epoch: epoch.number < 2)
    half.save_checkpoint(tmp_path / "half.nns")
    assert same(nn.resume(tmp_path / "half.nns", X, Y).network, whole.network)

"""Sparse, one-to-one, convolution and pooling in a program's hands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn


def images(samples: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Bars of 8 x 8 pixels with noise: lying (0) or standing (1)."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(0.0, 0.3, (samples, 8, 8, 1)), np.arange(samples) % 2
    for image, standing in zip(X, y, strict=True):
        place = rng.integers(8)
        (image[:, place] if standing else image[place])[...] += 2.0
    return X, y


@pytest.fixture
def seeing() -> nn.Network:
    """8 x 8 x 1 - convolution - 8 x 8 x 4 - pooling - 4 x 4 x 4 - 2."""
    net = nn.Network(seed=1)
    x = net.add(nn.Input((8, 8, 1), name="x"))
    c = net.add(nn.Hidden((8, 8, 4), activation="relu", name="c"))
    p = net.add(nn.Hidden((4, 4, 4), activation="linear", name="p", bias=False))
    y = net.add(nn.Output(2, activation="softmax", name="y"))
    net.connect(x, c, nn.Convolution(kernel=3))
    net.connect(c, p, nn.Pooling("max", size=2))
    net.connect(p, y)
    return net


def test_a_convolutional_network_learns(seeing: nn.Network, tmp_path: Path) -> None:
    X, y = images()
    assert seeing.weights(("x", "c")).shape == (3, 3, 1, 4)
    assert seeing.weights(("c", "p")).shape == (0,)
    assert seeing.bias("c").shape == (4,)
    assert seeing.problems() == []
    assert nn.check_gradients(seeing, X[:5], y[:5], "cross_entropy").passed
    run = nn.train(seeing, X, y, loss="cross_entropy", optimizer=nn.Adam(0.01), batch_size=16, epochs=30)
    assert run.history["accuracy"][-1] > 0.95
    assert run.network.activations(X[:3])["p"].shape == (3, 4, 4, 4)
    run.network.save(tmp_path / "bars.nns")
    loaded = nn.load(tmp_path / "bars.nns").network
    np.testing.assert_array_equal(loaded.predict(X), run.network.predict(X))
    assert "8 x 8 x 4" in loaded.summary()
    assert loaded._repr_svg_().startswith("<svg")


def test_sparse_pairs_exist_and_others_do_not(tmp_path: Path) -> None:
    net = nn.Network(seed=2)
    x, h = net.add(nn.Input(4, name="x")), net.add(nn.Hidden(3, name="h"))
    y = net.add(nn.Output(1, name="y"))
    s = net.connect(x, h, nn.Sparse(pairs=[(0, 2), (3, 1)]))
    net.connect(h, y)
    mask = np.zeros((4, 3), dtype=bool)
    mask[0, 2] = mask[3, 1] = True
    np.testing.assert_array_equal(net.mask(s), mask)
    assert ((net.weights(s) != 0) == mask).all()
    net.set_weights(s, np.ones((4, 3)))
    np.testing.assert_array_equal(net.weights(s), mask.astype(float))
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, 4)), rng.normal(size=(30, 1))
    assert (net.gradients(X, Y)[s][~mask] == 0).all()
    run = nn.train(net, X, Y, loss="mse", epochs=3)
    assert ((run.network.weights(s) != 0) == mask).all()
    run.network.save(tmp_path / "sparse.nns")
    loaded = nn.load(tmp_path / "sparse.nns").network
    np.testing.assert_array_equal(loaded.mask(("x", "h")), mask)
    assert "2 parameters" not in net.summary().splitlines()[0]
    assert f"{2 + 3 + 3 + 1:,} parameters" in net.summary()


def test_a_density_draws_that_share() -> None:
    net = nn.Network()
    x, y = net.add(nn.Input(20)), net.add(nn.Output(30))
    s = net.connect(x, y, nn.Sparse(density=0.1, seed=7))
    assert net.mask(s).sum() == 60
    again = nn.Network(seed=5)
    x, y = again.add(nn.Input(20)), again.add(nn.Output(30))
    np.testing.assert_array_equal(again.mask(again.connect(x, y, nn.Sparse(density=0.1, seed=7))), net.mask(s))


def test_a_pruned_full_bundle_is_masked(net: nn.Network, samples: tuple[np.ndarray, np.ndarray]) -> None:
    assert net.mask(("x", "h")).all()
    before = net.weights(("x", "h"))
    keep = np.abs(before) > np.median(np.abs(before))
    net.set_mask(("x", "h"), keep)
    np.testing.assert_array_equal(net.weights(("x", "h")), np.where(keep, before, 0.0))
    run = nn.train(net, *samples, loss="cross_entropy", epochs=3)
    assert (run.network.weights(("x", "h"))[~keep] == 0).all()
    net.set_mask(("x", "h"), True)
    np.testing.assert_array_equal(net.weights(("x", "h")), before)
    with pytest.raises(ValueError, match=r"The mask of .* has the shape \(4, 5\), not \(4,\)"):
        net.set_mask(("x", "h"), [True] * 4)


def test_one_to_one_has_one_weight_a_neuron() -> None:
    net = nn.Network()
    x, y = net.add(nn.Input(3, name="x")), net.add(nn.Output(3, name="y", bias=False))
    s = net.connect(x, y, nn.OneToOne())
    net.set_weights(s, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(net.predict([[1.0, 1.0, 1.0]]), [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize(
    ("shapes", "spec", "words"),
    [
        ((4, 5), nn.OneToOne(), '"x" has 4 neurons and "y" has 5; one-to-one needs the same number in both'),
        ((64, (8, 8, 2)), nn.Convolution(), '"x" has 64 neurons .* for example 8 x 8 x 1'),
        (((8, 8, 1), (8, 8)), nn.Convolution(), '"y" has the shape 8 x 8; a convolution from "x" needs 8 x 8 x 8'),
        (((8, 8, 1), (4, 4, 2)), nn.Convolution(kernel=0), "kernel is 0; it must be a whole number from 1 up"),
        (((8, 8, 1), (4, 4, 2)), nn.Convolution(padding="full"), "choose one of same, valid"),
        (((8, 8, 1), (4, 4, 2)), nn.Pooling("max"), 'pooling from "x" needs 4 x 4 x 1'),
        (((8, 8, 1), (4, 4, 2)), nn.Pooling("mean"), "choose one of max, average"),
        ((4, 5), nn.Sparse(density=1.5), "Density of Sparse is 1.5"),
        ((4, 5), nn.Sparse(pairs=[(4, 0)]), r'\(4, 0\) is no pair of neurons of "x" \(0 to 3\) and "y" \(0 to 4\)'),
    ],
)
def test_what_does_not_fit_is_refused(shapes: tuple, spec: object, words: str) -> None:
    net = nn.Network()
    x, y = net.add(nn.Input(shapes[0], name="x")), net.add(nn.Output(shapes[1], name="y"))
    with pytest.raises(ValueError, match=words):
        net.connect(x, y, spec)
    assert not net.synapses

"""Normalization, dropout and PReLU in Python."""

from __future__ import annotations

import numpy as np
import pytest

import nnstudio as nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def network() -> nn.Network:
    net = nn.Network(seed=3)
    net.add(nn.Input(4, name="x", dropout=0.1))
    net.add(nn.Hidden(8, "prelu", name="h", normalization="batch", dropout=0.2))
    net.add(nn.Hidden((5,), "tanh", name="g", bias=False, normalization="layer"))
    net.add(nn.Output(2, "softmax", name="y"))
    for source, target in (("x", "h"), ("h", "g"), ("g", "y")):
        net.connect(source, target)
    return net


def test_what_a_layer_owns_is_read_and_set() -> None:
    net = network()
    assert {name: values.shape for name, values in net.own("h").items()} == {
        "gain": (8,),
        "shift": (8,),
        "mean": (8,),
        "variance": (8,),
        "slope": (),
    }
    assert net.own("x") == {}
    net.set_own("h", "gain", np.arange(8))
    net.set_own("h", "slope", 0.5)
    assert net.own("h")["gain"].tolist() == list(range(8))
    assert net.own("h")["slope"] == 0.5
    with pytest.raises(nn.StudioError, match='"g" has no slope; it has: gain, shift'):
        net.set_own("g", "slope", 0.5)
    with pytest.raises(nn.StudioError, match=r"The gain of \"h\" have the shape \(8,\), not \(3,\)"):
        net.set_own("h", "gain", np.ones(3))
    with pytest.raises(nn.StudioError, match="variance"):
        net.set_own("h", "variance", -np.ones(8))


def test_the_table_counts_what_is_trained() -> None:
    net = network()
    text = net.summary()
    assert "batch norm, prelu, dropout 0.2" in text
    assert "layer norm, tanh" in text
    total = 4 * 8 + 8 + 8 * 5 + 5 * 2 + 2 + (8 + 8 + 1) + (5 + 5)
    assert f"{total} parameters, {total} of them trained" in text
    net.freeze_own("h", "gain")
    assert f"{total} parameters, {total - 8} of them trained" in net.summary()


def test_training_moves_it_and_answers_go_by_what_was_kept() -> None:
    net = network()
    net.freeze_own("g", "gain")
    run = nn.train(net, X, Y, epochs=30, batch_size=16, loss="cross_entropy", optimizer="adam")
    trained = run.network
    assert (trained.own("h")["mean"] != net.own("h")["mean"]).all()
    assert (trained.own("h")["gain"] != net.own("h")["gain"]).all()
    assert (trained.own("g")["gain"] == net.own("g")["gain"]).all()
    assert trained.own("h")["slope"] != net.own("h")["slope"]
    own, slope = trained.own("h"), float(trained.own("h")["slope"])
    z = X @ trained.weights(("x", "h")) + trained.bias("h")
    n = (z - own["mean"]) / np.sqrt(own["variance"] + 1e-5) * own["gain"] + own["shift"]
    np.testing.assert_allclose(trained.activations(X)["h"], np.where(n > 0, n, slope * n), rtol=1e-12)
    assert nn.check_gradients(trained, X[:20], Y[:20], "cross_entropy").passed
    gradients = trained.gradients(X, Y, "cross_entropy")
    names = {key[0] for key in gradients if isinstance(key, tuple) and key[1] == "h"}
    assert names == {"bias", "gain", "shift", "slope"}
    h = 1e-6
    numeric = []
    for step in (h, -h):
        trained.set_own("h", "slope", slope + step)
        numeric.append(trained.loss(X, Y, "cross_entropy"))
    handle = next(layer for layer in trained.layers if layer == "h")
    assert gradients["slope", handle] == pytest.approx((numeric[0] - numeric[1]) / (2 * h), rel=1e-5)


@pytest.mark.parametrize("dropout", [1.0, -0.5, True, "half", float("nan")])
def test_a_share_that_cannot_be_is_refused(dropout: object) -> None:
    with pytest.raises(nn.StudioError, match='The dropout of "h" is'):
        nn.Network().add(nn.Hidden(3, name="h", dropout=dropout))  # type: ignore[arg-type]


def test_an_unknown_normalization_is_refused_by_name() -> None:
    with pytest.raises(nn.StudioError, match="batch, layer"):
        nn.Network().add(nn.Hidden(3, normalization="group"))

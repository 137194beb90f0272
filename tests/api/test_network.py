"""Building a network, its values and its answers, and every refusal in one sentence."""

from __future__ import annotations

import copy
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.session import Session


def test_handles_are_names_that_know_their_layer(net: nn.Network) -> None:
    x, h, y = net.layers
    s1, s2 = net.synapses
    assert (x, x.name, x.id, x.kind) == ("x", "x", 1, "input")
    assert (s1.source, s1.target, s1.name) == (x, h, "x → h")
    assert len({x, h, y, s1, s2}) == 5
    assert {h: 1}["h"] == 1
    assert net.weights(s1).shape == net.weights(("x", "h")).shape == (4, 5)
    assert repr(h) == "<hidden layer 'h'>"
    for handle in (h, s1):
        assert copy.deepcopy(handle) == handle
    assert copy.deepcopy(h).id == h.id
    assert repr(net) == "<Network: x 4, h 5, y 3>"


def test_default_names_are_those_of_the_window() -> None:
    net = nn.Network()
    names = [net.add(spec).name for spec in (nn.Input(2), nn.Hidden(3), nn.Hidden(3), nn.Output(1), nn.Output(1))]
    assert names == ["Input", "Hidden 1", "Hidden 2", "Output", "Output 2"]


def test_the_seed_draws_the_weights() -> None:
    def weights(seed: int) -> np.ndarray:
        net = nn.Network(seed=seed)
        return net.weights(net.connect(net.add(nn.Input(3)), net.add(nn.Output(2))))

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))
    limit = np.sqrt(6 / 5)
    assert np.abs(weights(1)).max() <= limit


def test_an_initializer_is_chosen_by_name() -> None:
    net = nn.Network()
    s = net.connect(net.add(nn.Input(3)), net.add(nn.Output(2)), nn.Full(initializer="zeros"))
    assert not net.weights(s).any()


def test_weights_and_biases_are_copies_that_can_be_set(net: nn.Network) -> None:
    s1, h = net.synapses[0], net.layers[1]
    W = np.arange(20.0).reshape(4, 5)
    net.set_weights(s1, W)
    net.set_bias(h, np.ones(5))
    W[:] = 0.0
    net.weights(s1)[:] = 0.0
    net.bias(h)[:] = 0.0
    assert net.weights(s1).tolist() == np.arange(20.0).reshape(4, 5).tolist()
    assert net.bias("h").tolist() == [1.0] * 5


def test_wrong_shapes_name_both(net: nn.Network) -> None:
    with pytest.raises(ValueError, match=r'The weights of "x → h" have the shape \(4, 5\), not \(5, 4\)'):
        net.set_weights(net.synapses[0], np.zeros((5, 4)))
    with pytest.raises(ValueError, match=r'The biases of "h" have the shape \(5,\), not \(4,\)'):
        net.set_bias("h", np.zeros(4))
    with pytest.raises(ValueError, match=r'The mask of "h → y" has the shape \(5, 3\), not \(3,\)'):
        net.freeze(("h", "y"), np.zeros(3, bool))
    with pytest.raises(ValueError, match=r'The weights of "x → h" must be finite numbers'):
        net.set_weights(net.synapses[0], np.full((4, 5), np.nan))
    with pytest.raises(ValueError, match="must be numbers"):
        net.set_weights(net.synapses[0], [["a"]])
    with pytest.raises(ValueError, match=r'"x" has no biases'):
        net.bias("x")
    with pytest.raises(ValueError, match="True and False"):
        net.freeze(net.synapses[0], np.full((4, 5), 0.5))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (nn.Hidden(0), 'The shape of "Hidden 2" is 0'),
        (nn.Hidden(2.5), 'The shape of "Hidden 2" is 2.5'),
        (nn.Hidden((1, 2, 3, 4)), "height, width, channels"),
        (nn.Hidden(70_000), "between 1 and 65536"),
        (nn.Hidden(2, activation="swish2"), 'There is no activation "swish2"; there are: '),
        (nn.Hidden(2, activation=None), 'An activation is given by its name, for example "linear"'),
        (nn.Hidden(2, name="h"), 'There is already a layer "h"'),
        (nn.Hidden(2, name=" "), "1 to 80 printable characters"),
        (nn.Hidden(2, bias="per neuron"), 'The bias of "Hidden 2" is True or False'),
        (nn.Input(3, labels=["a", "b"]), '"Input" has 3 neurons but 2 labels'),
        (nn.Full(), "net.add takes nn.Input, nn.Hidden or nn.Output, not Full"),
    ],
)
def test_a_layer_that_cannot_be_is_refused(net: nn.Network, spec: object, words: str) -> None:
    before = net.document
    with pytest.raises(ValueError, match=words):
        net.add(spec)  # type: ignore[arg-type]
    assert net.document.network is before.network


def test_wiring_that_cannot_be_is_refused(net: nn.Network) -> None:
    x, h, y = net.layers
    for ends, words in (
        ((x, x), '"x" cannot be wired to itself'),
        ((h, x), '"x" is an input'),
        ((y, h), '"y" is an output'),
        ((x, h), '"x" and "h" are already wired'),
        ((x, "z"), 'There is no layer "z"; the layers are: x, h, y'),
        ((x, 2), "A layer is meant by what net.add returned or by its name, not by int"),
    ):
        with pytest.raises(ValueError, match=words):
            net.connect(*ends)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='"x" is not wired to "y"'):
        net.weights((x, y))
    with pytest.raises(ValueError, match=r"by what net.connect returned or by a pair of layers, not by str"):
        net.weights("x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"net.connect takes nn.Full"):
        net.connect(x, y, "full")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="l2 is -1"):
        net.connect(x, y, nn.Full(l2=-1.0))
    with pytest.raises(ValueError, match='There is no initializer "warp"'):
        net.connect(x, y, nn.Full(initializer="warp"))


@pytest.mark.parametrize("seed", [-1, 1.5, "a", None, True])
def test_a_seed_is_a_whole_number(seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed is .*; it must be a whole number from 0 up"):
        nn.Network(seed=seed)  # type: ignore[arg-type]


def test_predictions_are_the_textbook_sum(net: nn.Network, samples: tuple) -> None:
    X = samples[0]
    s1, s2 = net.synapses
    net.set_bias("h", np.linspace(-1, 1, 5))
    hidden = np.tanh(X @ net.weights(s1) + net.bias("h"))
    z = hidden @ net.weights(s2) + net.bias("y")
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-12)
    activations = net.activations(X)
    assert list(activations) == ["x", "h", "y"]
    np.testing.assert_allclose(activations[net.layers[1]], hidden, rtol=1e-12)
    assert activations["y"].dtype == np.float64


def test_a_skip_connection_adds_to_the_sum() -> None:
    net = nn.Network()
    x, h, y = net.add(nn.Input(2)), net.add(nn.Hidden(2, activation="relu")), net.add(nn.Output(1))
    for ends, W in (((x, h), np.eye(2)), ((h, y), [[1.0], [1.0]]), ((x, y), [[10.0], [100.0]])):
        net.set_weights(net.connect(*ends), W)
    assert net.predict([[1.0, -1.0]]).tolist() == [[1.0 + 10.0 - 100.0]]


def test_shapes_of_images_are_kept() -> None:
    net = nn.Network()
    x = net.add(nn.Input((2, 3, 1), name="image"))
    y = net.add(nn.Output((2, 2), name="picture"))
    net.connect(x, y)
    assert net.weights((x, y)).shape == (6, 4)
    assert net.predict(np.zeros((5, 2, 3, 1))).shape == (5, 2, 2)
    assert net.predict(np.zeros((5, 6))).shape == (5, 2, 2)
    assert net.activations(np.zeros((5, 6)))["image"].shape == (5, 2, 3, 1)
    with pytest.raises(ValueError, match=r"X has the shape \(5, 3, 2, 1\); the network takes \(samples, 2, 3, 1\)"):
        net.predict(np.zeros((5, 3, 2, 1)))


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (np.zeros((2, 3)), r"X has the shape \(2, 3\); the network takes \(samples, 4\)"),
        (np.zeros(4), r"X has the shape \(4,\)"),
        (0.0, r"X has the shape \(\)"),
        ([["a"] * 4], "X must be an array of numbers"),
        ([[1.0, 2.0, 3.0, np.nan]], "X holds a value that is not finite in row 0"),
        ([[1.0], [1.0, 2.0]], "X must be an array of numbers"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(net: nn.Network, X: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        net.predict(X)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("Y", "words"),
    [
        ([0, 1, 3], "they must be whole numbers from 0 to 2, one for each of the 3 outputs"),
        ([0, 1, -1], "they must be whole numbers from 0 to 2"),
        ([0, 1, 0.5], "they must be whole numbers from 0 to 2"),
        (np.zeros((3, 2)), r"Y has the shape \(3, 2\); the network's outputs ask for \(samples, 3\)"),
        ([0, 1], "X has 3 rows but Y has 2"),
        (["a", "b", "c"], "Y must be an array of numbers"),
        (np.full((3, 3), 2.0), "rows of numbers from 0 to 1"),
    ],
)
def test_targets_that_do_not_fit_are_refused(net: nn.Network, Y: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        net.loss(np.zeros((3, 4)), Y, loss="cross_entropy")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        nn.train(net, np.zeros((3, 4)), Y)  # type: ignore[arg-type]


def test_a_network_that_is_not_whole_is_refused() -> None:
    net = nn.Network()
    with pytest.raises(ValueError, match=r"The network has no input layer: add nn.Input"):
        net.predict([[1.0]])
    x, h = net.add(nn.Input(1)), net.add(nn.Hidden(2))
    with pytest.raises(ValueError, match=r"The network has no output layer: add nn.Output"):
        net.predict([[1.0]])
    net.add(nn.Output(1))
    with pytest.raises(ValueError, match='"Hidden 1" has no incoming synapses'):
        net.predict([[1.0]])
    net.connect(x, h)
    texts = [problem.text for problem in net.problems()]
    assert texts == [
        '"Output" has no incoming synapses: wire a layer to it.',
        '"Hidden 1" leads nowhere: wire it to another layer.',
    ]
    problem = net.problems()[0]
    assert (problem.severity, problem.where.kind, problem.where.id) == ("error", "layer", 3)
    assert problem.fix is not None


def test_loss_and_gradients_are_the_textbook_ones(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    P, onehot = net.predict(X), np.eye(3)[Y]
    expected = -np.log(P[np.arange(90), Y]).mean()
    assert net.loss(X, Y, loss="cross_entropy") == pytest.approx(expected, rel=1e-12)
    assert net.loss(X, onehot, loss="cross_entropy") == pytest.approx(expected, rel=1e-12)
    assert net.loss(X, Y, loss="mse") == pytest.approx(((P - onehot) ** 2).mean(), rel=1e-12)
    assert net.loss(X, Y, loss="half_mse") == pytest.approx(0.5 * ((P - onehot) ** 2).sum(axis=1).mean(), rel=1e-12)
    gradients = net.gradients(X, Y, loss="cross_entropy")
    s1, s2 = net.synapses
    h = net.layers[1]
    delta = (P - onehot) / 90
    hidden = net.activations(X)["h"]
    back = delta @ net.weights(s2).T * (1 - hidden**2)
    assert set(gradients) == {s1, s2, ("bias", "h"), ("bias", "y")}
    np.testing.assert_allclose(gradients[s2], hidden.T @ delta, rtol=1e-10)
    np.testing.assert_allclose(gradients[s1], X.T @ back, rtol=1e-10)
    np.testing.assert_allclose(gradients["bias", h], back.sum(axis=0), rtol=1e-10)
    single = net.gradients(X, Y, loss="cross_entropy", dtype="float32")
    assert single[s1].dtype == np.float32 or np.allclose(single[s1], gradients[s1], rtol=1e-3)


def test_a_loss_that_does_not_fit_names_the_output(net: nn.Network) -> None:
    with pytest.raises(ValueError, match='"y": Binary cross-entropy needs an output with sigmoid activation'):
        net.loss(np.zeros((1, 4)), [0], loss="binary_cross_entropy")
    with pytest.raises(ValueError, match='There is no loss "warp"; there are: '):
        net.loss(np.zeros((1, 4)), [0], loss="warp")
    with pytest.raises(ValueError, match="dtype is float16; it must be float32 or float64"):
        net.loss(np.zeros((1, 4)), [0], dtype=np.float16)
    with pytest.raises(ValueError, match="X has no rows"):
        net.loss(np.zeros((0, 4)), np.zeros((0, 3)))


def test_gradients_hold_against_central_differences(net: nn.Network, samples: tuple) -> None:
    report = nn.check_gradients(net, *samples, loss="cross_entropy")
    assert report.error < 1e-6
    assert report.passed
    assert bool(report)
    assert float(report) == report.error
    assert report.checked == 4 * 5 + 5 * 3 + 5 + 3
    assert report.where.startswith(("weight ", "bias "))
    assert "right" in str(report)


def test_summary_counts_parameters_and_products(net: nn.Network) -> None:
    net.freeze_bias("h")
    lines = net.summary().splitlines()
    assert lines[2].split() == ["x", "input", "4", "0", "0"]
    assert lines[3].split() == ["h", "hidden", "5", "tanh", "x", "25", "20"]
    assert lines[4].split() == ["y", "output", "3", "softmax", "h", "18", "15"]
    assert lines[-1] == "43 parameters, 38 of them trained; 35 multiply-adds a sample"


def test_the_picture_is_sound_svg_with_every_neuron_and_wire() -> None:
    net = nn.Network()
    assert ET.fromstring(net._repr_svg_()) is not None  # noqa: S314 (our own text)
    x, h, y = net.add(nn.Input(3, name="<x> & co")), net.add(nn.Hidden(4)), net.add(nn.Output(40))
    net.connect(x, h)
    net.connect(h, y)
    root = ET.fromstring(net._repr_svg_())  # noqa: S314
    space = {"s": "http://www.w3.org/2000/svg"}
    assert len(root.findall("s:path", space)) == 3 * 4 + 4 * 10
    assert len(root.findall("s:circle/s:title", space)) == 3 + 4 + 10
    assert root.findtext("s:text", namespaces=space) == "<x> & co"


def test_a_written_network_opens_in_the_window_laid_out_in_columns(tmp_path: object) -> None:
    net = nn.Network(seed=2)
    x, a, b, y = net.add(nn.Input(2)), net.add(nn.Hidden(3)), net.add(nn.Hidden(3)), net.add(nn.Output(1))
    for ends in ((x, a), (x, b), (a, y), (b, y)):
        net.connect(*ends)
    net.save(f"{tmp_path}/p.nns")
    session = Session()
    session.open(f"{tmp_path}/p.nns")
    places = session.document.layout
    assert [places[n][0] for n in (1, 2, 3, 4)] == [0.0, 264.0, 264.0, 528.0]
    assert places[2][1] == -places[3][1] != 0.0
    assert session.document.parameters.equals(net.document.parameters)
    session.close()


def test_muted_neurons_and_bypassed_layers() -> None:
    net = nn.Network(seed=1)
    x, h = net.add(nn.Input(3)), net.add(nn.Hidden(4, activation="tanh"))
    y = net.add(nn.Output(2))
    net.connect(x, h)
    net.connect(h, y)
    X = np.random.default_rng(0).normal(size=(6, 3))
    net.mute(h, [0, 2])
    np.testing.assert_array_equal(net.muted(h), [True, False, True, False])
    assert not net.activations(X)[h][:, [0, 2]].any()
    net.mute(h, [False, False, True, False], value=False)
    np.testing.assert_array_equal(net.muted(h), [True, False, False, False])
    net.mute(h)
    assert net.muted(h).all()
    assert "4 neurons muted" in net.summary()
    net.mute(h, value=False)
    assert not net.muted(h).any()
    net.bypass(h)
    np.testing.assert_allclose(net.activations(X)[h], X @ net.weights((x, h)) + net.bias(h))
    assert "tanh (bypassed)" in net.summary()
    net.bypass(h, False)
    np.testing.assert_allclose(net.activations(X)[h], np.tanh(X @ net.weights((x, h)) + net.bias(h)))
    with pytest.raises(nn.StudioError, match="is an output"):
        net.mute(y, 0)
    with pytest.raises(nn.StudioError, match="no neuron number 5"):
        net.mute(h, 4)
    with pytest.raises(nn.StudioError, match="whole numbers from 0 to 3"):
        net.mute(h, [0.5])
    with pytest.raises(nn.StudioError, match="no activation to bypass"):
        net.bypass(x)

"""Every wiring: the compiled kernels against plain NumPy, gradients against differences, masks, and bits."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog import wirings
from nnstudio.catalog.initial import fill, masked
from nnstudio.catalog.joints import arriving, counted, leaving, place_of, strengths
from nnstudio.document import Document, Layer, Network, Part, StudioError, Synapses, Training
from nnstudio.engine import check_gradients, gradients, loss, predict, program, train
from nnstudio.engine.program import compile_program
from nnstudio.engine.reference import Reference

part = Part.of
CASES = {
    "one to one": ([5, 5, 3], [part("one_to_one"), part("full")]),
    "one to one into an image": ([(3, 3, 2), (3, 3, 2), 3], [part("one_to_one"), part("full")]),
    "listed": ([13, 30, 7], [part("sparse", density=0.15, seed=1), part("sparse", density=0.3, seed=2)]),
    "with zeros": ([13, 30, 7], [part("sparse", density=0.6), part("full")]),
    "no synapse at all": ([4, 6, 3], [part("sparse", density=0.0), part("full")]),
    "full into an image": ([7, (3, 4, 2), 3], [part("full"), part("full")]),
    "convolution": ([(6, 6, 1), (6, 6, 4), 5], [part("convolution"), part("full")]),
    "valid": ([(6, 5, 2), (4, 3, 3), 5], [part("convolution", padding="valid"), part("full")]),
    "even kernel": ([(5, 6, 2), (5, 6, 3), 2], [part("convolution", kernel=4), part("full")]),
    "wider than the image": ([(2, 3, 1), (2, 3, 2), 2], [part("convolution", kernel=7), part("full")]),
    "stride": ([(7, 5, 2), (3, 2, 6), 4], [part("convolution", stride=2, padding="valid", kernel=2), part("full")]),
    "stride beyond the kernel": ([(8, 7, 2), (3, 3, 2), 4], [part("convolution", stride=3, kernel=1), part("full")]),
    "groups": ([(3, 2, 6), (3, 2, 4), 4], [part("convolution", groups=2), part("full")]),
    "each channel for itself": ([(4, 4, 3), (4, 4, 6), 2], [part("convolution", groups=3), part("full")]),
    "dilation": ([(9, 8, 3), (9, 8, 4), 3], [part("convolution", dilation=2), part("full")]),
    "dilation and stride": ([(9, 8, 1), (5, 4, 4), 3], [part("convolution", dilation=3, stride=2), part("full")]),
    "through two": (
        [(6, 6, 2), (6, 6, 9), (3, 3, 5), 3],
        [part("convolution"), part("convolution", stride=2, kernel=5), part("full")],
    ),
    "max": ([(6, 6, 3), (6, 6, 3), (3, 3, 3), 4], [part("convolution"), part("pooling"), part("full")]),
    "average": (
        [(6, 6, 3), (6, 6, 3), (3, 3, 3), 4],
        [part("convolution"), part("pooling", kind="average"), part("full")],
    ),
    "max over each other": (
        [(7, 7, 2), (7, 7, 2), (3, 3, 2), 3],
        [part("one_to_one"), part("pooling", size=3, stride=2), part("full")],
    ),
    "average at the edge": (
        [(5, 5, 2), (5, 5, 2), (3, 3, 2), 3],
        [part("one_to_one"), part("pooling", size=3, stride=2, padding="same", kind="average"), part("full")],
    ),
    "max at the edge": (
        [(5, 7, 2), (5, 7, 2), (3, 4, 2), 3],
        [part("one_to_one"), part("pooling", size=2, stride=2, padding="same"), part("full")],
    ),
    "gaps": (
        [(5, 7, 2), (5, 7, 2), (2, 2, 2), 3],
        [part("one_to_one"), part("pooling", size=2, stride=3), part("full")],
    ),
    "the whole image": (
        [(4, 3, 2), (4, 3, 5), (1, 1, 5), 2],
        [part("convolution"), part("pooling", whole=True, kind="average"), part("full")],
    ),
    "the largest of all": (
        [(4, 3, 2), (4, 3, 5), 5, 2],
        [part("convolution"), part("pooling", whole=True), part("full")],
    ),
}


def built(shapes, parts, hidden="tanh", output="linear", bias=True) -> Document:
    network = Network()
    for place, shape in enumerate(shapes):
        kind = "input" if place == 0 else "output" if place == len(shapes) - 1 else "hidden"
        key = {"input": "linear", "hidden": hidden, "output": output}[kind]
        whole = shape if isinstance(shape, tuple) else (shape,)
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", whole, Part(key), bias))
    for place, wiring in enumerate(parts):
        network = network.with_synapses(Synapses(network.next_id, place + 1, place + 2, wiring))
    return moved(fill(Document(network)))


def moved(document: Document) -> Document:
    rng = np.random.default_rng(3)
    parameters = document.parameters
    for layer in tuple(parameters.biases):
        parameters = parameters.with_bias(layer, rng.normal(0.0, 0.3, parameters.biases[layer].shape))
    return document.having(parameters=parameters, initial=parameters)


def samples(document: Document, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    network = document.network
    inputs = sum(layer.size for layer in network.of_kind("input"))
    outputs = sum(layer.size for layer in network.of_kind("output"))
    return rng.normal(size=(count, inputs)), rng.normal(size=(count, outputs))


def equals_the_reference(document: Document, count: int) -> None:
    X, Y = samples(document, count)
    network, parameters = document.network, document.parameters
    made = compile_program(network, Part("mse"), masks=parameters.masks)
    reference = Reference(made, parameters)
    wanted = reference.gradient(X, Y)
    scale = float(np.abs(reference.g).max())
    for dtype, near in (("float64", 1e-12), ("float32", 3e-5)):
        assert loss(network, parameters, X, Y, Part("mse"), dtype) == pytest.approx(wanted, rel=near)
        found = gradients(network, parameters, X, Y, Part("mse"), dtype)
        for slots, arrays in ((made.weights, found.weights), (made.biases, found.biases)):
            for key, slot in slots.items():
                np.testing.assert_allclose(arrays[key], slot.taken(reference.g), rtol=near, atol=near * scale)
    said = predict(network, parameters, X)
    assert np.mean((said - Y) ** 2) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("count", [1, 9, 70])
@pytest.mark.parametrize("name", CASES)
def test_kernels_equal_the_reference(name: str, count: int) -> None:
    equals_the_reference(built(*CASES[name]), count)


@pytest.mark.parametrize("name", CASES)
def test_gradients_equal_central_differences(name: str) -> None:
    document = built(*CASES[name])
    X, Y = samples(document, 6)
    report = check_gradients(document.network, document.parameters, X, Y, Part("mse"), most=120)
    assert report.passed, report
    assert report.checked > 20


@pytest.mark.parametrize("first", ["full", "sparse", "one_to_one", "convolution", "pooling"])
@pytest.mark.parametrize("second", ["full", "sparse", "one_to_one", "convolution", "pooling"])
def test_several_wires_into_one_layer_add_up(first: str, second: str) -> None:
    """Two inputs and an inner layer arrive at one image, in any order of kinds; both inner ends send slopes back."""
    image = (4, 4, 3)
    network = Network()
    for place, kind in enumerate(("input", "input", "hidden", "hidden", "output")):
        network = network.with_layer(Layer(place + 1, kind, f"layer {place + 1}", image, Part("tanh")))
    settings = {"pooling": {"size": 3, "stride": 1, "padding": "same"}}
    for source, target, key in (
        (1, 3, "one_to_one"),
        (1, 4, first),
        (2, 4, second),
        (3, 4, first),
        (4, 5, second),
        (3, 5, "full"),
    ):
        wiring = part(key, **settings.get(key, {}))
        network = network.with_synapses(Synapses(network.next_id, source, target, wiring))
    equals_the_reference(moved(fill(Document(network))), 9)


def test_each_synapse_is_found_from_both_of_its_ends() -> None:
    for name, (shapes, parts) in CASES.items():
        document = built(shapes, parts)
        network, parameters = document.network, document.parameters
        for synapses in network.synapses.values():
            source, target = network.layers[synapses.source], network.layers[synapses.target]
            there = {
                (int(i), j, int(place))
                for j in range(target.size)
                for i, place in zip(*arriving(network, parameters, synapses, j), strict=True)
            }
            back = {
                (i, int(j), int(place))
                for i in range(source.size)
                for j, place in zip(*leaving(network, parameters, synapses, i), strict=True)
            }
            assert there == back, name
            assert len(there) == counted(network, parameters, synapses), name
            if synapses.wiring.key == "pooling":
                continue
            matrix = np.zeros((source.size, target.size))
            weights = parameters.weights[synapses.id]
            for i, j, place in there:
                matrix[i, j] = strengths(weights, np.array([place]))[0]
                assert weights[place_of(network, parameters, synapses, i, j)] == matrix[i, j]
            send = wirings[synapses.wiring.key].send
            found = send(source, target, synapses.wiring, np.eye(source.size), weights)
            np.testing.assert_array_equal(found, matrix, err_msg=name)


def trained(document: Document, dtype="float32", **how):
    X, Y = samples(document, 60)
    from nnstudio.document import Dataset

    data = Dataset("rows", "regression", X, Y, np.arange(60), np.arange(0))
    training = Training(Part("mse"), part("adam", learning_rate=0.01), 16, 4, dtype=dtype)
    return train(document.network, document.parameters, training, data, **how)


@pytest.mark.parametrize("name", ["listed", "with zeros", "through two", "max", "one to one into an image"])
def test_training_follows_the_reference(name: str) -> None:
    document = built(*CASES[name])
    X, Y = samples(document, 10)
    from nnstudio.document import Dataset

    data = Dataset("rows", "regression", X, Y, np.arange(10), np.arange(0))
    training = Training(Part("mse"), part("adam", learning_rate=0.01), 10, 6, shuffle=False, dtype="float64")
    found = train(document.network, document.parameters, training, data).parameters
    made = compile_program(document.network, Part("mse"), training.optimizer, masks=document.parameters.masks)
    reference = Reference(made, document.parameters)
    for _ in range(6):
        reference.gradient(X, Y)
        reference.update()
    for key in made.weights:
        wanted = reference.weights(key) * made.exists(key)
        np.testing.assert_allclose(found.weights[key], wanted, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("density", [0.1, 0.8])
def test_what_does_not_exist_stays_absent(density: float) -> None:
    document = built([13, 30, 7], [part("sparse", density=density), part("full")])
    key = next(iter(document.network.synapses))
    mask = document.parameters.masks[key]
    assert mask.sum() == round(density * 13 * 30)
    moved = trained(document).parameters
    assert (moved.weights[key][~mask] == 0).all()
    assert (moved.weights[key][mask] != document.parameters.weights[key][mask]).all()
    assert moved.masks[key] is mask


@pytest.mark.parametrize("held", [False, True])
def test_listing_synapses_and_holding_zeros_train_alike(monkeypatch, held: bool) -> None:
    document = built([13, 30, 7], [part("sparse", density=0.3), part("full")])
    key = next(iter(document.network.synapses))
    if held:
        frozen = np.zeros((13, 30), dtype=bool)
        frozen[3:6] = True
        document = document.having(parameters=document.parameters.with_frozen(key, frozen))
    found = []
    for share in (0.0, 1.0):
        monkeypatch.setattr(program, "LISTED", share)
        found.append(trained(document, "float64"))
    a, b = (one.parameters.weights for one in found)
    for key in a:
        np.testing.assert_allclose(a[key], b[key], rtol=1e-9, atol=1e-12)
    names = found[0].progress.state.keys()
    assert names == found[1].progress.state.keys()  # so either goes on from the other's
    for name in names:
        np.testing.assert_allclose(found[0].progress.state[name], found[1].progress.state[name], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("name", ["listed", "through two", "max over each other", "max"])
def test_pausing_and_threads_change_no_bit(monkeypatch, name: str) -> None:
    document = built(*CASES[name])
    whole = trained(document)
    first = trained(document, goal=2)
    second = trained(document.having(parameters=first.parameters), progress=first.progress)
    assert second.parameters.equals(whole.parameters)
    from nnstudio.engine import shares, work

    monkeypatch.setattr(shares, "WORTH_SHARING", 0)
    monkeypatch.setattr(shares, "CHUNK", 1)
    monkeypatch.setattr(work, "threads", lambda: 2)
    assert trained(document).parameters.equals(whole.parameters)


def test_a_pruned_full_bundle_is_masked_and_grows_again() -> None:
    document = built([4, 6, 2], [part("full"), part("full")])
    key = next(iter(document.network.synapses))
    before = document.parameters.weights[key]
    mask = np.ones((4, 6), dtype=bool)
    mask[1, 2] = mask[3, 5] = False
    pruned = masked(document, key, mask)
    assert (pruned.parameters.weights[key] == np.where(mask, before, 0.0)).all()
    assert (trained(pruned).parameters.weights[key][~mask] == 0).all()
    grown = masked(pruned, key, np.ones((4, 6), dtype=bool))
    np.testing.assert_array_equal(grown.parameters.weights[key], before)


@pytest.mark.parametrize(
    ("shapes", "wiring", "words"),
    [
        ([4, 5, 2], part("one_to_one"), '"layer 1" has 4 neurons and "layer 2" has 5'),
        ([64, (8, 8, 4), 2], part("convolution"), '"layer 1" has 64 neurons .* for example 8 x 8 x 1'),
        (
            [(8, 8, 1), 64, 2],
            part("convolution"),
            '"layer 2" has the shape 64; a convolution from "layer 1" needs 8 x 8 x',
        ),
        ([(8, 8, 3), (8, 8, 4), 2], part("convolution", groups=2), "2 groups must divide both"),
        ([(2, 2, 1), (1, 1, 1), 2], part("convolution", padding="valid"), "3 x 3 places does not fit"),
        ([(8, 8, 3), (4, 4, 2), 2], part("pooling"), 'pooling from "layer 1" needs 4 x 4 x 3'),
    ],
)
def test_layers_that_do_not_fit_are_refused_in_words(shapes, wiring, words: str) -> None:
    document = built(shapes, [wiring, part("full")])
    X, Y = samples(document, 3)
    with pytest.raises(StudioError, match=words):
        predict(document.network, document.parameters, X)
    with pytest.raises(StudioError, match=words):
        gradients(document.network, document.parameters, X, Y, Part("mse"))

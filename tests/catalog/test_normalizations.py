"""Every normalization: NumPy slopes against differences, kernels in plain Python against NumPy, what a layer owns."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog import Normalization, activations, normalizations
from nnstudio.catalog.counting import own_count, parameter_count
from nnstudio.catalog.initial import fill, owns_of, redraw
from nnstudio.document import Document, Layer, Network, Part, Synapses
from nnstudio.document.edits import InsertNeuron, RemoveNeuron, ResizeLayer, SetActivation, SetNormalization

RNG = np.random.default_rng(3)
CASES = [(key, shape) for key in normalizations for shape in ((6,), (2, 3, 4))]


def owned(entry: Normalization, layer: Layer) -> dict[str, np.ndarray]:
    return {one.name: one.start + RNG.uniform(0.1, 0.6, one.shape(layer)) for one in entry.owns}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("key", "shape"), CASES)
def test_slopes_equal_differences(key: str, shape: tuple[int, ...], training: bool) -> None:
    entry, layer = normalizations[key], Layer(1, "hidden", "h", shape)
    own, settings = owned(entry, layer), entry.values(Part(key))
    z, d = RNG.normal(size=(5, layer.size)), RNG.normal(size=(5, layer.size))

    def total(z: np.ndarray, own: dict[str, np.ndarray]) -> float:
        return float((entry.apply(Part(key), z, own, training) * d).sum())

    back, slopes = entry.back(z, d, own, training, **settings)
    assert set(slopes) == {one.name for one in entry.owns if one.trained}
    h = 1e-5
    for index in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[index] = h
        assert back[index] == pytest.approx((total(z + step, own) - total(z - step, own)) / (2 * h), rel=1e-6, abs=1e-7)
    for name, found in slopes.items():
        for index in np.ndindex(own[name].shape):
            step = np.zeros_like(own[name])
            step[index] = h
            there, here = total(z, own | {name: own[name] + step}), total(z, own | {name: own[name] - step})
            assert found[index] == pytest.approx((there - here) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("count", [1, 5, 8])
@pytest.mark.parametrize(("key", "shape"), CASES)
def test_kernels_equal_the_formulas_in_plain_python(
    key: str, shape: tuple[int, ...], count: int, training: bool
) -> None:
    entry, layer, lanes, width = normalizations[key], Layer(1, "hidden", "h", shape), 8, 4
    own = owned(entry, layer)
    gains = own["gain"].size
    values = entry.values(Part(key))
    settings = np.array([values[setting.name] for setting in entry.settings])
    stride, block = 400, layer.size * lanes
    room = 2 * stride + 3 * block
    base = np.full(room + entry.room(gains, lanes), 9.0)  # what a kernel should write over
    starts = tuple(32 * place for place in range(len(entry.owns)))
    for one, start in zip(entry.owns, starts, strict=True):
        base[start : start + own[one.name].size] = own[one.name]
    z, n, d = 2 * stride, 2 * stride + block, 2 * stride + 2 * block
    values_z, values_d = RNG.normal(size=(layer.size, lanes)), RNG.normal(size=(layer.size, lanes))
    values_d[:, count:] = 0.0
    base[z:n], base[d : d + block] = values_z.ravel(), values_d.ravel()
    plan = (z, n, d, room, stride, gains, layer.size, width, *starts)
    units = gains if entry.by == "channel" else lanes // width
    rest = (count, lanes, np.arange(count), np.array([int(training), 0, 0]))
    cut = units // 2  # in two pieces, as a team would
    for low, high in ((0, cut), (cut, units)):
        entry.forward(plan, base, settings, low, high, *rest)
    rows, slopes = values_z[:, :count].T, values_d[:, :count].T
    found = base[n:d].reshape(layer.size, lanes)
    np.testing.assert_allclose(found[:, :count].T, entry.apply(Part(key), rows, own, training), rtol=1e-12)
    assert np.isfinite(found).all()
    if entry.memory is not None:
        entry.memory(plan, base, settings, 0, gains, *rest)
        kept = entry.remember(rows, own, **values) if training else own
        for one, start in zip(entry.owns, starts, strict=True):
            there = base[start : start + own[one.name].size]
            np.testing.assert_allclose(there, own[one.name] if one.trained else kept[one.name], rtol=1e-12)
    entry.slopes(plan, base, settings, 0, gains, *rest)
    for low, high in ((0, cut), (cut, units)):
        entry.backward(plan, base, settings, low, high, *rest)
    back, wanted = entry.back(rows, slopes, own, training, **values)
    found = base[d : d + block].reshape(layer.size, lanes)
    np.testing.assert_allclose(found[:, :count].T, back, rtol=1e-10, atol=1e-12)
    assert (found[:, count:] == 0).all()
    for one, start in zip(entry.owns, starts, strict=True):
        if one.trained:
            there = base[stride + start : stride + start + own[one.name].size]
            np.testing.assert_allclose(there, wanted[one.name], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("key", [key for key, entry in activations.items() if entry.owns])
def test_slopes_of_what_an_activation_trains(key: str) -> None:
    entry = activations[key]
    z, d = RNG.normal(size=(4, 8)), RNG.normal(size=(4, 8))
    settings = entry.values(Part(key))
    assert entry.own_slopes is not None
    assert entry.own_backward is not None
    found = entry.own_slopes(z, d, **settings)
    assert list(found) == [one.name for one in entry.owns]
    written = np.zeros(len(entry.owns))
    s = np.array([settings[setting.name] for setting in entry.settings])
    a = entry.value(z, **settings)
    entry.own_backward(z.ravel(), a.ravel(), d.ravel(), 4, 8, s, written)
    h = 1e-6
    for place, one in enumerate(entry.owns):
        assert one.name in settings
        low, high = (entry.value(z, **settings | {one.name: settings[one.name] + step}) for step in (-h, h))
        numeric = ((high - low) * d).sum() / (2 * h)
        assert found[one.name] == pytest.approx(numeric, rel=1e-6)
        assert written[place] == pytest.approx(numeric, rel=1e-6)


def small(shape: tuple[int, ...] = (4,)) -> Document:
    network = Network().with_layer(Layer(1, "input", "x", (2,), activation=Part("prelu")))
    hidden = Layer(2, "hidden", "h", shape, Part("prelu"), normalization=Part("batch"))
    network = network.with_layer(hidden).with_layer(Layer(3, "output", "y", (1,)))
    return fill(Document(network.with_synapses(Synapses(4, 1, 2)).with_synapses(Synapses(5, 2, 3))))


def test_a_layer_gets_what_its_parts_bring_along_and_no_more() -> None:
    made = small()
    own = made.parameters.own
    assert set(own) == {(2, name) for name in ("gain", "shift", "mean", "variance", "slope")}
    assert [float(own[2, name].reshape(-1)[0]) for name in ("gain", "shift", "mean", "variance", "slope")] == [
        1.0,
        0.0,
        0.0,
        1.0,
        0.25,
    ]
    assert {one.name for one in owns_of(made.network.layers[2])} == {key for _, key in own}
    assert owns_of(made.network.layers[1]) == ()
    assert own_count(made.network.layers[2]) == 4 + 4 + 1
    assert parameter_count(made) == 2 * 4 + 4 + 4 + 1 + 9
    assert small((2, 2, 3)).parameters.own[2, "gain"].shape == (3,)
    assert not any(values.flags.writeable for values in own.values())
    assert fill(made) is made
    steep = fill(SetActivation(2, Part.of("prelu", slope=0.4)).apply(fill(SetActivation(2, Part("relu")).apply(made))))
    assert steep.parameters.own[2, "slope"] == 0.4


def test_what_no_part_asks_for_goes_and_layer_normalization_keeps_the_gains() -> None:
    made = small()
    parameters = made.parameters.with_own(2, "gain", np.arange(4.0)).with_frozen_own(2, "gain", np.arange(4) > 1)
    made = fill(made.having(parameters=parameters))
    changed = fill(SetNormalization(2, Part("layer")).apply(made))
    assert (changed.parameters.own[2, "gain"] == np.arange(4.0)).all()
    assert set(changed.parameters.own) == {(2, "gain"), (2, "shift"), (2, "slope")}
    assert (changed.parameters.frozen_own[2, "gain"] == (np.arange(4) > 1)).all()
    gone = fill(SetNormalization(2, None).apply(changed))
    assert set(gone.parameters.own) == {(2, "slope")}
    assert not gone.parameters.frozen_own
    again = redraw(made, 5)
    assert (again.parameters.own[2, "gain"] == 1.0).all()
    assert again.parameters.frozen_own.keys() == made.parameters.frozen_own.keys()


def test_other_neurons_keep_what_is_theirs() -> None:
    made = small()
    parameters = made.parameters.with_own(2, "gain", np.arange(1.0, 5.0)).with_own(2, "variance", np.arange(2.0, 6.0))
    parameters = parameters.with_own(2, "slope", np.array(0.7)).with_frozen_own(2, "gain", np.arange(4) == 2)
    made = fill(made.having(parameters=parameters))
    removed = fill(RemoveNeuron(2, 1).apply(made)).parameters
    assert removed.own[2, "gain"].tolist() == [1.0, 3.0, 4.0]
    assert removed.frozen_own[2, "gain"].tolist() == [False, True, False]
    inserted = fill(InsertNeuron(2, 1).apply(made)).parameters
    assert inserted.own[2, "gain"].tolist() == [1.0, 1.0, 2.0, 3.0, 4.0]
    assert inserted.own[2, "variance"].tolist() == [2.0, 1.0, 3.0, 4.0, 5.0]
    assert inserted.frozen_own[2, "gain"].tolist() == [False, False, False, True, False]
    larger = fill(ResizeLayer(2, 6).apply(made)).parameters
    assert larger.own[2, "gain"].tolist() == [1.0, 2.0, 3.0, 4.0, 1.0, 1.0]
    one = fill(ResizeLayer(2, 1).apply(made)).parameters
    assert one.own[2, "gain"].tolist() == [1.0]
    for found in (removed, inserted, larger, one):
        assert found.own[2, "slope"] == 0.7
        assert found.own[2, "slope"].shape == ()

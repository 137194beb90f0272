"""One test for every registered part: a complete face, formulas that agree with differences and with kernels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio import catalog
from nnstudio.catalog import Activation, Loss, activations, initializers, losses, metrics, optimizers, wirings
from nnstudio.document import Layer, Part, StudioError

KINDS = ("activations", "losses", "optimizers", "initializers", "wirings", "metrics", "generators")
EVERY = [(kind, key) for kind in KINDS for key in getattr(catalog, kind)]
RNG = np.random.default_rng(3)


@pytest.mark.parametrize(("kind", "key"), EVERY)
def test_every_part_has_a_face(kind: str, key: str) -> None:
    entry = getattr(catalog, kind)[key]
    assert entry.key == key
    assert (Path(catalog.__file__).parent / kind / f"{key}.py").is_file()
    assert entry.label.strip()
    assert entry.summary.strip().endswith(".")
    assert entry.formula.strip()
    defaults = entry.values(Part(key))
    assert defaults == {setting.name: setting.default for setting in entry.settings}
    assert entry.values(Part.of(key, **defaults)) == defaults
    for setting in entry.settings:
        assert setting.label
        if setting.minimum is not None:
            assert float(setting.default) >= setting.minimum
            with pytest.raises(StudioError, match=setting.label):
                entry.values(Part.of(key, **{setting.name: setting.minimum - 1}))
        if setting.maximum is not None:
            assert float(setting.default) <= setting.maximum
    with pytest.raises(StudioError, match="no setting"):
        entry.values(Part.of(key, nothing_like_it=1))


def _settings(entry) -> np.ndarray:
    return np.array([float(value) for value in entry.values(Part(entry.key)).values()] or [0.0])


@pytest.mark.parametrize("key", list(activations))
def test_activation_slope_equals_differences(key: str) -> None:
    entry = activations[key]
    z = np.linspace(-4.0, 4.0, 81)
    z = z[np.all([np.abs(z - kink) > 1e-3 for kink in entry.kinks], axis=0)] if entry.kinks else z
    h = 1e-4
    if entry.elementwise:
        numeric = (entry.value(z + h) - entry.value(z - h)) / (2 * h)
        np.testing.assert_allclose(entry.slope(z), numeric, rtol=1e-6, atol=1e-8)
        wide = entry.value(np.linspace(-800.0, 800.0, 101))
    else:
        z = RNG.normal(size=(5, 7))
        eye = np.eye(7) * h
        numeric = np.stack([(entry.value(z + e) - entry.value(z - e))[:, k] / (2 * h) for k, e in enumerate(eye)], 1)
        np.testing.assert_allclose(entry.slope(z), numeric, rtol=1e-6, atol=1e-8)
        d = RNG.normal(size=z.shape)
        pulled = np.stack([((entry.value(z + e) - entry.value(z - e)) * d).sum(axis=1) / (2 * h) for e in eye], 1)
        np.testing.assert_allclose(entry.pulled(z, entry.value(z), d), pulled, rtol=1e-6, atol=1e-8)
        wide = entry.value(RNG.normal(size=(50, 4)) * 800.0)
    assert np.isfinite(wide).all()
    assert wide.min() >= entry.low
    assert wide.max() <= entry.high


@pytest.mark.parametrize("key", list(activations))
def test_activation_kernels_equal_the_formula_in_plain_python(key: str) -> None:
    entry = activations[key]
    neurons, lanes = 5, 8
    z = RNG.normal(size=(neurons, lanes)) * 3
    a, d = np.zeros(neurons * lanes), RNG.normal(size=(neurons, lanes))
    with np.errstate(over="ignore"):
        entry.forward(z.ravel(), a, neurons, lanes, _settings(entry), np.zeros(4 * lanes))
    np.testing.assert_allclose(a.reshape(neurons, lanes).T, entry.value(z.T), rtol=1e-14)
    wanted = entry.pulled(z.T, entry.value(z.T), d.T)
    moved = d.ravel().copy()
    entry.backward(z.ravel(), a, moved, neurons, lanes, _settings(entry), np.zeros(4 * lanes))
    np.testing.assert_allclose(moved.reshape(neurons, lanes).T, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("key", list(activations))
def test_compiled_activation_kernels_equal_the_formula(key: str, dtype: str) -> None:
    entry: Activation = activations[key]
    z = np.concatenate([np.linspace(-12, 12, 96), [-800.0, 800.0, 1e-8, -1e-8, 0.0, 30.0, -30.0, 88.0]])
    z = np.tile(z, 4).reshape(4, -1) + np.arange(4)[:, None] * 0.37
    a, d = _called(entry, z, dtype)
    # float32: one value can be off by the rounding of z itself, about |z| 6e-8
    exact = entry.value(z.astype(dtype).astype(float).T).T
    near = 5e-7 if dtype == "float32" else 1e-15
    np.testing.assert_allclose(a, exact, rtol=2 * near, atol=near)
    slopes = entry.pulled(z.astype(dtype).astype(float).T, exact.T, np.ones_like(z.T)).T
    np.testing.assert_allclose(d, slopes, rtol=1e-5 if dtype == "float32" else 1e-12, atol=near)


def _called(entry: Activation, z: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Run the compiled kernels on a (neurons, lanes) block with d = 1."""
    from ctypes import CFUNCTYPE, c_int64, c_void_p

    from nnstudio.engine.compiled import address

    z = np.ascontiguousarray(z, dtype=dtype)
    a, d, s, t = np.zeros_like(z), np.ones_like(z), _settings(entry), np.zeros_like(z)
    forward = CFUNCTYPE(None, c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p)
    backward = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p)
    forward(address(entry.forward, "forward", dtype))(
        z.ctypes.data, a.ctypes.data, *z.shape, s.ctypes.data, t.ctypes.data
    )
    backward(address(entry.backward, "backward", dtype))(
        z.ctypes.data, a.ctypes.data, d.ctypes.data, *z.shape, s.ctypes.data, t.ctypes.data
    )
    return a, d


def _samples(entry: Loss) -> tuple[np.ndarray, np.ndarray]:
    output = RNG.normal(size=(6, 4))
    if "regression" in entry.tasks:
        return output, RNG.normal(size=(6, 4))
    if entry.key == "binary_cross_entropy":
        return output, RNG.integers(0, 2, (6, 4)).astype(float)
    return output, np.eye(4)[RNG.integers(0, 4, 6)]


@pytest.mark.parametrize("key", list(losses))
def test_loss_slope_and_kernel_equal_differences(key: str) -> None:
    entry = losses[key]
    output, target = _samples(entry)
    h = 1e-5
    for k in range(4):
        e = np.eye(4)[k] * h
        numeric = (entry.value(output + e, target) - entry.value(output - e, target)) / (2 * h)
        np.testing.assert_allclose(entry.slope(output, target)[:, k], numeric, rtol=1e-6, atol=1e-9)
    lanes = 8  # two of them hold no sample
    o, y = np.zeros((4, lanes)), np.zeros((4, lanes))
    o[:, :6], y[:, :6] = output.T, target.T
    d = np.full(4 * lanes, np.nan)
    share = 1 / 4 if entry.mean_over_outputs else 1.0
    total = entry.both(o.ravel(), y.ravel(), d, 4, lanes, 6, share, _settings(entry), np.zeros(4 * lanes))
    assert total == pytest.approx(entry.value(output, target).sum(), rel=1e-12)
    d = d.reshape(4, lanes)
    np.testing.assert_allclose(d[:, :6].T, entry.slope(output, target) / 6, rtol=1e-12, atol=1e-15)
    assert (d[:, 6:] == 0).all()


@pytest.mark.parametrize("key", [key for key in losses if losses[key].from_logits])
def test_losses_from_logits_stay_finite_far_out(key: str) -> None:
    entry = losses[key]
    output = np.array([[800.0, -800.0], [-800.0, 800.0]])
    target = np.array([[0.0, 1.0], [0.0, 1.0]])
    value = entry.value(output, target)
    assert np.isfinite(value).all()
    assert value[0] >= 800.0
    assert value[1] == pytest.approx(0.0, abs=1e-300)
    assert np.isfinite(entry.slope(output, target)).all()


def test_losses_say_what_they_need() -> None:
    assert losses["cross_entropy"].fits("softmax")
    assert losses["mse"].fits("tanh")
    assert losses["mse"].refusal("tanh") is None
    assert str(losses["cross_entropy"].refusal("tanh")) == (
        "Cross-entropy needs an output with softmax activation, not tanh."
    )


@pytest.mark.parametrize("key", list(optimizers))
def test_optimizer_kernel_equals_the_formula(key: str) -> None:
    entry = optimizers[key]
    assert entry.settings[0].name == "learning_rate"
    w, n = RNG.normal(size=12), 12
    state = [np.zeros(n) for _ in entry.state]
    w2, state2 = w.copy(), np.zeros(max(1, len(state)) * n)
    chosen = Part.of(key, weight_decay=0.01, **({"momentum": 0.9} if key == "sgd" else {}))
    values = entry.values(chosen)
    s = np.array([float(values[setting.name]) for setting in entry.settings])
    for step in range(1, 6):
        g = RNG.normal(size=n)
        entry.update(w, g, state, step, **values)
        entry.step(w2, g, state2, n, n, step, s)
        np.testing.assert_allclose(w2, w, rtol=1e-13)


@pytest.mark.parametrize("key", list(initializers))
def test_initializers_draw_what_they_say(key: str) -> None:
    entry = initializers[key]
    weights = entry.draw(np.random.default_rng(1), (300, 200), 300, 200, **entry.values(Part(key)))
    assert weights.shape == (300, 200)
    assert weights.dtype == np.float64
    again = entry.draw(np.random.default_rng(1), (300, 200), 300, 200)
    np.testing.assert_array_equal(weights, again)
    deviation = {
        "zeros": 0.0, "constant": 0.0, "uniform": 1 / np.sqrt(12), "normal": 0.05,
        "glorot_uniform": np.sqrt(2 / 500), "glorot_normal": np.sqrt(2 / 500),
        "he_uniform": np.sqrt(2 / 300), "he_normal": np.sqrt(2 / 300),
    }[key]
    assert weights.std() == pytest.approx(deviation, rel=0.02, abs=1e-12)
    assert weights.mean() == pytest.approx(0.1 if key == "constant" else 0.0, abs=0.01)


def test_full_wiring_joins_every_neuron() -> None:
    entry = wirings["full"]
    a, b = Layer(1, "input", "a", (2, 3)), Layer(2, "hidden", "b", (4,))
    assert entry.weight_shape(a, b, Part("full")) == (6, 4)
    assert entry.fans(a, b, Part("full")) == (6, 4)


@pytest.mark.parametrize("key", list(metrics))
def test_metric_kernel_and_sums_equal_the_score(key: str) -> None:
    entry = metrics[key]
    a, y = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 3))
    if "classification" in entry.tasks:
        y = np.eye(3)[RNG.integers(0, 3, 20)]
    sums = np.zeros(3 if entry.per_output else 1)
    for start, count, lanes in ((0, 16, 16), (16, 4, 8)):
        block, wanted = np.zeros((3, lanes)), np.zeros((3, lanes))
        block[:, :count], wanted[:, :count] = a[start : start + count].T, y[start : start + count].T
        entry.add(block.ravel(), wanted.ravel(), 3, lanes, count, sums, np.zeros(4 * lanes))
    assert float(entry.finish(sums, y)) == pytest.approx(entry.value(a, y), rel=1e-12)
    several = entry.finish(np.stack([sums, sums]), y)
    assert several.shape == (2,)


def test_r2_and_accuracy_of_known_answers() -> None:
    y = np.array([[1.0], [2.0], [3.0]])
    assert metrics["r2"].value(y, y) == 1.0
    assert metrics["r2"].value(np.full((3, 1), 2.0), y) == 0.0
    assert metrics["r2"].value(np.full((3, 1), 2.0), np.full((3, 1), 2.0)) == 1.0
    assert metrics["accuracy"].value(np.array([[0.9], [0.2]]), np.array([[1.0], [1.0]])) == 0.5
    assert metrics["accuracy"].value(np.eye(3), np.eye(3)) == 1.0

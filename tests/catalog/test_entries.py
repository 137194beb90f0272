"""One test for every registered part: a complete face, formulas that agree with differences and with kernels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio import catalog
from nnstudio.catalog import Activation, Loss, activations, initializers, losses, metrics, optimizers, wirings
from nnstudio.document import Layer, Part, StudioError

KINDS = (
    "activations",
    "losses",
    "optimizers",
    "initializers",
    "wirings",
    "metrics",
    "generators",
    "normalizations",
    "schedules",
)
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
        if setting.choices:
            assert setting.default in setting.choices
            with pytest.raises(StudioError, match=setting.label):
                entry.values(Part.of(key, **{setting.name: "no such choice"}))
            with pytest.raises(StudioError, match=setting.label):
                entry.values(Part.of(key, **{setting.name: 1}))
        if setting.minimum is not None:
            assert float(setting.default) >= setting.minimum
            with pytest.raises(StudioError, match=setting.label):
                entry.values(Part.of(key, **{setting.name: setting.minimum - 1}))
        if setting.maximum is not None:
            assert float(setting.default) <= setting.maximum
    with pytest.raises(StudioError, match="no setting"):
        entry.values(Part.of(key, nothing_like_it=1))


def _settings(entry, part: Part | None = None) -> np.ndarray:
    values = entry.values(part or Part(entry.key))
    return np.array(
        [float(s.choices.index(values[s.name]) if s.choices else values[s.name]) for s in entry.settings] + [0.0]
    )


def _choices(entry) -> list[Part]:
    """The part as it is, and with each setting moved away from its default."""
    parts = [Part(entry.key)]
    for setting in entry.settings:
        if setting.kind == "switch":
            other = not setting.default
        elif setting.choices:
            other = setting.choices[-1]
        else:
            low, high = setting.minimum, setting.maximum
            other = max(setting.default * 0.5 + 0.3, -1e9 if low is None else low * 1.5)
            other = min(other, 1e9 if high is None else high)
            other = int(other + 2) if setting.kind == "integer" else other
        parts.append(Part.of(entry.key, **{setting.name: other}))
    return parts


ACTIVATIONS = [part for entry in activations.values() for part in _choices(entry)]
LOSSES = [part for entry in losses.values() for part in _choices(entry)]
OPTIMIZERS = [part for entry in optimizers.values() for part in _choices(entry)]


@pytest.mark.parametrize("part", ACTIVATIONS, ids=str)
def test_activation_slope_equals_differences(part: Part) -> None:
    entry = activations[part.key]
    settings = entry.values(part)
    z = np.linspace(-4.0, 4.0, 83)
    for place in (*entry.kinks, *entry.bends):
        z = z[np.abs(z - place) > 1e-3]
    h = 1e-4
    if entry.elementwise:
        numeric = (entry.value(z + h, **settings) - entry.value(z - h, **settings)) / (2 * h)
        np.testing.assert_allclose(entry.slope(z, **settings), numeric, rtol=2e-6, atol=1e-8)
        far = 700.0 if part.key == "exponential" else 800.0  # beyond, the exponential is no float64
        wide = entry.value(np.linspace(-far, far, 101), **settings)
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


@pytest.mark.parametrize("part", ACTIVATIONS, ids=str)
def test_activation_kernels_equal_the_formula_in_plain_python(part: Part) -> None:
    entry = activations[part.key]
    settings = entry.values(part)
    neurons, lanes = 5, 8
    z = RNG.normal(size=(neurons, lanes)) * 3
    z[0, :3] = 0.0, 3.0, -3.0
    a, d = np.zeros(neurons * lanes), RNG.normal(size=(neurons, lanes))
    with np.errstate(over="ignore"):
        entry.forward(z.ravel(), a, neurons, lanes, _settings(entry, part), np.zeros(4 * lanes))
    np.testing.assert_allclose(a.reshape(neurons, lanes).T, entry.value(z.T, **settings), rtol=1e-14, atol=1e-15)
    wanted = entry.pulled(z.T, entry.value(z.T, **settings), d.T, **settings)
    moved = d.ravel().copy()
    entry.backward(z.ravel(), a, moved, neurons, lanes, _settings(entry, part), np.zeros(4 * lanes))
    np.testing.assert_allclose(moved.reshape(neurons, lanes).T, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("part", ACTIVATIONS, ids=str)
def test_compiled_activation_kernels_equal_the_formula(part: Part, dtype: str) -> None:
    entry: Activation = activations[part.key]
    settings = entry.values(part)
    z = np.concatenate([np.linspace(-12, 12, 96), [-800.0, 800.0, 1e-8, -1e-8, 0.0, 30.0, -30.0, 88.0]])
    z = np.tile(z, 4).reshape(4, -1) + np.arange(4)[:, None] * 0.37
    if part.key == "exponential":
        z = np.clip(z, -87.0, 80.0)
    a, d = _called(entry, part, z, dtype)
    z = z.astype(dtype).astype(float)
    near, far, step = (5e-7, 1e-5, 1.2e-7) if dtype == "float32" else (2e-15, 1e-12, 2.3e-16)

    def slopes_at(z: np.ndarray) -> np.ndarray:
        return entry.pulled(z.T, entry.value(z.T, **settings), np.ones_like(z.T), **settings).T

    # What rounding z by one step does to the result is no fault of the kernel.
    exact, slopes = entry.value(z.T, **settings).T, slopes_at(z)
    turned = np.abs(entry.value(z.T * (1 + step), **settings).T - entry.value(z.T * (1 - step), **settings).T)
    assert (np.abs(a - exact) <= near + 2 * near * np.abs(exact) + turned).all()
    turned = np.abs(slopes_at(z * (1 + step)) - slopes_at(z * (1 - step)))
    assert (np.abs(d - slopes) <= near + far * np.abs(slopes) + turned).all()


def test_numbers_that_are_no_longer_finite_are_passed_on() -> None:
    for entry in activations.values():
        for dtype in ("float32", "float64"):
            a, _ = _called(entry, Part(entry.key), np.full((2, 16), np.nan), dtype)
            assert np.isnan(a).all(), entry.key
    for dtype in ("float32", "float64"):
        a, _ = _called(activations["exponential"], Part("exponential"), np.full((2, 16), 800.0), dtype)
        assert (a == np.inf).all()


def _called(entry: Activation, part: Part, z: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Run the compiled kernels on a (neurons, lanes) block with d = 1."""
    from ctypes import CFUNCTYPE, c_int64, c_void_p

    from nnstudio.engine.compiled import address

    z = np.ascontiguousarray(z, dtype=dtype)
    a, d, s, t = np.zeros_like(z), np.ones_like(z), _settings(entry, part), np.zeros((4, z.shape[1]), dtype=dtype)
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
    """Outputs and targets that no kink or bend of the loss is near to."""
    output = RNG.normal(size=(6, 4))
    for _ in range(100):
        if entry.key == "poisson":
            target = RNG.integers(0, 5, (6, 4)).astype(float)
        elif "regression" in entry.tasks:
            target = RNG.normal(size=(6, 4))
        elif entry.key in ("binary_cross_entropy", "hinge"):
            target = RNG.integers(0, 2, (6, 4)).astype(float)
        elif entry.key == "kl_divergence":
            target = RNG.dirichlet(np.ones(4), 6)
            target[0] = 0.0, 0.0, 1.0, 0.0
        else:
            target = np.eye(4)[RNG.integers(0, 4, 6)]
        if entry.side is None or (entry.side(output - 0.001, target) == entry.side(output + 0.001, target)).all():
            return output, target
    raise AssertionError("no samples away from the kinks")


@pytest.mark.parametrize("part", LOSSES, ids=str)
def test_loss_slope_and_kernel_equal_differences(part: Part) -> None:
    entry = losses[part.key]
    settings = entry.values(part)
    output, target = _samples(entry)
    h = 1e-5
    for k in range(4):
        e = np.eye(4)[k] * h
        numeric = (entry.value(output + e, target, **settings) - entry.value(output - e, target, **settings)) / (2 * h)
        np.testing.assert_allclose(entry.slope(output, target, **settings)[:, k], numeric, rtol=1e-6, atol=1e-9)
    lanes = 8  # two of them hold no sample
    o, y = np.zeros((4, lanes)), np.zeros((4, lanes))
    o[:, :6], y[:, :6] = output.T, target.T
    d = np.full(4 * lanes, np.nan)
    share = 1 / 4 if entry.mean_over_outputs else 1.0
    s = _settings(entry, part)
    total = entry.both(o.ravel(), y.ravel(), d, 4, lanes, 6, share, s, np.zeros(4 * lanes))
    assert total == pytest.approx(entry.value(output, target, **settings).sum(), rel=1e-12)
    d = d.reshape(4, lanes)
    down = entry.downhill * entry.slope(output, target, **settings) / 6
    np.testing.assert_allclose(d[:, :6].T, down, rtol=1e-12, atol=1e-15)
    assert (d[:, 6:] == 0).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("part", LOSSES, ids=str)
def test_compiled_losses_equal_the_formula_near_and_far(part: Part, dtype: str) -> None:
    from ctypes import CFUNCTYPE, c_double, c_int64, c_void_p

    from nnstudio.engine.compiled import address

    entry = losses[part.key]
    settings = entry.values(part)
    output, target = _samples(entry)
    far = 80.0 if part.key == "poisson" else 800.0  # exp(800) is no number
    for scale, near in ((1.0, 2e-6 if dtype == "float32" else 1e-12), (far, 2e-5 if dtype == "float32" else 1e-12)):
        rows = np.ascontiguousarray(np.clip(output * scale, -far, far).T, dtype=dtype)
        wanted = np.ascontiguousarray(target.T, dtype=dtype)
        o, y = np.zeros((4, 16), dtype=dtype), np.zeros((4, 16), dtype=dtype)
        o[:, :6], y[:, :6] = rows, wanted
        d, s, t = np.ones_like(o), _settings(entry, part), np.zeros_like(o)
        share = 1 / 4 if entry.mean_over_outputs else 1.0
        both = CFUNCTYPE(
            c_double, c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_int64, c_double, c_void_p, c_void_p
        )(address(entry.both, "loss", dtype))
        total = both(o.ctypes.data, y.ctypes.data, d.ctypes.data, 4, 16, 6, share, s.ctypes.data, t.ctypes.data)
        exact, truth = rows.T.astype(float), wanted.T.astype(float)
        assert np.isfinite(total)
        assert total == pytest.approx(entry.value(exact, truth, **settings).sum(), rel=near)
        slope = entry.downhill * entry.slope(exact, truth, **settings) / 6
        np.testing.assert_allclose(d[:, :6].T, slope, rtol=near, atol=near * np.abs(slope).max())
        assert (d[:, 6:] == 0).all()


def test_small_errors_keep_their_digits_in_float32() -> None:
    entry, e = losses["log_cosh"], np.float32(1e-4)
    o, d = np.full(8, e), np.zeros(8, dtype=np.float32)
    total = entry.both(o, np.zeros_like(o), d, 1, 8, 8, 1.0, _settings(entry), np.zeros_like(o))
    assert total == pytest.approx(8 * 0.5e-8, rel=1e-6)


@pytest.mark.parametrize("key", [key for key in losses if losses[key].from_logits])
def test_losses_from_logits_stay_finite_far_out(key: str) -> None:
    entry = losses[key]
    output = np.array([[800.0, -800.0], [-800.0, 800.0]])
    target = np.array([[0.0, 1.0], [0.0, 1.0]])
    if key == "poisson":  # exp(800) is no number; all that can be is right
        assert entry.value(np.array([[-800.0]]), np.array([[3.0]])) == 2400.0
        assert entry.slope(np.array([[-800.0]]), np.array([[3.0]])) == -3.0
        return
    value = entry.value(output, target)
    assert np.isfinite(value).all()
    assert entry.downhill * value[0] >= 800.0
    assert value[1] == pytest.approx(0.0, abs=1e-300)
    assert np.isfinite(entry.slope(output, target)).all()


def test_losses_say_what_they_need() -> None:
    assert losses["cross_entropy"].fits("softmax")
    assert losses["mse"].fits("tanh")
    assert losses["mse"].refusal("tanh") is None
    assert str(losses["cross_entropy"].refusal("tanh")) == (
        "Cross-entropy needs an output with softmax activation, not tanh."
    )


@pytest.mark.parametrize("part", OPTIMIZERS, ids=str)
def test_optimizer_kernel_equals_the_formula(part: Part) -> None:
    entry = optimizers[part.key]
    assert entry.settings[0].name == "learning_rate"
    w, n = RNG.normal(size=12), 12
    state = [np.zeros(n) for _ in entry.names(part)]
    w2, state2 = w.copy(), np.zeros(max(1, len(state)) * n)
    names = {setting.name for setting in entry.settings}
    chosen = dict(part.settings) | {"weight_decay": 0.01} if "weight_decay" in names else dict(part.settings)
    values = entry.values(Part.of(part.key, **chosen))
    s = _settings(entry, Part.of(part.key, **chosen))
    for step in range(1, 9):
        g = RNG.normal(size=n)
        entry.update(w, g.copy(), state, step, **values)
        entry.step(w2, g, state2, n, n, step, s)
        np.testing.assert_allclose(w2, w, rtol=1e-13)


@pytest.mark.parametrize("key", list(optimizers))
def test_optimizers_come_down_to_the_least(key: str) -> None:
    entry = optimizers[key]
    values = entry.values(Part(key)) | {"learning_rate": {"adadelta": 30.0, "sgd": 0.1, "adagrad": 0.5}.get(key, 0.02)}
    if "weight_decay" in values:
        values["weight_decay"] = 0.0
    least = np.array([1.0, -2.0, 0.5])
    w, state = np.zeros(3), [np.zeros(3) for _ in entry.names(Part(key))]
    for step in range(1, 1001):
        entry.update(w, np.array([1.0, 4.0, 0.3]) * (w - least), state, step, **values)
    np.testing.assert_allclose(w, least, atol=0.05)


def test_what_a_schedule_may_move_as_momentum_is_a_setting() -> None:
    moved = {key: entry.settings[entry.momentum_place].name for key, entry in optimizers.items() if entry.momentum}
    assert moved == {key: entry.momentum for key, entry in optimizers.items() if entry.momentum}
    assert {"sgd", "adam"} <= moved.keys()


def test_neurons_that_are_added_while_training_begin_as_others_did() -> None:
    """The state of a new synapse is 0 although the step is not 1; no optimizer may then stand still or divide by 0."""
    for key, entry in optimizers.items():
        w, state = np.zeros(4), [np.zeros(4) for _ in entry.names(Part(key))]
        for step in range(500, 506):
            entry.update(w, np.array([1.0, -1.0, 0.5, 0.0]), state, step, **entry.values(Part(key)))
        assert np.isfinite(w).all(), key
        assert w[0] < 0 < w[1], key
        assert w[3] == 0.0, key


@pytest.mark.parametrize("key", list(initializers))
def test_initializers_draw_what_they_say(key: str) -> None:
    entry = initializers[key]
    weights = entry.draw(np.random.default_rng(1), (300, 200), 300, 200, **entry.values(Part(key)))
    assert weights.shape == (300, 200)
    assert weights.dtype == np.float64
    again = entry.draw(np.random.default_rng(1), (300, 200), 300, 200)
    np.testing.assert_array_equal(weights, again)
    deviation = {
        "zeros": 0.0,
        "constant": 0.0,
        "uniform": 1 / np.sqrt(12),
        "normal": 0.05,
        "glorot_uniform": np.sqrt(2 / 500),
        "glorot_normal": np.sqrt(2 / 500),
        "he_uniform": np.sqrt(2 / 300),
        "he_normal": np.sqrt(2 / 300),
        "lecun_uniform": np.sqrt(1 / 300),
        "lecun_normal": np.sqrt(1 / 300),
        "orthogonal": np.sqrt(1 / 300),
        "pytorch_linear": np.sqrt(1 / 900),
        "playground": 1 / np.sqrt(12),
        "ones": 0.0,
        "truncated_normal": 0.05 * 0.8796256610342398,
    }[key]
    assert weights.std() == pytest.approx(deviation, rel=0.02, abs=1e-12)
    assert weights.mean() == pytest.approx({"constant": 0.1, "ones": 1.0}.get(key, 0.0), abs=0.01)
    small = entry.draw(np.random.default_rng(1), (2, 3, 1, 4), 6, 4, **entry.values(Part(key)))
    assert small.shape == (2, 3, 1, 4)
    assert entry.draw(np.random.default_rng(1), (5,), 1, 1).shape == (5,)


def test_orthogonal_weights_keep_lengths_and_tails_are_cut() -> None:
    for shape in ((30, 20), (20, 30), (20, 20)):
        w = initializers["orthogonal"].draw(np.random.default_rng(2), shape, *shape, gain=2.0)
        square = w.T @ w if shape[0] >= shape[1] else w @ w.T
        np.testing.assert_allclose(square, 4.0 * np.eye(min(shape)), atol=1e-12)
    w = initializers["truncated_normal"].draw(np.random.default_rng(2), (300, 200), 1, 1, mean=1.0, deviation=0.5)
    assert 1.99 < w.max() <= 2.0
    assert 0.0 <= w.min() < 0.01


def test_full_wiring_joins_every_neuron() -> None:
    entry = wirings["full"]
    a, b = Layer(1, "input", "a", (2, 3)), Layer(2, "hidden", "b", (4,))
    assert entry.weight_shape(a, b, Part("full")) == (6, 4)
    assert entry.fans(a, b, Part("full")) == (6, 4)


@pytest.mark.parametrize("key", [key for key in metrics if metrics[key].summed])
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


def test_only_sums_are_gathered_while_training() -> None:
    assert [key for key in metrics if metrics[key].summed] == ["accuracy", "r2", "mae", "rmse"]
    with pytest.raises(TypeError, match="all predictions at once"):
        metrics["mcc"].finish(np.zeros(1), np.zeros(1))


def test_scores_of_a_table_counted_by_hand() -> None:
    """True classes 0 0 0 1 1 2, said 0 0 1 1 1 0."""
    y = np.eye(3)[[0, 0, 0, 1, 1, 2]]
    a = np.array(
        [
            [0.8, 0.1, 0.1],
            [0.5, 0.3, 0.2],
            [0.3, 0.6, 0.1],
            [0.1, 0.7, 0.2],
            [0.2, 0.5, 0.3],
            [0.5, 0.1, 0.4],
        ]
    )
    found = {key: metric.value(a, y) for key, metric in metrics.items() if "classification" in metric.tasks}
    assert found == pytest.approx(
        {
            "accuracy": 4 / 6,
            "balanced_accuracy": (2 / 3 + 1 + 0) / 3,
            "top_k": 1.0,
            "precision": (2 / 3 + 2 / 3 + 0) / 3,
            "recall": (2 / 3 + 1 + 0) / 3,
            "f1_macro": (4 / 6 + 4 / 5 + 0) / 3,
            "f1_micro": 4 / 6,
            "roc_auc": (7.5 / 9 + 7 / 8 + 1.0) / 3,
            "log_loss": -np.log([0.8, 0.5, 0.3, 0.7, 0.5, 0.4]).mean(),
            "mcc": (4 * 6 - (3 * 3 + 2 * 3 + 1 * 0)) / np.sqrt((36 - 18) * (36 - 14)),
        }
    )
    assert metrics["precision"].value(a, y, average="micro") == pytest.approx(4 / 6)
    assert metrics["recall"].value(a, y, average="weighted") == pytest.approx(4 / 6)
    assert metrics["top_k"].value(a, y, k=1) == pytest.approx(4 / 6)


def test_scores_where_there_is_nothing_to_tell_apart() -> None:
    same = np.eye(2)[[1, 1, 1]]
    assert np.isnan(metrics["roc_auc"].value(same, same))
    assert metrics["mcc"].value(same, same) == 0.0
    assert metrics["precision"].value(same, same) == metrics["recall"].value(same, same) == 1.0
    yes_no = np.array([[1.0], [0.0], [1.0], [1.0]])
    said = np.array([[0.9], [0.6], [0.7], [0.1]])
    assert metrics["precision"].value(said, yes_no) == metrics["recall"].value(said, yes_no) == pytest.approx(2 / 3)
    assert metrics["roc_auc"].value(said, yes_no) == pytest.approx(2 / 3)
    assert metrics["top_k"].value(said, yes_no) == 1.0
    flat = np.full((3, 1), 2.0)
    assert metrics["explained_variance"].value(flat, flat) == 1.0
    assert metrics["explained_variance"].value(flat + 1.0, np.array([[1.0], [2.0], [3.0]])) == 0.0


def test_label_smoothing_gives_every_class_a_share() -> None:
    z, y = np.zeros((1, 4)), np.eye(4)[[2]]
    np.testing.assert_allclose(losses["cross_entropy"].slope(z, y, label_smoothing=0.4), [[0.15, 0.15, -0.45, 0.15]])

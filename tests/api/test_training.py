"""``nn.train``: what it returns, what it leaves alone, and numbers that others have worked out by hand."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import nnstudio as nn


def test_a_run_brings_history_network_and_reason_and_leaves_the_network_alone(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    before = net.weights(net.synapses[0])
    run = nn.train(net, X, Y, optimizer=nn.Adam(0.05), epochs=40, validation=0.2)
    assert set(run.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(series.shape == (40,) and series.dtype == np.float64 for series in run.history.values())
    assert run.stopped == "epochs"
    assert run.epochs == 40
    assert run.seconds > 0
    assert run.history["loss"][-1] < 0.2 * run.history["loss"][0]
    assert run.history["val_accuracy"][-1] > 0.9
    assert np.array_equal(net.weights(net.synapses[0]), before)
    assert not np.array_equal(run.network.weights(net.synapses[0]), before)
    assert (run.network.predict(X).argmax(axis=1) == Y).mean() > 0.9
    assert repr(run).startswith("<Run: 40 epochs, epochs: loss 0.")


def test_the_signature_is_the_contract() -> None:
    parameters = inspect.signature(nn.train).parameters
    assert list(parameters)[:5] == ["net", "X", "Y", "loss", "optimizer"]
    defaults = {name: p.default for name, p in parameters.items() if p.default is not inspect.Parameter.empty}
    assert defaults == {
        "loss": "cross_entropy",
        "optimizer": None,
        "batch_size": 32,
        "accumulate": 1,
        "carry_over": False,
        "epochs": 100,
        "schedule": None,
        "shuffle": True,
        "validation": None,
        "seed": 0,
        "split_seed": None,
        "dtype": "float32",
        "clip_norm": None,
        "clip_value": None,
        "stop": None,
        "class_weight": None,
        "sample_weight": None,
        "threads": None,
        "on_epoch": None,
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_step_of_sgd_is_the_gradient(net: nn.Network, samples: tuple, dtype: str) -> None:
    X, Y = samples
    gradients = net.gradients(X, Y, loss="cross_entropy")
    run = nn.train(net, X, Y, optimizer=nn.SGD(0.5), batch_size=90, epochs=1, dtype=dtype)
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    for key, gradient in gradients.items():
        if isinstance(key, tuple):
            moved, start = run.network.bias(key[1]), net.bias(key[1])
        else:
            moved, start = run.network.weights(key), net.weights(key)
        np.testing.assert_allclose(moved, start - 0.5 * gradient, rtol=tolerance, atol=tolerance)


def _mazur() -> nn.Network:
    """Matt Mazur's step-by-step example: 2-2-2 sigmoid, one bias a layer, half squared error, rate 0.5."""
    net = nn.Network()
    x = net.add(nn.Input(2, name="i"))
    h = net.add(nn.Hidden(2, activation="sigmoid", name="h"))
    y = net.add(nn.Output(2, activation="sigmoid", name="o"))
    net.set_weights(net.connect(x, h), [[0.15, 0.25], [0.20, 0.30]])
    net.set_weights(net.connect(h, y), [[0.40, 0.50], [0.45, 0.55]])
    net.set_bias(h, [0.35, 0.35])
    net.set_bias(y, [0.60, 0.60])
    return net


@pytest.mark.parametrize(("held", "expected"), [(True, 0.29102777369359933), (False, 0.28047144679143016)])
def test_the_worked_example_of_matt_mazur(held: bool, expected: float) -> None:
    net, X, Y = _mazur(), [[0.05, 0.10]], [[0.01, 0.99]]
    assert net.loss(X, Y, loss="half_mse") == pytest.approx(0.298371108760003, rel=1e-12)
    if held:
        net.freeze_bias("h")
        net.freeze_bias("o")
    run = nn.train(net, X, Y, loss="half_mse", optimizer=nn.SGD(0.5), epochs=1, batch_size=1, dtype="float64")
    assert run.network.loss(X, Y, loss="half_mse") == pytest.approx(expected, rel=1e-14)
    assert (run.network.bias("h").tolist() == [0.35, 0.35]) is held


def test_momentum_and_adam_move_as_their_formulas_say() -> None:
    def walk(optimizer: nn.Optimizer, steps: int) -> float:
        net = nn.Network()
        s = net.connect(net.add(nn.Input(1)), net.add(nn.Output(1, bias=False)))
        net.set_weights(s, [[1.0]])
        run = nn.train(net, [[1.0]], [[0.0]], loss="half_mse", optimizer=optimizer, epochs=steps, dtype="float64")
        return float(run.network.weights(s)[0, 0])

    w, v = 1.0, 0.0
    for _ in range(5):
        v = 0.9 * v + w
        w -= 0.1 * v
    assert walk(nn.SGD(0.1, momentum=0.9), 5) == pytest.approx(w, rel=1e-12)
    w, m, s = 1.0, 0.0, 0.0
    for t in range(1, 6):
        m, s = 0.9 * m + 0.1 * w, 0.999 * s + 0.001 * w * w
        w -= 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    assert walk(nn.Adam(0.1), 5) == pytest.approx(w, rel=1e-12)


def test_frozen_synapses_and_untrained_bundles_stay_to_the_bit(net: nn.Network, samples: tuple) -> None:
    s1 = net.synapses[0]
    mask = np.zeros((4, 5), bool)
    mask[1, 2] = mask[3, 0] = True
    net.freeze(s1, mask)
    net.freeze_bias("h", [True, False, True, False, True])
    run = nn.train(net, *samples, epochs=3)
    moved = run.network.weights(s1) != net.weights(s1)
    assert np.array_equal(moved, ~mask)
    assert np.array_equal(run.network.bias("h") != net.bias("h"), [False, True, False, True, False])
    assert run.network.frozen(s1).sum() == 2
    net.freeze(s1, ~mask & False)
    assert not net.frozen(s1).any()
    fixed = nn.Network()
    x, h, y = fixed.add(nn.Input(4)), fixed.add(nn.Hidden(5)), fixed.add(nn.Output(3, activation="softmax"))
    still, free = fixed.connect(x, h, nn.Full(trainable=False)), fixed.connect(h, y)
    run = nn.train(fixed, *samples, epochs=3)
    assert np.array_equal(run.network.weights(still), fixed.weights(still))
    assert not np.array_equal(run.network.weights(free), fixed.weights(free))
    assert "of them trained" in fixed.summary()


def test_penalties_pull_weights_down(net: nn.Network, samples: tuple) -> None:
    def norm(**penalty: float) -> float:
        made = nn.Network(seed=1)
        s = made.connect(made.add(nn.Input(4)), made.add(nn.Output(3, activation="softmax")), nn.Full(**penalty))
        return float(np.abs(nn.train(made, *samples, epochs=60, optimizer=nn.Adam(0.05)).network.weights(s)).sum())

    assert norm(l2=0.1) < 0.7 * norm()
    assert norm(l1=0.05) < 0.7 * norm()


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(net: nn.Network, samples: tuple) -> None:
    def weights(**settings: object) -> np.ndarray:
        return nn.train(net, *samples, epochs=5, **settings).network.weights(net.synapses[0])  # type: ignore[arg-type]

    assert np.array_equal(weights(), weights())
    assert not np.array_equal(weights(), weights(seed=1))
    assert np.array_equal(weights(shuffle=False), weights(shuffle=False, seed=1))
    assert np.array_equal(weights(), weights(on_epoch=lambda _: None)), "being watched changes nothing"


def test_classes_and_one_hot_rows_are_the_same(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    runs = [nn.train(net, X, target, epochs=4) for target in (Y, np.eye(3)[Y], Y[:, None], Y.astype(float).tolist())]
    for run in runs[1:]:
        assert np.array_equal(run.network.weights(net.synapses[0]), runs[0].network.weights(net.synapses[0]))
        assert np.array_equal(run.history["accuracy"], runs[0].history["accuracy"])


def test_classes_that_are_missing_from_the_samples_are_no_trouble(net: nn.Network, samples: tuple) -> None:
    X, Y = samples
    run = nn.train(net, X[Y == 0], Y[Y == 0], epochs=2)
    assert run.history["accuracy"].shape == (2,)


def test_one_yes_or_no_output(samples: tuple) -> None:
    X, Y = samples
    net = nn.Network(seed=1)
    net.connect(net.add(nn.Input(4)), net.add(nn.Output(1, activation="sigmoid")))
    for target in (Y == 1, (Y == 1).astype(int)[:, None]):
        run = nn.train(net, X, target, loss="binary_cross_entropy", optimizer=nn.Adam(0.1), epochs=40, validation=0.2)
        assert set(run.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        assert run.history["accuracy"][-1] > 0.95
        assert ((run.network.predict(X)[:, 0] > 0.5) == (Y == 1)).mean() == pytest.approx(
            run.history["accuracy"][-1], abs=0.1
        )
    with pytest.raises(ValueError, match=r"Y holds 2.0; the loss Binary cross-entropy compares with classes"):
        nn.train(net, X, Y, loss="binary_cross_entropy")


def test_several_true_classes_at_once(samples: tuple) -> None:
    X, Y = samples
    net = nn.Network(seed=1)
    net.connect(net.add(nn.Input(4)), net.add(nn.Output(2, activation="sigmoid")))
    rows = np.stack([Y > 0, Y > 1], axis=1)
    run = nn.train(net, X, rows, loss="binary_cross_entropy", optimizer=nn.Adam(0.1), epochs=60)
    assert ((run.network.predict(X) > 0.5) == rows).mean() > 0.9


def test_a_regression_brings_r2(samples: tuple) -> None:
    X = samples[0]
    target = X[:, 0] - 2.0 * X[:, 1] + 0.5
    net = nn.Network(seed=1)
    s = net.connect(net.add(nn.Input(4)), net.add(nn.Output(1)))
    run = nn.train(net, X, target, loss="mse", optimizer=nn.Adam(0.05), epochs=400, validation=(X[:9], target[:9]))
    assert set(run.history) == {"loss", "r2", "val_loss", "val_r2"}
    np.testing.assert_allclose(run.network.weights(s)[:, 0], [1.0, -2.0, 0.0, 0.0], atol=0.01)
    assert run.history["r2"][-1] > 0.999


def test_several_inputs_and_outputs_share_columns_in_the_order_of_adding() -> None:
    net = nn.Network()
    a, b = net.add(nn.Input(1, name="a")), net.add(nn.Input(2, name="b"))
    p, q = net.add(nn.Output(2, name="p")), net.add(nn.Output(1, name="q"))
    net.set_weights(net.connect(a, q), [[2.0]])
    net.set_weights(net.connect(b, p), [[1.0, 10.0], [100.0, 1000.0]])
    assert net.predict([[1.0, 2.0, 3.0]]).tolist() == [[302.0, 3020.0, 2.0]]
    X = np.random.default_rng(0).normal(size=(40, 3))
    Y = np.stack([X[:, 1], X[:, 2], -X[:, 0]], axis=1)
    run = nn.train(net, X, Y, loss="mse", optimizer=nn.SGD(0.1), epochs=300)
    np.testing.assert_allclose(run.network.weights((a, q)), [[-1.0]], atol=1e-3)
    assert not net.problems()


def test_on_epoch_hears_of_each_epoch_and_may_end_the_run(net: nn.Network, samples: tuple) -> None:
    heard: list[nn.Epoch] = []
    run = nn.train(net, *samples, epochs=6, validation=0.1, on_epoch=heard.append)
    assert [epoch.number for epoch in heard] == [1, 2, 3, 4, 5, 6]
    assert {epoch.goal for epoch in heard} == {6}
    assert [epoch["val_loss"] for epoch in heard] == run.history["val_loss"].tolist()
    assert nn.train(net, *samples, epochs=200, on_epoch=lambda _: None).epochs == 200
    run = nn.train(net, *samples, epochs=50, on_epoch=lambda epoch: epoch.number < 3)
    assert (run.stopped, run.epochs, len(run.history["loss"])) == ("cancelled", 3, 3)
    with pytest.raises(RuntimeError, match="mine"):
        nn.train(net, *samples, on_epoch=lambda _: (_ for _ in ()).throw(RuntimeError("mine")))


def test_a_run_that_diverges_says_so(samples: tuple) -> None:
    X = samples[0]
    net = nn.Network(seed=1)
    net.connect(net.add(nn.Input(4)), net.add(nn.Output(1)))
    run = nn.train(net, X, X[:, 0], loss="mse", optimizer=nn.SGD(1e6), epochs=2000)
    assert run.stopped == "diverged"
    assert run.epochs < 2000


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "Epochs is 0; it must lie between 1 and"),
        ({"epochs": 1.5}, r"epochs is 1.5; it must be a whole number"),
        ({"batch_size": 0}, "Batch size is 0"),
        ({"seed": -1}, "Seed is -1"),
        ({"dtype": "float16"}, "dtype is float16; it must be float32 or float64"),
        ({"optimizer": "warp"}, 'There is no optimizer "warp"; there are: '),
        ({"optimizer": 0.1}, r"An optimizer is given as nn.SGD\(\) or by its name, not by float"),
        ({"loss": "warp"}, 'There is no loss "warp"'),
        ({"loss": "binary_cross_entropy"}, "needs an output with sigmoid activation, not softmax"),
        ({"validation": 1.0}, "validation is 1.0; give a pair"),
        ({"validation": "some"}, "validation is 'some'"),
        ({"validation": ([[1.0]], [0])}, r"The validation X has the shape \(1, 1\)"),
        ({"validation": (np.zeros((2, 4)), [0])}, "The validation X has 2 rows but Y has 1"),
    ],
)
def test_settings_that_cannot_be_are_refused(net: nn.Network, samples: tuple, settings: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        nn.train(net, *samples, **settings)


@pytest.mark.parametrize("name", ["weights", "verbose"])
def test_what_is_not_there_is_not_accepted(net: nn.Network, samples: tuple, name: str) -> None:
    with pytest.raises(TypeError, match=name):
        nn.train(net, *samples, **{name: 1})


def test_no_samples_and_broken_samples_are_refused(net: nn.Network) -> None:
    with pytest.raises(ValueError, match="There are no rows to train on"):
        nn.train(net, np.zeros((0, 4)), np.zeros((0, 3)))
    with pytest.raises(ValueError, match="X holds a value that is not finite in row 1"):
        nn.train(net, [[0.0] * 4, [np.inf] * 4], [0, 1])


def test_an_optimizer_can_be_its_name_or_its_class(net: nn.Network, samples: tuple) -> None:
    runs = [nn.train(net, *samples, epochs=2, optimizer=o) for o in (nn.Adam(), nn.Adam, "adam", None)]
    for run in runs[1:]:
        assert np.array_equal(run.network.weights(net.synapses[0]), runs[0].network.weights(net.synapses[0]))

"""Dropout: how often, how much more, off in evaluation, and the same bits however training is cut up."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nnstudio.document import Dataset, Part, StudioError, Training
from nnstudio.engine import TrainingRun, predict, train
from nnstudio.engine.draws import kept, threshold
from nnstudio.engine.layers import draws
from tests.engine.layered import document

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(45, 3)), RNG.normal(size=(45, 3))
ROWS = Dataset("rows", "regression", X, Y, np.arange(40), np.arange(40, 45))


def settings(**changes: object) -> Training:
    return replace(
        Training(Part("mse"), Part.of("adam", learning_rate=0.01), 16, 6, seed=7, dtype="float64"), **changes
    )


def same_bits(a, b) -> bool:
    return a.parameters.equals(b.parameters) and all((a.series[name] == b.series[name]).all() for name in a.series)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_so_many_are_dropped_and_the_others_count_as_much_more(share: float) -> None:
    factors = kept(3, 5, 2, np.arange(2000), 100, share)
    assert factors.shape == (2000, 100)
    assert set(np.unique(factors)) <= {0.0, 1.0 / (1.0 - share)}
    dropped = (factors == 0).mean()
    spread = np.sqrt(share * (1 - share) / factors.size)
    assert abs(dropped - share) <= 4 * spread
    assert factors.mean() == pytest.approx(1.0, abs=4 * spread / (1 - share) + 1e-12)
    each = (factors == 0).mean(axis=0)  # every neuron alike, and every sample
    assert np.abs(each - share).max() <= 5 * np.sqrt(share * (1 - share) / 2000) + 1e-12


def test_neighbours_are_dropped_independently() -> None:
    gone = kept(3, 5, 2, np.arange(4000), 64, 0.5) == 0
    spread = 5 * 0.25 / np.sqrt(4000)
    for a, b in ((gone[:, :-1], gone[:, 1:]), (gone[:-1], gone[1:])):
        assert abs((a & b).mean() - 0.25) < spread
    other = [kept(3, 6, 2, np.arange(4000), 64, 0.5), kept(4, 5, 2, np.arange(4000), 64, 0.5)]
    other.append(kept(3, 5, 3, np.arange(4000), 64, 0.5))
    for factors in other:  # another epoch, seed, layer
        assert abs((gone & (factors == 0)).mean() - 0.25) < spread


def test_a_draw_depends_on_its_sample_and_neuron_alone() -> None:
    whole = kept(3, 5, 2, np.arange(100), 30, 0.4)
    some = np.array([70, 3, 99])
    assert (kept(3, 5, 2, some, 20, 0.4) == whole[some, :20]).all()


def test_the_compiled_draws_are_the_same() -> None:
    below = threshold(0.3)
    for seed, epoch, layer in ((0, 0, 1), (7, 123, 9), (2**63 - 1, 10**6, 10**5)):
        key = draws.key_of(seed, epoch, layer)
        compiled = [[draws.draw(np.uint64(key), row, n) >= np.uint64(below) for n in range(7)] for row in (0, 5, 10**7)]
        factors = kept(seed, epoch, layer, np.array([0, 5, 10**7]), 7, 0.3)
        assert ((factors > 0) == np.array(compiled)).all()


def test_the_same_bits_for_any_number_of_threads() -> None:
    wide = document("batch", "prelu", 0.3, first=0.1)
    network = wide.network
    for key, size in ((2, 400), (3, 300)):
        network = network.changed_layer(key, shape=(size,))
    from nnstudio.catalog.initial import fill

    made = fill(wide.having(network=network))
    found = [
        train(made.network, made.parameters, settings(epochs=3, dtype=dtype, batch_size=40), ROWS, team=team)
        for dtype in ("float32", "float64")
        for team in (1, 2, 3)
    ]
    for three in (found[:3], found[3:]):
        assert same_bits(three[0], three[1])
        assert same_bits(three[0], three[2])
    assert not np.allclose(found[0].parameters.own[2, "gain"], made.parameters.own[2, "gain"])


@pytest.mark.parametrize("normalization", ["batch", "layer", None])
@pytest.mark.parametrize("batches", [1, 3, 7, 8])
def test_resuming_after_any_batch_gives_the_same_bits(normalization: str | None, batches: int) -> None:
    made = document(normalization, "prelu", 0.3, first=0.2)
    how = settings()
    whole = train(made.network, made.parameters, how, ROWS)
    run = TrainingRun(made.network, made.parameters, how, ROWS)
    for _ in range(batches):
        run.step("batch")
        run.snapshot()
    halfway = run.snapshot()
    run.stop()
    assert run.join(20)
    assert (halfway.epoch, halfway.batch) == divmod(batches, 3)
    rest = train(made.network, halfway.parameters, how, ROWS, halfway.progress, goal=6)
    assert same_bits(rest, whole)


def test_a_batch_in_parts_drops_the_same_neurons() -> None:
    made = document("layer", "tanh", 0.5)
    whole = train(made.network, made.parameters, settings(), ROWS).parameters
    parts = train(made.network, made.parameters, settings(accumulate=4), ROWS).parameters
    for key, weights in whole.weights.items():
        np.testing.assert_allclose(parts.weights[key], weights, rtol=1e-9, atol=1e-11)


def test_answers_drop_nothing() -> None:
    plain, dropping = document("batch"), document("batch", dropout=0.5, first=0.5)
    assert (predict(plain.network, plain.parameters, X) == predict(dropping.network, plain.parameters, X)).all()
    how = settings(epochs=1, optimizer=Part.of("sgd", learning_rate=1e-300))
    series = [train(made.network, plain.parameters, how, ROWS).series for made in (plain, dropping)]
    assert series[0]["loss"][0] != pytest.approx(series[1]["loss"][0], rel=1e-3)  # of training
    normalized = document("layer")
    also = document("layer", dropout=0.5, first=0.5)
    how = settings(epochs=1, optimizer=Part.of("sgd", learning_rate=0.0))
    series = [train(made.network, normalized.parameters, how, ROWS).series for made in (normalized, also)]
    assert series[0]["val_loss"][0] == series[1]["val_loss"][0]


def test_what_is_dropped_sends_no_slope_back() -> None:
    """A linear network of one hidden layer, one sample a batch: its weights move only where a neuron was kept."""
    made = document(None, "linear", 0.5)
    alone = replace(ROWS, train=np.array([17]))
    how = settings(epochs=1, batch_size=1, optimizer=Part.of("sgd", learning_rate=0.1))
    moved = train(made.network, made.parameters, how, alone).parameters
    sent = kept(7, 0, 2, np.array([0]), 8, 0.5)[0] > 0
    changed = moved.weights[12] != made.parameters.weights[12]
    assert not changed[~sent].any()
    assert (moved.biases[2] != made.parameters.biases[2])[~sent].sum() == 0
    assert 0 < sent.sum() < 8


def test_an_output_is_never_dropped() -> None:
    made = document(None)
    network = made.network.changed_layer(4, dropout=0.9)
    a = train(network, made.parameters, settings(), ROWS)
    b = train(made.network, made.parameters, settings(), ROWS)
    assert same_bits(a, b)


def test_dropout_and_muted_neurons_go_together() -> None:
    made = document("batch", "softmax", 0.4)
    parameters = made.parameters.with_muted(2, np.arange(8) == 3).with_muted(1, np.arange(3) == 1)
    found = train(made.network, parameters, settings(), ROWS).parameters
    assert (found.weights[12][3] == made.parameters.weights[12][3]).all()
    assert (found.weights[11][1] == made.parameters.weights[11][1]).all()
    assert (found.weights[12][4] != made.parameters.weights[12][4]).any()


def test_shares_that_cannot_be_are_refused() -> None:
    from nnstudio.document.edits import SetDropout, SetNormalization

    made = document(None)
    for share in (1.0, -0.1, 1.5, float("nan")):
        with pytest.raises(StudioError, match="dropout of"):
            SetDropout(2, share).apply(made)
    with pytest.raises(StudioError, match="is an output"):
        SetDropout(4, 0.5).apply(made)
    with pytest.raises(StudioError, match="is an input"):
        SetNormalization(1, Part("batch")).apply(made)
    assert SetDropout(1, 0.5).apply(made).network.layers[1].dropout == 0.5


def test_builders_are_what_they_say() -> None:
    made = document("batch", "prelu", 0.25)
    names = SimpleNamespace(**{name: made.parameters.own[2, name] for name in ("gain", "shift", "mean", "variance")})
    assert {values.shape for values in vars(names).values()} == {(8,)}
    assert made.parameters.own[2, "slope"].shape == ()

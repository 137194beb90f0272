"""What nobody should ask for: it works, or one sentence names the object and says what would be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nnstudio as nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4))
CLASSES = RNG.integers(0, 3, 40)
NUMBERS = RNG.normal(size=(40, 3))


def network(activation: Any = "tanh", output: str = "softmax", size: Any = 5, **settings: Any) -> nn.Network:
    net = nn.Network(seed=1)
    x, y = nn.Input(4, name="x"), nn.Output(3, output, name="y")
    ends = net.add(x), net.add(nn.Hidden(size, activation, name="h", **settings)), net.add(y)
    net.connect(ends[0], ends[1])
    net.connect(ends[1], ends[2])
    return net


def trained(inputs: Any = X, targets: Any = CLASSES, **settings: Any) -> nn.Run:
    return nn.train(network(), inputs, targets, **{"epochs": 2, **settings})


def connected(synapses: Any, source: Any = 4, target: Any = 3) -> nn.Network:
    net = nn.Network()
    net.connect(net.add(nn.Input(source, name="i")), net.add(nn.Output(target, name="o")), synapses)
    return net


NAN, INF = float("nan"), float("inf")
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no epochs": (lambda: trained(epochs=0), "Epochs is 0; it must lie between 1"),
    "half an epoch": (lambda: trained(epochs=1.5), "epochs is 1.5; it must be a whole number"),
    "no batch": (lambda: trained(batch_size=0), "Batch size is 0"),
    "no parts": (lambda: trained(accumulate=0), "Accumulate is 0"),
    "no samples": (lambda: trained(X[:0], CLASSES[:0]), "no rows to train on"),
    "no network": (lambda: nn.train(3, X, CLASSES), "an nn.Network, not int"),  # type: ignore[arg-type]
    "nothing to check": (lambda: nn.check_gradients(None, X, CLASSES), "an nn.Network, not NoneType"),  # type: ignore[arg-type]
    "unwired": (lambda: nn.train(nn.Network(), X, CLASSES), "no input layer: add nn.Input"),
    "class out of range": (lambda: trained(targets=np.full(40, 3)), "whole numbers from 0 to 2"),
    "class below 0": (lambda: trained(targets=np.full(40, -1)), "whole numbers from 0 to 2"),
    "class and a half": (lambda: trained(targets=CLASSES + 0.5), "whole numbers from 0 to 2"),
    "words as classes": (lambda: trained(targets=np.array(["a"] * 40)), "Y must be an array of numbers"),
    "no Y": (lambda: trained(targets=None), "Y has the shape ()"),
    "Y of no number": (lambda: trained(targets=np.full((40, 3), NAN)), "Y holds a value that is not finite in row 0"),
    "Y of other length": (lambda: trained(targets=CLASSES[:10]), "X has 40 rows but Y has 10"),
    "Y below 0": (lambda: trained(targets=-np.ones((40, 3))), "Y holds -1.0; the loss Cross-entropy"),
    "X of no number": (lambda: trained(np.full((40, 4), NAN)), "X holds a value that is not finite in row 0"),
    "X without end": (lambda: trained(np.full((40, 4), INF)), "X holds a value that is not finite in row 0"),
    "X of words": (lambda: trained(np.full((40, 4), "a")), "X must be an array of numbers"),
    "X ragged": (lambda: trained([[1, 2], [3]]), "X must be an array of numbers"),
    "X complex": (lambda: trained(X + 1j), "X must hold real numbers, not complex128"),
    "X of dates": (lambda: trained(np.zeros((40, 4), "M8[s]")), "X must hold real numbers, not datetime64"),
    "X masked": (lambda: trained(np.ma.masked_greater(X, 1.0)), "X has masked values"),
    "X too large": (lambda: trained(X * 1e300), "too large for float32: scale it"),
    "Y too large": (
        lambda: nn.train(network(output="linear"), X, NUMBERS * 1e300, "mse"),
        "Y holds .*, which is too large for float32",
    ),
    "X without rows": (lambda: trained(X[0]), "X has the shape .4,.; the network takes .samples, 4."),
    "X of other width": (lambda: trained(X[:, :3]), "X has the shape .40, 3.; the network takes .samples, 4."),
    "half of all": (lambda: trained(validation=1.0), "validation is 1.0; give a pair"),
    "half a pair": (lambda: trained(validation=(X,)), "validation is a pair"),
    "no thread": (lambda: trained(threads=0), "threads is 0; it must be a whole number from 1 up"),
    "seed below 0": (lambda: trained(seed=-1), "Seed is -1"),
    "split below 0": (lambda: trained(split_seed=-1), "split_seed is -1"),
    "float16": (lambda: trained(dtype="float16"), "dtype is float16; it must be float32 or float64"),
    "no type": (lambda: trained(dtype=None), "dtype is None; it must be float32 or float64"),
    "clip 0": (lambda: trained(clip_norm=0), "Clip norm is 0.0; it must be more than 0"),
    "clip no number": (lambda: trained(clip_value=NAN), "Clip value is nan"),
    "shuffle": (lambda: trained(shuffle="no"), "shuffle is 'no'; it must be True or False"),
    "on_epoch": (lambda: trained(on_epoch=3), "on_epoch is 3; it must be a function"),
    "loss": (lambda: trained(loss="foo"), 'There is no loss "foo"; there are: cross_entropy'),
    "loss of others": (lambda: trained(loss="binary_cross_entropy"), '"y": Binary cross-entropy needs .* sigmoid'),
    "optimizer": (lambda: trained(optimizer="foo"), 'There is no optimizer "foo"; there are: sgd'),
    "schedule": (lambda: trained(schedule=3), "A schedule is given as nn.Cosine"),
    "watched": (lambda: trained(stop=nn.Stop("foo", patience=1)), 'Nothing called "foo" .* watch one of auto, loss'),
    "patience": (lambda: trained(stop=nn.Stop(patience=1.5)), "Patience is 1.5"),  # type: ignore[arg-type]
    "target": (lambda: trained(stop=nn.Stop(target="a")), "The target is a"),  # type: ignore[arg-type]
    "class weight": (lambda: trained(class_weight={7: 1.0}), "There is no class 7; there are 3"),
    "classes of no weight": (lambda: trained(class_weight={0: 0, 1: 0, 2: 0}), "Every training sample weighs 0"),
    "samples of no weight": (lambda: trained(sample_weight=np.zeros(40)), "Every training sample weighs 0"),
    "weights of others": (lambda: trained(sample_weight=np.ones(3)), r"shape \(3,\); X has 40 rows"),
    "rate of words": (lambda: nn.SGD("a"), "Learning rate of SGD is 'a'; it must be a number"),
    "rate of None": (lambda: nn.Adam(None), "Learning rate of Adam is None; it must be a number"),
    "rate of True": (lambda: nn.SGD(True), "Learning rate of SGD is True; it must be a number"),
    "rate below 0": (lambda: nn.SGD(-1.0), "Learning rate of SGD is -1.0; it must lie between 0.0"),
    "switch": (lambda: nn.SGD(0.1, nesterov="yes"), "Nesterov of SGD is 'yes'; it must be True or False"),
    "half a pair of steps": (lambda: nn.LBFGS(history_size=2.5), "History of LBFGS is 2.5; it must be a whole number"),
    "unknown setting": (
        lambda: nn.SGD(0.1, speed=1),
        "SGD does not fit its settings: .*'speed'; it has: learning_rate",
    ),
    "unknown choice": (
        lambda: nn.LBFGS(line_search="x"),
        "Line search of LBFGS is x; choose one of none, strong_wolfe",
    ),
    "activation": (lambda: network("foo"), 'There is no activation "foo"; there are: linear'),
    "no neuron": (lambda: network(size=0), 'The shape of "h" is 0'),
    "True neurons": (lambda: network(size=True), 'The shape of "h" is True'),
    "too many": (lambda: network(size=10**9), '"h" cannot have 1000000000 neurons'),
    "all dropped": (lambda: network(dropout=1.0), 'The dropout of "h" is 1.0'),
    "bias": (lambda: network(bias=None), 'The bias of "h" is True or False, not None'),
    "setting of an activation": (
        lambda: network(nn.part("leaky_relu", slope=0.2)),
        'Leaky ReLU has no setting "slope"; it has: negative_slope',
    ),
    "l1 below 0": (lambda: connected(nn.Full(l1=-1)), "l1 is -1; it must be a number from 0 up"),
    "l2 of words": (lambda: connected(nn.Full(l2="a")), "l2 is 'a'; it must be a number from 0 up"),  # type: ignore[arg-type]
    "trainable": (lambda: connected(nn.Full(trainable="x")), "trainable is 'x'"),  # type: ignore[arg-type]
    "pairs": (lambda: connected(nn.Sparse(pairs=3)), "pairs is 3; give .source neuron, target neuron."),
    "pair": (lambda: connected(nn.Sparse(pairs=[(9, 0)])), r'\(9, 0\) is no pair of neurons of "i" \(0 to 3\)'),
    "density": (lambda: connected(nn.Sparse(density=2.0)), "Density of Sparse is 2.0"),
    "one to many": (lambda: connected(nn.OneToOne()), '"i" has 4 neurons and "o" has 3; one-to-one needs the same'),
    "no image": (lambda: connected(nn.Convolution()), '"i" has 4 neurons in no order'),
    "groups": (lambda: connected(nn.Convolution(groups=3), (6, 6, 2), (6, 6, 4)), "3 groups must divide both"),
    "stride": (lambda: connected(nn.Convolution(stride=2), (6, 6, 2), (6, 6, 4)), '"o" has .* needs 3 x 3 x 4'),
    "window": (lambda: connected(nn.Pooling(size=99), (6, 6, 2), (6, 6, 2)), "99 x 99 places does not fit"),
    "synapses": (lambda: connected(3), "nn.connect takes|net.connect takes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_sentence_says_what_would_be_right(name: str) -> None:
    ask, words = REFUSED[name]
    with pytest.raises(ValueError, match=words) as told:
        ask()
    assert isinstance(told.value, nn.StudioError)
    sentence = str(told.value)
    assert "\n" not in sentence
    assert "{" not in sentence.replace(repr(name), "")


WORKS: dict[str, Callable[[], nn.Run]] = {
    "one sample": lambda: trained(X[:1], CLASSES[:1]),
    "one sample to train and hold": lambda: trained(X[:1], CLASSES[:1], validation=0.5),
    "one neuron": lambda: nn.train(network(size=1), X, CLASSES, epochs=2),
    "a batch beyond the data": lambda: trained(batch_size=1000),
    "more parts than samples": lambda: trained(accumulate=1000),
    "99 threads": lambda: trained(threads=99),
    "constant columns": lambda: trained(np.ones((40, 4))),
    "a constant target": lambda: nn.train(network(output="linear"), X, np.ones((40, 3)), "mse", epochs=2),
    "no synapses": lambda: nn.train(connected(nn.Sparse(pairs=[])), X, NUMBERS, "mse", epochs=2),
    "a rate that is far too large": lambda: trained(optimizer=nn.SGD(1e6), epochs=20),
    "numbers beyond float32": lambda: trained(X * 1e300, dtype="float64"),
    "NumPy's numbers": lambda: trained(
        epochs=np.int64(2), batch_size=np.int32(8), optimizer=nn.SGD(np.float32(0.1), momentum=np.float64(0.5))
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_what_is_odd_but_sound_works(name: str) -> None:
    run = WORKS[name]()
    assert run.stopped in ("epochs", "diverged")
    assert all(np.isfinite(run.network.weights(s)).all() for s in run.network.synapses)


SAME_X: dict[str, Any] = {
    "list": X.tolist(),
    "column order": np.asfortranarray(X),
    "every other row": np.repeat(X, 2, axis=0)[::2],
    "other bytes": X.astype(">f8"),
    "objects": X.astype(object),
    "long": X.astype(np.longdouble),
}
SAME_Y: dict[str, Any] = {
    "list": [int(c) for c in CLASSES],
    "bytes": CLASSES.astype(np.uint8),
    "numbers": CLASSES.astype(float),
    "column": CLASSES[:, None],
    "one-hot whole": np.eye(3, dtype=int)[CLASSES],
    "one-hot bytes": np.eye(3, dtype=np.uint8)[CLASSES],
    "one-hot bits": np.eye(3, dtype=bool)[CLASSES],
    "other bytes": CLASSES.astype(">i4"),
}


@pytest.mark.parametrize("name", [*(f"X {key}" for key in SAME_X), *(f"Y {key}" for key in SAME_Y), "read only"])
def test_the_same_samples_in_another_dress_train_alike(name: str) -> None:
    plain, kind = trained(), name[2:]
    if name == "read only":
        inputs, targets = X.copy(), CLASSES.copy()
        inputs.setflags(write=False)
        targets.setflags(write=False)
        dressed = trained(inputs, targets)
    else:
        dressed = trained(SAME_X[kind], CLASSES) if name[0] == "X" else trained(X, SAME_Y[kind])
    np.testing.assert_array_equal(dressed.history["loss"], plain.history["loss"])
    np.testing.assert_array_equal(dressed.history["accuracy"], plain.history["accuracy"])


def test_half_precision_is_taken() -> None:
    half = trained(X.astype(np.float16))
    np.testing.assert_array_equal(half.history["loss"], trained(X.astype(np.float16).astype(float)).history["loss"])


@pytest.mark.parametrize(("key", "smooth"), [("step", "sigmoid"), ("sign", "tanh")])
def test_nothing_trains_through_a_step_and_that_is_said(key: str, smooth: str) -> None:
    net = network(key)
    before, after = net.synapses
    run = nn.train(net, X, CLASSES, epochs=3, dtype="float64")
    np.testing.assert_array_equal(run.network.weights(before), net.weights(before))
    assert (run.network.weights(after) != net.weights(after)).any()
    said = net.problems()
    assert [problem.severity for problem in said] == ["warning"]
    assert said[0].text.startswith('Nothing before "h" is trained: the slope of its activation')
    assert said[0].fix is not None
    mended = said[0].fix.edit.apply(net.document).network.named("h")
    assert mended.activation.key == smooth


def test_hinge_takes_classes_of_minus_one_and_one() -> None:
    net = nn.Network(seed=1)
    net.connect(net.add(nn.Input(4)), net.add(nn.Output(1, "tanh")))
    yes = X[:, 0] > 0
    runs = [nn.train(net, X, classes, "hinge", epochs=3) for classes in (yes.astype(int), 2 * yes - 1)]
    np.testing.assert_array_equal(runs[0].history["loss"], runs[1].history["loss"])
    assert net.loss(X, 2 * yes - 1, "hinge") == net.loss(X, yes, "hinge")
    net.set_weights(next(iter(net.synapses)), np.array([[0.3], [0.0], [0.0], [0.0]]))
    run = nn.train(net, X, 2 * yes - 1, "hinge", nn.SGD(1e-6), epochs=1, validation=(X, 2 * yes - 1))
    assert run.history["val_accuracy"][-1] == 1.0, "between -1 and 1 lies 0, not 1/2"


def test_parts_with_settings() -> None:
    net = network(nn.part("leaky_relu", negative_slope=0.5))
    a = net.activations(X)["h"]
    z = X @ net.weights(("x", "h")) + net.bias("h")
    np.testing.assert_allclose(a, np.where(z > 0, z, 0.5 * z), rtol=1e-12)
    plain, smoothed = trained(), trained(loss=nn.part("cross_entropy", label_smoothing=0.2))
    assert smoothed.history["loss"][0] != plain.history["loss"][0]


def test_seeds_apart(tmp_path) -> None:
    settings: dict[str, Any] = {"validation": 0.3, "epochs": 6, "dtype": "float64"}
    one = trained(seed=3, split_seed=11, **settings)
    same = trained(seed=4, split_seed=11, shuffle=False, **settings)
    other = trained(seed=3, split_seed=12, shuffle=False, **settings)
    unshuffled = trained(seed=3, split_seed=11, shuffle=False, **settings)
    np.testing.assert_array_equal(same.history["loss"], unshuffled.history["loss"])
    assert other.history["loss"][0] != unshuffled.history["loss"][0]
    half = trained(seed=3, split_seed=11, on_epoch=lambda epoch: epoch.number < 3, **settings)
    half.save_checkpoint(tmp_path / "half.nns")
    again = nn.resume(tmp_path / "half.nns", X, CLASSES)
    np.testing.assert_array_equal(again.history["val_loss"], one.history["val_loss"])

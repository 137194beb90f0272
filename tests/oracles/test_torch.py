"""Optimizers, activations and losses against PyTorch, in float64 to 1e-12."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog import activations, losses, optimizers
from nnstudio.document import Part

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")
F = torch.nn.functional

# Our names of settings -> PyTorch's; pairs become one tuple there.
NAMES = {
    "learning_rate": "lr",
    "epsilon": "eps",
    "weight_decay": "weight_decay",
    "momentum": "momentum",
    "nesterov": "nesterov",
    "alpha": "alpha",
    "centered": "centered",
    "rho": "rho",
    "rate_decay": "lr_decay",
    "initial_accumulator": "initial_accumulator_value",
    "momentum_decay": "momentum_decay",
    "history_size": "history_size",
    "tolerance_grad": "tolerance_grad",
    "tolerance_change": "tolerance_change",
    "line_search": "line_search_fn",
}
PAIRS = {"betas": ("beta1", "beta2"), "etas": ("shrink", "grow"), "step_sizes": ("least_step", "greatest_step")}
CLASSES = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "NAdam",
    "adamax": "Adamax",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "rprop": "Rprop",
    "lbfgs": "LBFGS",
}
FULL_BATCH = ("rprop", "lbfgs")
ONLY_HERE = {
    "gaussian": lambda z: torch.exp(-z * z),
    "square": torch.square,
    "exponential": torch.exp,
    "sine": torch.sin,
    "sign": torch.sign,
    "step": lambda z: (z >= 0).to(z.dtype),
    "linear": lambda z: z,
}
ACTIVATIONS = {
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softmax": lambda z: F.softmax(z, -1),
    "log_softmax": lambda z: F.log_softmax(z, -1),
    "leaky_relu": F.leaky_relu,
    "prelu": lambda z, slope=0.25: F.prelu(z, torch.tensor([slope], dtype=z.dtype)),
    "elu": F.elu,
    "selu": F.selu,
    "celu": F.celu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "softplus": lambda z, beta=1.0: F.softplus(z, beta, threshold=40),
    "relu6": F.relu6,
    "hard_sigmoid": lambda z: F.relu6(z + 3) / 6,  # F.hardsigmoid's float64 slope is a float32 1/6
    "hard_tanh": F.hardtanh,
    "softsign": F.softsign,
    **ONLY_HERE,
}
CHOSEN = {  # PyTorch's CELU reads alpha as float32
    "leaky_relu": {"negative_slope": 0.2},
    "prelu": {"slope": 0.4},
    "elu": {"alpha": 1.7},
    "celu": {"alpha": 0.5},
    "softplus": {"beta": 3.0},
}


def stepper(part: Part, tensors: list[Any], iterations: int = 1) -> Any:
    """PyTorch's optimizer for ours; of Lion, which PyTorch lacks, the paper's algorithm 2.

    ``iterations``: of L-BFGS in a step there; one of our epochs is one of them.
    """
    values = optimizers[part.key].values(part)
    if part.key == "lion":
        return Lion(tensors, values)
    given = {NAMES[name]: value for name, value in values.items() if name in NAMES}
    for name, (first, second) in PAIRS.items():
        if first in values:
            given[name] = (values[first], values[second])
    if part.key == "lbfgs":
        given["max_iter"] = iterations
        given["line_search_fn"] = None if values["line_search"] == "none" else values["line_search"]
        if values["line_search"] != "none":
            given["max_eval"] = 26 * iterations  # PyTorch stops a search early where its evaluations are used up
    return getattr(torch.optim, CLASSES[part.key])(tensors, **given)


class Lion(torch.optim.Optimizer):
    def __init__(self, tensors: list[Any], values: dict[str, Any]) -> None:
        super().__init__(tensors, {})
        self.pairs = [(w, torch.zeros_like(w)) for w in tensors]
        self.values = values

    @torch.no_grad()
    def step(self) -> None:
        rate, beta1, beta2 = (self.values[name] for name in ("learning_rate", "beta1", "beta2"))
        for w, m in self.pairs:
            c = beta1 * m + (1 - beta1) * w.grad
            w.sub_(rate * (torch.sign(c) + self.values["weight_decay"] * w))
            m.mul_(beta2).add_(w.grad, alpha=1 - beta2)


def trajectory(small, part: Part, iterations: int = 1) -> dict[int, np.ndarray]:
    """All parameters after the first and the last epoch, flat: weights in order of their ids, then biases."""
    document, data, training = small.network(), small.samples(), small.training(part)
    size = len(data.train) if part.key in FULL_BATCH else training.batch_size
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # NAdam keeps a product in the default type
    try:
        tensors = [
            [torch.tensor(np.array(array), requires_grad=True) for _, array in sorted(slots.items())]
            for slots in (document.parameters.weights, document.parameters.biases)
        ]
        optimizer = stepper(part, [*tensors[0], *tensors[1]], iterations)

        def slopes(rows: np.ndarray) -> Any:
            a = torch.tensor(data.inputs[rows])
            for place, (w, b) in enumerate(zip(*tensors, strict=True)):
                a = a @ w + b if place == 0 else torch.tanh(a) @ w + b
            optimizer.zero_grad()
            loss = F.cross_entropy(a, torch.tensor(data.targets[rows]))
            loss.backward()
            return loss

        found = {}
        for epoch in range(iterations, small.epochs + 1, iterations):
            for start in range(0, len(data.train), size):
                rows = data.train[start : start + size]
                if part.key == "lbfgs":
                    optimizer.step(lambda rows=rows: slopes(rows))
                else:
                    slopes(rows)
                    optimizer.step()
            if epoch in (1, small.epochs):
                found[epoch] = np.concatenate([p.detach().numpy().ravel() for p in [*tensors[0], *tensors[1]]])
        return found
    finally:
        torch.set_default_dtype(before)


def test_twenty_epochs_equal_pytorch(small, golden) -> None:
    found = trajectory(small, golden.part)
    if os.environ.get("RECORD_GOLDEN"):
        kept = {str(epoch): values.tolist() for epoch, values in found.items()}
        golden.path.write_text(
            json.dumps(
                {
                    "optimizer": golden.part.key,
                    "settings": golden.read["settings"],
                    "made_with": f"torch {torch.__version__}",
                    "parameters": kept,
                }
            )
            + "\n"
        )
    for epochs, wanted in found.items():
        small.same_trajectory(small.ours(golden.part, epochs), wanted)
        if not os.environ.get("RECORD_GOLDEN"):
            small.same_trajectory(golden.recorded[epochs], wanted)


@pytest.mark.parametrize("iterations", [4, 20])
def test_an_epoch_of_lbfgs_is_an_iteration_of_pytorchs(small, iterations: int) -> None:
    found = trajectory(small, Part("lbfgs"), iterations)[small.epochs]
    np.testing.assert_allclose(small.ours(Part("lbfgs"), small.epochs), found, rtol=1e-9, atol=1e-9)


def test_a_line_search_takes_pytorchs_lengths() -> None:
    from torch.optim.lbfgs import _strong_wolfe

    from nnstudio.catalog.strong_wolfe import FOUND, LENGTH, PLACES, SLOPE, begin, look

    rng, looked = np.random.default_rng(4), []
    for _ in range(400):
        a, b, c, d = rng.normal(size=4) * [1.0, 1.0, 3.0, 1.0]
        f = lambda t: a * np.sin(c * t + d) + 0.05 * b * b * t * t - 0.3 * t  # noqa: B023, E731
        slope = lambda t: a * c * np.cos(c * t + d) + 0.1 * b * b * t - 0.3  # noqa: B023, E731
        if slope(0.0) >= 0.0:
            continue
        start, width = float(10.0 ** rng.uniform(-3, 4)), float(10.0 ** rng.uniform(-9, 1))
        direction = torch.tensor([width], dtype=torch.float64)
        found = _strong_wolfe(
            lambda _, t, d: (f(float(t)), torch.tensor([slope(float(t)) / d.item()]).double()),  # noqa: B023
            None,
            start,
            direction,
            f(0.0),
            torch.tensor([slope(0.0) / width]).double(),
            torch.tensor(slope(0.0)).double(),
        )
        q, looks = np.zeros(PLACES), 1
        begin(q, start, f(0.0), slope(0.0), width)
        q[FOUND], q[SLOPE] = f(start), slope(start)
        while look(q):
            q[FOUND], q[SLOPE] = f(q[LENGTH]), slope(q[LENGTH])
            looks += 1
        assert (q[LENGTH], looks) == (pytest.approx(float(found[2]), rel=1e-5), found[3])
        looked.append(looks)
    assert len(looked) > 150
    assert {1, 2, 3, 5, 8} <= set(looked)


def test_defaults_are_pytorchs() -> None:
    for key, name in CLASSES.items():
        given = {"sgd": {"lr": 0.01}, "lbfgs": {"max_iter": 1}}.get(key, {})
        theirs = getattr(torch.optim, name)([torch.zeros(1, requires_grad=True)], **given)
        ours = stepper(Part(key), [torch.zeros(1, requires_grad=True)])
        assert {k: v for k, v in ours.defaults.items() if v is not None} == {
            k: v for k, v in theirs.defaults.items() if v is not None
        }, key


@pytest.mark.parametrize("settings", [False, True])
@pytest.mark.parametrize("key", list(activations))
def test_activations_equal_pytorch(key: str, settings: bool) -> None:
    chosen = CHOSEN.get(key, {}) if settings else {}
    z = np.concatenate([np.linspace(-15.0, 15.0, 241), [0.0, 3.0, -3.0, 6.0, 1.0, -1.0]])
    if key != "exponential":
        z = np.concatenate([z, [-800.0, 800.0]])
    z = z[: len(z) // 3 * 3].reshape(-1, 3)
    entry = activations[key]
    x = torch.tensor(z, requires_grad=True)
    a = ACTIVATIONS[key](x, **chosen)
    np.testing.assert_allclose(entry.value(z, **chosen), a.detach().numpy(), rtol=1e-12, atol=1e-14)
    d = np.random.default_rng(0).normal(size=z.shape)
    if a.requires_grad and key != "step":
        a.backward(torch.tensor(d))
        pulled = entry.pulled(z, entry.value(z, **chosen), d, **chosen)
        # PyTorch's own float64 formulas lose digits in far tails, where slopes are next to nothing
        np.testing.assert_allclose(pulled, x.grad.numpy(), rtol=1e-12, atol=2e-13)


def torch_loss(key: str, o: Any, y: Any, settings: dict[str, Any]) -> Any:
    """The same loss there, as a mean over samples."""
    outputs = o.shape[-1]
    return {
        "mse": lambda: F.mse_loss(o, y),
        "half_mse": lambda: 0.5 * outputs * F.mse_loss(o, y),
        "mae": lambda: F.l1_loss(o, y),
        "huber": lambda: F.huber_loss(o, y, **settings),
        "log_cosh": lambda: torch.log(torch.cosh(o - y)).mean(),
        "hinge": lambda: torch.clamp(1 - (2 * y - 1) * o, min=0).mean(),
        "binary_cross_entropy": lambda: F.binary_cross_entropy_with_logits(o, y),
        "cross_entropy": lambda: F.cross_entropy(o, y, **settings),
        "log_likelihood": lambda: -F.cross_entropy(o, y),
        "kl_divergence": lambda: F.kl_div(F.log_softmax(o, -1), y, reduction="batchmean"),
        "poisson": lambda: F.poisson_nll_loss(o, y, log_input=True, full=False),
    }[key]()


@pytest.mark.parametrize("far", [1.0, 800.0])
@pytest.mark.parametrize("key", list(losses))
def test_losses_equal_pytorch(key: str, far: float) -> None:
    entry = losses[key]
    rng = np.random.default_rng(1)
    o = rng.uniform(-1.0, 1.0, (12, 4)) * (80.0 if far > 1 and key == "poisson" else far)
    if key == "log_cosh":
        o = np.clip(o, -300.0, 300.0)  # there the cosine overflows
    y = rng.uniform(-1.0, 1.0, (12, 4))
    if key == "poisson":
        y = rng.integers(0, 6, (12, 4)).astype(float)
    elif key in ("hinge", "binary_cross_entropy"):
        y = rng.integers(0, 2, (12, 4)).astype(float)
    elif key in ("cross_entropy", "kl_divergence", "log_likelihood"):
        y = rng.dirichlet(np.ones(4), 12)
    choices = [{}] + [{"delta": 0.3}] * (key == "huber") + [{"label_smoothing": 0.1}] * (key == "cross_entropy")
    for settings in choices:
        x = torch.tensor(o, requires_grad=True)
        value = torch_loss(key, x, torch.tensor(y), settings)
        value.backward()
        assert entry.value(o, y, **settings).mean() == pytest.approx(value.item(), rel=1e-12)
        np.testing.assert_allclose(entry.slope(o, y, **settings) / 12, x.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_initializers_have_pytorchs_bounds() -> None:
    from nnstudio.catalog import initializers

    layer = torch.nn.Linear(300, 200)
    w = initializers["pytorch_linear"].draw(np.random.default_rng(0), (300, 200), 300, 200)
    assert np.abs(w).max() == pytest.approx(layer.weight.abs().max().item(), rel=1e-3)
    assert w.std() == pytest.approx(layer.weight.std().item(), rel=0.01)

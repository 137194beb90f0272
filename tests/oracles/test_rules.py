"""Schedules and bounds of the gradient against PyTorch's, in float64."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog import schedules
from nnstudio.document import Part
from nnstudio.engine import train

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")
LENGTH = 40
CHOICES = [
    (Part.of("step", factor=0.3, every=7), "StepLR", {"step_size": 7, "gamma": 0.3}),
    (Part.of("exponential", factor=0.9), "ExponentialLR", {"gamma": 0.9}),
    (Part.of("polynomial", power=2.5), "PolynomialLR", {"total_iters": LENGTH, "power": 2.5}),
    (Part.of("polynomial", length=20), "PolynomialLR", {"total_iters": 20}),
    (Part.of("cosine", end=0.1), "CosineAnnealingLR", {"T_max": LENGTH, "eta_min": 0.05}),
    (
        Part.of("warm_restarts", first=4, growth=2, end=0.1),
        "CosineAnnealingWarmRestarts",
        {"T_0": 4, "T_mult": 2, "eta_min": 0.05},
    ),
    (Part.of("warm_restarts", first=7, growth=1), "CosineAnnealingWarmRestarts", {"T_0": 7}),
    (Part("one_cycle"), "OneCycleLR", {"max_lr": 0.5, "total_steps": LENGTH, "cycle_momentum": False}),
    (
        Part.of("one_cycle", rise=0.5, start_division=10.0, end_division=100.0),
        "OneCycleLR",
        {"max_lr": 0.5, "total_steps": LENGTH, "pct_start": 0.5, "div_factor": 10.0, "final_div_factor": 100.0},
    ),
    (Part.of("linear_warm_up", start=0.25, length=9), "LinearLR", {"start_factor": 0.25, "total_iters": 9}),
]


@pytest.mark.parametrize(("part", "name", "given"), CHOICES, ids=str)
def test_a_schedule_equals_pytorch(part: Part, name: str, given: dict[str, float]) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **given)
    wanted = []
    for _ in range(LENGTH):
        wanted.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(wanted) < LENGTH:
            scheduler.step()
    np.testing.assert_allclose(0.5 * schedules[part.key].shares(part, LENGTH), wanted, rtol=1e-12, atol=1e-15)


MOVED = [
    (Part.of("sgd", learning_rate=0.3), "SGD", {}),
    (Part.of("sgd", learning_rate=0.1, momentum=0.9, nesterov=True), "SGD", {"momentum": 0.9, "nesterov": True}),
    (Part.of("rmsprop", learning_rate=0.003), "RMSprop", {}),
    (Part.of("adam", learning_rate=0.05), "Adam", {}),
    (Part.of("adamw", learning_rate=0.05), "AdamW", {"weight_decay": 0.01}),
    (Part.of("adamax", learning_rate=0.05), "Adamax", {}),
]


@pytest.mark.parametrize(("part", "name", "given"), MOVED, ids=str)
def test_a_moving_momentum_equals_pytorch(small, part: Part, name: str, given: dict[str, float]) -> None:
    document, data, training = small.network(), small.samples(), small.training(part)
    cycle = Part.of("one_cycle", cycle_momentum=True, low_momentum=0.7, high_momentum=0.97)
    found = train(document.network, document.parameters, replace(training, schedule=cycle), data)
    weights = [torch.tensor(np.array(w), requires_grad=True) for _, w in sorted(document.parameters.weights.items())]
    biases = [torch.tensor(np.array(b), requires_grad=True) for _, b in sorted(document.parameters.biases.items())]
    optimizer = getattr(torch.optim, name)([*weights, *biases], lr=part.get("learning_rate"), **given)
    steps = training.epochs * -(-len(data.train) // training.batch_size)
    limits = {"base_momentum": 0.7, "max_momentum": 0.97}
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, part.get("learning_rate"), steps, **limits)
    for step in range(steps):
        start = step % (steps // training.epochs) * training.batch_size
        rows = data.train[start : start + training.batch_size]
        optimizer.zero_grad()
        z = torch.tanh(torch.tensor(data.inputs[rows]) @ weights[0] + biases[0]) @ weights[1] + biases[1]
        torch.nn.functional.cross_entropy(z, torch.tensor(data.targets[rows])).backward()
        optimizer.step()
        if step < steps - 1:
            scheduler.step()
    group = optimizer.param_groups[0]
    assert found.series["momentum"][-1] == pytest.approx(group["betas"][0] if "betas" in group else group["momentum"])
    for w, (_, ours) in zip(weights, sorted(found.parameters.weights.items()), strict=True):
        np.testing.assert_allclose(ours, w.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_a_plateau_equals_pytorch() -> None:
    rng = np.random.default_rng(3)
    losses = np.maximum.accumulate(rng.random(60))[::-1] + rng.normal(0.0, 0.02, 60)
    losses[20] = math.nan
    settings = {"factor": 0.5, "patience": 2, "threshold": 1e-3, "cooldown": 3, "least": 0.01}
    entry = schedules["reduce_on_plateau"]
    values = entry.values(Part.of("reduce_on_plateau", **settings))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=2, threshold=1e-3, cooldown=3, min_lr=0.01
    )
    state, found, wanted = entry.begin, [], []
    for loss in losses:
        state = entry.follow(state, loss, **values)
        scheduler.step(loss)
        found.append(state[0])
        wanted.append(optimizer.param_groups[0]["lr"])
    assert len(set(wanted)) > 3
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize(("value", "norm"), [(0.05, None), (None, 0.1), (0.05, 0.1)])
def test_a_bounded_gradient_equals_pytorch(small, value: float | None, norm: float | None) -> None:
    document, data = small.network(), small.samples()
    training = small.training(Part.of("sgd", learning_rate=0.5))
    training = replace(training, clip_value=value, clip_norm=norm, accumulate=3)
    found = train(document.network, document.parameters, training, data).parameters
    weights = [torch.tensor(np.array(w), requires_grad=True) for _, w in sorted(document.parameters.weights.items())]
    biases = [torch.tensor(np.array(b), requires_grad=True) for _, b in sorted(document.parameters.biases.items())]
    optimizer = torch.optim.SGD([*weights, *biases], lr=0.5)
    for _ in range(small.epochs):
        for start in range(0, len(data.train), training.batch_size):
            rows = data.train[start : start + training.batch_size]
            hidden = torch.tanh(torch.tensor(data.inputs[rows]) @ weights[0] + biases[0])
            optimizer.zero_grad()
            z = hidden @ weights[1] + biases[1]
            torch.nn.functional.cross_entropy(z, torch.tensor(data.targets[rows])).backward()
            if value is not None:
                torch.nn.utils.clip_grad_value_([*weights, *biases], value)
            if norm is not None:
                torch.nn.utils.clip_grad_norm_([*weights, *biases], norm)
            optimizer.step()
    for w, (_, ours) in zip(weights, sorted(found.weights.items()), strict=True):
        np.testing.assert_allclose(ours, w.detach().numpy(), rtol=1e-12, atol=1e-12)

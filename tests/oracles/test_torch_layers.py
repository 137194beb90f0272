"""Normalized networks and PReLU against PyTorch: float64 trajectories of 20 epochs to 1e-12, for every optimizer."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog import activations, optimizers
from nnstudio.document import Document, Part
from nnstudio.engine import predict
from tests.oracles.normalized import CASES, EPOCHS, GOLDEN, ROWS, document, flat, ours, samples, training, written
from tests.oracles.test_golden_layers import RATES

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")
F = torch.nn.functional
OPTIMIZERS = [key for key in optimizers if key != "lbfgs"]


class Net(torch.nn.Module):
    """The same network of PyTorch's own modules."""

    def __init__(self, name: str, made: Document) -> None:
        super().__init__()
        normalization, activation, shape, _ = CASES[name]
        self.image, self.shape = len(shape) == 3, shape
        p = made.parameters
        self.first = torch.nn.Parameter(torch.tensor(np.array(p.weights[4])))
        self.last = torch.nn.Parameter(torch.tensor(np.array(p.weights[5])))
        self.bias = torch.nn.Parameter(torch.tensor(np.array(p.biases[2]))) if 2 in p.biases else None
        self.end = torch.nn.Parameter(torch.tensor(np.array(p.biases[3])))
        self.normal: Any = None
        if normalization is not None and normalization.key == "batch":
            kind = torch.nn.BatchNorm2d if self.image else torch.nn.BatchNorm1d
            epsilon, momentum = normalization.get("epsilon", 1e-5), normalization.get("momentum", 0.1)
            self.normal = kind(shape[-1], eps=epsilon, momentum=momentum)
            self.normal.running_mean[:] = torch.tensor(np.array(p.own[2, "mean"]))
            self.normal.running_var[:] = torch.tensor(np.array(p.own[2, "variance"]))
        elif normalization is not None:
            self.normal = torch.nn.LayerNorm(shape, eps=normalization.get("epsilon", 1e-5))
        if self.normal is not None:
            for own, values in (("gain", self.normal.weight), ("shift", self.normal.bias)):
                values.data[:] = torch.tensor(np.array(p.own[2, own])).reshape(values.shape)
        self.prelu = torch.nn.PReLU() if activation == "prelu" else None
        if self.prelu is not None:
            self.prelu.weight.data[:] = float(p.own[2, "slope"])
        kinds = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": lambda n: F.softplus(n, threshold=40)}
        self.f = self.prelu if self.prelu is not None else kinds[activation]

    def forward(self, x: Any) -> Any:
        if self.image:
            image = x.reshape(-1, *self.shape[:2], 2).permute(0, 3, 1, 2)
            z = F.conv2d(image, self.first.permute(3, 2, 0, 1), padding="same")
        else:
            z = x @ self.first
        if self.bias is not None:
            z = z + self.bias
        if isinstance(self.normal, torch.nn.LayerNorm) and self.image:
            z = self.normal(z.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        elif self.normal is not None:
            z = self.normal(z)
        a = self.f(z)
        if self.image:
            a = a.permute(0, 2, 3, 1).reshape(len(x), -1)
        return a @ self.last + self.end

    def arrays(self) -> dict[str, list[float]]:
        found = {"weights/4": self.first, "weights/5": self.last, "biases/3": self.end}
        if self.bias is not None:
            found["biases/2"] = self.bias
        if self.normal is not None:
            found |= {"own/2/gain": self.normal.weight, "own/2/shift": self.normal.bias}
        if isinstance(self.normal, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
            found |= {"own/2/mean": self.normal.running_mean, "own/2/variance": self.normal.running_var}
        if self.prelu is not None:
            found["own/2/slope"] = self.prelu.weight
        return {name: values.detach().numpy().ravel().tolist() for name, values in found.items()}


def followed(name: str, part: Part, seed: int = 11) -> tuple[dict[int, dict[str, list[float]]], Net]:
    from tests.oracles.test_torch import stepper

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        made, how = document(name), training(name, part)
        data, net = samples(made, seed), Net(name, made)
        optimizer = stepper(part, list(net.parameters()))
        found = {}
        for epoch in range(1, EPOCHS + 1):
            for start in range(0, ROWS, 16):
                rows = data.train[start : start + 16]
                optimizer.zero_grad()
                size = -(-how.batch_size // how.accumulate)
                for low in range(0, len(rows), size):
                    some = rows[low : low + size]
                    loss = F.cross_entropy(net(torch.tensor(data.inputs[some])), torch.tensor(data.targets[some]))
                    (loss * (len(some) / len(rows))).backward()
                optimizer.step()
            if epoch in (1, EPOCHS):
                found[epoch] = net.arrays()
        return found, net
    finally:
        torch.set_default_dtype(before)


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("name", CASES)
def test_trajectories_equal_pytorchs(name: str, key: str) -> None:
    part = Part.of(key, learning_rate=RATES[key]) if key in RATES else Part(key)
    found, net = followed(name, part)
    if os.environ.get("RECORD_GOLDEN") and key in RATES:
        kept = {"made_with": f"torch {torch.__version__}", "parameters": {str(k): v for k, v in found.items()}}
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / f"{name}_{key}.json").write_text(json.dumps(kept) + "\n")
    for epochs, wanted in found.items():
        parameters = ours(name, part, epochs)
        mine = flat(parameters)
        assert mine.keys() == wanted.keys()
        for array, values in wanted.items():
            np.testing.assert_allclose(mine[array], values, rtol=1e-12, atol=1e-12, err_msg=array)
            if key in RATES:
                np.testing.assert_allclose(written(name, key)[str(epochs)][array], values, rtol=1e-12, atol=1e-12)
    made = document(name)
    X = samples(made).inputs
    answer = torch.softmax(net.eval()(torch.tensor(X)), -1).detach().numpy()  # by the running statistics
    np.testing.assert_allclose(predict(made.network, parameters, X), answer, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("key", ["rmsprop", "adadelta", "adam"])
@pytest.mark.parametrize("name", ["batch", "batch_prelu", "layer"])
def test_trajectories_equal_pytorchs_with_any_samples(name: str, key: str, seed: int) -> None:
    found, _ = followed(name, Part(key), seed)
    mine = flat(ours(name, Part(key), EPOCHS, seed))
    for array, values in found[EPOCHS].items():
        np.testing.assert_allclose(mine[array], values, rtol=1e-12, atol=1e-12, err_msg=array)


def test_defaults_are_pytorchs() -> None:
    from nnstudio.catalog import normalizations

    batch = normalizations["batch"].values(Part("batch"))
    assert (batch["epsilon"], batch["momentum"]) == (torch.nn.BatchNorm1d(3).eps, torch.nn.BatchNorm1d(3).momentum)
    assert normalizations["layer"].values(Part("layer"))["epsilon"] == torch.nn.LayerNorm(3).eps
    assert activations["prelu"].values(Part("prelu"))["slope"] == torch.nn.PReLU().weight.item()

"""The same networks and trainings made of PyTorch's functions and optimizers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnstudio.document import Document, Layer, Synapses
from tests.oracles.test_torch import ACTIVATIONS, stepper
from tests.oracles.trajectories import (
    BATCH,
    EPOCHS,
    FULL_BATCH,
    ROWS,
    TOLERANCES,
    WAYS,
    document,
    optimizer,
    samples,
    steps_of,
    training,
)

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is compared with before a release")
F = torch.nn.functional
torch.set_num_threads(1)  # networks are so small that sharing work takes longer than working


class Net:
    """A document's network over tensors of its parameters."""

    def __init__(self, made: Document, dtype: Any) -> None:
        self.network, self.masks = made.network, made.parameters.masks
        p = made.parameters

        def tensors(group: Any) -> dict[Any, Any]:
            made = {key: torch.tensor(np.array(array), dtype=dtype) for key, array in sorted(group.items())}
            return {key: t.requires_grad_(t.numel() > 0 and _is_trained(key)) for key, t in made.items()}

        self.w, self.b, self.own = tensors(p.weights), tensors(p.biases), tensors(p.own)
        self.dtype = dtype

    def trained(self) -> list[Any]:
        return [t for group in (self.w, self.b, self.own) for t in group.values() if t.requires_grad]

    def flat(self) -> np.ndarray:
        groups = (self.w, self.b, self.own)
        return np.concatenate([t.detach().numpy().ravel() for group in groups for t in group.values()])

    def penalty(self) -> Any:
        total = torch.zeros((), dtype=self.dtype)
        for synapses in self.network.synapses.values():
            w = self.w[synapses.id]
            total = total + synapses.l1 * w.abs().sum() + 0.5 * synapses.l2 * (w * w).sum()
        return total

    def logits(self, X: Any) -> Any:
        answers = {}
        for key in self.network.order:
            layer = self.network.layers[key]
            if layer.kind == "input":
                answers[key] = X
                continue
            z = sum(self.arriving(s, answers[s.source]) for s in self.network.incoming[key])
            if layer.has_bias:
                z = z + self.b[key].repeat(layer.size // layer.bias_count)
            z = self.normalized(layer, z)
            if layer.kind == "output":
                return z
            answers[key] = ACTIVATIONS[layer.activation.key](z)
        raise AssertionError

    def normalized(self, layer: Layer, z: Any) -> Any:
        if layer.normalization is None:
            return z
        gain, shift = self.own[layer.id, "gain"], self.own[layer.id, "shift"]
        if layer.normalization.key == "layer":
            return F.layer_norm(z, (layer.size,), gain, shift)
        return F.batch_norm(z, self.own[layer.id, "mean"], self.own[layer.id, "variance"], gain, shift, training=True)

    def arriving(self, s: Synapses, x: Any) -> Any:
        source, kind = self.network.layers[s.source], s.wiring.key
        w = self.w[s.id]
        if kind == "one_to_one":
            return x * w
        if kind in ("full", "sparse"):
            mask = self.masks.get(s.id)
            return x @ (w if mask is None else w * torch.tensor(np.array(mask)).to(self.dtype))
        image = x.reshape(-1, *source.shape).permute(0, 3, 1, 2)
        if kind == "pooling":
            whole = s.wiring.get("whole", False)
            if s.wiring.get("kind", "max") == "average":
                z = F.avg_pool2d(image, source.shape[:2] if whole else s.wiring.get("size"))
            else:
                z = F.max_pool2d(image, s.wiring.get("size"), s.wiring.get("stride"))
        else:
            kernel, dilation = s.wiring.get("kernel", 3), s.wiring.get("dilation", 1)
            reach = (kernel - 1) * dilation
            image = F.pad(image, (reach // 2, reach - reach // 2, reach // 2, reach - reach // 2))
            z = F.conv2d(image, w.permute(3, 2, 0, 1), dilation=dilation, groups=s.wiring.get("groups", 1))
        return z.permute(0, 2, 3, 1).reshape(len(x), -1)


def _is_trained(key: Any) -> bool:
    return not (isinstance(key, tuple) and key[1] in ("mean", "variance"))


def followed(
    case: str, dtype: Any, at: Callable[[int], bool], seeds: tuple[int, int] = (5, 7), jolt: float = 0.0
) -> dict[int, np.ndarray]:
    """Updates -> all parameters, wherever ``at(updates)`` says so, until 20 epochs and 100 updates are done.

    ``jolt``: by which share of itself the first weight is moved before training.
    """
    name, way, key = case.split("/")
    made = document(name, way, seeds[0])
    data, settings = samples(made, seeds[1]), training(way, key)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)  # NAdam keeps a product in the default type
    try:
        net = Net(made, dtype)
        with torch.no_grad():
            next(iter(net.w.values())).view(-1)[0] *= 1.0 + jolt
        steps = stepper(optimizer(way, key), net.trained())
        schedule = None
        if "schedule" in WAYS[way]:
            rate = steps.param_groups[0]["lr"] if key != "lion" else steps.values["learning_rate"]
            schedule = [rate * (0.1 + 0.9 * (1 + np.cos(np.pi * epoch / EPOCHS)) / 2) for epoch in range(EPOCHS)]
        X, y = torch.tensor(data.inputs, dtype=dtype), torch.tensor(data.targets)
        found: dict[int, np.ndarray] = {}
        updates = epoch = 0
        while epoch < EPOCHS or updates < max(TOLERANCES):
            for start in range(0, ROWS, settings.batch_size):
                rows = slice(start, start + settings.batch_size)

                def slopes(rows: slice = rows) -> Any:
                    for tensor in net.trained():
                        tensor.grad = None
                    loss = F.cross_entropy(net.logits(X[rows]), y[rows]) + net.penalty()
                    loss.backward()
                    if settings.clip_value is not None:
                        torch.nn.utils.clip_grad_value_(net.trained(), settings.clip_value)
                    if settings.clip_norm is not None:
                        torch.nn.utils.clip_grad_norm_(net.trained(), settings.clip_norm)
                    return loss

                if schedule is not None:
                    now = schedule[min(epoch, EPOCHS - 1)]
                    if key == "lion":
                        steps.values["learning_rate"] = now
                    steps.param_groups[0]["lr"] = now
                if optimizer(way, key).key == "lbfgs":
                    steps.step(slopes)
                else:
                    slopes()
                    steps.step()
                updates += 1
                if at(updates):
                    found.setdefault(updates, net.flat())
            epoch += 1
        return found
    finally:
        torch.set_default_dtype(before)


def at_the_end(case: str, seeds: tuple[int, int] = (5, 7), jolt: float = 0.0) -> np.ndarray:
    """All parameters after 20 epochs, in float64."""
    batches = 1 if _key(case) in FULL_BATCH else -(-ROWS // BATCH)
    return followed(case, torch.float64, lambda updates: updates == EPOCHS * batches, seeds, jolt)[EPOCHS * batches]


def _key(case: str) -> str:
    """The catalog's key of a case's optimizer."""
    return optimizer(*case.split("/")[1:]).key


def single(name: str, key: str) -> dict[int, np.ndarray]:
    """All parameters in float32 after 1, 10 and 100 updates."""
    wanted = steps_of(key)
    return followed(f"{name}/plain/{key}", torch.float32, lambda updates: updates in wanted)

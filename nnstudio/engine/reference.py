"""Runs a Program in plain NumPy float64, step by step as it is written: slow, obvious, and the oracle of the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, optimizers, wirings
from nnstudio.document import Array, Layer, Parameters
from nnstudio.engine.program import (
    Activate,
    AddProduct,
    BiasSlope,
    Lose,
    Penalize,
    Program,
    Pull,
    Score,
    SendBack,
    Silence,
    SilenceSlope,
    StartSum,
    TakeInputs,
    TakeTargets,
    WeightSlope,
)


@dataclass
class Arenas:
    """The values of one batch by layer id, (samples, neurons): z, a, d = dL/da and then dL/dz, and the targets y.

    ``f``: what the activation gave, before muted neurons were silenced.
    """

    z: dict[int, Array] = field(default_factory=dict)
    a: dict[int, Array] = field(default_factory=dict)
    d: dict[int, Array] = field(default_factory=dict)
    y: dict[int, Array] = field(default_factory=dict)
    f: dict[int, Array] = field(default_factory=dict)


class Reference:
    """One network at work on the flat vector ``w``, with its gradient ``g`` and the optimizer's ``state`` arrays."""

    def __init__(self, program: Program, parameters: Parameters) -> None:
        self.program = program
        self.w = np.zeros(program.size)
        self.g = np.zeros(program.size)
        self.state = [np.zeros(program.size) for _ in optimizers[program.optimizer.key].state]
        self.updates = 0
        for key, slot in program.weights.items():
            slot.put(self.w, parameters.weights[key])
        for key, slot in program.biases.items():
            self.w[slot.span] = parameters.biases[key]

    def weights(self, key: int) -> Array:
        """The weights of synapses ``key``; those that do not exist are 0."""
        return self.program.weights[key].taken(self.w)

    def bias(self, layer: Layer) -> Array:
        """The bias of each neuron of a layer; zeros where it has none."""
        if not layer.has_bias:
            return np.zeros(layer.size)
        return np.tile(self.w[self.program.biases[layer.id].span], layer.size // layer.bias_count)

    def loss(self, inputs: NDArray[Any], targets: NDArray[Any]) -> float:
        """The mean loss over the samples: inputs (samples, inputs), targets (samples, outputs)."""
        return self._forward(np.asarray(inputs, float), np.asarray(targets, float))[1]

    def gradient(self, inputs: NDArray[Any], targets: NDArray[Any]) -> float:
        """The mean loss, and ``g`` filled with its gradient and that of the penalties."""
        loss = self.walk(inputs, targets)[1]
        self.penalize()
        return loss

    def walk(self, inputs: NDArray[Any], targets: NDArray[Any]) -> tuple[Arenas, float]:
        """All values of one batch, its mean loss, and ``g`` filled with the gradient of that loss alone."""
        arenas, loss = self._forward(np.asarray(inputs, float), np.asarray(targets, float))
        self._backward(arenas)
        return arenas, loss

    def penalize(self) -> None:
        """Add the slopes of the penalties to ``g``."""
        for step in self.program.backward:
            if isinstance(step, Penalize):
                span = self.program.weights[step.synapses.id].span
                self.g[span] += step.synapses.l1 * np.sign(self.w[span]) + step.synapses.l2 * self.w[span]

    def update(self) -> None:
        """Move ``w`` by the optimizer's formula."""
        part = self.program.optimizer
        entry = optimizers[part.key]
        self.updates += 1
        entry.update(self.w, self.g, self.state, self.updates, **entry.values(part))

    def _forward(self, inputs: Array, targets: Array) -> tuple[Arenas, float]:
        arenas, loss = Arenas(), 0.0
        entry = losses[self.program.loss.key]
        settings = entry.values(self.program.loss)
        for step in self.program.forward:
            match step:
                case TakeInputs(layer, columns):
                    arenas.a[layer.id] = inputs[:, columns]
                case TakeTargets(layer, columns):
                    arenas.y[layer.id] = targets[:, columns]
                case StartSum(layer):
                    arenas.z[layer.id] = np.tile(self.bias(layer), (len(inputs), 1))
                case AddProduct(synapses, source, target, begin):
                    product = wirings[synapses.wiring.key].send(
                        source, target, synapses.wiring, arenas.a[source.id], self.weights(synapses.id)
                    )
                    start: Any = {"bias": self.bias(target), "zero": 0.0, "sum": arenas.z.get(target.id)}[begin]
                    arenas.z[target.id] = start + product
                case Activate(layer):
                    activation = activations[layer.applied.key]
                    z = arenas.z[layer.id]
                    arenas.f[layer.id] = activation.value(z, **activation.values(layer.applied))
                    arenas.a[layer.id] = arenas.f[layer.id]
                case Silence(layer, neurons):
                    arenas.a[layer.id] = np.array(arenas.a[layer.id])
                    arenas.a[layer.id][:, neurons] = 0.0
                case Lose(layer):
                    output = (arenas.z if entry.from_logits else arenas.a)[layer.id]
                    share = layer.size / self.program.outputs if entry.mean_over_outputs else 1.0
                    loss += share * float(entry.value(output, arenas.y[layer.id], **settings).mean())
                    slope = entry.slope(output, arenas.y[layer.id], **settings)
                    arenas.d[layer.id] = share * slope / len(inputs)
                case Score():
                    pass  # scores do not move weights
        return arenas, loss

    def _backward(self, arenas: Arenas) -> None:
        self.g[:] = 0.0
        for step in self.program.backward:
            match step:
                case SilenceSlope(layer, neurons):
                    arenas.d[layer.id] = np.array(arenas.d[layer.id])
                    arenas.d[layer.id][:, neurons] = 0.0
                case Pull(layer):
                    activation = activations[layer.applied.key]
                    arenas.d[layer.id] = activation.pulled(
                        arenas.z[layer.id],
                        arenas.f[layer.id],
                        arenas.d[layer.id],
                        **activation.values(layer.applied),
                    )
                case BiasSlope(layer):
                    shared = arenas.d[layer.id].sum(axis=0).reshape(-1, layer.bias_count)
                    self.g[self.program.biases[layer.id].span] = shared.sum(axis=0)
                case WeightSlope(synapses, source, target):
                    slope = wirings[synapses.wiring.key].slope(
                        source,
                        target,
                        synapses.wiring,
                        arenas.a[source.id],
                        arenas.d[target.id],
                        self.weights(synapses.id),
                    )
                    self.program.weights[synapses.id].put(self.g, slope * self.program.exists(synapses.id))
                case SendBack(synapses, source, target, add):
                    back: Any = wirings[synapses.wiring.key].back(
                        source,
                        target,
                        synapses.wiring,
                        arenas.a[source.id],
                        arenas.d[target.id],
                        self.weights(synapses.id),
                    )
                    arenas.d[source.id] = arenas.d[source.id] + back if add else back
                case Penalize():
                    pass  # no part of the loss

"""Runs a Program in plain NumPy float64, step by step as it is written: slow, obvious, and the oracle of the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, normalizations, optimizers, wirings
from nnstudio.document import Array, Layer, OwnKey, Parameters
from nnstudio.engine.draws import kept
from nnstudio.engine.operations import (
    Activate,
    AddProduct,
    BiasSlope,
    Drop,
    DropSlope,
    Lose,
    Normalize,
    NormalizeSlope,
    OwnSlopes,
    Penalize,
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
from nnstudio.engine.program import Program


@dataclass
class Arenas:
    """The values of one batch by layer id, (samples, neurons): z, a, d = dL/da and then dL/dz, and the targets y.

    ``n``: what the activation takes, z itself unless it is normalized; ``f``: what it gave, before neurons were
    silenced or dropped; ``m``: the factors of dropout.
    """

    z: dict[int, Array] = field(default_factory=dict)
    a: dict[int, Array] = field(default_factory=dict)
    d: dict[int, Array] = field(default_factory=dict)
    y: dict[int, Array] = field(default_factory=dict)
    f: dict[int, Array] = field(default_factory=dict)
    n: dict[int, Array] = field(default_factory=dict)
    m: dict[int, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """What dropout draws from: the training's seed, the epoch, and the samples' numbers in its order."""

    seed: int
    epoch: int
    samples: NDArray[np.int64]


class Reference:
    """One network at work on the flat vector ``w``, with its gradient ``g`` and the optimizer's ``state`` arrays.

    ``training``: batch normalization takes the batch's own statistics, and remembers them, else the running ones.
    ``moment``: the next batch's, where neurons are to be dropped.
    """

    def __init__(self, program: Program, parameters: Parameters, *, training: bool = False) -> None:
        self.program = program
        self.training = training
        self.moment: Moment | None = None
        self.weigh: Array | None = None  # how much each sample of the next batch counts in the loss
        self.w = np.zeros(program.size)
        self.g = np.zeros(program.size)
        self.state = [np.zeros(program.size) for _ in optimizers[program.optimizer.key].names(program.optimizer)]
        self.updates = 0
        for key, slot in program.weights.items():
            slot.put(self.w, parameters.weights[key])
        for key, slot in program.biases.items():
            self.w[slot.span] = parameters.biases[key]
        for owned, slot in program.own.items():
            slot.put(self.w, parameters.own[owned])

    def own(self, layer: Layer) -> dict[str, Array]:
        """What a layer owns beside its biases, by name."""
        return {name: slot.taken(self.w) for (owner, name), slot in self.program.own.items() if owner == layer.id}

    def _settings(self, layer: Layer) -> dict[str, Any]:
        """The settings of a layer's activation, with what it trains in the place of the setting of its name."""
        entry, own = activations[layer.applied.key], self.own(layer)
        return {**entry.values(layer.applied), **{one.name: float(own[one.name]) for one in entry.owns}}

    def _put(self, flat: Array, layer: Layer, values: dict[str, Any]) -> None:
        for name, array in values.items():
            key: OwnKey = (layer.id, name)
            self.program.own[key].put(flat, np.asarray(array))

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
        """All values of one batch, its mean loss, and ``g`` filled with the gradient of that loss alone.

        Of an objective that is maximized, ``g`` is the slope of its negative: an optimizer always goes against ``g``.
        """
        arenas, loss = self._forward(np.asarray(inputs, float), np.asarray(targets, float))
        self._backward(arenas)
        return arenas, loss

    def penalize(self) -> None:
        """Add the slopes of the penalties to ``g``."""
        for step in self.program.backward:
            if isinstance(step, Penalize):
                span = self.program.weights[step.synapses.id].span
                self.g[span] += step.synapses.l1 * np.sign(self.w[span]) + step.synapses.l2 * self.w[span]

    def penalty(self) -> float:
        """What the penalties add to the objective."""
        total = 0.0
        for step in self.program.backward:
            if isinstance(step, Penalize):
                w = self.w[self.program.weights[step.synapses.id].span]
                total += step.synapses.l1 * float(np.abs(w).sum()) + 0.5 * step.synapses.l2 * float(w @ w)
        return total

    def update(self, found: float = 0.0, ask: Callable[[], tuple[float, Array]] | None = None) -> None:
        """Move ``w`` by the optimizer's formula.

        ``found`` is the objective, with penalties and to be made small, and ``ask()`` gives it and the gradient at a
        ``w`` that an optimizer with a line search tries; without ``ask`` its step has a fixed length.
        """
        part = self.program.optimizer
        entry = optimizers[part.key]
        self.updates += 1
        moved = slice(self.program.trained)
        w, g, state = self.w[moved], self.g[moved], [state[moved] for state in self.state]
        if ask is not None and entry.searches(part) and entry.searched is not None:
            entry.searched(w, g, state, self.updates, found, ask, **entry.values(part))
        else:
            entry.update(w, g, state, self.updates, **entry.values(part))

    def _forward(self, inputs: Array, targets: Array) -> tuple[Arenas, float]:
        arenas, loss = Arenas(), 0.0
        entry = losses[self.program.loss.key]
        settings = entry.values(self.program.loss)
        for step in self.program.forward:
            match step:
                case TakeInputs(layer, columns):
                    arenas.f[layer.id] = arenas.a[layer.id] = inputs[:, columns]
                case TakeTargets(layer, columns):
                    arenas.y[layer.id] = targets[:, columns]
                case StartSum(layer):
                    arenas.n[layer.id] = arenas.z[layer.id] = np.tile(self.bias(layer), (len(inputs), 1))
                case AddProduct(synapses, source, target, begin):
                    product = wirings[synapses.wiring.key].send(
                        source, target, synapses.wiring, arenas.a[source.id], self.weights(synapses.id)
                    )
                    start: Any = {"bias": self.bias(target), "zero": 0.0, "sum": arenas.z.get(target.id)}[begin]
                    arenas.z[target.id] = start + product
                    arenas.n[target.id] = arenas.z[target.id]
                case Normalize(layer):
                    if layer.normalization is not None:
                        normalization = normalizations[layer.normalization.key]
                        z, own = arenas.z[layer.id], self.own(layer)
                        n = normalization.apply(layer.normalization, z, own, self.training)
                        arenas.n[layer.id] = np.asarray(n, np.float64)
                case Activate(layer):
                    activation = activations[layer.applied.key]
                    arenas.f[layer.id] = activation.value(arenas.n[layer.id], **self._settings(layer))
                    arenas.a[layer.id] = arenas.f[layer.id]
                case Drop(layer):
                    if self.moment is not None:
                        now, share = self.moment, layer.dropout
                        arenas.m[layer.id] = kept(now.seed, now.epoch, layer.id, now.samples, layer.size, share)
                        arenas.a[layer.id] = arenas.f[layer.id] * arenas.m[layer.id]
                case Silence(layer, neurons):
                    arenas.a[layer.id] = np.array(arenas.a[layer.id])
                    arenas.a[layer.id][:, neurons] = 0.0
                case Lose(layer):
                    output = (arenas.n if entry.from_logits else arenas.a)[layer.id]
                    share = layer.size / self.program.outputs if entry.mean_over_outputs else 1.0
                    weigh = np.ones(len(inputs)) if self.weigh is None else self.weigh
                    loss += share * float((weigh * entry.value(output, arenas.y[layer.id], **settings)).mean())
                    slope = entry.slope(output, arenas.y[layer.id], **settings) * weigh[:, np.newaxis]
                    arenas.d[layer.id] = entry.downhill * share * slope / len(inputs)
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
                case DropSlope(layer):
                    if self.moment is not None:
                        arenas.d[layer.id] = arenas.d[layer.id] * arenas.m[layer.id]
                case OwnSlopes(layer):
                    activation = activations[layer.applied.key]
                    if activation.own_slopes is not None:
                        n, d = arenas.n[layer.id], arenas.d[layer.id]
                        self._put(self.g, layer, activation.own_slopes(n, d, **self._settings(layer)))
                case Pull(layer):
                    activation = activations[layer.applied.key]
                    arenas.d[layer.id] = activation.pulled(
                        arenas.n[layer.id], arenas.f[layer.id], arenas.d[layer.id], **self._settings(layer)
                    )
                case NormalizeSlope(layer):
                    if layer.normalization is not None:
                        normalization = normalizations[layer.normalization.key]
                        z, own = arenas.z[layer.id], self.own(layer)
                        values = normalization.values(layer.normalization)
                        if self.training:
                            self._put(self.w, layer, normalization.remember(z, own, **values))
                        ahead, slopes = normalization.back(z, arenas.d[layer.id], own, self.training, **values)
                        arenas.d[layer.id] = np.asarray(ahead, np.float64)
                        self._put(self.g, layer, slopes)
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

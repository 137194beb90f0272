"""The loss of given samples and its gradient by every weight and bias, and a check of the gradient by differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog import activations, losses, wirings
from nnstudio.document import Array, Network, OwnKey, Parameters, Part, StudioError
from nnstudio.engine import layout, loop
from nnstudio.engine.activity import as_rows, forward, output_columns
from nnstudio.engine.program import Slot, compile_program
from nnstudio.engine.table import Table
from nnstudio.engine.vectors import STRIPE

METRIC = "r2"  # only its kernel's sums are gathered here, and nothing reads them


@dataclass(frozen=True)
class Gradients:
    """The gradient of the mean loss: ``weights`` by synapses id, ``biases`` by layer id, float64, like Parameters.

    ``own`` by layer id and name: of what layers train beside their biases.
    """

    weights: Mapping[int, Array]
    biases: Mapping[int, Array]
    own: Mapping[OwnKey, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class GradientCheck:
    """How far the gradient is from central differences.

    ``error``: the largest |g - difference| / max(|g|, |difference|, 1e-4 of the largest slope); ``where``: the
    parameter with that error, for example ("weights", 5, (0, 2)) or ("gain", 3, (1,)); ``analytic`` and ``numeric``
    are its two slopes.
    ``checked`` and ``skipped``: how many parameters were compared, and how many were left out because moving them
    crosses a place where an activation has no derivative.
    """

    error: float
    where: tuple[str, int, tuple[int, ...]] | None
    analytic: float
    numeric: float
    checked: int
    skipped: int

    @property
    def passed(self) -> bool:
        """Whether the largest relative error is at most 1e-6."""
        return self.error <= 1e-6


class _Once:
    """A Table over one batch that holds all given samples."""

    def __init__(
        self,
        network: Network,
        parameters: Parameters,
        inputs: NDArray[Any],
        targets: NDArray[Any],
        loss: Part,
        dtype: str,
        *,
        training: bool = False,
    ) -> None:
        masks, muted = parameters.masks, parameters.muted
        program = compile_program(network, loss, metric_per_output=True, masks=masks, muted=muted, stripe=STRIPE)
        rows = as_rows(network, inputs, dtype)
        wanted = _target_rows(targets, program.outputs, len(rows), dtype)
        self.table = Table(program, parameters, dtype, max(1, len(rows)), METRIC)
        self._places = np.arange(len(rows), dtype=np.int64)
        self._rows, self.wanted = rows, wanted
        self._sums = np.zeros(program.score_width)
        self._facts = self.table.facts(dtype)
        self._facts[layout.MODE] = layout.MEASURED if training else layout.EVALUATION
        self._facts[layout.WIDE], self._facts[layout.WIDE_TARGETS] = rows.shape[1], wanted.shape[1]

    def run(self, *, backward: bool) -> float:
        """The mean loss, and where asked the gradient in ``table.g``."""
        table = self.table
        table.g[:] = 0.0
        total = loop.once(
            table.arena,
            table.rows,
            0,
            len(table.rows) if backward else table.forward,
            self._facts,
            table.settings,
            self._rows,
            self.wanted,
            np.zeros(0, dtype=np.int64),
            self._places,
            table.offsets,
            self._sums,
            np.zeros(layout.JOB, dtype=np.int64),
            table.lanes,
        )
        return float(total) / max(1, len(self._places))


def loss(
    network: Network, parameters: Parameters, X: NDArray[Any], Y: NDArray[Any], loss: Part, dtype: str = "float64"
) -> float:
    """The mean loss over the samples: X (samples, *input shape), Y rows (samples, outputs) or classes (samples,).

    As in evaluation: no neuron is dropped, and batch normalization goes by its running statistics.
    """
    return _Once(network, parameters, X, Y, loss, dtype).run(backward=False)


def gradients(
    network: Network,
    parameters: Parameters,
    X: NDArray[Any],
    Y: NDArray[Any],
    loss: Part,
    dtype: str = "float64",
    *,
    training: bool = False,
) -> Gradients:
    """The gradient of the mean loss over the samples, computed by the engine. Layers without any effect have none: 0.

    Penalties (l1, l2) belong to training, not to the loss, and are left out. It is the slope of what ``loss`` gives;
    with ``training`` that of a batch of training, which batch normalization measures itself. No neuron is dropped.
    """
    plain = _without_penalties(network)
    work = _Once(plain, parameters, X, Y, loss, dtype, training=training)
    work.run(backward=True)
    program = work.table.program
    g = losses[loss.key].downhill * work.table.g
    weights = program.weights_of(g)
    for key in program.masks.keys() & weights.keys():
        weights[key] = np.where(program.masks[key], weights[key], 0.0)
    return Gradients(
        {key: np.zeros_like(w) for key, w in parameters.weights.items()} | weights,
        {key: np.zeros_like(b) for key, b in parameters.biases.items()} | program.biases_of(g),
        {key: np.zeros_like(a) for key, a in parameters.own.items() if key not in program.own}
        | {key: slopes for key, slopes in program.own_of(g).items() if program.own[key].start < program.trained},
    )


def check_gradients(
    network: Network,
    parameters: Parameters,
    X: NDArray[Any],
    Y: NDArray[Any],
    loss: Part,
    step: float = 1e-3,
    most: int = 2000,
) -> GradientCheck:
    """Hold the engine's float64 gradient against differences of its loss (fourth order, five points), one by one.

    Both are those of a batch of training with all samples in it, but no neuron is dropped. ``most``: how many
    parameters are moved at most, spread evenly over all.
    """
    found = gradients(network, parameters, X, Y, loss, "float64", training=True)
    return compare_with_differences(network, parameters, X, Y, loss, found, step, most)


def compare_with_differences(
    network: Network,
    parameters: Parameters,
    X: NDArray[Any],
    Y: NDArray[Any],
    loss: Part,
    found: Gradients,
    step: float = 1e-3,
    most: int = 2000,
) -> GradientCheck:
    """Hold any gradient ``found`` against differences of the loss of a batch of training."""
    work = _Once(network, parameters, X, Y, loss, "float64", training=True)
    program = work.table.program
    arrays: dict[str, dict[int, Array]] = {"weights": dict(found.weights), "biases": dict(found.biases)}
    slots: dict[str, dict[int, Slot]] = {"weights": dict(program.weights), "biases": dict(program.biases)}
    for (layer, name), slopes in found.own.items():
        arrays.setdefault(name, {})[layer] = slopes
        if (layer, name) in program.own:
            slots.setdefault(name, {})[layer] = program.own[layer, name]
    places = [
        (kind, key, index)
        for kind, slopes_of in arrays.items()
        for key, array in slopes_of.items()
        for index in np.ndindex(array.shape)
        if kind != "weights" or key not in parameters.masks or parameters.masks[key][index]
    ]
    places = places[:: max(1, -(-len(places) // most))]
    largest = max((float(np.abs(a).max(initial=0.0)) for kind in arrays.values() for a in kind.values()), default=0.0)
    entries = [activations[layer.applied.key] for layer in network.layers.values()]
    kinked = losses[loss.key].side is not None or any(entry.kinks or entry.bends for entry in entries)
    kinked = kinked or any(wirings[s.wiring.key].side is not None for s in network.synapses.values())
    worst, skipped = GradientCheck(0.0, None, 0.0, 0.0, 0, 0), 0
    for kind, key, index in places:
        slot = slots.get(kind, {}).get(key)
        analytic = float(arrays[kind][key][index])
        numeric = 0.0
        if slot is not None:
            only = np.zeros(slot.shape, dtype=np.bool_)
            only[index] = True
            place = int(slot.where(only)[0])
            if kinked and _crosses_a_kink(network, parameters, X, work.wanted, loss, (kind, key, index), 2 * step):
                skipped += 1
                continue
            numeric = _difference(work, place, step)
        error = abs(analytic - numeric) / max(abs(analytic), abs(numeric), 1e-4 * largest, 1e-12)
        if error > worst.error or worst.where is None:
            worst = GradientCheck(error, (kind, key, tuple(int(i) for i in index)), analytic, numeric, 0, 0)
    return GradientCheck(worst.error, worst.where, worst.analytic, worst.numeric, len(places) - skipped, skipped)


def _difference(work: _Once, place: int, step: float) -> float:
    """f'(x) by (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h, whose error falls with h^4."""
    w = work.table.w
    kept = w[place]
    values = []
    for moved in (step, -step, 2 * step, -2 * step):
        w[place] = kept + moved
        values.append(work.run(backward=False))
    w[place] = kept
    return (8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * step)


def _crosses_a_kink(
    network: Network,
    parameters: Parameters,
    X: NDArray[Any],
    targets: NDArray[Any],
    loss: Part,
    where: tuple[str, int, tuple[int, ...]],
    step: float,
) -> bool:
    """Whether moving one parameter by ``step`` to either side takes a neuron, or the loss, across a kink or bend."""
    kind, key, index = where
    entry = losses[loss.key]
    sides: list[list[NDArray[Any]]] = []
    for moved in (-step, step):
        activity = forward(network, _moved(parameters, kind, key, index, moved), X, training=True)
        sides.append(
            [
                activity[layer.id].n > kink
                for layer in network.layers.values()
                if layer.kind != "input"
                for kink in (*activations[layer.applied.key].kinks, *activations[layer.applied.key].bends)
            ]
        )
        for s in network.synapses.values():
            side = wirings[s.wiring.key].side
            if side is not None:
                ends = network.layers[s.source], network.layers[s.target]
                sides[-1].append(side(*ends, s.wiring, activity[s.source].a))
        if entry.side is not None:
            outputs = output_columns(network)
            said = [activity[layer].n if entry.from_logits else activity[layer].a for layer in outputs]
            sides[-1].append(entry.side(np.concatenate(said, axis=1), targets, **entry.values(loss)))
    return any(not np.array_equal(a, b) for a, b in zip(*sides, strict=True))


def _moved(parameters: Parameters, kind: str, key: int, index: tuple[int, ...], step: float) -> Parameters:
    """``parameters`` with one number moved by ``step``."""
    arrays = {"weights": parameters.weights, "biases": parameters.biases}
    values = np.array(arrays[kind][key] if kind in arrays else parameters.own[key, kind])
    values[index] += step
    if kind == "weights":
        return parameters.with_weights(key, values)
    return parameters.with_bias(key, values) if kind == "biases" else parameters.with_own(key, kind, values)


def _target_rows(targets: NDArray[Any], outputs: int, samples: int, dtype: str) -> NDArray[np.floating[Any]]:
    """Targets as rows; classes become rows of zeros and a one."""
    values = np.asarray(targets)
    if values.ndim == 1 and outputs > 1 and np.issubdtype(values.dtype, np.integer):
        if values.min(initial=0) < 0 or values.max(initial=0) >= outputs:
            raise StudioError("The classes must lie between 0 and {last}.", last=outputs - 1)
        values = np.eye(outputs)[values]
    values = values.reshape(len(values), -1)
    if values.shape != (samples, outputs):
        raise StudioError(
            "The targets have the shape {given}; the network and these samples need {wanted}.",
            given=values.shape,
            wanted=(samples, outputs),
        )
    return np.ascontiguousarray(values, dtype=dtype)


def _without_penalties(network: Network) -> Network:
    if not any(s.l1 or s.l2 for s in network.synapses.values()):
        return network
    return replace(network, synapses={k: replace(s, l1=0.0, l2=0.0) for k, s in network.synapses.items()})

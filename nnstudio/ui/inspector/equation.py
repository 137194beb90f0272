"""What one neuron computes, term by term: z = sum of x·w + b over all that arrives, normalized perhaps, a = f(z)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnstudio.catalog import activations
from nnstudio.catalog.joints import arriving, strengths
from nnstudio.document import Array, BoolArray
from nnstudio.ui.inspector.normal import Normal, OwnValue, normal_of, own_value
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import NeuronRef

MOST_TERMS = 24
Place = tuple[int, int]  # synapses id, source neuron


@dataclass(frozen=True, slots=True)
class Term:
    """One synapse that arrives: x and product are None without a sample."""

    synapses: int
    source: int
    label: str
    x: float | None
    weight: float
    frozen: bool

    @property
    def product(self) -> float | None:
        """x·w."""
        return None if self.x is None else self.x * self.weight


@dataclass(frozen=True, slots=True)
class Equation:
    """The terms shown, how many more there are and what they add up to, the bias, and the result.

    ``total`` is the sum of e^z over the layer, for a softmax only.
    """

    terms: tuple[Term, ...]
    more: int
    more_sum: float | None
    bias: float | None
    bias_frozen: bool
    z: float | None
    a: float | None
    total: float | None
    normal: Normal | None = None
    slope: OwnValue | None = None
    muted: bool = False  # it sends 0 whatever it computes

    @property
    def places(self) -> tuple[Place, ...]:
        """The synapses of the terms in the order shown."""
        return tuple((term.synapses, term.source) for term in self.terms)

    @property
    def numbers(self) -> tuple[float, ...]:
        """All numbers that are shown."""
        terms = [n for term in self.terms for n in (term.x, term.weight, term.product)]
        found = [*terms, self.more_sum, self.bias, self.z, self.a]
        if self.normal is not None:
            normal = self.normal
            found += [normal.mean, normal.spread, normal.hat, normal.gain.value, normal.shift.value, normal.n]
        return tuple(n for n in found if n is not None)


def equation(reading: Reading, ref: NeuronRef, keep: tuple[Place, ...] = ()) -> Equation:
    """The equation of neuron ``ref``.

    Up to ``MOST_TERMS`` synapses stand in the order of the wiring; of more, the strongest by |x·w| (by |w| without a
    sample), strongest first. ``keep`` are the places to show instead where they still exist, so that a table that is
    watched or edited keeps its rows while numbers change.
    """
    network, parameters = reading.document.network, reading.parameters
    layer = network.layers[ref.layer]
    bundles = [s for s in network.incoming[ref.layer] if s.id in parameters.weights]
    ends = [arriving(network, parameters, s, ref.neuron) for s in bundles]
    columns = [strengths(parameters.weights[s.id], at) for s, (_, at) in zip(bundles, ends, strict=True)]
    outputs = [
        None if (x := reading.output(s.source)) is None or len(x) != network.layers[s.source].size else x[joined]
        for s, (joined, _) in zip(bundles, ends, strict=True)
    ]
    known = all(x is not None for x in outputs)
    places: list[Place] = [(s.id, int(i)) for s, (joined, _) in zip(bundles, ends, strict=True) for i in joined]
    own = np.concatenate([at for _, at in ends]) if ends else np.zeros(0, dtype=np.int64)
    weights: Array = np.concatenate(columns) if columns else np.zeros(0)
    xs: Array | None = None
    if known and reading.inputs is not None:
        xs = np.concatenate([x for x in outputs if x is not None]) if columns else np.zeros(0)
    strength = np.abs(weights if xs is None else xs * weights)
    chosen = _chosen(places, strength, keep)
    sources = {s.id: network.layers[s.source] for s in bundles}
    several = len(bundles) > 1
    terms = []
    for index in chosen:
        bundle, source = places[index]
        label = sources[bundle].label(source)
        mask: BoolArray | None = parameters.frozen.get(bundle)
        terms.append(
            Term(
                bundle,
                source,
                f"{sources[bundle].name} · {label}" if several or not sources[bundle].labels else label,
                None if xs is None else float(xs[index]),
                float(weights[index]),
                mask is not None and own[index] >= 0 and bool(mask.reshape(-1)[own[index]]),
            )
        )
    more = len(places) - len(chosen)
    more_sum = None
    if more and xs is not None:
        rest = np.ones(len(places), dtype=np.bool_)
        rest[chosen] = False
        more_sum = float((xs[rest] * weights[rest]).sum())
    z, n, a = reading.weighted(ref.layer), reading.taken(ref.layer), reading.output(ref.layer)
    held = parameters.frozen_biases.get(ref.layer)
    bias = parameters.biases.get(ref.layer) if layer.has_bias else None
    muted = reading.parameters.muted
    return Equation(
        tuple(terms),
        more,
        more_sum,
        None if bias is None else float(bias[ref.neuron % len(bias)]),
        held is not None and bool(held[ref.neuron % len(held)]),
        None if z is None else float(z[ref.neuron]),
        None if a is None else float(a[ref.neuron]),
        float(np.exp(n).sum()) if n is not None and layer.applied.key == "softmax" and n.max() < 700 else None,
        normal_of(reading, ref),
        own_value(reading.parameters, ref, "slope") if activations[layer.applied.key].owns else None,
        ref.layer in muted and bool(muted[ref.layer][ref.neuron]),
    )


def _chosen(places: list[Place], strength: Array, keep: tuple[Place, ...]) -> list[int]:
    if len(places) <= MOST_TERMS:
        return list(range(len(places)))
    if len(keep) == MOST_TERMS:
        index_of = {place: index for index, place in enumerate(places)}
        found = [index_of[place] for place in keep if place in index_of]
        if len(found) == len(keep):
            return found
    strongest = np.argpartition(-strength, MOST_TERMS)[:MOST_TERMS]
    return [int(i) for i in sorted(strongest, key=lambda i: (-strength[i], i))]

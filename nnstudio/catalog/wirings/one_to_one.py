"""One-to-one wiring: each neuron reaches the neuron of the same number, with a weight of its own."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.wiring import Real, Whole, Wiring
from nnstudio.document import Layer, Message, Part


def weight_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...]:
    """(neurons,)."""
    return (min(source.size, target.size),)


def fans(source: Layer, target: Layer, part: Part) -> tuple[int, int]:
    """One synapse arrives and one leaves."""
    return (1, 1)


def refusal(source: Layer, target: Layer, part: Part) -> Message | None:
    """Both layers must have the same number of neurons."""
    if source.size == target.size:
        return None
    return Message.of(
        '"{a}" has {here} neurons and "{b}" has {there}; one-to-one needs the same number in both, for example {here}.',
        a=source.name,
        here=source.size,
        b=target.name,
        there=target.size,
    )


def target_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...] | None:
    """The source's."""
    return source.shape


def send(source: Layer, target: Layer, part: Part, x: Real, weights: Real) -> Real:
    """x_j w_j."""
    arriving: Real = x * weights
    return arriving


def slope(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """The sum over samples of x_j d_j."""
    found: Real = (x * d).sum(axis=0)
    return found


def back(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """d_j w_j."""
    found: Real = d * weights
    return found


def ends(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """The neuron of the same number."""
    found = np.arange(neuron, min(neuron + 1, source.size, target.size))
    return found, found


def count(source: Layer, target: Layer, part: Part) -> int:
    """As many as neurons."""
    return min(source.size, target.size)


entry = Wiring(
    key="one_to_one",
    label="One to one",
    summary="Each neuron reaches the neuron of the same number.",
    formula="z_j = x_j w_j + b_j",
    line="each to its counterpart",
    weight_shape=weight_shape,
    fans=fans,
    refusal=refusal,
    target_shape=target_shape,
    send=send,
    slope=slope,
    back=back,
    into=ends,
    out_of=ends,
    count=count,
)

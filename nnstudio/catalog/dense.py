"""What full and sparse wiring share: weights (source neurons, target neurons), an absent synapse being a 0."""

# ruff: noqa: ARG001 -- functions of all wirings take the same arguments
from __future__ import annotations

import numpy as np

from nnstudio.catalog.wiring import Real, Whole
from nnstudio.document import Layer, Part


def weight_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...]:
    """(source neurons, target neurons)."""
    return (source.size, target.size)


def send(source: Layer, target: Layer, part: Part, x: Real, weights: Real) -> Real:
    """X W."""
    arriving: Real = x @ weights
    return arriving


def slope(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """x^T d."""
    found: Real = x.T @ d
    return found


def back(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """D W^T."""
    found: Real = d @ weights.T
    return found


def into(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """A whole column."""
    sources = np.arange(source.size)
    return sources, sources * target.size + neuron


def out_of(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """A whole row."""
    targets = np.arange(target.size)
    return targets, neuron * target.size + targets


def count(source: Layer, target: Layer, part: Part) -> int:
    """Every pair (a mask takes synapses away from them)."""
    return source.size * target.size

"""What training moves: the weights of synapses and the biases of layers, and which of them are held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
OwnKey = tuple[int, str]


def read_only(values: Any, dtype: Any = np.float64) -> NDArray[Any]:
    """A contiguous copy of ``values`` that cannot be written to, so that documents can share it."""
    array = np.array(values, dtype=dtype, order="C")
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Parameters:
    """Immutable values; every array is read-only and float64 (a float32 run's values fit exactly).

    ``weights``: synapses id -> (source neurons, target neurons) for full wiring, else the wiring's own shape.
    ``biases``: layer id -> (neurons,).
    ``frozen`` and ``frozen_biases``: the same keys -> bool arrays of the same shapes, True where training leaves the
    value alone; a missing key means that nothing is held.
    ``masks``: synapses id -> bool array of the weights' shape, True where a synapse exists (a weight that does not
    exist is 0); a missing key means that all of the wiring exist.
    ``muted``: layer id -> bool (neurons,), True where a neuron of an input or hidden layer sends 0 whatever it
    computes; a missing key means that all of them send.
    ``own``: (layer id, name) -> what a layer owns beside its biases: () for a value of the whole layer, as the "slope"
    of PReLU, else one for each neuron (channel of an image), as the "gain" and "shift" of a normalization, which are
    trained, and the running "mean" and "variance" of batch normalization, which are kept. ``frozen_own``: bool alike.
    """

    weights: Mapping[int, Array] = field(default_factory=dict)
    biases: Mapping[int, Array] = field(default_factory=dict)
    frozen: Mapping[int, BoolArray] = field(default_factory=dict)
    frozen_biases: Mapping[int, BoolArray] = field(default_factory=dict)
    masks: Mapping[int, BoolArray] = field(default_factory=dict)
    muted: Mapping[int, BoolArray] = field(default_factory=dict)
    own: Mapping[OwnKey, Array] = field(default_factory=dict)
    frozen_own: Mapping[OwnKey, BoolArray] = field(default_factory=dict)

    def with_weights(self, synapses: int, values: Array) -> Parameters:
        """These parameters with the weights of one bundle replaced (copied); what does not exist stays 0."""
        mask = self.masks.get(synapses)
        if mask is not None and mask.shape == np.shape(values):
            values = np.where(mask, values, 0.0)
        return replace(self, weights={**self.weights, synapses: read_only(values)})

    def with_mask(self, synapses: int, mask: BoolArray) -> Parameters:
        """These parameters with only the synapses of one bundle that are True; the weights of the others are 0."""
        masked = replace(self, masks={**self.masks, synapses: read_only(mask, np.bool_)})
        return masked.with_weights(synapses, self.weights[synapses]) if synapses in self.weights else masked

    def without_bundle(self, synapses: int) -> Parameters:
        """These parameters without all that belongs to one bundle, as if it had just been wired."""
        return replace(
            self,
            weights={i: w for i, w in self.weights.items() if i != synapses},
            frozen={i: m for i, m in self.frozen.items() if i != synapses},
            masks={i: m for i, m in self.masks.items() if i != synapses},
        )

    def with_bias(self, layer: int, values: Array) -> Parameters:
        """These parameters with the biases of one layer replaced (copied)."""
        return replace(self, biases={**self.biases, layer: read_only(values)})

    def with_frozen(self, synapses: int, mask: BoolArray) -> Parameters:
        """These parameters with single synapses held (True) or free (False)."""
        return replace(self, frozen={**self.frozen, synapses: read_only(mask, np.bool_)})

    def with_frozen_bias(self, layer: int, mask: BoolArray) -> Parameters:
        """These parameters with single biases held (True) or free (False)."""
        return replace(self, frozen_biases={**self.frozen_biases, layer: read_only(mask, np.bool_)})

    def with_muted(self, layer: int, mask: BoolArray) -> Parameters:
        """These parameters with the neurons of one layer muted (True) or heard (False)."""
        others = {i: m for i, m in self.muted.items() if i != layer}
        return replace(self, muted={**others, layer: read_only(mask, np.bool_)} if mask.any() else others)

    def with_own(self, layer: int, name: str, values: Array) -> Parameters:
        """These parameters with one of the values that a layer owns replaced (copied)."""
        return replace(self, own={**self.own, (layer, name): read_only(values)})

    def with_frozen_own(self, layer: int, name: str, mask: BoolArray) -> Parameters:
        """These parameters with single ones of a layer's own values held (True) or free (False)."""
        return replace(self, frozen_own={**self.frozen_own, (layer, name): read_only(mask, np.bool_)})

    def own_of(self, layer: int) -> dict[str, Array]:
        """Name -> values of all that one layer owns beside its biases."""
        return {name: values for (owner, name), values in self.own.items() if owner == layer}

    def only(self, layers: Iterable[int], synapses: Iterable[int]) -> Parameters:
        """These parameters without those of layers and synapses that are not named."""
        kept_layers, kept = set(layers), set(synapses)
        return Parameters(
            {i: w for i, w in self.weights.items() if i in kept},
            {i: b for i, b in self.biases.items() if i in kept_layers},
            {i: m for i, m in self.frozen.items() if i in kept},
            {i: m for i, m in self.frozen_biases.items() if i in kept_layers},
            {i: m for i, m in self.masks.items() if i in kept},
            {i: m for i, m in self.muted.items() if i in kept_layers},
            {i: a for i, a in self.own.items() if i[0] in kept_layers},
            {i: m for i, m in self.frozen_own.items() if i[0] in kept_layers},
        )

    def equals(self, other: Parameters) -> bool:
        """Whether all values agree bit for bit (dataclass equality cannot compare arrays)."""
        for one in fields(self):
            mine: Mapping[Any, NDArray[Any]] = getattr(self, one.name)
            theirs: Mapping[Any, NDArray[Any]] = getattr(other, one.name)
            if mine.keys() != theirs.keys() or not all(np.array_equal(mine[key], theirs[key]) for key in mine):
                return False
        return True

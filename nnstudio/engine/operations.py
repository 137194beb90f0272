"""What a Program is made of: one value for each thing that a batch does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from nnstudio.document import Layer, Synapses


@dataclass(frozen=True, slots=True)
class TakeInputs:
    """Gather the batch's samples into an input layer."""

    layer: Layer
    columns: slice


@dataclass(frozen=True, slots=True)
class TakeTargets:
    """Gather the batch's targets for an output layer."""

    layer: Layer
    columns: slice


@dataclass(frozen=True, slots=True)
class StartSum:
    """z = b (or 0) for a layer at which no synapses arrive, or none that could begin with its biases."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class AddProduct:
    """z of the target = what ``begin`` says + a of the source times W."""

    synapses: Synapses
    source: Layer
    target: Layer
    begin: Literal["bias", "zero", "sum"]


@dataclass(frozen=True, slots=True)
class Normalize:
    """Bring z of a layer to a common measure: n, which the activation takes instead."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class Activate:
    """Turn z (n, where it is normalized) into a."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class Drop:
    """While training, let a share of the layer's neurons send 0, and the others as much more."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class Silence:
    """a = 0 of the layer's muted ``neurons``, whatever they computed."""

    layer: Layer
    neurons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lose:
    """Add up the loss at an output layer, and write its slope."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class Score:
    """Add up the metric at an output layer; ``place`` is where its sums start."""

    layer: Layer
    place: int


@dataclass(frozen=True, slots=True)
class SilenceSlope:
    """dL/da = 0 of the layer's muted ``neurons``."""

    layer: Layer
    neurons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DropSlope:
    """dL/da = 0 of the neurons that were dropped, and as much more of the others."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class OwnSlopes:
    """The slopes of what a layer trains for its activation, while d is dL/da."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class Pull:
    """Turn dL/da of a layer into dL/dz (dL/dn, where it is normalized)."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class NormalizeSlope:
    """Keep what the normalization remembers of a batch, write the slopes of gain and shift, turn dL/dn into dL/dz."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class BiasSlope:
    """dL/db = the sum of dL/dz over samples."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class WeightSlope:
    """dL/dW = a of the source times dL/dz of the target, summed over samples."""

    synapses: Synapses
    source: Layer
    target: Layer


@dataclass(frozen=True, slots=True)
class SendBack:
    """dL/da of the source = (what is there already, if ``add``) + W times dL/dz of the target."""

    synapses: Synapses
    source: Layer
    target: Layer
    add: bool


@dataclass(frozen=True, slots=True)
class Penalize:
    """Add the slope of the penalty l1 sum |w| + l2 / 2 sum w^2 to dL/dW."""

    synapses: Synapses


ForwardStep: TypeAlias = (
    TakeInputs | TakeTargets | StartSum | AddProduct | Normalize | Activate | Drop | Silence | Lose | Score
)
BackwardStep: TypeAlias = (
    SilenceSlope | DropSlope | OwnSlopes | Pull | NormalizeSlope | BiasSlope | WeightSlope | SendBack | Penalize
)

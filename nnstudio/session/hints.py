"""What does not keep a network from training but should make one think: too many parameters, neurons that are dead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np

from nnstudio.catalog import activations, initial
from nnstudio.catalog.counting import weight_count
from nnstudio.catalog.fields import is_image
from nnstudio.document import Dataset, Document, Layer, Message, Network, Parameters, Part, StudioError
from nnstudio.document.edits import (
    Edit,
    RemoveNeuron,
    ReshapeLayer,
    ResizeLayer,
    SetActivation,
    SetTraining,
    Several,
)

CROWDED = 10  # parameters a training sample from which on a network may learn its samples by heart
FEWEST = 500  # smaller networks are not warned of
PATIENCE = 20  # epochs
SAMPLES, LEAST_SAMPLES = 512, 64  # so many are looked at for dead neurons
MOST_VALUES = 4_000_000  # of all neurons for all samples that are looked at
FLAT_BELOW = frozenset({"relu", "relu6"})  # activations that are 0 with slope 0 for all z below 0
MOST_REMOVED = 64

Named = tuple[Message, Edit]


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence about one layer, and edits that would help, each with its name."""

    layer: int
    message: Message
    fixes: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Dead:
    """Layer id -> the neurons (in images: the maps) that answer 0 to all ``samples`` that were looked at."""

    samples: int = 0
    neurons: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def parameter_counts(network: Network, parameters: Parameters | None = None) -> dict[int, int]:
    """Layer id -> how many weights arrive there, and its biases; where ``parameters`` are given those that exist."""
    counts = {i: layer.bias_count if layer.has_bias else 0 for i, layer in network.layers.items()}
    for i, synapses in network.synapses.items():
        known = parameters is not None and i in parameters.weights
        drawn = weight_count(parameters, i) if known and parameters is not None else 0
        counts[synapses.target] += drawn if known else prod(initial.weight_shape(network, synapses))
    return counts


def crowded(document: Document, dataset: Dataset) -> Iterator[Hint]:
    """More parameters than samples could settle, told beside the layer that has most of them."""
    samples = len(dataset.train)
    counts = parameter_counts(document.network, document.parameters)
    total = sum(counts.values())
    if not samples or total < FEWEST or total < CROWDED * samples:
        return
    network = document.network
    largest = max(counts, key=lambda i: (counts[i], -i))
    fixes: list[Named] = []
    training = document.training
    if len(dataset.validation) and not training.stop.patience:
        stop = replace(training.stop, patience=PATIENCE, monitor="auto")
        label = Message.of("Stop after {count} epochs without progress", count=PATIENCE)
        fixes.append((label, SetTraining((("stop", stop),))))
    halved = _halved(network, largest)
    if halved is not None:
        fixes.append(halved)
    message = Message.of(
        '"{layer}" has most of the {total} parameters, for {samples} training samples: the network may learn them by '
        "heart.",
        layer=network.layers[largest].name,
        total=total,
        samples=samples,
    )
    yield Hint(largest, message, tuple(fixes))


def _halved(network: Network, layer: int) -> Named | None:
    """Half the neurons of the hidden layer that owns the parameters or, before an output, of the one that feeds it."""
    own = network.layers[layer]
    if own.kind != "hidden":
        before = [network.layers[s.source] for s in network.incoming[layer]]
        hidden = [one for one in before if one.kind == "hidden"]
        if not hidden:
            return None
        own = max(hidden, key=lambda one: one.size)
    if is_image(own):
        if own.shape[2] < 2 or any(s.wiring.key not in ("convolution", "full") for s in network.outgoing[own.id]):
            return None
        shape = (*own.shape[:2], own.shape[2] // 2)
        return Message.of('Halve the maps of "{layer}"', layer=own.name), ReshapeLayer(own.id, shape)
    if own.size < 2 or len(own.shape) > 1:
        return None
    return Message.of('Halve "{layer}"', layer=own.name), ResizeLayer(own.id, own.size // 2)


def flat(document: Document) -> Iterator[Hint]:
    """Activations whose slope is 0 wherever they have one, told beside their layer."""
    for i, layer in document.network.layers.items():
        entry = activations[layer.applied.key]
        if layer.kind == "input" or not entry.flat:
            continue
        message = Message.of(
            'Nothing before "{layer}" is trained: the slope of its activation {activation} is 0.',
            layer=layer.name,
            activation=entry.label,
        )
        smooth = "tanh" if entry.low < 0 else "sigmoid"
        label = Message.of("Use {activation}", activation=activations[smooth].label)
        yield Hint(i, message, ((label, SetActivation(i, Part(smooth))),))


def can_die(network: Network) -> bool:
    """Whether any layer has an activation whose neurons can fall silent for good."""
    return any(layer.kind == "hidden" and layer.activation.key in FLAT_BELOW for layer in network.layers.values())


def dead_neurons(network: Network, parameters: Parameters, dataset: Dataset) -> Dead:
    """Run training samples through the network and see who answers nothing; may run on another thread."""
    from nnstudio.engine import forward

    if not len(dataset.train):
        return Dead()
    neurons = sum(layer.size for layer in network.layers.values())
    wanted = min(SAMPLES, len(dataset.train), max(LEAST_SAMPLES, MOST_VALUES // max(1, neurons)))
    rows = dataset.train[np.linspace(0, len(dataset.train) - 1, wanted).astype(np.int64)]
    try:
        answers = forward(network, parameters, dataset.inputs[rows], "float32")
    except (StudioError, KeyError):
        return Dead()  # the network is not whole; other problems say so
    found: dict[int, tuple[int, ...]] = {}
    for i, layer in network.layers.items():
        if layer.kind != "hidden" or layer.activation.key not in FLAT_BELOW or i not in answers:
            continue
        silent = (answers[i].z <= 0).all(axis=0)
        if is_image(layer):  # one pixel may well see nothing; a map that never answers is dead
            silent = silent.reshape(-1, layer.shape[2]).all(axis=0)
        muted = parameters.muted.get(i)
        if muted is not None and muted.shape == silent.shape:
            silent &= ~muted
        if silent.any():
            found[i] = tuple(np.flatnonzero(silent).tolist())
    return Dead(len(rows), found)


def silent(document: Document, dead: Dead) -> Iterator[Hint]:
    """Neurons that answer nothing and are moved by nothing, told beside their layer."""
    for i, neurons in dead.neurons.items():
        layer = document.network.layers.get(i)
        if layer is None or layer.activation.key not in FLAT_BELOW:
            continue
        yield Hint(i, _silence(layer, neurons, dead.samples), tuple(_revivals(layer, neurons)))


def _silence(layer: Layer, neurons: tuple[int, ...], samples: int) -> Message:
    values = {"layer": layer.name, "count": len(neurons), "samples": samples}
    if is_image(layer):
        return Message.of(
            '{count} of {all} maps of "{layer}" are dead: they answer 0 to all {samples} samples that were tried, so '
            "training does not move them.",
            all=layer.shape[2],
            **values,
        )
    return Message.of(
        '{count} of {all} neurons of "{layer}" are dead: they answer 0 to all {samples} samples that were tried, so '
        "training does not move them.",
        all=layer.size,
        **values,
    )


def _revivals(layer: Layer, neurons: tuple[int, ...]) -> Iterator[Named]:
    yield Message.of("Use Leaky ReLU"), SetActivation(layer.id, Part("leaky_relu"))
    if len(layer.shape) == 1 and len(neurons) < layer.size and len(neurons) <= MOST_REMOVED:
        name = Message.of('Take the dead neurons out of "{layer}"', layer=layer.name)
        edits = tuple(RemoveNeuron(layer.id, neuron) for neuron in sorted(neurons, reverse=True))
        yield Message.of("Take them out"), Several(name, edits)

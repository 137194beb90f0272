"""What a network is put together from: kinds of layers and kinds of synapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from operator import index
from typing import Any, TypeAlias, TypeVar

import numpy as np

from nnstudio import catalog
from nnstudio.document import BoolArray, Layer, LayerKind, Network, Part, StudioError, Synapses
from nnstudio.document.edits.structure import checked_size

E = TypeVar("E", bound=catalog.Entry)
Shape: TypeAlias = int | tuple[int, ...]


@dataclass(frozen=True)
class Input:
    """A layer that takes its values from the data.

    ``shape``: how many neurons, or (height, width, channels). ``labels``: one name for each neuron. ``dropout``: the
    share of its values that are 0 while training.
    """

    shape: Shape
    name: str | None = None
    labels: Sequence[str] = ()
    dropout: float = 0.0


@dataclass(frozen=True)
class Hidden:
    """A layer between input and output. ``activation`` is a key of the catalog, ``bias`` whether neurons own one.

    ``normalization``: "batch", "layer" or None, of the weighted inputs before the activation. ``dropout``: the share of
    its neurons that send nothing while training, drawn anew for every sample; the others send as much more.
    """

    shape: Shape
    activation: str | Part = "tanh"
    name: str | None = None
    bias: bool = True
    labels: Sequence[str] = ()
    normalization: str | Part | None = None
    dropout: float = 0.0


@dataclass(frozen=True)
class Output:
    """A layer whose activations are the network's answer."""

    shape: Shape
    activation: str | Part = "linear"
    name: str | None = None
    bias: bool = True
    labels: Sequence[str] = ()
    normalization: str | Part | None = None


@dataclass(frozen=True)
class Full:
    """Every neuron of one layer is wired to every neuron of the other.

    ``initializer`` is a key of the catalog; ``l1`` and ``l2`` weigh the penalties l1 * sum |w| and l2 / 2 * sum w^2
    in the loss; ``trainable=False`` holds all weights.
    """

    initializer: str | Part = "glorot_uniform"
    l1: float = 0.0
    l2: float = 0.0
    trainable: bool = True


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """What other synapses with weights take as ``Full`` does."""

    initializer: str | Part = "glorot_uniform"
    l1: float = 0.0
    l2: float = 0.0
    trainable: bool = True


@dataclass(frozen=True)
class Sparse(Weighted):
    """Only chosen pairs of neurons are wired, and trained at the cost of those.

    ``pairs``: (source neuron, target neuron), counted from 0; else ``density``: which share of all pairs is drawn by
    ``seed``.
    """

    pairs: Sequence[tuple[int, int]] | None = None
    density: float = 0.2
    seed: int = 0


@dataclass(frozen=True)
class OneToOne(Weighted):
    """Each neuron is wired to the neuron of the same number. Its weights have the shape (neurons,)."""


@dataclass(frozen=True)
class Convolution(Weighted):
    """A window of shared weights slides over a layer of the shape (height, width, channels).

    ``padding`` "same" or "valid". Its weights have the shape (kernel, kernel, channels / groups, target's channels).
    """

    kernel: int = 3
    stride: int = 1
    padding: str = "same"
    dilation: int = 1
    groups: int = 1


@dataclass(frozen=True)
class Pooling:
    """The largest value ("max") or the "average" of each window of an image; ``size="global"``: of the whole image."""

    kind: str = "max"
    size: int | str = 2
    stride: int | None = None
    padding: str = "valid"


LayerSpec: TypeAlias = Input | Hidden | Output
SynapsesSpec: TypeAlias = Full | Weighted | Pooling
_KINDS: dict[type, tuple[LayerKind, str]] = {
    Input: ("input", "Input"),
    Hidden: ("hidden", "Hidden"),
    Output: ("output", "Output"),
}


def chosen(entries: catalog.Catalog[E], choice: object, what: str) -> Part:
    """``choice`` (a key, or a part with settings) of a catalog; StudioError names what there is."""
    part = Part(choice) if isinstance(choice, str) else choice
    if not isinstance(part, Part):
        raise StudioError(
            '{what} is given by its name, for example "{example}", not by {given}.',
            what=what,
            example=next(iter(entries)),
            given=type(choice).__name__,
        )
    entries[part.key].values(part)
    return part


def part(key: str, **settings: Any) -> Part:
    """A choice of the catalog with settings that differ from its defaults, wherever a name is taken.

    ``nn.Hidden(8, nn.part("leaky_relu", negative_slope=0.2))``, ``loss=nn.part("cross_entropy", label_smoothing=0.1)``,
    ``nn.Full(nn.part("normal", std=0.02))``. Settings are checked where the choice is used.
    """
    return Part.of(str(key), **settings)


def whole(name: str, value: Any, least: int | None = None) -> int:
    """``value`` as an int; StudioError where it is no whole number, or smaller than ``least``."""
    try:
        number = index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or (least is not None and number < least):
        bound = "" if least is None else f" from {least} up"
        raise StudioError(
            "{name} is {value}; it must be a whole number{bound}.", name=name, value=repr(value), bound=bound
        )
    return number


def switch(name: str, value: Any) -> bool:
    """``value`` as a bool; StudioError where it is neither True nor False."""
    if not isinstance(value, (bool, np.bool_)):
        raise StudioError("{name} is {value}; it must be True or False.", name=name, value=repr(value))
    return bool(value)


def number_type(dtype: Any) -> str:
    """ "float32" or "float64", from its name or from NumPy's type; StudioError for any other."""
    try:
        name = "None" if dtype is None else str(np.dtype(dtype).name)
    except TypeError:
        name = str(dtype)
    if name not in ("float32", "float64"):
        raise StudioError("dtype is {name}; it must be float32 or float64.", name=name)
    return name


def new_layer(network: Network, spec: LayerSpec) -> Layer:
    """The layer that ``spec`` asks for, with the next free id; StudioError says what is wrong with it."""
    if type(spec) not in _KINDS:
        raise StudioError("net.add takes nn.Input, nn.Hidden or nn.Output, not {given}.", given=type(spec).__name__)
    kind, wanted = _KINDS[type(spec)]
    if kind == "hidden":
        wanted = f"Hidden {len(network.of_kind('hidden')) + 1}"
    name = network.free_name(wanted) if spec.name is None else _free(network, spec.name)
    shape = _shape(spec.shape, name)
    labels = tuple(str(label) for label in spec.labels)
    layer = Layer(network.next_id, kind, name, shape, labels=labels)
    checked_size(layer.size, name)
    if labels and len(labels) != layer.size:
        raise StudioError(
            '"{name}" has {size} neurons but {count} labels; give one for each.',
            name=name,
            size=layer.size,
            count=len(labels),
        )
    dropout = 0.0 if isinstance(spec, Output) else _share(spec.dropout, name)
    if isinstance(spec, Input):
        return replace(layer, dropout=dropout)
    activation = chosen(catalog.activations, spec.activation, "An activation")
    if not isinstance(spec.bias, bool):
        raise StudioError('The bias of "{name}" is True or False, not {given}.', name=name, given=repr(spec.bias))
    normalization = None
    if spec.normalization is not None:
        normalization = chosen(catalog.normalizations, spec.normalization, "A normalization")
    return replace(layer, activation=activation, bias=spec.bias, normalization=normalization, dropout=dropout)


def _share(dropout: object, name: str) -> float:
    if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0.0 <= dropout < 1.0:
        raise StudioError(
            'The dropout of "{layer}" is {value}; it must be 0 or more, and less than 1.',
            layer=name,
            value=repr(dropout),
        )
    return float(dropout)


def new_synapses(network: Network, source: int, target: int, spec: SynapsesSpec) -> Synapses:
    """The bundle that ``spec`` asks for, with the next free id; StudioError says what is wrong with it."""
    refusal = network.refusal(source, target)
    if refusal is not None:
        raise refusal
    if not isinstance(spec, (Full, Weighted, Pooling)):
        raise StudioError(
            "net.connect takes nn.Full, nn.Sparse, nn.OneToOne, nn.Convolution or nn.Pooling as its third argument, "
            "not {given}.",
            given=type(spec).__name__,
        )
    wiring = _wiring(spec)
    entry = catalog.wirings[wiring.key]
    entry.values(wiring)
    a, b = network.layers[source], network.layers[target]
    misfit = entry.refusal(a, b, wiring)
    if misfit is not None:
        raise StudioError("{reason}", reason=misfit)
    if isinstance(spec, Pooling):
        return Synapses(network.next_id, source, target, wiring)
    penalties: tuple[tuple[str, Any], ...] = (("l1", spec.l1), ("l2", spec.l2))
    for name, value in penalties:
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 <= value < inf:
            raise StudioError("{name} is {value}; it must be a number from 0 up.", name=name, value=repr(value))
    trainable = switch("trainable", spec.trainable)
    initializer = chosen(catalog.initializers, spec.initializer, "An initializer")
    return Synapses(network.next_id, source, target, wiring, initializer, float(spec.l1), float(spec.l2), trainable)


def chosen_pairs(spec: SynapsesSpec, source: Layer, target: Layer) -> BoolArray | None:
    """The mask of ``Sparse(pairs=...)``, bool (source neurons, target neurons); StudioError names a wrong pair."""
    if not isinstance(spec, Sparse) or spec.pairs is None:
        return None
    mask = np.zeros((source.size, target.size), dtype=np.bool_)
    try:
        pairs = iter(spec.pairs)
    except TypeError:
        raise StudioError(
            "pairs is {given}; give (source neuron, target neuron) for each synapse.", given=repr(spec.pairs)
        ) from None
    for pair in pairs:
        try:
            i, j = (index(end) for end in pair)
        except (TypeError, ValueError):
            i, j = -1, -1
        if not (0 <= i < source.size and 0 <= j < target.size):
            raise StudioError(
                '{pair} is no pair of neurons of "{a}" (0 to {last_a}) and "{b}" (0 to {last_b}).',
                pair=repr(pair),
                a=source.name,
                last_a=source.size - 1,
                b=target.name,
                last_b=target.size - 1,
            )
        mask[i, j] = True
    return mask


def _wiring(spec: SynapsesSpec) -> Part:
    """The choice of the catalog that ``spec`` stands for; StudioError where a number is none."""
    match spec:
        case Sparse():
            density = 0.0 if spec.pairs is not None else spec.density
            if isinstance(density, bool) or not isinstance(density, (int, float)):
                raise StudioError("density is {value}; it must be a number from 0 to 1.", value=repr(density))
            return Part.of("sparse", density=float(density), seed=whole("seed", spec.seed, least=0))
        case OneToOne():
            return Part("one_to_one")
        case Convolution():
            numbers = {name: whole(name, getattr(spec, name), 1) for name in ("kernel", "stride", "dilation", "groups")}
            return Part.of("convolution", padding=str(spec.padding), **numbers)
        case Pooling() if spec.size == "global":
            return Part.of("pooling", kind=str(spec.kind), whole=True)
        case Pooling():
            size = whole("size", spec.size, 1)
            stride = size if spec.stride is None else whole("stride", spec.stride, 1)
            return Part.of("pooling", kind=str(spec.kind), size=size, stride=stride, padding=str(spec.padding))
        case _:
            return Part("full")


def _free(network: Network, name: str) -> str:
    name = str(name).strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise StudioError("A layer's name has 1 to 80 printable characters.")
    if any(layer.name == name for layer in network.layers.values()):
        raise StudioError('There is already a layer "{name}"; choose another name.', name=name)
    return name


def _shape(shape: object, name: str) -> tuple[int, ...]:
    sizes = shape if isinstance(shape, (tuple, list)) else (shape,)
    try:
        numbers = tuple(index(size) for size in sizes if not isinstance(size, bool))
    except TypeError:
        numbers = ()
    if len(numbers) != len(sizes) or not 1 <= len(numbers) <= 3 or any(number < 1 for number in numbers):
        raise StudioError(
            'The shape of "{name}" is {given}; give a number of neurons, or (height, width, channels), from 1 up.',
            name=name,
            given=repr(shape),
        )
    return numbers

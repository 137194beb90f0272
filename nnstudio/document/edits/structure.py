"""Edits of the structure: layers and the synapses between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nnstudio.document.annotations import groups_within
from nnstudio.document.data import Preparation
from nnstudio.document.document import Document, Position
from nnstudio.document.edits.edit import in_both
from nnstudio.document.message import Message, StudioError
from nnstudio.document.network import Layer, LayerKind, Synapses
from nnstudio.document.part import Part

LARGEST_LAYER = 65_536
SINGLE = Part.of("sparse", density=0.0)  # only the pairs that were chosen one by one


def new_layer(document: Document, kind: LayerKind, name: str | None, size: int | None) -> Layer:
    """A layer with the next free id; an input or output takes its size and names from the data where there is any."""
    network = document.network
    fitted = document.data.preparation if document.data else None
    labels: tuple[str, ...] = ()
    activation = Part("linear")
    if kind == "input":
        wanted = "Input"
        if fitted and not network.of_kind("input"):
            labels = fitted.input_names
    elif kind == "output":
        wanted = "Output"
        if fitted and not network.of_kind("output"):
            labels, activation = fitted.output_names, output_activation(fitted)
    else:
        wanted, activation = f"Hidden {len(network.of_kind('hidden')) + 1}", Part("tanh")
    default = {"input": 2, "hidden": 8, "output": 1}[kind]
    count = size if size is not None else (len(labels) or default)
    checked_size(count, name or wanted)
    return Layer(
        id=network.next_id,
        kind=kind,
        name=network.free_name(name or wanted),
        shape=(count,),
        activation=activation,
        labels=labels if len(labels) == count else (),
    )


def output_activation(preparation: Preparation) -> Part:
    """The activation that fits a task: softmax over classes, the plain weighted input for numbers."""
    return Part("softmax") if preparation.task == "classification" else Part("linear")


def checked_size(size: int, name: str) -> None:
    """StudioError where ``size`` is no size for a layer."""
    if not 1 <= size <= LARGEST_LAYER:
        raise StudioError(
            '"{name}" cannot have {size} neurons; choose between 1 and {most}.',
            name=name,
            size=size,
            most=LARGEST_LAYER,
        )


def checked_neuron(layer: Layer, neuron: int) -> None:
    """StudioError where the layer has no neuron of that number (the sentence counts from 1, as the window does)."""
    if not 0 <= neuron < layer.size:
        raise StudioError(
            '"{layer}" has no neuron number {number}; it has {size}.',
            layer=layer.name,
            number=neuron + 1,
            size=layer.size,
        )


@dataclass(frozen=True)
class AddLayer:
    """Put a new layer on the canvas."""

    kind: LayerKind
    position: Position
    name: str | None = None
    size: int | None = None
    activation: Part | None = None

    def describe(self, document: Document) -> Message:
        """Its name."""
        return Message.of("Add {layer}", layer=new_layer(document, self.kind, self.name, self.size).name)

    def apply(self, document: Document) -> Document:
        """The layer stands at ``position``, unwired."""
        layer = new_layer(document, self.kind, self.name, self.size)
        if self.activation is not None:
            layer = replace(layer, activation=self.activation)
        return document.having(
            network=document.network.with_layer(layer), layout={**document.layout, layer.id: self.position}
        )


def wiring_anew(wiring: Part) -> Part:
    """``wiring`` for synapses between other layers: pairs that were chosen one by one do not fit there, so all."""
    return Part("full") if wiring == SINGLE else wiring


@dataclass(frozen=True)
class Connect:
    """Wire one layer to another."""

    source: int
    target: int
    wiring: Part = Part("full")
    initializer: Part = Part("glorot_uniform")

    def describe(self, document: Document) -> Message:
        """Both names."""
        a, b = document.network.layer(self.source), document.network.layer(self.target)
        return Message.of("Wire {a} to {b}", a=a.name, b=b.name)

    def apply(self, document: Document) -> Document:
        """StudioError says why where the two cannot be wired."""
        network = document.network
        refusal = network.refusal(self.source, self.target)
        if refusal is not None:
            raise refusal
        synapses = Synapses(network.next_id, self.source, self.target, self.wiring, self.initializer)
        return document.having(network=network.with_synapses(synapses))


@dataclass(frozen=True)
class Remove:
    """Delete layers (with all synapses that hang on them) and bundles of synapses."""

    layers: frozenset[int] = frozenset()
    synapses: frozenset[int] = frozenset()

    def describe(self, document: Document) -> Message:
        """The name of the one layer, or how many objects."""
        network = document.network
        if len(self.layers) == 1 and not self.synapses:
            return Message.of("Delete {layer}", layer=network.layer(next(iter(self.layers))).name)
        if len(self.synapses) == 1 and not self.layers:
            bundle = network.synapses[next(iter(self.synapses))]
            a, b = network.layer(bundle.source).name, network.layer(bundle.target).name
            return Message.of("Delete synapses {a} to {b}", a=a, b=b)
        return Message.of("Delete {count} objects", count=len(self.layers) + len(self.synapses))

    def apply(self, document: Document) -> Document:
        """Parameters and positions go along."""
        network = document.network.without(self.layers, self.synapses)
        return in_both(
            document.having(
                network=network,
                layout={i: p for i, p in document.layout.items() if i in network.layers},
                groups=groups_within(document.groups, network.layers),
            ),
            lambda parameters: parameters.only(network.layers, network.synapses),
        )


@dataclass(frozen=True)
class InsertLayer:
    """Put a hidden layer in the middle of a bundle of synapses."""

    synapses: int
    position: Position
    size: int | None = None

    def describe(self, document: Document) -> Message:
        """Its name."""
        return Message.of("Insert {layer}", layer=new_layer(document, "hidden", None, self.size).name)

    def apply(self, document: Document) -> Document:
        """The old bundle goes, one into and one out of the new layer come; it joins a group that holds both ends."""
        bundle = document.network.synapses.get(self.synapses)
        if bundle is None:
            raise StudioError("These synapses no longer exist.")
        layer = document.network.next_id
        document = AddLayer("hidden", self.position, size=self.size).apply(document)
        document = Remove(synapses=frozenset({self.synapses})).apply(document)
        wiring = wiring_anew(bundle.wiring)
        document = Connect(bundle.source, layer, wiring, bundle.initializer).apply(document)
        document = Connect(layer, bundle.target, wiring, bundle.initializer).apply(document)
        groups = {
            i: replace(group, layers=group.layers | {layer})
            for i, group in document.groups.items()
            if {bundle.source, bundle.target} <= group.layers
        }
        return document.having(groups={**document.groups, **groups}) if groups else document


@dataclass(frozen=True)
class MoveLayers:
    """Move layers to new centres."""

    positions: Mapping[int, Position]

    def describe(self, document: Document) -> Message:
        """The name of the one layer, or how many."""
        if len(self.positions) == 1:
            return Message.of("Move {layer}", layer=document.network.layer(next(iter(self.positions))).name)
        return Message.of("Move {count} layers", count=len(self.positions))

    def apply(self, document: Document) -> Document:
        """Only the layout changes."""
        return document.having(layout={**document.layout, **self.positions})


@dataclass(frozen=True)
class RenameLayer:
    """Give a layer another name; names are unique."""

    layer: int
    name: str

    def describe(self, document: Document) -> Message:
        """Old and new name."""
        return Message.of("Rename {old} to {new}", old=document.network.layer(self.layer).name, new=self.name.strip())

    def apply(self, document: Document) -> Document:
        """StudioError where the name is empty, too long or taken."""
        name = self.name.strip()
        if not name or len(name) > 80 or not name.isprintable():
            raise StudioError("A layer's name has 1 to 80 printable characters.")
        if any(other.name == name and other.id != self.layer for other in document.network.layers.values()):
            raise StudioError('There is already a layer "{name}"; choose another name.', name=name)
        return document.having(network=document.network.changed_layer(self.layer, name=name))


@dataclass(frozen=True)
class SetLayer:
    """Change fields of one layer that keep its neurons: activation, bias, labels."""

    layer: int
    name: Message
    fields: tuple[tuple[str, Any], ...]

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """The name that was given."""
        return self.name

    def apply(self, document: Document) -> Document:
        """The layer with those fields; StudioError where there are more labels than neurons."""
        fields = dict(self.fields)
        layer = document.network.layer(self.layer)
        if len(fields.get("labels", ())) > layer.size:
            raise StudioError(
                '"{layer}" has {size} neurons; {count} names are too many.',
                layer=layer.name,
                size=layer.size,
                count=len(fields["labels"]),
            )
        check_regularity(layer, fields.get("normalization"), fields.get("dropout", 0.0))
        return document.having(network=document.network.changed_layer(self.layer, **fields))


def SetActivation(layer: int, activation: Part) -> SetLayer:
    """Give a layer another activation."""
    name = Message.of("Use {activation}", activation=activation.key)
    return SetLayer(layer, name, (("activation", activation),))


def check_regularity(layer: Layer, normalization: Part | None, dropout: float) -> None:
    """StudioError where a layer of that kind cannot be normalized, or that share of its neurons not be dropped."""
    if not 0.0 <= dropout < 1.0:  # no number either
        raise StudioError(
            'The dropout of "{layer}" is {value}; it must be 0 or more, and less than 1.',
            layer=layer.name,
            value=dropout,
        )
    if dropout and layer.kind == "output":
        raise StudioError('"{layer}" is an output: let a layer before it drop neurons instead.', layer=layer.name)
    if normalization is not None and layer.kind == "input":
        raise StudioError(
            '"{layer}" is an input: scale its columns in the data, or normalize the layer after it.', layer=layer.name
        )


def SetNormalization(layer: int, normalization: Part | None) -> SetLayer:
    """Normalize the weighted inputs of a layer, or stop doing so."""
    if normalization is None:
        return SetLayer(layer, Message.of("Remove the normalization"), (("normalization", None),))
    names = {"batch": Message.of("Use batch normalization"), "layer": Message.of("Use layer normalization")}
    name = names.get(normalization.key, Message.of("Use {normalization}", normalization=normalization.key))
    return SetLayer(layer, name, (("normalization", normalization),))


def SetDropout(layer: int, share: float) -> SetLayer:
    """Choose which share of its neurons a layer drops while training."""
    name = Message.of("Drop {percent} % of neurons", percent=f"{100 * share:g}")
    return SetLayer(layer, name if share else Message.of("Drop no neurons"), (("dropout", share),))


def SetBiasRule(layer: int, bias: bool) -> SetLayer:
    """Give the neurons of a layer biases, or take them away."""
    return SetLayer(layer, Message.of("Add biases") if bias else Message.of("Remove biases"), (("bias", bias),))


def SetLabels(layer: int, labels: tuple[str, ...]) -> SetLayer:
    """Name the neurons of a layer."""
    return SetLayer(layer, Message.of("Name neurons"), (("labels", labels),))


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as people write it: 28 × 28 × 1."""
    return " × ".join(str(length) for length in shape)

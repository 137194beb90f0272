"""What a program holds in its hand for a layer or a bundle of synapses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeAlias

from nnstudio.document import Document, LayerKind, StudioError, Synapses


class LayerHandle(str):
    """A layer of a network: the text of its name, which also knows its ``id`` and ``kind``.

    Being its name, it opens what is kept by name: ``net.activations(X)[h]`` is ``net.activations(X)["h"]``. It stays
    good for every network that grew out of the one which gave it, such as ``run.network``.
    """

    __slots__ = ("id", "kind")
    id: int
    kind: LayerKind

    def __new__(cls, name: str, id: int, kind: LayerKind) -> Self:  # noqa: A002 (the public name)
        """The name with its id and kind."""
        handle = super().__new__(cls, name)
        handle.id = id
        handle.kind = kind
        return handle

    def __getnewargs__(self) -> tuple[str, int, LayerKind]:  # type: ignore[override]  # for copy and deepcopy
        return (self.name, self.id, self.kind)

    @property
    def name(self) -> str:
        """The layer's name."""
        return str.__str__(self)

    def __repr__(self) -> str:
        return f"<{self.kind} layer {self.name!r}>"


@dataclass(frozen=True, slots=True)
class SynapsesHandle:
    """The bundle of synapses from layer ``source`` to layer ``target``."""

    id: int
    source: LayerHandle
    target: LayerHandle

    @property
    def name(self) -> str:
        """Both layers."""
        return f"{self.source} → {self.target}"

    def __repr__(self) -> str:
        return f"<synapses {self.name}>"


LayerRef: TypeAlias = LayerHandle | str
SynapsesRef: TypeAlias = SynapsesHandle | tuple[LayerRef, LayerRef]


def layer_handle(document: Document, layer: int) -> LayerHandle:
    """The handle of the layer with that id."""
    found = document.network.layer(layer)
    return LayerHandle(found.name, found.id, found.kind)


def synapses_handle(document: Document, synapses: Synapses) -> SynapsesHandle:
    """The handle of a bundle."""
    return SynapsesHandle(synapses.id, layer_handle(document, synapses.source), layer_handle(document, synapses.target))


def find_layer(document: Document, ref: LayerRef) -> LayerHandle:
    """The layer that ``ref`` (a handle or a name) means; StudioError names the layers that there are."""
    if not isinstance(ref, str):
        raise StudioError(
            "A layer is meant by what net.add returned or by its name, not by {given}.", given=type(ref).__name__
        )
    return layer_handle(document, document.network.named(str.__str__(ref)).id)


def find_synapses(document: Document, ref: SynapsesRef | object) -> SynapsesHandle:
    """The bundle that ``ref`` (a handle, or a pair of layers) means; StudioError where there is none."""
    if isinstance(ref, SynapsesHandle):
        ends = (ref.source, ref.target)
    elif isinstance(ref, tuple) and len(ref) == 2:
        ends = (find_layer(document, ref[0]), find_layer(document, ref[1]))
    else:
        raise StudioError(
            "Synapses are meant by what net.connect returned or by a pair of layers, not by {given}.",
            given=type(ref).__name__,
        )
    a, b = (find_layer(document, end) for end in ends)
    for synapses in document.network.outgoing[a.id]:
        if synapses.target == b.id:
            return SynapsesHandle(synapses.id, a, b)
    raise StudioError('"{a}" is not wired to "{b}" in this network.', a=a, b=b)

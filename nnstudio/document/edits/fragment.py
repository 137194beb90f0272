"""Copy and paste: layers with the synapses between them, or also those that arrive, and all their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nnstudio.document.annotations import Group, Note
from nnstudio.document.document import Document, Position
from nnstudio.document.edits.edit import in_both
from nnstudio.document.message import Message
from nnstudio.document.network import Layer, Network, Synapses
from nnstudio.document.parameters import Parameters


@dataclass(frozen=True)
class Fragment:
    """Layers, the synapses among them, their parameters and their places.

    ``incoming`` are the synapses that arrive from ``sources``, the layers outside.
    """

    layers: tuple[Layer, ...]
    synapses: tuple[Synapses, ...]
    parameters: Parameters
    positions: Mapping[int, Position]
    notes: tuple[Note, ...] = ()
    groups: tuple[Group, ...] = ()
    incoming: tuple[Synapses, ...] = ()
    sources: tuple[Layer, ...] = ()

    def arriving(self, network: Network) -> tuple[Synapses, ...]:
        """The incoming synapses whose sources are in ``network`` as they were when this was copied."""
        now = network.layers
        known = [source for source in self.sources if source.id in now]
        there = {i.id for i in known if (i.kind, i.shape) == (now[i.id].kind, now[i.id].shape)}
        return tuple(bundle for bundle in self.incoming if bundle.source in there)


def copy_fragment(document: Document, layers: Iterable[int], notes: Iterable[int] = ()) -> Fragment:
    """Those layers, what runs between them and arrives at them, their whole groups, and those notes."""
    chosen, written = set(layers), set(notes)
    arriving = [s for s in document.network.synapses.values() if s.target in chosen]
    inner, incoming = [s for s in arriving if s.source in chosen], [s for s in arriving if s.source not in chosen]
    return Fragment(
        tuple(layer for i, layer in document.network.layers.items() if i in chosen),
        tuple(inner),
        document.parameters.only(chosen, {s.id for s in arriving}),
        {i: p for i, p in document.layout.items() if i in chosen},
        tuple(note for i, note in document.notes.items() if i in written),
        tuple(group for group in document.groups.values() if group.layers <= chosen),
        tuple(incoming),
        tuple(document.network.layers[i] for i in sorted({s.source for s in incoming})),
    )


@dataclass(frozen=True)
class Paste:
    """Add a copy of a fragment, moved by ``offset``; the copies have ids and names of their own.

    ``incoming``: the copies are fed by the same layers outside as the originals, with the same weights. ``twin``: the
    step is called duplicating.
    """

    fragment: Fragment
    offset: Position = (48.0, 48.0)
    incoming: bool = False
    twin: bool = False

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """The name of the one layer, or how many."""
        layers, notes = self.fragment.layers, self.fragment.notes
        if len(layers) == 1:
            name = layers[0].name
            return Message.of("Duplicate {layer}", layer=name) if self.twin else Message.of("Paste {layer}", layer=name)
        if not layers and len(notes) == 1:
            return Message.of("Duplicate a note") if self.twin else Message.of("Paste a note")
        count = len(layers or notes)
        if not layers:
            many = Message.of("Duplicate {count} notes", count=count)
            return many if self.twin else Message.of("Paste {count} notes", count=count)
        many = Message.of("Duplicate {count} layers", count=count)
        return many if self.twin else Message.of("Paste {count} layers", count=count)

    def new_ids(self, document: Document) -> dict[int, int]:
        """Old id -> the id that the copy will have in ``document``."""
        pieces = self.fragment
        old = [layer.id for layer in pieces.layers] + [bundle.id for bundle in self._bundles(document)]
        old += [note.id for note in pieces.notes] + [group.id for group in pieces.groups]
        return {known: document.network.next_id + place for place, known in enumerate(old)}

    def _bundles(self, document: Document) -> tuple[Synapses, ...]:
        """The synapses that are copied."""
        pieces = self.fragment
        return (*pieces.synapses, *(pieces.arriving(document.network) if self.incoming else ()))

    def apply(self, document: Document) -> Document:
        """Inner synapses come along with their weights."""
        ids = self.new_ids(document)
        network, layout = document.network, dict(document.layout)
        for layer in self.fragment.layers:
            network = network.with_layer(replace(layer, id=ids[layer.id], name=network.free_name(layer.name)))
            x, y = self.fragment.positions.get(layer.id, (0.0, 0.0))
            layout[ids[layer.id]] = (x + self.offset[0], y + self.offset[1])
        for bundle in self._bundles(document):
            source = ids.get(bundle.source, bundle.source)
            network = network.with_synapses(
                replace(bundle, id=ids[bundle.id], source=source, target=ids[bundle.target])
            )
        document = self._annotated(document.having(network=network, layout=layout), ids)
        pasted = self.fragment.parameters

        def add(parameters: Parameters) -> Parameters:
            return Parameters(
                {**parameters.weights, **{ids[i]: w for i, w in pasted.weights.items() if i in ids}},
                {**parameters.biases, **{ids[i]: b for i, b in pasted.biases.items()}},
                {**parameters.frozen, **{ids[i]: m for i, m in pasted.frozen.items() if i in ids}},
                {**parameters.frozen_biases, **{ids[i]: m for i, m in pasted.frozen_biases.items()}},
                {**parameters.masks, **{ids[i]: m for i, m in pasted.masks.items() if i in ids}},
                {**parameters.muted, **{ids[i]: m for i, m in pasted.muted.items()}},
                {**parameters.own, **{(ids[i], name): a for (i, name), a in pasted.own.items()}},
                {**parameters.frozen_own, **{(ids[i], name): m for (i, name), m in pasted.frozen_own.items()}},
            )

        return in_both(document, add)

    def _annotated(self, document: Document, ids: Mapping[int, int]) -> Document:
        """``document`` with copies of the notes and groups."""
        if not self.fragment.notes and not self.fragment.groups:
            return document
        notes, groups = dict(document.notes), dict(document.groups)
        for note in self.fragment.notes:
            left, top, width, height = note.rect
            moved = (left + self.offset[0], top + self.offset[1], width, height)
            notes[ids[note.id]] = replace(note, id=ids[note.id], rect=moved)
        for group in self.fragment.groups:
            layers = frozenset(ids[layer] for layer in group.layers)
            groups[ids[group.id]] = replace(group, id=ids[group.id], layers=layers)
        network = replace(document.network, next_id=max(document.network.next_id, max(ids.values()) + 1))
        return document.having(network=network, notes=notes, groups=groups)

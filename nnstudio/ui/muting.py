"""Switching neurons and layers off to see what they do: what is off, and the edits that switch what is selected."""

from __future__ import annotations

from nnstudio.document import Document, Message
from nnstudio.document.edits import Bypass, Edit, Mute, Several
from nnstudio.ui.selection import NeuronRef, Selection
from nnstudio.ui.text import tr


def muted_neurons(document: Document, layer: int) -> frozenset[int]:
    """The neurons of a layer that send 0."""
    mask = document.parameters.muted.get(layer)
    return frozenset() if mask is None else frozenset(int(n) for n in mask.nonzero()[0])


def off_words(document: Document, layer: int) -> str:
    """What is off in a layer, in a few words; empty where nothing is."""
    found = document.network.layers.get(layer)
    if found is None:
        return ""
    count = len(muted_neurons(document, layer))
    words = []
    if count:
        words.append(tr("muted") if count == found.size else tr("{count} muted", count=count))
    if found.bypassed:
        words.append(tr("bypassed"))
    return ", ".join(words)


def switched_off(document: Document) -> set[int]:
    """The layers of which anything is off."""
    found = {layer for layer, mask in document.parameters.muted.items() if mask.any()}
    return found | {layer for layer, one in document.network.layers.items() if one.bypassed}


def wholly_muted(document: Document, layer: int) -> bool:
    """Whether every neuron of a layer sends 0."""
    mask = document.parameters.muted.get(layer)
    return mask is not None and bool(mask.all())


def mutable(document: Document, selection: Selection) -> dict[int, tuple[int, ...] | None]:
    """Layer id -> which of its neurons (None: all) the selection names, outputs left out."""
    layers = document.network.layers
    refs = selection.neurons or ({selection.neuron} if selection.neuron else frozenset[NeuronRef]())
    found: dict[int, tuple[int, ...] | None] = {}
    if refs:
        for i in sorted({ref.layer for ref in refs}):
            found[i] = tuple(sorted(ref.neuron for ref in refs if ref.layer == i))
    else:
        found = dict.fromkeys(sorted(selection.layers))
    return {i: neurons for i, neurons in found.items() if i in layers and layers[i].kind != "output"}


def all_muted(document: Document, selection: Selection) -> bool:
    """Whether all that could be muted of the selection is."""
    found = mutable(document, selection)
    return bool(found) and all(
        wholly_muted(document, i) if neurons is None else muted_neurons(document, i) >= set(neurons)
        for i, neurons in found.items()
    )


def muting(document: Document, selection: Selection) -> Edit | None:
    """Mute what is selected, or let it speak again where all of it is muted; None where nothing can be."""
    found = mutable(document, selection)
    value = not all_muted(document, selection)
    edits = tuple(Mute(i, neurons, value) for i, neurons in found.items())
    if len(edits) < 2:
        return edits[0] if edits else None
    name = Message.of("Mute {count} layers", count=len(edits))
    if not value:
        name = Message.of("Unmute {count} layers", count=len(edits))
    count = sum(len(neurons) for neurons in found.values() if neurons is not None)
    if count:
        name = (
            Message.of("Mute {count} neurons", count=count)
            if value
            else Message.of("Unmute {count} neurons", count=count)
        )
    return Several(name, edits)


def bypassable(document: Document, selection: Selection) -> tuple[int, ...]:
    """The selected layers that have an activation to skip."""
    layers = document.network.layers
    chosen = selection.layers | {ref.layer for ref in selection.neurons}
    return tuple(i for i in sorted(chosen) if i in layers and layers[i].kind != "input")


def all_bypassed(document: Document, selection: Selection) -> bool:
    """Whether all of them are bypassed."""
    found = bypassable(document, selection)
    return bool(found) and all(document.network.layers[i].bypassed for i in found)


def bypassing(document: Document, selection: Selection) -> Edit | None:
    """Bypass the selected layers, or use them again where all are bypassed; None where nothing can be."""
    found, value = bypassable(document, selection), not all_bypassed(document, selection)
    edits = tuple(Bypass(i, value) for i in found)
    if len(edits) < 2:
        return edits[0] if edits else None
    name = Message.of("Bypass {count} layers", count=len(edits))
    return Several(name if value else Message.of("Use {count} layers again", count=len(edits)), edits)

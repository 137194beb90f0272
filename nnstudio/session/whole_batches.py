"""What an optimizer of whole training sets asks for: much memory, slopes as they are, a loss that stays the same."""

from __future__ import annotations

from collections.abc import Iterator

from nnstudio import catalog
from nnstudio.document import Document, Message, Part
from nnstudio.document.edits import Edit, SetDropout, SetTraining, Several

MUCH = 512_000_000  # bytes of an optimizer's arrays from which on it is told
Fixing = tuple[Message, Edit]


def demands(document: Document) -> Iterator[tuple[Message, tuple[Fixing, ...]]]:
    """(sentence, the fixes by name) of what the optimizer of the settings asks for."""
    if not document.network.layers:
        return  # the window opens without reading the catalog of optimizers
    part = document.training.optimizer
    entry = catalog.optimizers[part.key]
    if not entry.whole:
        return
    adam = Message.of("Use {optimizer}", optimizer=catalog.optimizers["adam"].label)
    instead: Fixing = (adam, SetTraining((("optimizer", Part("adam")),)))
    yield from _memory(document, part, entry, instead)
    if document.training.clip_norm is not None or document.training.clip_value is not None:
        message = Message.of(
            "{optimizer} learns the curvature from the slopes, and bounded slopes mislead it.", optimizer=entry.label
        )
        free = SetTraining((("clip_norm", None), ("clip_value", None)))
        yield message, ((Message.of("Leave the bounds out"), free), instead)
    dropping = [layer for layer in document.network.layers.values() if layer.dropout]
    if dropping:
        message = Message.of(
            '{optimizer} needs the same loss at every step, but dropout in "{layer}" draws another one each time.',
            optimizer=entry.label,
            layer=dropping[0].name,
        )
        name = Message.of("Drop no neurons")
        edits = tuple(SetDropout(layer.id, 0.0) for layer in dropping)
        yield message, ((name, Several(name, edits)), instead)


def memory_of(document: Document, part: Part) -> int:
    """The bytes that the optimizer's arrays take when they are filled."""
    parameters, entry = document.parameters, catalog.optimizers[part.key]
    count = sum(w.size for w in parameters.weights.values()) + sum(b.size for b in parameters.biases.values())
    return len(entry.names(part)) * count * (8 if document.training.dtype == "float64" else 4)


def _memory(
    document: Document, part: Part, entry: catalog.Optimizer, instead: Fixing
) -> Iterator[tuple[Message, tuple[Fixing, ...]]]:
    total = memory_of(document, part)
    if total < MUCH or entry.remembers is None:
        return
    setting, group = entry.remembers
    pairs = int(entry.values(part)[setting])
    each = total // len(entry.names(part))
    fewer = min(pairs - 1, MUCH // (2 * each * len(group)))
    message = Message.of(
        "{optimizer} remembers {pairs} steps and slopes of all parameters, which takes {size} GB of memory.",
        optimizer=entry.label,
        pairs=pairs,
        size=f"{total / 1e9:.1f}",
    )
    fixes = [instead]
    if fewer >= 3:  # with less it knows next to nothing of the curvature
        smaller = SetTraining((("optimizer", part.with_setting(setting, fewer)),))
        fixes.insert(0, (Message.of("Remember {count}", count=fewer), smaller))
    yield message, tuple(fixes)

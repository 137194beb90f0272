"""From the plain values of a file to a document, with everything checked that a file could say wrongly."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from nnstudio.document import (
    Column,
    DataRecipe,
    Document,
    FittedColumn,
    Group,
    Layer,
    Network,
    Note,
    Part,
    Preparation,
    Source,
    Stop,
    StudioError,
    Synapses,
    Training,
)
from nnstudio.project.schema import (
    FittedFile,
    NetworkFile,
    PartFile,
    ProjectFile,
    RecipeFile,
    Setting,
    SourceFile,
    TrainingFile,
)


def checked(content: dict[str, Any]) -> ProjectFile:
    """``content`` as a project; StudioError (half a sentence) names the place that is not as it should be."""
    try:
        return msgspec.convert(content, ProjectFile)
    except msgspec.ValidationError as error:
        text = str(error)
        reason, _, place = text.partition(" - at ")
        raise StudioError(
            "it is damaged at {place}: {reason}",
            place=re.sub(r"[`$]", "", place).lstrip(".") or "its top",
            reason=reason.replace("`", "'"),
        ) from error


def network_of(file: NetworkFile) -> Network:
    """The network, with every id in its place; StudioError (half a sentence) for what cannot be wired so."""
    ids = [item.id for item in file.layers] + [item.id for item in file.synapses]
    twice = next((number for number in ids if ids.count(number) > 1), None) if len(set(ids)) < len(ids) else None
    if twice is not None:
        raise StudioError("it uses the number {id} twice", id=twice)
    layers = {
        item.id: Layer(
            item.id,
            item.kind,
            item.name,
            item.shape,
            part_of(item.activation),
            item.bias,
            item.labels,
            bypassed=item.bypassed,
            normalization=None if item.normalization is None else part_of(item.normalization),
            dropout=item.dropout,
        )
        for item in file.layers
    }
    network = Network(layers, {}, max(file.next_id, max(ids, default=0) + 1))
    found: dict[int, Synapses] = {}
    wired: set[tuple[int, int]] = set()
    for item in file.synapses:
        for end in (item.source, item.target):
            if end not in layers:
                raise StudioError("its synapses {id} hang on layer {layer}, which is missing", id=item.id, layer=end)
        # Each pair on its own here, and cycles once at the end: asking the network each time would be quadratic.
        refusal = network.refusal(item.source, item.target)
        if refusal is not None:
            raise StudioError("{reason}", reason=str(refusal).rstrip("."))
        if (item.source, item.target) in wired:
            raise StudioError('"{a}" and "{b}" are wired twice', a=layers[item.source].name, b=layers[item.target].name)
        wired.add((item.source, item.target))
        found[item.id] = Synapses(
            item.id,
            item.source,
            item.target,
            part_of(item.wiring),
            part_of(item.initializer),
            item.l1,
            item.l2,
            item.trainable,
        )
    network = Network(layers, found, network.next_id)
    try:
        network.order  # noqa: B018
    except StudioError as error:
        raise StudioError("{reason}", reason=str(error).rstrip(".")) from error
    return network


def annotated(document: Document, file: ProjectFile) -> Document:
    """``document`` with the notes and groups of the file; StudioError (half a sentence) for what cannot be."""
    network = document.network
    ids = [note.id for note in file.notes] + [group.id for group in file.groups]
    if not ids:
        return document
    taken = {*network.layers, *network.synapses}
    twice = next((number for number in ids if number in taken or ids.count(number) > 1), None)
    if twice is not None:
        raise StudioError("it uses the number {id} twice", id=twice)
    members: set[int] = set()
    for item in file.groups:
        for layer in item.layers:
            if layer not in network.layers:
                raise StudioError('its group "{name}" has layer {layer}, which is missing', name=item.name, layer=layer)
            if layer in members:
                name = network.layers[layer].name
                raise StudioError('its layer "{name}" is in two groups', name=name)
            members.add(layer)
    return document.having(
        network=replace(network, next_id=max(network.next_id, max(ids) + 1)),
        notes={item.id: Note(item.id, item.text, item.rect) for item in file.notes},
        groups={item.id: Group(item.id, item.name, frozenset(item.layers), item.collapsed) for item in file.groups},
    )


def training_of(file: TrainingFile) -> Training:
    """The settings of training."""
    stop = file.stop
    return Training(
        part_of(file.loss),
        part_of(file.optimizer),
        file.batch_size,
        file.epochs,
        file.shuffle,
        file.seed,
        file.dtype,
        file.accumulate,
        None if file.schedule is None else part_of(file.schedule),
        file.clip_norm,
        file.clip_value,
        Stop(stop.monitor, stop.target, stop.patience, stop.least_change, stop.restore_best, stop.seconds),
        file.class_weight,
        file.carry_over,
    )


def recipe_of(file: RecipeFile, folder: Path) -> DataRecipe:
    """The data recipe, its file found from ``folder``; StudioError (half a sentence) for columns that clash."""
    names = [column.name for column in file.columns]
    if len(set(names)) < len(names):
        raise StudioError("its data has two columns of the same name")
    preparation = None
    if file.preparation is not None:
        preparation = Preparation(
            file.preparation.task,
            tuple(_fitted(column) for column in file.preparation.inputs),
            tuple(_fitted(column) for column in file.preparation.targets),
        )
        if not preparation.targets:
            raise StudioError("its data is prepared without a target")
    return DataRecipe(
        _source(file.source, folder),
        file.name,
        tuple(Column(c.name, c.kind, c.role, c.missing) for c in file.columns),
        file.task,
        file.scaling,
        file.validation,
        file.split_seed,
        preparation,
    )


def part_of(file: PartFile) -> Part:
    """The choice from the catalog."""
    return Part(file.key, _settings(file.settings))


def _settings(settings: tuple[Setting, ...]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, _value(value)) for name, value in settings)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    if isinstance(value, dict):
        text = value.get("float")
        if len(value) != 1 or text not in ("inf", "-inf", "nan"):
            raise StudioError("it has a setting that is no number, switch or text")
        return float(text)
    return value


def _fitted(file: FittedFile) -> FittedColumn:
    if file.scale == 0.0:
        raise StudioError('its column "{name}" has scale 0', name=file.name)
    if isinstance(file.fill, str) != (file.kind == "categorical") and file.fill is not None:
        raise StudioError('its column "{name}" is filled with the wrong kind of value', name=file.name)
    return FittedColumn(file.name, file.kind, file.center, file.scale, file.fill, file.categories)


def _source(file: SourceFile, folder: Path) -> Source:
    key = file.key
    if file.kind == "file" and file.relative is not None:
        beside = (folder / file.relative).absolute()
        if _is_file(beside):
            found = os.path.normpath(beside)
            key = key if os.path.normpath(key) == found else found
    return Source(file.kind, key, _settings(file.settings), file.fingerprint)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that this system cannot have
        return False

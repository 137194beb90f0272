"""From a document to the plain values of its file."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from nnstudio.document import DataRecipe, Document, FittedColumn, Part, Source, StudioError, Training
from nnstudio.project.schema import VERSION

_NEAR = 3  # a data file up to that many folders above the project moves with it


def content_of(document: Document, folder: Path, arrays: list[str], same: list[str]) -> dict[str, Any]:
    """The JSON of ``document`` for a project file in ``folder``; StudioError for what no file can hold."""
    network, training, progress = document.network, document.training, document.progress
    return {
        "version": VERSION,
        "network": {
            "next_id": int(network.next_id),
            "layers": [
                {
                    "id": int(layer.id),
                    "kind": layer.kind,
                    "name": layer.name,
                    "shape": [int(size) for size in layer.shape],
                    "activation": _part(layer.activation),
                    "bias": bool(layer.bias),
                    "labels": list(layer.labels),
                    **({"bypassed": True} if layer.bypassed else {}),
                    **({} if layer.normalization is None else {"normalization": _part(layer.normalization)}),
                    **({"dropout": float(layer.dropout)} if layer.dropout else {}),
                }
                for layer in network.layers.values()
            ],
            "synapses": [
                {
                    "id": int(bundle.id),
                    "source": int(bundle.source),
                    "target": int(bundle.target),
                    "wiring": _part(bundle.wiring),
                    "initializer": _part(bundle.initializer),
                    "l1": float(bundle.l1),
                    "l2": float(bundle.l2),
                    "trainable": bool(bundle.trainable),
                }
                for bundle in network.synapses.values()
            ],
        },
        "data": None if document.data is None else _recipe(document.data, folder),
        "training": {
            "loss": _part(training.loss),
            "optimizer": _part(training.optimizer),
            "batch_size": int(training.batch_size),
            "epochs": int(training.epochs),
            "shuffle": bool(training.shuffle),
            "seed": int(training.seed),
            "dtype": training.dtype,
            **_rules(training),
        },
        "progress": {
            "epoch": int(progress.epoch),
            "batch": int(progress.batch),
            "updates": int(progress.updates),
            "seconds": float(progress.seconds),
        },
        "layout": [[int(layer), float(x), float(y)] for layer, (x, y) in sorted(document.layout.items())],
        "seed": int(document.seed),
        "arrays": sorted(arrays),
        "same": sorted(same),
        **_annotations(document),
    }


def _annotations(document: Document) -> dict[str, Any]:
    """Notes and groups, where there are any: files from before they existed stay alike."""
    notes = [
        {"id": int(note.id), "text": note.text, "rect": [float(length) for length in note.rect]}
        for note in document.notes.values()
    ]
    groups = [
        {"id": int(group.id), "name": group.name, "layers": sorted(int(layer) for layer in group.layers)}
        | ({"collapsed": True} if group.collapsed else {})
        for group in document.groups.values()
    ]
    return {name: value for name, value in (("notes", notes), ("groups", groups)) if value}


def _rules(training: Training) -> dict[str, Any]:
    """The settings that came later than files of version 1: only those that are set, so that old files stay alike."""
    stop = training.stop
    rules = {
        "accumulate": int(training.accumulate),
        "schedule": None if training.schedule is None else _part(training.schedule),
        "clip_norm": _maybe(training.clip_norm),
        "clip_value": _maybe(training.clip_value),
        "stop": {
            "monitor": stop.monitor,
            "target": _maybe(stop.target),
            "patience": int(stop.patience),
            "least_change": float(stop.least_change),
            "restore_best": bool(stop.restore_best),
            "seconds": _maybe(stop.seconds),
        },
        "class_weight": training.class_weight
        if not isinstance(training.class_weight, tuple)
        else [[int(place), float(weight)] for place, weight in training.class_weight],
        "carry_over": bool(training.carry_over),
    }
    usual = Training()
    return {name: value for name, value in rules.items() if getattr(training, name) != getattr(usual, name)}


def _maybe(number: float | None) -> float | None:
    return None if number is None else float(number)


def _part(part: Part) -> dict[str, Any]:
    return {"key": part.key, "settings": _settings(part.settings)}


def _settings(settings: tuple[tuple[str, Any], ...]) -> list[list[Any]]:
    return [[name, _value(name, value)] for name, value in settings]


def _value(name: str, value: Any) -> Any:
    """A setting as JSON has it: numbers, switches, texts, nothing, and lists of these."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        return [_value(name, item) for item in value]
    raise StudioError(
        'The setting "{name}" is a {kind}, which cannot be saved; use numbers, switches and text.',
        name=name,
        kind=type(value).__name__,
    )


def _recipe(recipe: DataRecipe, folder: Path) -> dict[str, Any]:
    preparation = recipe.preparation
    return {
        "source": _source(recipe.source, folder),
        "name": recipe.name,
        "columns": [{"name": c.name, "kind": c.kind, "role": c.role, "missing": c.missing} for c in recipe.columns],
        "task": recipe.task,
        "scaling": recipe.scaling,
        "validation": float(recipe.validation),
        "split_seed": int(recipe.split_seed),
        "preparation": None
        if preparation is None
        else {
            "task": preparation.task,
            "inputs": [_fitted(column) for column in preparation.inputs],
            "targets": [_fitted(column) for column in preparation.targets],
        },
    }


def _fitted(column: FittedColumn) -> dict[str, Any]:
    fill = column.fill if column.fill is None or isinstance(column.fill, str) else float(column.fill)
    return {
        "name": column.name,
        "kind": column.kind,
        "center": float(column.center),
        "scale": float(column.scale),
        "fill": fill,
        "categories": list(column.categories),
    }


def _source(source: Source, folder: Path) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "key": source.key,
        "settings": _settings(source.settings),
        "fingerprint": source.fingerprint,
        "relative": relative_path(source.key, folder) if source.kind == "file" else None,
    }


def relative_path(key: str, folder: Path) -> str | None:
    """The way from ``folder`` to the file ``key`` with forward slashes; None where it lies far off or is relative."""
    if not Path(key).is_absolute():
        return None
    try:
        parts = Path(os.path.relpath(key, folder)).parts
    except ValueError:  # another drive
        return None
    return "/".join(parts) if parts.count("..") <= _NEAR else None

"""``nnstudio info``: what a project holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from nnstudio.catalog.counting import parameter_count
from nnstudio.cli.opening import opened
from nnstudio.cli.output import number, table, write_json
from nnstudio.document import Document, Part
from nnstudio.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("project", type=Path, metavar="P.nns")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Print layers, data, training settings and how far training has come."""
    with opened(arguments.project) as session:
        facts = facts_of(session, arguments.project)
    if arguments.json:
        write_json(facts)
    else:
        print(_in_words(facts))
    return 0


def facts_of(session: Session, path: Path) -> dict[str, Any]:
    """Everything that ``info`` tells, as plain values."""
    document = session.document
    training, progress = document.training, document.progress
    return {
        "project": str(path),
        "layers": _layers(document),
        "synapses": [
            {
                "source": document.network.layer(s.source).name,
                "target": document.network.layer(s.target).name,
                "wiring": s.wiring.key,
                "shape": list(document.parameters.weights[s.id].shape),
                "trainable": s.trainable,
            }
            for s in document.network.synapses.values()
        ],
        "parameters": parameter_count(document),
        "seed": document.seed,
        "data": _data(session),
        "training": {
            "loss": training.loss.key,
            "optimizer": {"name": training.optimizer.key, **dict(training.optimizer.settings)},
            "batch_size": training.batch_size,
            "epochs": training.epochs,
            "shuffle": training.shuffle,
            "seed": training.seed,
            "dtype": training.dtype,
        },
        "progress": {
            "epochs": progress.epoch,
            "updates": progress.updates,
            "seconds": progress.seconds,
            "metrics": {name: float(values[-1]) for name, values in progress.series.items() if len(values)},
        },
        "problems": [problem.text for problem in session.problems],
    }


def _layers(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "name": layer.name,
            "kind": layer.kind,
            "shape": list(layer.shape),
            "activation": None if layer.kind == "input" else _part(layer.activation),
            "bias": layer.has_bias,
            "normalization": None if layer.normalization is None else _part(layer.normalization),
            "dropout": layer.dropout,
        }
        for layer in document.network.layers.values()
    ]


def _part(part: Part) -> str:
    return part.key


def _data(session: Session) -> dict[str, Any] | None:
    recipe = session.document.data
    if recipe is None:
        return None
    fitted, dataset = recipe.preparation, session.dataset
    return {
        "name": recipe.name,
        "source": recipe.source.kind,
        "key": recipe.source.key,
        "task": recipe.task,
        "targets": [column.name for column in recipe.targets],
        "classes": list(fitted.output_names) if fitted and recipe.task == "classification" else None,
        "inputs": list(fitted.input_names) if fitted else [],
        "train": len(dataset.train) if dataset else None,
        "validation": len(dataset.validation) if dataset else None,
    }


def _in_words(facts: dict[str, Any]) -> str:
    rows: list[tuple[str, ...]] = [("project", facts["project"])]
    for layer in facts["layers"]:
        shape = " x ".join(str(size) for size in layer["shape"])
        parts = [layer["activation"] or "", f"{layer['normalization']} norm" if layer["normalization"] else ""]
        parts.append(f"dropout {layer['dropout']:g}" if layer["dropout"] else "")
        rows.append((layer["kind"], f"{layer['name']}: {shape} {', '.join(part for part in parts if part)}".rstrip()))
    rows.extend(("synapses", f"{s['source']} → {s['target']}") for s in facts["synapses"])
    rows.append(("parameters", f"{facts['parameters']:,}"))
    data, training, progress = facts["data"], facts["training"], facts["progress"]
    if data is None:
        rows.append(("data", "none"))
    else:
        rows.append(("data", f"{data['name']} ({data['task']} of {', '.join(data['targets'])})"))
        if data["train"] is not None:
            rows.append(("rows", f"{data['train']:,} train, {data['validation']:,} validation"))
    settings = ", ".join(f"{name} {value}" for name, value in training["optimizer"].items() if name != "name")
    optimizer = training["optimizer"]["name"] + (f" ({settings})" if settings else "")
    rows.append(("training", f"{training['loss']}, {optimizer}, batch {training['batch_size']}, {training['dtype']}"))
    values = ", ".join(f"{name} {number(value)}" for name, value in progress["metrics"].items())
    rows.append(("trained", f"{progress['epochs']:,} of {training['epochs']:,} epochs{': ' if values else ''}{values}"))
    rows.extend(("problem", text) for text in facts["problems"])
    return table(rows)

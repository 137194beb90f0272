"""``nnstudio evaluate``: how well a project does, on its validation rows or on another table."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio import catalog
from nnstudio.cli.opening import opened, preparation_of, source_of
from nnstudio.cli.output import number, table, write_json
from nnstudio.document import Array, Preparation, StudioError
from nnstudio.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("project", type=Path, metavar="P.nns")
    parser.add_argument("--data", metavar="T.csv", help="measure on all rows of this table instead")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Print loss and metrics; errors of numbers are in the target's own units, the loss is on scaled values."""
    with opened(arguments.project) as session:
        preparation = preparation_of(session)
        if arguments.data is None:
            name, part, inputs, truth = _own_rows(session)
        else:
            name, part, inputs, truth = _other_rows(preparation, arguments.data)
        found = measure(session, preparation, inputs, truth)
    if arguments.json:
        write_json({"project": arguments.project, "data": name, "part": part, "rows": len(inputs), "metrics": found})
    else:
        rows = [("data", f"{name}, {part} rows"), ("rows", f"{len(inputs):,}")]
        rows += [(key, number(value)) for key, value in found.items()]
        print(table(rows))
    return 0


def measure(session: Session, preparation: Preparation, inputs: Array, truth: NDArray[Any]) -> dict[str, float]:
    """The project's loss on these rows, and every metric of its task. ``truth``: one row of targets a sample."""
    from nnstudio import data, engine

    document = session.document
    said: Array = np.asarray(engine.predict(document.network, document.parameters, inputs), dtype=np.float64)
    readable = data.readable(preparation, said)  # StudioError where the outputs do not match the data
    loss = engine.loss(document.network, document.parameters, inputs, truth, document.training.loss)
    found = {"loss": float(loss)}
    if preparation.task == "regression":
        names = [column.name for column in preparation.targets]
        said = np.stack([readable[name] for name in names], axis=1)
        true = data.readable(preparation, truth)
        truth = np.stack([true[name] for name in names], axis=1)
    for key, metric in catalog.metrics.items():
        if preparation.task in metric.tasks:
            found[key] = float(metric.value(said, truth))
    return found


def _own_rows(session: Session) -> tuple[str, str, Array, NDArray[Any]]:
    if session.data_problem is not None:
        raise session.data_problem
    dataset = session.dataset
    if dataset is None:
        raise StudioError("This project has no data; name a table with --data.")
    part, rows = ("validation", dataset.validation) if len(dataset.validation) else ("training", dataset.train)
    return dataset.name, part, dataset.inputs[rows], dataset.target_rows[rows]


def _other_rows(preparation: Preparation, word: str) -> tuple[str, str, Array, NDArray[Any]]:
    from nnstudio import data

    found = data.read_source(source_of(word))
    inputs = data.apply(preparation, found)
    answers = data.targets_of(preparation, found)
    if preparation.task == "classification":
        known = answers >= 0
        truth = np.eye(len(preparation.output_names))[answers[known]]
    else:
        known = np.isfinite(answers).all(axis=1)
        truth = answers[known]
    if not known.any():
        raise StudioError("No row of {table} has a target that the project knows.", table=found.name)
    return found.name, "all" if known.all() else "known", inputs[known], truth

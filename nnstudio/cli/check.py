"""``nnstudio check``: problems in plain words, and whether the gradients are right."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np

from nnstudio.cli.opening import opened
from nnstudio.cli.output import write_json
from nnstudio.document import Array
from nnstudio.session import Session
from nnstudio.session.gradients import check_gradients

MOST_SAMPLES = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("project", type=Path, metavar="P.nns")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(arguments: argparse.Namespace) -> int:
    """List problems and the largest error of a gradient; 1 where there is any."""
    with opened(arguments.project) as session:
        problems, document = session.problems, session.document
        report = None
        if not any(p.severity == "error" and p.where.kind in ("layer", "synapses", "network") for p in problems):
            inputs, truth = _few_rows(session)
            report = check_gradients(document, inputs, truth, document.training.loss)
    good = not problems and report is not None and report.passed
    if arguments.json:
        found = [{"severity": p.severity, "where": p.where.kind, "id": p.where.id, "text": p.text} for p in problems]
        gradients = None if report is None else asdict(report)
        write_json({"project": arguments.project, "good": good, "problems": found, "gradients": gradients})
        return 0 if good else 1
    for problem in problems:
        print(f"{problem.severity}: {problem.text}")
    print(report if report is not None else "gradients: not checked, the network has problems")
    if good:
        print(f"{arguments.project}: no problems")
    return 0 if good else 1


def _few_rows(session: Session) -> tuple[Array, Array]:
    """Some training rows, or drawn ones where the project has no data that fits."""
    network, dataset = session.document.network, session.dataset
    if dataset is not None and not session.problems:
        rows = dataset.train[:MOST_SAMPLES]
        return np.asarray(dataset.inputs[rows], dtype=np.float64), dataset.target_rows[rows]
    rng = np.random.default_rng(0)
    columns = sum(layer.size for layer in network.of_kind("input"))
    outputs = sum(layer.size for layer in network.of_kind("output"))
    inputs = rng.standard_normal((MOST_SAMPLES, columns))
    return inputs, np.eye(outputs)[rng.integers(0, outputs, MOST_SAMPLES)]

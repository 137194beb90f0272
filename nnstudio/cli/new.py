"""``nnstudio new``: a project for a data set, with a network that fits it."""

from __future__ import annotations

import argparse
from pathlib import Path

from nnstudio import catalog
from nnstudio.catalog.counting import parameter_count
from nnstudio.cli.opening import source_of
from nnstudio.cli.output import say, write_json
from nnstudio.cli.settings import HELP, apply_settings, set_training
from nnstudio.document import Message, Part, StudioError
from nnstudio.document.edits import AddLayer, Connect, Edit, SetDropout, SetNormalization, Several
from nnstudio.session import Session

COLUMN = 264.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("--data", required=True, metavar="T.csv", help="a CSV file, a bundled set or a generator")
    parser.add_argument("--target", metavar="NAME", help="the column to predict (the data's own choice if left out)")
    parser.add_argument("--hidden", default="16", metavar="16,8", help="neurons of each hidden layer; 0 for none")
    parser.add_argument("--activation", default="relu", metavar="KEY", help="activation of the hidden layers")
    parser.add_argument("--normalization", metavar="KEY", help="of the hidden layers: batch or layer")
    parser.add_argument("--dropout", type=float, default=0.0, metavar="P", help="share that hidden layers drop")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="draws initial weights and order of samples")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=HELP)
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="P.nns", help="the project file")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Write the project and say what it holds."""
    sizes = _sizes(arguments.hidden)
    activation = Part(catalog.activations[arguments.activation].key)
    session = Session()
    try:
        session.choose_data(source_of(arguments.data), arguments.target)
        if arguments.seed:
            set_training(session, seed=arguments.seed)
            session.redraw(arguments.seed)
        session.do(_network(sizes, activation))
        for layer in session.document.network.of_kind("hidden"):
            if arguments.normalization is not None:
                session.do(SetNormalization(layer.id, Part(catalog.normalizations[arguments.normalization].key)))
            if arguments.dropout:
                session.do(SetDropout(layer.id, arguments.dropout))
        if session.document.data and session.document.data.task == "regression":
            set_training(session, loss=Part("mse"))
        apply_settings(session, arguments.set)
        session.save(arguments.output)
        _report(session, arguments)
    finally:
        session.close()
    return 0


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(word) for word in text.split(",") if word.strip()]
    except ValueError:
        raise StudioError("--hidden is {text}; write whole numbers, for example 16,8.", text=text) from None
    return [] if sizes == [0] else sizes


def _network(sizes: list[int], activation: Part) -> Edit:
    """All layers in a row; input and output take their sizes and names from the data."""
    edits: list[Edit] = [AddLayer("input", (0.0, 0.0))]
    for place, size in enumerate(sizes):
        edits.append(AddLayer("hidden", (COLUMN * (place + 1), 0.0), size=size, activation=activation))
    edits.append(AddLayer("output", (COLUMN * (len(sizes) + 1), 0.0)))
    edits.extend(Connect(place, place + 1) for place in range(1, len(sizes) + 2))
    return Several(Message.of("Build the network"), tuple(edits))


def _report(session: Session, arguments: argparse.Namespace) -> None:
    document = session.document
    layers = [layer.size for layer in document.network.layers.values()]
    count = parameter_count(document)
    name = document.data.name if document.data else ""
    if arguments.json:
        write_json({"project": arguments.output, "data": name, "layers": layers, "parameters": count})
    for note in session.table.notes if session.table else ():
        say(f"{name}: {note}")
    if not arguments.json:
        say(f"{arguments.output}: {'-'.join(map(str, layers))} for {name}, {count:,} parameters")

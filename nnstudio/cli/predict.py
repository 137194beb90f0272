"""``nnstudio predict``: inputs in, predictions out, in the target's own units and class names."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import IO, Any

from numpy.typing import NDArray

from nnstudio.cli.opening import opened, preparation_of, source_of
from nnstudio.cli.output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("project", type=Path, metavar="P.nns")
    parser.add_argument("--data", required=True, metavar="T.csv", help="a table with the project's input columns")
    parser.add_argument(
        "-o", "--output", default="-", metavar="OUT.csv", help="the table to write (stdout if left out)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write one row of predictions for each row of the table."""
    from nnstudio import data, engine

    with opened(arguments.project) as session:
        preparation, document = preparation_of(session), session.document
    found = data.read_source(source_of(arguments.data))
    said = engine.predict(document.network, document.parameters, data.apply(preparation, found))
    columns = data.readable(preparation, said)
    if arguments.output == "-":
        _write(sys.stdout, columns)
        return 0
    _save(Path(arguments.output), columns)
    say(f"{arguments.output}: {len(said):,} rows")
    return 0


def _save(path: Path, columns: dict[str, NDArray[Any]]) -> None:
    """The table in a file, whole or not at all; a pipe or device is written to as it is."""
    from nnstudio.project.atomic import replace_file

    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as file:
            _write(file, columns)
        return

    def fill(file: IO[bytes]) -> None:
        text = io.StringIO(newline="")
        _write(text, columns)
        file.write(text.getvalue().encode())

    replace_file(path, fill)


def _write(file: IO[str], columns: dict[str, NDArray[Any]]) -> None:
    writer = csv.writer(file)
    writer.writerow([_text(name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_text(cell) if isinstance(cell, str) else repr(float(cell)) for cell in row])


def _text(cell: str) -> str:
    """A name as a cell: one that a spreadsheet would run as a formula gets an apostrophe in front."""
    if len(cell) > 1 and cell[0] in "=+-@\t\r":
        try:
            float(cell)
        except ValueError:
            return f"'{cell}"
    return cell

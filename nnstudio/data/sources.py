"""Opens what a recipe's source names: a file, a bundled set or a generator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.assets import asset
from nnstudio.catalog import generators
from nnstudio.data.bundled_sets import bundled
from nnstudio.data.readers.delimited import read_delimited
from nnstudio.data.table import Table, TableColumn, listed
from nnstudio.document import ColumnKind, Message, Part, Source, StudioError


def read_table(path: Path) -> Table:
    """The table in the file at ``path``; StudioError names the file and what to do."""
    return read_delimited(Path(path))


def open_source(path: Path) -> tuple[Source, Table]:
    """The source that names the file at ``path`` (made absolute, with its fingerprint), and its table."""
    table = read_table(path)
    return Source("file", str(Path(path).absolute()), (), table.fingerprint), table


def read_source(source: Source, base: Path | None = None) -> Table:
    """The table that ``source`` names; a relative path starts from the folder ``base``.

    A file that is not the one that was read before is read all the same, with a note. StudioError where it cannot be
    read, or where there is no such bundled set or generator.
    """
    if source.kind == "bundled":
        if source.key not in bundled:
            raise StudioError(
                'There is no bundled data set "{key}"; there are: {known}.', key=source.key, known=listed(bundled)
            )
        known = bundled[source.key]
        return replace(read_delimited(asset(f"datasets/{known.key}.csv")), name=known.label, notes=())
    if source.kind == "generator":
        return _generated(source)
    path = Path(source.key)
    table = read_delimited(path if path.is_absolute() or base is None else Path(base) / path)
    if source.fingerprint and source.fingerprint != table.fingerprint:
        note = Message.of(
            "{name} has changed since it was last read; training goes on with its new rows.", name=table.name
        )
        table = replace(table, notes=(note, *table.notes))
    return table


def _generated(source: Source) -> Table:
    generator = generators[source.key]
    settings: dict[str, Any] = generator.values(Part(source.key, source.settings))
    points, targets = generator.make(**settings)
    columns = [TableColumn(name, "numeric", _column(points, i)) for i, name in enumerate(generator.input_names)]
    kind: ColumnKind = "categorical" if generator.task == "classification" else "numeric"
    columns.append(TableColumn(generator.target_name, kind, targets))
    return Table(generator.label, tuple(columns), np.arange(1, len(points) + 1, dtype=np.int64))


def _column(points: NDArray[Any], place: int) -> NDArray[Any]:
    return np.ascontiguousarray(points[:, place])

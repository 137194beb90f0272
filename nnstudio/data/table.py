"""A table as it was read: named columns of numbers or text, with what a person wants to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import ColumnKind, Message, StudioError


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the cells that are not missing; the five numbers are None for a column of text.

    ``std`` is the population's (divided by the count). ``top`` is the most frequent value as text (of several equally
    frequent ones the first in order), found ``top_count`` times.
    """

    count: int
    missing: int
    distinct: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    median: float | None = None
    top: str | None = None
    top_count: int = 0


@dataclass(frozen=True, eq=False)
class TableColumn:
    """One column: float64 values with NaN where a cell is missing, or an object array of str with None there.

    ``refused`` holds the text of cells of a numeric column that are no finite number (they count as missing), by row
    counted from 0.
    """

    name: str
    kind: ColumnKind
    values: NDArray[Any]
    refused: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have no value."""
        if self.kind == "numeric":
            return np.asarray(np.isnan(self.values))
        return np.array([value is None for value in self.values], dtype=np.bool_)

    @cached_property
    def texts(self) -> NDArray[Any]:
        """The cells as categories: text as it is, numbers in their shortest form (5, not 5.0), None where missing."""
        if self.kind == "categorical":
            return self.values
        found = np.empty(len(self.values), dtype=object)
        distinct, places = np.unique(self.values[~self.missing], return_inverse=True)
        names = np.array([number_text(value) for value in distinct], dtype=object)
        found[~self.missing] = names[places] if len(names) else names
        return found

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The distinct cells in order: by value where all are numbers, else by the alphabet."""
        if self.kind == "numeric":
            return tuple(number_text(value) for value in np.unique(self.values[~self.missing]))
        return ordered_categories(set(self.values[~self.missing]))

    @cached_property
    def is_whole(self) -> bool:
        """Whether the column holds whole numbers only (and at least one)."""
        if self.kind != "numeric":
            return False
        present = self.values[~self.missing]
        return bool(len(present)) and bool(np.all(present == np.floor(present)))

    @cached_property
    def statistics(self) -> Statistics:
        """Counts, and for numbers the range, mean, spread and middle."""
        present = self.values[~self.missing]
        missing = len(self.values) - len(present)
        if not len(present):
            return Statistics(0, missing, 0)
        if self.kind == "categorical":
            counts: dict[str, int] = {}
            for value in present:
                counts[value] = counts.get(value, 0) + 1
            most = max(counts.values())
            top = next(name for name in ordered_categories(set(counts)) if counts[name] == most)
            return Statistics(len(present), missing, len(counts), top=top, top_count=most)
        distinct, frequencies = np.unique(present, return_counts=True)
        place = int(frequencies.argmax())
        # Scaled first, because the sum of squares of numbers near 1e300 has no float64.
        size = float(np.abs(present).max()) or 1.0
        scaled = present / size
        return Statistics(
            len(present),
            missing,
            len(distinct),
            float(distinct[0]),
            float(distinct[-1]),
            float(scaled.mean() * size),
            float(scaled.std() * size),
            float(np.median(scaled) * size),
            number_text(distinct[place]),
            int(frequencies[place]),
        )


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length, read from ``name``.

    ``lines``: for each row the line of the file that it starts on, counted from 1 as an editor does. ``notes``: what
    was repaired while reading. ``fingerprint``: sha256 of a file's bytes.
    """

    name: str
    columns: tuple[TableColumn, ...]
    lines: NDArray[np.int64]
    notes: tuple[Message, ...] = ()
    fingerprint: str = ""

    @property
    def rows(self) -> int:
        """How many rows of data there are."""
        return len(self.lines)

    @cached_property
    def _by_name(self) -> Mapping[str, TableColumn]:
        return {column.name: column for column in self.columns}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def column(self, name: str) -> TableColumn:
        """The column called ``name``; StudioError names those that exist."""
        if name not in self._by_name:
            raise StudioError(
                '{table} has no column "{name}"; it has: {columns}.',
                table=self.name,
                name=name,
                columns=listed(self._by_name),
            )
        return self._by_name[name]


def number_text(value: float) -> str:
    """The shortest text that reads back as ``value``, whole numbers without a point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def ordered_categories(names: set[str]) -> tuple[str, ...]:
    """``names`` in order: by value where all are finite numbers, else by the alphabet."""
    try:
        keyed = {name: float(name) for name in names}
    except ValueError:
        return tuple(sorted(names))
    return tuple(sorted(names, key=lambda name: (keyed[name], name)))


def listed(items: Any, most: int = 12) -> str:
    """The first items with commas between them, and how many more there are."""
    texts = [str(item) for item in items]
    if len(texts) <= most:
        return ", ".join(texts)
    return ", ".join(texts[:most]) + f" … (+{len(texts) - most})"

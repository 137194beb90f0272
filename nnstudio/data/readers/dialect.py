"""How a delimited file is written: its delimiter, its header, and how many cells a row has."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from nnstudio.document import Message, StudioError

MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "?", "null"))
LONGEST_LINE = 1 << 20  # characters
MOST_COLUMNS = 4096
_SAMPLE_ROWS = 200
_DELIMITERS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """``names`` are the columns', already made whole; ``header_lines`` are the lines to pass over.

    ``nameless`` are the places of columns that the file gives no name.
    """

    delimiter: str
    names: tuple[str, ...]
    header_lines: int
    notes: tuple[Message, ...] = ()
    nameless: frozenset[int] = frozenset()


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().casefold() in MISSING


def is_number(cell: str) -> bool:
    """Whether a cell looks like a number, with a decimal point or comma."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def check_lines(text: str, name: str) -> None:
    """StudioError where a line is too long to be a row of a table."""
    start, number = 0, 1
    while len(text) - start > LONGEST_LINE:
        end = text.rfind("\n", start, start + LONGEST_LINE)
        if end < 0:
            number += text.count("\n", 0, start)
            after = text.find("\n", start)
            length = (len(text) if after < 0 else after) - start
            raise StudioError(
                "Line {line} of {name} has {length} characters; a row of a table has up to {most}, so this is "
                "probably no CSV file.",
                name=name,
                line=number,
                length=length,
                most=LONGEST_LINE,
            )
        start = end + 1


def sniff(text: str, name: str) -> Dialect:
    """How ``text`` is written, judged by its first rows; StudioError where it is no table with rows."""
    lines = [line + "\n" for line in text[: LONGEST_LINE * 2].split("\n")]
    if len(text) > LONGEST_LINE * 2:
        del lines[-1]
    readings = {delimiter: _records(lines, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(readings, key=lambda sign: _score(readings[sign]))
    rows = [record.cells for record in readings[delimiter]]
    first = readings[delimiter][0]
    width = max(len(cells) for cells in rows)
    if width > MOST_COLUMNS:
        raise StudioError(
            "{name} has {count} columns; up to {most} can be read.", name=name, count=width, most=MOST_COLUMNS
        )
    if not _has_header(rows):
        common = _common_width(rows)
        note = Message.of("{name} has no header, so its columns are numbered.", name=name)
        return Dialect(delimiter, tuple(f"column {i + 1}" for i in range(common)), first.start - 1, (note,))
    header, below = rows[0], rows[1:]
    if not below:
        raise StudioError("{name} has a header but no rows; add rows below it.", name=name)
    if len(header) > _common_width(below) and not header[-1].strip():
        header = header[: _common_width(below)]  # a delimiter at the end of the header only
    width = _common_width(below)
    if width == len(header) + 1:
        # Either a delimiter ends each row, or R wrote the rows' names without a name for their column.
        ends_open = all(not row[-1].strip() for row in below if len(row) == width)
        header = [*header, ""] if ends_open else ["", *header]
    names, notes = _whole_names(header, name)
    nameless = frozenset(place for place, cell in enumerate(header) if not cell.strip())
    return Dialect(delimiter, names, first.end, notes, nameless)


@dataclass(frozen=True, slots=True)
class _Record:
    """Cells, and the first and last line that they stand on."""

    start: int
    end: int
    cells: list[str]


def _records(lines: list[str], delimiter: str) -> list[_Record]:
    """The first rows, blank lines left out."""
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[_Record] = []
    last = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_Record(last + 1, reader.line_num, cells))
            last = reader.line_num
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # an open quote swallows the rest; what was read so far still tells the delimiter
    return rows or [_Record(1, 1, [lines[0].rstrip("\n")])]


def _common_width(rows: list[list[str]]) -> int:
    """The most frequent number of cells, the larger one of two equally frequent."""
    counts = Counter(len(cells) for cells in rows)
    return max(counts, key=lambda width: (counts[width], width))


def _score(records: list[_Record]) -> tuple[float, float, int]:
    """How well rows hold together: the share of the most frequent width, the share of numbers, the width."""
    rows = [record.cells for record in records]
    width = _common_width(rows)
    if width == 1:
        return (0.0, 0.0, 1)
    even = sum(len(cells) == width for cells in rows) / len(rows)
    cells = [cell for row in rows for cell in row if not is_missing(cell)]
    numbers = sum(is_number(cell) for cell in cells) / max(1, len(cells))
    return (round(even, 1), round(numbers, 2), width)


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: text above numbers, or names that do not come again below."""
    first, below = rows[0], rows[1:]
    known = [cell for cell in first if not is_missing(cell)]
    if known and all(is_number(cell) for cell in known):
        # Years or class numbers as names are so rare that numbers count as data.
        return False
    if not below:
        return True
    votes = 0
    for place, cell in enumerate(first):
        column = [row[place] for row in below if place < len(row) and not is_missing(row[place])]
        if column and sum(is_number(value) for value in column) > 0.8 * len(column) and not is_missing(cell):
            votes += -1 if is_number(cell) else 1
    if votes:
        return votes > 0
    return not any(
        cell in {row[place] for row in islice(below, 100) if place < len(row)} for place, cell in enumerate(first)
    )


def _whole_names(header: list[str], name: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """Names without blanks around them, none empty, none twice; and what was changed."""
    wanted = [" ".join(cell.split()) for cell in header]
    taken, names, notes = set(wanted), [], []
    for place, want in enumerate(wanted):
        new = want or f"column {place + 1}"
        if want and want in names:
            count = 2
            while f"{want} {count}" in taken:
                count += 1
            new = f"{want} {count}"
            notes.append(
                Message.of(
                    '{name} had more than one column "{old}"; number {place} is called "{new}".',
                    name=name,
                    old=want,
                    place=place + 1,
                    new=new,
                )
            )
        while new in names:
            new += "'"
        taken.add(new)
        names.append(new)
    return tuple(names), tuple(notes)

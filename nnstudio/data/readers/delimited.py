"""Reads CSV and its relatives: any encoding, delimiter and decimal sign, with or without a header."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from bisect import bisect_left
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.readers.decoding import decode, read_bytes
from nnstudio.data.readers.dialect import LONGEST_LINE, MISSING, Dialect, check_lines, sniff
from nnstudio.data.table import Table, TableColumn, listed
from nnstudio.document import Message, StudioError

_NUMERIC_SHARE = 0.9  # a column with fewer numbers than that is text
_TEXT = "trim(c{0}, ' \t\n\v\f\u00a0')"
_PLAIN = "try_cast({0} AS DOUBLE)"
_COMMA = "try_cast(replace(replace({0}, '.', ''), ',', '.') AS DOUBLE)"
_THOUSANDS = (
    "CASE WHEN regexp_full_match({0}, '[+-]?\\d{{1,3}}(,\\d{{3}})*(\\.\\d*)?|[+-]?\\d+(\\.\\d*)?') "
    "THEN try_cast(replace({0}, ',', '') AS DOUBLE) END"
)


def read_delimited(path: Path) -> Table:
    """The table in the file at ``path``; StudioError with one sentence for every file that holds none."""
    data = read_bytes(path)
    name = path.name
    text, encoding = decode(data, name)
    check_lines(text, name)
    dialect = sniff(text, name)
    notes = list(dialect.notes)
    if encoding not in ("utf-8", "utf-8-sig"):
        notes.append(Message.of("{name} is no UTF-8 and was read as {encoding}.", name=name, encoding=encoding.upper()))
    body = _without_lines(text, dialect.header_lines)
    with _Rows(body, dialect, name) as rows:
        if rows.count == 0 and not rows.refused:
            raise StudioError("{name} has a header but no rows; add rows below it.", name=name)
        lines, ragged = _row_lines(body, dialect, rows)
        _judge_ragged(name, dialect, rows, ragged, notes)
        columns = []
        for place in range(len(dialect.names)):
            column = rows.column(place, lines, notes)
            if place in dialect.nameless:
                if column.missing.all():  # a delimiter at the end of each line
                    continue
                notes.append(
                    Message.of(
                        'Column {place} of {name} had no name and is called "{new}".',
                        place=place + 1,
                        name=name,
                        new=column.name,
                    )
                )
            columns.append(column)
    return Table(name, tuple(columns), lines, tuple(notes), hashlib.sha256(data).hexdigest())


def _without_lines(text: str, count: int) -> str:
    place = 0
    for _ in range(count):
        place = text.find("\n", place) + 1
        if place == 0:
            return ""
    return text[place:]


class _Rows:
    """The rows in DuckDB's memory, all cells as text, those that do not fit the header set apart."""

    def __init__(self, body: str, dialect: Dialect, name: str) -> None:
        import duckdb

        self.dialect, self.name = dialect, name
        self._connection = duckdb.connect(config={"threads": 2})
        columns = {f"c{place}": "VARCHAR" for place in range(len(dialect.names))}
        try:
            # A copy, because DuckDB reads names with * or [ as patterns, and UTF-8 only.
            with tempfile.TemporaryDirectory(prefix="nnstudio-", ignore_cleanup_errors=True) as folder:
                copy = Path(folder) / "table.csv"
                copy.write_text(body, encoding="utf-8", errors="surrogatepass", newline="\n")
                self._connection.execute(
                    "CREATE TEMP TABLE t AS SELECT * FROM read_csv($path, auto_detect=false, delim=$delimiter, "
                    "quote='\"', escape='\"', header=false, columns=$columns, store_rejects=true, strict_mode=true, "
                    "new_line='\\n', max_line_size=$longest)",
                    {
                        "path": str(copy),
                        "delimiter": dialect.delimiter,
                        "columns": columns,
                        "longest": 4 * LONGEST_LINE,
                    },
                )
        except OSError as error:
            raise StudioError(
                "{name} could not be copied for reading: {reason}.", name=name, reason=error.strerror or "unknown fault"
            ) from error
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise StudioError("{name} cannot be read as CSV: {reason}", name=name, reason=reason) from error
        self.count: int = self._connection.execute("SELECT count(*) FROM t").fetchall()[0][0]
        self.refused: list[tuple[int, int, str]] = self._connection.execute(
            "SELECT line_byte_position, min(line), min(error_type) FROM reject_errors GROUP BY 1 ORDER BY 1"
        ).fetchall()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _one(self, query: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._connection.execute(query).fetchall()[0]
        return row

    def _array(self, expression: str) -> NDArray[Any]:
        """The expression's value for each row: float64 with NaN, or objects with None, for NULL."""
        found = self._connection.execute(f"SELECT {expression} AS v FROM t").fetchnumpy()["v"]  # noqa: S608
        if isinstance(found, np.ma.MaskedArray):
            values = np.array(found.data)
            values[np.ma.getmaskarray(found)] = np.nan if values.dtype.kind == "f" else None
            return values
        return np.asarray(found)

    def column(self, place: int, lines: NDArray[np.int64], notes: list[Message]) -> TableColumn:
        """The column as numbers where nearly all its cells are, else as text."""
        name = self.dialect.names[place]
        raw = f"c{place}"
        present, plain = self._one(f"SELECT count({raw}), count({_PLAIN.format(raw)}) FROM t")  # noqa: S608
        if 0 < present == plain:  # the usual column of clean numbers needs no look at its text
            values = self._array(f"({_PLAIN.format(raw)})")
            if np.isfinite(values).sum() == present:
                return TableColumn(name, "numeric", values)
        cell = _TEXT.format(place)
        tokens = ", ".join(f"'{token}'" for token in sorted(MISSING))
        cell = f"CASE WHEN lower({cell}) NOT IN ({tokens}) THEN {cell} END"
        forms = (_PLAIN, _COMMA, _THOUSANDS) if self.dialect.delimiter != "," else (_PLAIN, _THOUSANDS, _COMMA)
        present, *numbers = self._one(f"SELECT count({cell}), count({_PLAIN.format(cell)}) FROM t")  # noqa: S608
        if numbers[0] < present:
            counts = ", ".join(f"count({form.format('v')})" for form in forms)
            numbers = list(self._one(f"SELECT {counts} FROM (SELECT {cell} AS v FROM t)"))  # noqa: S608
        best = max(numbers)
        if present == 0 or best < _NUMERIC_SHARE * present:
            if present == 0:
                return TableColumn(name, "numeric", np.full(self.count, np.nan))
            return TableColumn(name, "categorical", self._array(cell))
        form = forms[numbers.index(best)]
        values = np.array(self._array(f"({form.format(cell)})"), dtype=np.float64)
        refused: dict[int, str] = {}
        infinite = np.isinf(values)
        if best < present or infinite.any():
            texts = self._array(cell)
            bad = np.flatnonzero(~np.isfinite(values) & np.array([text is not None for text in texts]))
            refused = {int(row): str(texts[row]) for row in bad}
            values[bad] = np.nan
            first = int(bad[0])
            template = (
                '{count} cells of column "{column}" of {name} are infinite and count as missing, the first in line '
                "{line}."
                if infinite.any()
                else '{count} cells of column "{column}" of {name} are no numbers and count as missing, the first '
                '("{text}") in line {line}.'
            )
            notes.append(
                Message.of(
                    template,
                    count=len(bad),
                    column=name,
                    name=self.name,
                    line=int(lines[first]),
                    text=shortened(refused[first]),
                )
            )
        return TableColumn(name, "numeric", values, refused)


def shortened(text: str, most: int = 40) -> str:
    """``text`` on one line, cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _row_lines(body: str, dialect: Dialect, rows: _Rows) -> tuple[NDArray[np.int64], list[int]]:
    """The line of the file on which each row starts, and the lines of those that were left out."""
    data = np.frombuffer(body.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    ends = np.flatnonzero(data == 10)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends + 1])
    stops = np.append(ends, len(data))
    breaks = starts < stops  # blank lines are no rows
    if '"' in body:
        quotes = np.flatnonzero(data == 34)
        breaks &= np.searchsorted(quotes, starts) % 2 == 0  # a line that starts inside quotes goes on with a row
    left_out = [bisect_left(ends, position) for position, _, _ in rows.refused]
    breaks[left_out] = False
    lines = np.flatnonzero(breaks) + dialect.header_lines + 1
    if len(lines) != rows.count:
        lines = _lines_by_reading(body, dialect, rows.count)
    return lines.astype(np.int64), [line + dialect.header_lines + 1 for line in left_out]


def _lines_by_reading(body: str, dialect: Dialect, count: int) -> NDArray[np.int64]:
    """As above with Python's reader: slow, and right for stray quotes too."""
    reader = csv.reader(io.StringIO(body), delimiter=dialect.delimiter)
    found, last = [], 0
    try:
        for cells in reader:
            if len(cells) == len(dialect.names):
                found.append(last + 1 + dialect.header_lines)
            last = reader.line_num
    except csv.Error:
        found = []
    if len(found) != count:
        return np.arange(count, dtype=np.int64) + dialect.header_lines + 1
    return np.array(found, dtype=np.int64)


def _judge_ragged(name: str, dialect: Dialect, rows: _Rows, ragged: list[int], notes: list[Message]) -> None:
    if not ragged:
        return
    why = rows.refused[0][2]
    if len(ragged) > rows.count:
        if "QUOTE" in why:
            raise StudioError(
                "Line {line} of {name} opens a quote that is not closed; close it.", line=ragged[0], name=name
            )
        raise StudioError(
            "Most rows of {name} do not have the {count} cells of its first row (line {line} is the first); check its "
            "delimiter and quotes.",
            name=name,
            count=len(dialect.names),
            line=ragged[0],
        )
    if len(ragged) == 1:
        notes.append(
            Message.of(
                "Line {line} of {name} does not have {count} cells and was left out.",
                line=ragged[0],
                name=name,
                count=len(dialect.names),
            )
        )
    else:
        notes.append(
            Message.of(
                "{rows} rows of {name} do not have {count} cells and were left out: lines {lines}.",
                rows=len(ragged),
                name=name,
                count=len(dialect.names),
                lines=listed(ragged),
            )
        )

"""Whatever a file holds, the answer is a table or one clear sentence; and what a program wrote comes back."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnstudio.data import guess_recipe, open_source, prepare, read_table, remarks
from nnstudio.document import StudioError

lax = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

pieces = st.sampled_from(
    [
        "a",
        "b,c",
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        "'",
        "1",
        "2.5",
        "-3,5",
        "1e400",
        "inf",
        "nan",
        "NA",
        "?",
        " ",
        "é",
        "\u2028",
        "\ufeff",
        "x" * 50,
        "=1+1",
        "0x1F",
        "1_000",
        "\x0b",
        "\\",
        "#",
        "{}",
        "$1",
        "%",
        "\x1a",
    ]
)


def judged(path: Path) -> None:
    """Read, guess, prepare: a StudioError is the only way to fail, and what does not fail is whole."""
    with suppress(StudioError):
        source, table = open_source(path)
        assert all(len(column.values) == table.rows == len(table.lines) for column in table.columns)
        assert len({column.name for column in table.columns}) == len(table.columns)
        assert (np.diff(table.lines) > 0).all()
        for column in table.columns:
            assert column.statistics.count + column.statistics.missing == table.rows
        recipe = guess_recipe(table, source)
        assert all(str(note) for note in remarks(table, recipe))
        _, dataset = prepare(table, recipe)
        assert np.isfinite(dataset.inputs).all()
        assert np.isfinite(dataset.targets).all()


@given(st.binary(max_size=200))
@lax
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    judged(path)


@given(st.lists(pieces, max_size=60).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@lax
def test_any_pieces_of_csv(tmp_path: Path, content: str, encoding: str) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content.encode(encoding, "replace"))
    judged(path)


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and text.casefold() not in ("na", "n/a", "#n/a", "nan", "?", "null")
)


@given(
    st.lists(st.tuples(st.floats(-1e300, 1e300), cells, st.integers(-999, 999)), min_size=2, max_size=30),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
@lax
def test_what_was_written_comes_back(
    tmp_path: Path, rows: list[tuple[float, str, int]], delimiter: str, encoding: str, newline: str, quoting: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[call-overload]
    writer.writerow(["number", "words of it", "whole"])
    writer.writerows(rows)
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    table = read_table(path)
    assert [column.name for column in table.columns] == ["number", "words of it", "whole"]
    assert table.columns[0].values.tolist() == [row[0] for row in rows]
    assert table.columns[2].values.tolist() == [row[2] for row in rows]
    if table.columns[1].kind == "categorical":
        assert table.columns[1].values.tolist() == [row[1] for row in rows]
    assert table.lines.tolist() == list(range(2, len(rows) + 2))

"""Files as people have them: every encoding, delimiter and decimal sign, and a clear sentence for the rest."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data import open_source, read_source, read_table
from nnstudio.document import Source, StudioError

Make = Callable[..., Path]


def texts(table: object) -> list[str]:
    return [str(note) for note in table.notes]  # type: ignore[attr-defined]


def test_plain(csv_file: Make) -> None:
    table = read_table(csv_file("length,kind\n1.5,a\n2,b\n"))
    assert table.name == "table.csv"
    assert [c.name for c in table.columns] == ["length", "kind"]
    assert [c.kind for c in table.columns] == ["numeric", "categorical"]
    assert table.columns[0].values.tolist() == [1.5, 2.0]
    assert table.columns[1].values.tolist() == ["a", "b"]
    assert table.lines.tolist() == [2, 3]
    assert not table.notes


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings(csv_file: Make, encoding: str, newline: str) -> None:
    text = "größe;höhe\n1,5;grün\n2,25;weiß\n".replace("\n", newline)
    table = read_table(csv_file(text.encode(encoding)))
    assert [c.name for c in table.columns] == ["größe", "höhe"]
    assert table.columns[0].values.tolist() == [1.5, 2.25]
    assert table.columns[1].values.tolist() == ["grün", "weiß"]
    assert table.lines.tolist() == [2, 3]
    if encoding.startswith("utf-8"):
        assert not table.notes
    else:
        assert "is no UTF-8 and was read as" in texts(table)[0]


def test_big_endian_mark(csv_file: Make) -> None:
    table = read_table(csv_file(b"\xfe\xff" + "a,b\n1,2\n".encode("utf-16-be")))
    assert table.columns[1].values.tolist() == [2.0]


def test_damaged_utf16(csv_file: Make) -> None:
    with pytest.raises(StudioError, match=r"table.csv says that it is UTF-16 text but breaks off or is damaged"):
        read_table(csv_file("a,b\n1,2\n".encode("utf-16") + b"\x01"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(csv_file: Make, delimiter: str) -> None:
    content = "a,b,c\n1,x,3\n4,y,6\n".replace(",", delimiter)
    table = read_table(csv_file(content))
    assert [c.values.tolist() for c in table.columns] == [[1.0, 4.0], ["x", "y"], [3.0, 6.0]]


def test_semicolons_with_decimal_commas(csv_file: Make) -> None:
    table = read_table(csv_file("x;y;k\n1,5;-2,25e1;3\n1.234,5;,5;4\n"))
    assert [c.values.tolist() for c in table.columns] == [[1.5, 1234.5], [-22.5, 0.5], [3.0, 4.0]]


def test_decimal_commas_without_header(csv_file: Make) -> None:
    table = read_table(csv_file("1,5;2,5\n4,2;5,1\n"))
    assert [c.values.tolist() for c in table.columns] == [[1.5, 4.2], [2.5, 5.1]]
    assert texts(table) == ["table.csv has no header, so its columns are numbered."]
    assert table.lines.tolist() == [1, 2]


def test_quoted_thousands_and_decimal_commas_between_commas(csv_file: Make) -> None:
    table = read_table(csv_file('a,b\n"1,234","0,25"\n"12,345.5","1,75"\n7,2\n'))
    assert table.columns[0].values.tolist() == [1234.0, 12345.5, 7.0]
    assert table.columns[1].values.tolist() == [0.25, 1.75, 2.0]


def test_quotes_newlines_and_lines_of_the_file(csv_file: Make) -> None:
    table = read_table(csv_file('a,"b, c"\n\n1,"x\ny"\n2,"he said ""hi"""\n\n3,5" pipe\n'))
    assert [c.name for c in table.columns] == ["a", "b, c"]
    assert table.columns[1].values.tolist() == ["x\ny", 'he said "hi"', '5" pipe']
    assert table.lines.tolist() == [3, 5, 7]


def test_missing_tokens(csv_file: Make) -> None:
    table = read_table(csv_file("a,b\n1,x\n,\nNA,n/a\nnan,?\nNULL, null \n N/A ,y\n2,z\n"))
    assert table.columns[0].kind == "numeric"
    np.testing.assert_array_equal(table.columns[0].values, [1, *[np.nan] * 5, 2])
    assert table.columns[1].values.tolist() == ["x", None, None, None, None, "y", "z"]
    assert table.columns[0].statistics.missing == 5
    assert table.columns[1].statistics.missing == 4


def test_ragged_rows_are_left_out_by_line(csv_file: Make) -> None:
    table = read_table(csv_file("a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n1,2,3\n7,8,9\n"))
    assert table.columns[0].values.tolist() == [1.0, 1.0, 7.0]
    assert table.lines.tolist() == [2, 6, 7]
    assert texts(table) == ["2 rows of table.csv do not have 3 cells and were left out: lines 3, 5."]


def test_one_ragged_row_after_quoted_newlines(csv_file: Make) -> None:
    table = read_table(csv_file('a,b\n1,"x\n\ny"\n5\n2,z\n3,w\n'))
    assert table.lines.tolist() == [2, 6, 7]
    assert texts(table) == ["Line 5 of table.csv does not have 2 cells and was left out."]


def test_mostly_ragged_is_refused(csv_file: Make) -> None:
    with pytest.raises(StudioError, match=r"Most rows of table.csv do not have the 3 cells .*line 3 is the first"):
        read_table(csv_file("a,b,c\n1,2,3\n4\n5,6\n7\n8,9\n1,2,3,4\n"))


def test_unclosed_quote_is_refused_by_line(csv_file: Make) -> None:
    with pytest.raises(StudioError, match=r"Line 2 of table.csv opens a quote that is not closed"):
        read_table(csv_file('a,b\n1,"x\n' + "2,y\n" * 50))


def test_duplicate_and_empty_names_are_repaired_and_told(csv_file: Make) -> None:
    table = read_table(csv_file("a,,a,a 2, a \n1,2,3,4,5\n"))
    assert [c.name for c in table.columns] == ["a", "column 2", "a 3", "a 2", "a 4"]
    assert texts(table) == [
        'table.csv had more than one column "a"; number 3 is called "a 3".',
        'table.csv had more than one column "a"; number 5 is called "a 4".',
        'Column 2 of table.csv had no name and is called "column 2".',
    ]


def test_nameless_column_of_row_numbers_as_pandas_and_r_write_it(csv_file: Make) -> None:
    for content in (",x,y\n0,1,2\n1,3,4\n", "x,y\n0,1,2\n1,3,4\n"):
        table = read_table(csv_file(content))
        assert [c.name for c in table.columns] == ["column 1", "x", "y"]
        assert table.columns[1].values.tolist() == [1.0, 3.0]


def test_delimiter_at_the_end_of_each_line(csv_file: Make) -> None:
    for content in ("a,b,\n1,2,\n3,4,\n", "a,b\n1,2,\n3,4,\n", "a,b,\n1,2\n3,4\n"):
        table = read_table(csv_file(content))
        assert [c.name for c in table.columns] == ["a", "b"]
        assert table.columns[1].values.tolist() == [2.0, 4.0]


def test_infinities_and_too_large_numbers_count_as_missing(csv_file: Make) -> None:
    table = read_table(csv_file("a,b\n" + "1,2\n" * 20 + "2,inf\n3,-Infinity\n4,1e400\n"))
    assert table.columns[1].kind == "numeric"
    assert table.columns[1].missing.sum() == 3
    assert dict(table.columns[1].refused) == {20: "inf", 21: "-Infinity", 22: "1e400"}
    assert texts(table) == [
        '3 cells of column "b" of table.csv are infinite and count as missing, the first in line 22.'
    ]


def test_a_few_words_among_numbers_count_as_missing(csv_file: Make) -> None:
    table = read_table(csv_file("a,b\n" + "1,2\n" * 20 + "2,tall\n"))
    assert table.columns[1].kind == "numeric"
    assert texts(table) == [
        '1 cells of column "b" of table.csv are no numbers and count as missing, the first ("tall") in line 22.'
    ]


def test_all_missing_and_constant_columns_have_statistics(csv_file: Make) -> None:
    table = read_table(csv_file("a,b,c\n1,NA,7\n2,?,7\n"))
    assert table.columns[1].statistics.count == 0
    assert table.columns[1].statistics.missing == 2
    facts = table.columns[2].statistics
    assert (facts.distinct, facts.std, facts.minimum, facts.maximum, facts.top) == (1, 0.0, 7.0, 7.0, "7")


BAD = {
    "empty": ("", "table.csv is empty"),
    "blank": ("\n \n\t\n", "table.csv is empty"),
    "mark only": (b"\xef\xbb\xbf", "table.csv is empty"),
    "header only": ("a,b,c\n", "table.csv has a header but no rows; add rows below it"),
    "zero bytes": (b"a,b\n1,2\n3,\x00\n", "binary data in line 3"),
    "binary": (bytes(range(256)) * 20, "binary data in line 1"),
    "binary body": (b"a,b\n1,2\n" + bytes(range(1, 9)) * 50, "binary data in line 3"),
    "workbook": (b"PK\x03\x04rest", "is a zip archive or an Excel workbook, not a CSV file; save the table as CSV"),
    "picture": (b"\x89PNG\r\n\x1a\n....", "is a picture, not a CSV file"),
    "too wide": (
        ",".join("abcdefghij"[i % 10] + str(i) for i in range(5000)) + "\n" + "1," * 4999 + "1\n",
        "has 5000 columns; up to 4096",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_have_one_clear_sentence(csv_file: Make, case: str) -> None:
    content, sentence = BAD[case]
    with pytest.raises(StudioError) as caught:
        read_table(csv_file(content))
    text = str(caught.value)
    assert sentence in text
    assert "table.csv" in text
    assert "\n" not in text


def test_huge_line_is_refused(csv_file: Make) -> None:
    path = csv_file("a,b\n1," + "y" * 10_000_000 + "\n")
    with pytest.raises(StudioError, match=r"Line 2 of table.csv has 10000002 characters"):
        read_table(path)


def test_huge_file_is_refused_without_reading(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        os.truncate(file.fileno(), 5 << 30)  # a hole: takes no space
    tracemalloc.start()
    with pytest.raises(StudioError, match=r"huge.csv is 5120 MB large; tables of up to 1024 MB can be read"):
        read_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_missing_file_folder_and_device(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"There is no file .*nowhere.csv; check the name"):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(StudioError, match=r"is a folder; choose a CSV file in it"):
        read_table(tmp_path)
    with pytest.raises(StudioError, match=r"is not an ordinary file"):
        read_table(Path("/dev/zero"))
    with pytest.raises(StudioError, match=r"cannot be read|There is no file"):
        read_table(tmp_path / ("x" * 5000))


def test_no_permission(csv_file: Make, nobody: Callable[[], AbstractContextManager[None]]) -> None:
    path = csv_file("a,b\n1,2\n")
    path.chmod(0)
    with nobody(), pytest.raises(StudioError, match=r"may not be read; ask for permission"):
        read_table(path)


def test_names_that_databases_would_take_for_patterns(csv_file: Make) -> None:
    table = read_table(csv_file("a,b\n1,2\n", name="what? [1]* 'x'.csv"))
    assert table.rows == 1


def test_source_remembers_the_file_and_tells_of_changes(csv_file: Make) -> None:
    path = csv_file("a,b\n1,2\n3,4\n")
    source, table = open_source(path)
    assert source.key == str(path)
    assert len(source.fingerprint) == 64
    assert source.fingerprint == table.fingerprint
    assert not read_source(source).notes
    path.write_text("a,b\n1,2\n3,5\n")
    assert texts(read_source(source)) == [
        "table.csv has changed since it was last read; training goes on with its new rows."
    ]


def test_relative_paths_start_from_the_base(csv_file: Make, tmp_path: Path) -> None:
    csv_file("a,b\n1,2\n")
    assert read_source(Source("file", "table.csv"), tmp_path).rows == 1


def test_statistics(csv_file: Make) -> None:
    table = read_table(csv_file("a,b\n1,x\n2,y\n2,y\n7,\n"))
    facts = table.columns[0].statistics
    assert (facts.count, facts.missing, facts.distinct, facts.minimum, facts.maximum) == (4, 0, 3, 1.0, 7.0)
    assert facts.mean == 3.0
    assert facts.median == 2.0
    assert facts.std == pytest.approx(np.std([1, 2, 2, 7]))
    assert (facts.top, facts.top_count) == ("2", 2)
    words = table.columns[1].statistics
    assert (words.count, words.missing, words.distinct, words.top, words.top_count) == (3, 1, 2, "y", 2)


def test_statistics_of_the_largest_numbers(csv_file: Make) -> None:
    table = read_table(csv_file("a,b\n1e308,x\n-1e308,y\n1.7e308,z\n"))
    facts = table.columns[0].statistics
    assert facts.mean is not None
    assert np.isfinite([facts.mean, facts.std, facts.median]).all()

"""Cells as the tab-separated text that other programs copy and paste."""

from __future__ import annotations

import csv
import io

import numpy as np

from nnstudio.document import Array, StudioError
from nnstudio.ui.widgets.numbers import MINUS, read_number


def cells_text(values: Array) -> str:
    """(rows, columns) as text that gives back the very same numbers; NaN, no synapse, is an empty cell."""
    lines = ("\t".join(map(repr, row)) for row in values.tolist())
    text = "\n".join(lines)
    return text.replace("nan", "") if np.isnan(values).any() else text


def read_cell(text: str) -> float:
    """One cell; NaN where it is empty. StudioError where it is no number."""
    return float("nan") if not text.strip() else read_number(text)


def read_cells(text: str) -> Array:
    """The cells of copied text, (rows, columns), NaN where one is empty; StudioError names the first that is wrong."""
    plain = _plain_cells(text)
    if plain is not None:
        return plain
    lines = list(csv.reader(io.StringIO(text.rstrip("\r\n")), delimiter="\t"))
    if not lines or not any(cell.strip() for line in lines for cell in line):
        raise StudioError("There are no cells to paste: copy a block of numbers first.")
    wide = max(len(line) for line in lines)
    values = np.full((len(lines), wide), np.nan)
    for row, line in enumerate(lines):
        if len(line) != wide and line:
            raise StudioError(
                "Nothing was pasted: row {row} has {count} cells where others have {wide}.",
                row=row + 1,
                count=len(line),
                wide=wide,
            )
        for column, cell in enumerate(line):
            try:
                values[row, column] = read_cell(cell)
            except StudioError:
                raise StudioError(
                    'Nothing was pasted: row {row}, column {column} is "{cell}", which is not a number like 0.25.',
                    row=row + 1,
                    column=column + 1,
                    cell=cell.strip()[:40],
                ) from None
    return values


def _plain_cells(text: str) -> Array | None:
    """The same where every cell is written plainly, a hundred times as fast; None where one is not."""
    if "," in text and "." in text:
        return None
    lines = [line.split("\t") for line in text.replace(",", ".").replace(MINUS, "-").splitlines()]
    if len({len(line) for line in lines}) != 1:
        return None
    try:
        values = np.array([[cell or "nan" for cell in line] for line in lines], dtype=np.float64)
    except ValueError:
        return None
    empty = sum(line.count("") for line in lines)
    if empty == values.size or np.isinf(values).any() or int(np.isnan(values).sum()) != empty:
        return None
    return values

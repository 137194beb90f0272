"""Cells as the tab-separated text that other programs copy and paste."""

from __future__ import annotations

import csv
import io

import numpy as np

from nnstudio.document import Array, StudioError
from nnstudio.ui.widgets.numbers import read_number


def cells_text(values: Array) -> str:
    """(rows, columns) as text that gives back the very same numbers; NaN, no synapse, is an empty cell."""
    return "\n".join("\t".join("" if np.isnan(v) else repr(float(v)) for v in row) for row in values)


def read_cell(text: str) -> float:
    """One cell; NaN where it is empty. StudioError where it is no number."""
    return float("nan") if not text.strip() else read_number(text)


def read_cells(text: str) -> Array:
    """The cells of copied text, (rows, columns), NaN where one is empty; StudioError names the first that is wrong."""
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

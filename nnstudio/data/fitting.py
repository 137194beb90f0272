"""Learns from the training rows of a column how its cells become neurons' values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.table import TableColumn, ordered_categories
from nnstudio.document import Array, Column, FittedColumn, Missing, Scaling, StudioError


def fit(column: TableColumn, wish: Column, rows: NDArray[np.int64], scaling: Scaling) -> FittedColumn:
    """What the training ``rows`` of ``column`` say of it.

    standard: center is the mean and scale the population's standard deviation; range: the smallest value and the
    range; none: 0 and 1. A constant column has scale 1. StudioError where no training row has a value.
    """
    if wish.kind == "categorical":
        return _fit_categories(column, wish, rows)
    present = column.values[rows]
    present = present[~np.isnan(present)]
    if not len(present):
        raise _nothing(column)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is told below
        fill = _fill(present, wish.missing)
        filled = present if fill is None else np.append(present, np.full(len(rows) - len(present), fill))
        center, scale = 0.0, 1.0
        if scaling == "standard":
            center, scale = float(filled.mean()), float(filled.std())
        elif scaling == "range":
            center, scale = float(filled.min()), float(filled.max() - filled.min())
    if not (np.isfinite(center) and np.isfinite(scale)) or (fill is not None and not np.isfinite(fill)):
        raise StudioError(
            'The values of column "{name}" are too large to be scaled; divide them first or ignore the column.',
            name=column.name,
        )
    # Rounding leaves a constant column a spread of some last digits, which must not be blown up.
    if scale <= 1e-12 * max(abs(center), float(np.abs(filled).max())):
        scale = 1.0
    return FittedColumn(column.name, "numeric", center, scale, fill)


def _fit_categories(column: TableColumn, wish: Column, rows: NDArray[np.int64]) -> FittedColumn:
    present = [text for text in column.texts[rows] if text is not None]
    if not present:
        raise _nothing(column)
    categories = ordered_categories(set(present))
    fill = None
    if wish.missing != "drop_row":
        counts = dict.fromkeys(categories, 0)
        for text in present:
            counts[text] += 1
        fill = max(categories, key=lambda name: counts[name])
    return FittedColumn(column.name, "categorical", fill=fill, categories=categories)


def _fill(present: NDArray[Any], missing: Missing) -> float | None:
    """What missing numbers become; the smallest of several equally frequent ones."""
    if missing == "mean":
        return float(present.mean())
    if missing == "median":
        return float(np.median(present))
    if missing == "most_frequent":
        values, counts = np.unique(present, return_counts=True)
        return float(values[counts.argmax()])
    return None


def _nothing(column: TableColumn) -> StudioError:
    return StudioError(
        'Column "{name}" has no values in the training rows; ignore it or choose another.', name=column.name
    )


def scaled(fitted: FittedColumn, values: NDArray[Any]) -> Array:
    """Numbers (rows,) as the neuron sees them; missing cells become the fill (or stay NaN where there is none)."""
    filled = values if fitted.fill is None else np.where(np.isnan(values), float(fitted.fill), values)
    with np.errstate(over="ignore"):
        return np.asarray((filled - fitted.center) / fitted.scale, dtype=np.float64)


def unscaled(fitted: FittedColumn, values: NDArray[Any]) -> Array:
    """The column's own units (rows,) from what its neuron says."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.asarray(values, dtype=np.float64) * fitted.scale + fitted.center)


def codes(fitted: FittedColumn, texts: NDArray[Any]) -> NDArray[np.int64]:
    """The number of each text (rows,) among the categories; -1 for one that was not seen, after filling."""
    number = {category: place for place, category in enumerate(fitted.categories)}
    number[None] = number.get(fitted.fill, -1)  # type: ignore[index,arg-type]
    return np.array([number.get(text, -1) for text in texts], dtype=np.int64)


def neurons(fitted: FittedColumn, column: TableColumn) -> Array:
    """The values (rows, neurons) that the column feeds: one number, or one-hot categories."""
    if fitted.kind == "numeric":
        return scaled(fitted, column.values)[:, np.newaxis]
    places = codes(fitted, column.texts)
    rows = np.zeros((len(places), len(fitted.categories)), dtype=np.float64)
    known = np.flatnonzero(places >= 0)
    rows[known, places[known]] = 1.0
    return rows

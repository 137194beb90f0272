"""From a table and a recipe to samples: split first, then everything is learned from the training rows only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.fitting import codes, fit, neurons, scaled, unscaled
from nnstudio.data.split import split_rows
from nnstudio.data.table import Table, TableColumn, listed, ordered_categories
from nnstudio.document import Array, Column, ColumnKind, DataRecipe, Dataset, FittedColumn, Preparation, StudioError

_LARGEST_DATASET = 1 << 31  # bytes of float64 inputs


def prepare(table: Table, recipe: DataRecipe) -> tuple[DataRecipe, Dataset]:
    """The recipe with its fitted preparation, and the samples: inputs (rows, neurons) float64, contiguous.

    Rows without a target, and rows with a missing cell in a column that says so, are left out. Deterministic.
    StudioError names the column (and line) that is in the way.
    """
    targets = _targets(table, recipe)
    inputs = [(_usable(table, wish), wish) for wish in recipe.columns if wish.role == "input"]
    if not inputs:
        raise StudioError("No column of {table} is an input; choose at least one.", table=table.name)
    if not 0.0 <= recipe.validation < 1.0:
        raise StudioError(
            "The share of rows for validation is {share}; it must be 0 or more and less than 1.",
            share=recipe.validation,
        )
    kept = kept_rows(table, recipe)
    classes = None
    if recipe.task == "classification":
        texts = targets[0][0].texts[kept]
        names = ordered_categories(set(texts))
        _enough_classes(targets[0][0], names)
        numbers = {name: number for number, name in enumerate(names)}
        classes = np.array([numbers[text] for text in texts], dtype=np.int64)
    train, validation = split_rows(len(kept), recipe.validation, recipe.split_seed, classes)
    learned = kept[train]
    fitted_inputs = tuple(fit(column, wish, learned, recipe.scaling) for column, wish in inputs)
    fitted_targets = tuple(fit(column, wish, learned, recipe.scaling) for column, wish in targets)
    if recipe.task == "regression":
        for column, _ in targets:
            _varies(column, learned)
    preparation = Preparation(recipe.task, fitted_inputs, fitted_targets)
    width = len(preparation.input_names)
    if width * len(kept) * 8 > _LARGEST_DATASET:
        raise StudioError(
            "{rows} rows with {width} input neurons need {size} GB of memory; ignore columns with many categories.",
            rows=len(kept),
            width=width,
            size=width * len(kept) * 8 >> 30,
        )
    matrix = _matrix(preparation, [column for column, _ in inputs])[kept]
    if not np.isfinite(matrix).all():
        place = int(np.flatnonzero(~np.isfinite(matrix).all(axis=0))[0])
        raise StudioError(
            'Some values of "{name}" are too far from the others to be scaled; mend them or ignore the column.',
            name=preparation.input_names[place],
        )
    if classes is None:
        pairs = zip(fitted_targets, targets, strict=True)
        answers: NDArray[Any] = np.stack([scaled(f, column.values)[kept] for f, (column, _) in pairs], axis=1)
    else:
        answers = codes(fitted_targets[0], targets[0][0].texts[kept])
    dataset = Dataset(
        table.name,
        recipe.task,
        np.ascontiguousarray(matrix),
        np.ascontiguousarray(answers),
        train,
        validation,
        preparation.input_names,
        preparation.output_names,
    )
    return replace(recipe, preparation=preparation), dataset


def apply(preparation: Preparation, table: Table) -> Array:
    """Inputs (rows, neurons) for new rows, as the network was trained on; every row is kept.

    StudioError names a missing column, or the line and column of a cell that cannot be used.
    """
    columns = []
    for fitted in preparation.inputs:
        if fitted.name not in table:
            raise StudioError(
                '{table} has no column "{name}", which the network needs; it has: {columns}.',
                table=table.name,
                name=fitted.name,
                columns=listed(column.name for column in table.columns),
            )
        column = table.column(fitted.name)
        _check_cells(fitted, column, table)
        columns.append(column)
    return np.ascontiguousarray(_matrix(preparation, columns))


def targets_of(preparation: Preparation, table: Table) -> NDArray[Any]:
    """The true answers of a table's rows as a Dataset has them; -1 or NaN where a row has none or an unknown class."""
    columns = [table.column(fitted.name) for fitted in preparation.targets]
    if preparation.task == "classification":
        return codes(replace(preparation.targets[0], fill=None), columns[0].texts)
    for fitted, column in zip(preparation.targets, columns, strict=True):
        _check_numeric(fitted.name, column, table)
    pairs = zip(preparation.targets, columns, strict=True)
    return np.stack([scaled(replace(f, fill=None), column.values) for f, column in pairs], axis=1)


def readable(preparation: Preparation, outputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """What outputs (rows, neurons) say, by column: the target's own units, or the class and each class's value.

    A classifier's columns are ``target`` with the class names and ``target=class`` with the neuron's value (a
    probability after softmax or sigmoid). One output neuron for two classes is the second one's probability.
    """
    outputs = np.asarray(outputs, dtype=np.float64)
    outputs = outputs.reshape(len(outputs), -1)
    expected = len(preparation.output_names)
    if preparation.task == "classification" and expected == 2 and outputs.shape[1] == 1:
        outputs = np.concatenate([1.0 - outputs, outputs], axis=1)
    if outputs.shape[1] != expected:
        raise StudioError(
            "The network has {given} outputs, but the data has {expected}; resize the output layer.",
            given=outputs.shape[1],
            expected=expected,
        )
    if preparation.task == "regression":
        return {f.name: unscaled(f, outputs[:, place]) for place, f in enumerate(preparation.targets)}
    target = preparation.targets[0]
    names = np.array(target.categories, dtype=object)
    found: dict[str, NDArray[Any]] = {target.name: names[outputs.argmax(axis=1)]}
    for place, neuron in enumerate(target.neurons):
        found[neuron] = outputs[:, place]
    return found


def _matrix(preparation: Preparation, columns: list[TableColumn]) -> Array:
    pairs = zip(preparation.inputs, columns, strict=True)
    return np.concatenate([neurons(fitted, column) for fitted, column in pairs], axis=1)


def _targets(table: Table, recipe: DataRecipe) -> list[tuple[TableColumn, Column]]:
    wishes = recipe.targets
    if not wishes:
        raise StudioError("No column of {table} is the target; choose the one to predict.", table=table.name)
    if recipe.task == "classification" and len(wishes) > 1:
        raise StudioError(
            "Classes can be read from one column, but {names} are all targets; keep one of them.",
            names=listed(f'"{wish.name}"' for wish in wishes),
        )
    kind: ColumnKind = "categorical" if recipe.task == "classification" else "numeric"
    found = []
    for wish in wishes:
        column = _usable(table, replace(wish, kind=kind))
        facts = column.statistics
        if facts.count == 0:
            raise StudioError('The target "{name}" has no values; choose another column.', name=column.name)
        found.append((column, replace(wish, kind=kind, missing="drop_row")))
    return found


def _usable(table: Table, wish: Column) -> TableColumn:
    column = table.column(wish.name)
    if wish.kind == "numeric" and column.kind == "categorical":
        _check_numeric(wish.name, column, table)
    if column.statistics.count == 0 and wish.role == "input":
        raise StudioError('Column "{name}" of {table} has no values; ignore it.', name=wish.name, table=table.name)
    return column


def _check_numeric(name: str, column: TableColumn, table: Table) -> None:
    """StudioError for text where numbers are needed."""
    if column.kind == "numeric":
        return
    row = next((i for i, text in enumerate(column.values) if text is not None and not _is_finite(text)), None)
    if row is None:
        return
    raise StudioError(
        'Column "{name}" of {table} holds "{text}" in line {line}, which is no number; mend it or use the column as '
        "categories.",
        name=name,
        table=table.name,
        text=str(column.values[row])[:40],
        line=int(table.lines[row]),
    )


def _is_finite(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _check_cells(fitted: FittedColumn, column: TableColumn, table: Table) -> None:
    """StudioError where a cell of new rows is no number, or missing where no fill was learned."""
    if fitted.kind == "numeric":
        _check_numeric(fitted.name, column, table)
        if column.refused:
            row, text = next(iter(column.refused.items()))
            raise StudioError(
                'Line {line} of {table} has "{text}" in column "{name}", which is no finite number; mend that cell.',
                line=int(table.lines[row]),
                table=table.name,
                text=text[:40],
                name=fitted.name,
            )
    if fitted.fill is None and column.missing.any():
        row = int(np.flatnonzero(column.missing)[0])
        raise StudioError(
            'Line {line} of {table} has no value in column "{name}", and the network was trained without such rows; '
            "fill the cell or leave the row out.",
            line=int(table.lines[row]),
            table=table.name,
            name=fitted.name,
        )


def kept_rows(table: Table, recipe: DataRecipe) -> NDArray[np.int64]:
    """The table's row (from 0) of each sample that ``prepare`` makes: those without a target or a needed cell go."""
    kept = np.ones(table.rows, dtype=np.bool_)
    for wish in recipe.columns:
        if wish.role == "target" or (wish.role == "input" and wish.missing == "drop_row"):
            kept &= ~table.column(wish.name).missing
    rows = np.flatnonzero(kept).astype(np.int64)
    if table.rows < 2:
        raise StudioError("{table} has only one row; training needs at least two.", table=table.name)
    if len(rows) < 2:
        raise StudioError(
            "Only {count} rows of {table} have all their values; fill missing cells instead of leaving rows out.",
            count=len(rows),
            table=table.name,
        )
    return rows


def _enough_classes(column: TableColumn, names: tuple[str, ...]) -> None:
    if len(names) < 2:
        raise StudioError(
            'The target "{name}" is "{value}" in every row, so there is nothing to tell apart; choose another column.',
            name=column.name,
            value=names[0],
        )
    if len(names) > 1000:
        raise StudioError(
            'The target "{name}" has {count} classes, which would need an output each; predict it as a number, or '
            "choose another column.",
            name=column.name,
            count=len(names),
        )


def _varies(column: TableColumn, rows: NDArray[np.int64]) -> None:
    values = column.values[rows]
    if np.all(values == values[0]):
        raise StudioError(
            'The target "{name}" is {value} in every training row, so there is nothing to learn; choose '
            "another column.",
            name=column.name,
            value=values[0],
        )

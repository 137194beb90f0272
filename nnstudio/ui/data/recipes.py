"""Changes of a data recipe that a person asks for, as values; the session then prepares and checks them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnstudio.data import Table, kept_rows, task_of
from nnstudio.document import ColumnKind, DataRecipe, Dataset, Missing, Role, StudioError, Task

LEFT_OUT, TRAINING, VALIDATION = 0, 1, 2


def usual_missing(kind: ColumnKind) -> Missing:
    """How missing cells are filled where nobody chose."""
    return "mean" if kind == "numeric" else "most_frequent"


def missing_choices(kind: ColumnKind) -> tuple[Missing, ...]:
    """The ways to handle missing cells of a column."""
    return ("mean", "median", "most_frequent", "drop_row") if kind == "numeric" else ("most_frequent", "drop_row")


def with_role(table: Table, recipe: DataRecipe, name: str, role: Role) -> DataRecipe:
    """Use a column for something else. A new target takes the place of the old one, which becomes an input."""
    if role == "target":
        return with_target(table, recipe, name)
    kind = recipe.column(name).kind
    if recipe.column(name).role == "target":
        kind = table.column(name).kind
        return recipe.with_column(name, role=role, kind=kind, missing=usual_missing(kind))
    return recipe.with_column(name, role=role)


def with_target(table: Table, recipe: DataRecipe, name: str) -> DataRecipe:
    """Predict another column; the task follows from its values."""
    task = task_of(table.column(name))
    for column in recipe.targets:
        if column.name != name:
            kind = table.column(column.name).kind
            recipe = recipe.with_column(column.name, role="input", kind=kind, missing=usual_missing(kind))
    recipe = replace(recipe, task=task)
    return recipe.with_column(name, role="target", kind=_target_kind(task), missing="drop_row")


def with_another_target(recipe: DataRecipe, name: str) -> DataRecipe:
    """Predict one more number."""
    return recipe.with_column(name, role="target", kind="numeric", missing="drop_row")


def with_task(recipe: DataRecipe, task: Task) -> DataRecipe:
    """Read the target as classes or as numbers."""
    recipe = replace(recipe, task=task, preparation=None)
    for column in recipe.targets:
        recipe = recipe.with_column(column.name, kind=_target_kind(task))
    return recipe


def with_kind(recipe: DataRecipe, name: str, kind: ColumnKind) -> DataRecipe:
    """Read a column as numbers or as categories."""
    column = recipe.column(name)
    if column.role == "target":
        return with_task(recipe, "regression" if kind == "numeric" else "classification")
    missing = column.missing if column.missing in missing_choices(kind) else usual_missing(kind)
    return recipe.with_column(name, kind=kind, missing=missing)


def _target_kind(task: Task) -> ColumnKind:
    return "categorical" if task == "classification" else "numeric"


def row_parts(table: Table, recipe: DataRecipe, dataset: Dataset | None) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """For each row of the table LEFT_OUT, TRAINING or VALIDATION, (rows,); and the table's row of each sample."""
    parts = np.zeros(table.rows, dtype=np.int8)
    if dataset is None:
        return parts, np.zeros(0, dtype=np.int64)
    try:
        kept = kept_rows(table, recipe)
    except StudioError:
        return parts, np.zeros(0, dtype=np.int64)
    parts[kept[dataset.train]] = TRAINING
    parts[kept[dataset.validation]] = VALIDATION
    return parts, kept

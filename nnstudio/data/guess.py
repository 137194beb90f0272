"""What the columns of a table are probably for: a first recipe that a person can change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.catalog import generators
from nnstudio.data.bundled_sets import bundled
from nnstudio.data.table import Table, TableColumn
from nnstudio.document import Column, ColumnKind, DataRecipe, Message, Role, Scaling, Source, StudioError, Task

_MOST_CLASSES = 20  # whole numbers with more distinct values are amounts
_MOST_CATEGORIES = 100  # each takes a neuron
_TARGET_NAMES = ("target", "class", "label")


def guess_recipe(table: Table, source: Source, target: str | None = None) -> DataRecipe:
    """Roles, kinds and task for ``table``: the last useful column is the target unless one is named.

    A column called target, class or label comes before the last one, and bundled sets and generators know theirs.
    StudioError where ``target`` is not a column, or where the table has fewer than two.
    """
    if len(table.columns) < 2:
        raise StudioError(
            "{table} has only one column; training needs inputs and a target. If it has more, check its delimiter.",
            table=table.name,
        )
    trusted = source.kind != "file"  # shipped sets keep every column, the constant pixels of digits too
    useless = set() if trusted else {column.name for column in table.columns if _why_useless(column) is not None}
    goal = table.column(target) if target is not None else _target(table, source, useless)
    task = task_of(goal)
    columns = tuple(
        _column(column, goal, task, ignored=column.name in useless and column is not goal) for column in table.columns
    )
    if not any(column.role == "input" for column in columns):
        # Better a doubtful input than none: the remarks say what is wrong with it.
        columns = tuple(replace(c, role="input") if c.name != goal.name else c for c in columns)
    if source.kind == "file" and not source.fingerprint:
        source = replace(source, fingerprint=table.fingerprint)
    return DataRecipe(source, table.name, columns, task, _scaling(source))


def task_of(target: TableColumn) -> Task:
    """Classification for text, and for whole numbers of which few are distinct; else regression."""
    if target.kind == "categorical":
        return "classification"
    facts = target.statistics
    few = facts.distinct <= 2 or (facts.distinct <= _MOST_CLASSES and facts.distinct * 5 <= facts.count)
    return "classification" if target.is_whole and few else "regression"


def remarks(table: Table, recipe: DataRecipe) -> tuple[Message, ...]:
    """The notes from reading, and why columns that ``recipe`` ignores were left out."""
    if recipe.source.kind != "file":
        return table.notes
    ignored = {column.name for column in recipe.columns if column.role == "ignored"}
    reasons = [_why_useless(column) for column in table.columns if column.name in ignored]
    return (*table.notes, *(reason for reason in reasons if reason is not None))


def _target(table: Table, source: Source, useless: set[str]) -> TableColumn:
    if source.kind == "bundled" and source.key in bundled:
        return table.column(bundled[source.key].target)
    if source.kind == "generator":
        return table.column(generators[source.key].target_name)
    useful = [column for column in table.columns if column.name not in useless]
    named = [column for column in useful if column.name.casefold() in _TARGET_NAMES]
    return (named or useful or list(table.columns))[-1]


def _scaling(source: Source) -> Scaling:
    if source.kind == "bundled" and source.key in bundled:
        return bundled[source.key].scaling
    return "none" if source.kind == "generator" else "standard"


def _column(column: TableColumn, goal: TableColumn, task: Task, *, ignored: bool) -> Column:
    kind: ColumnKind = column.kind
    if column is goal:
        kind = "categorical" if task == "classification" else "numeric"
        return Column(column.name, kind, "target", "drop_row")
    role: Role = "ignored" if ignored else "input"
    return Column(column.name, kind, role, "mean" if kind == "numeric" else "most_frequent")


def _why_useless(column: TableColumn) -> Message | None:
    """Why a column tells nothing, or None where it may."""
    facts = column.statistics
    name = column.name
    if facts.count == 0:
        return Message.of('Column "{name}" has no values and is ignored.', name=name)
    if facts.distinct == 1:
        return Message.of('Column "{name}" has the same value in every row and is ignored.', name=name)
    if column.kind == "categorical":
        if facts.distinct > max(10.0, 0.9 * facts.count):
            return Message.of('Column "{name}" has a different text in nearly every row and is ignored.', name=name)
        if facts.distinct > _MOST_CATEGORIES:
            return Message.of(
                'Column "{name}" has {count} different texts, which would need a neuron each, and is ignored.',
                name=name,
                count=facts.distinct,
            )
    elif facts.count > 10 and facts.missing == 0 and column.is_whole and bool(np.all(np.diff(column.values) == 1)):
        return Message.of('Column "{name}" only counts the rows and is ignored.', name=name)
    return None
